/** A virtualised table with a sticky head: any number of rows, arrow keys, Enter opens. */
// biome-ignore-all lint/a11y/useSemanticElements: rows are placed absolutely, a table element cannot
// biome-ignore-all lint/a11y/useFocusableInteractive: a head cell is read, its sort button is focusable
// biome-ignore-all lint/a11y/noNoninteractiveTabindex: rows that do not open are scrolled by the keyboard
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useRef } from 'react'
import { cx } from './cx.ts'
import styles from './Table.module.css'

export interface Column<Row> {
  id: string
  title: string
  /** A grid track: "120px", "minmax(200px, 1fr)". */
  width: string
  numeric?: boolean
  mono?: boolean
  /** The head becomes a button that sorts. */
  onSort?(): void
  sorted?: 'ascending' | 'descending'
  render(row: Row, index: number): ReactNode
}

export interface TableProps<Row> {
  label: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey(row: Row, index: number): string | number
  /** px; 32 unless the rows have two lines (44). */
  rowHeight?: number
  onOpen?(row: Row): void
  selected?: string | number | null
  /** Shown instead of the body when there are no rows. */
  empty?: ReactNode
}

export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, rowHeight = 32 } = props
  const scroll = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    initialRect: { width: 1000, height: 600 },
  })
  const tracks = columns.map((column) => column.width).join(' ')
  const items = virtual.getVirtualItems()
  return (
    <div className={styles.scroll} ref={scroll} tabIndex={props.onOpen ? undefined : 0}>
      <div
        className={styles.table}
        role="table"
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length}
      >
        <TableHead columns={columns} tracks={tracks} />
        <div className={styles.body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => (
            <TableRow
              key={props.rowKey(rows[item.index], item.index)}
              {...props}
              index={item.index}
              top={item.start}
              tracks={tracks}
              focusable={item.index === items[0].index}
            />
          ))}
        </div>
      </div>
      {rows.length === 0 && props.empty}
    </div>
  )
}

function TableHead<Row>({ columns, tracks }: { columns: readonly Column<Row>[]; tracks: string }) {
  return (
    <div role="rowgroup" style={{ position: 'sticky', top: 0, zIndex: 1 }}>
      <div
        role="row"
        aria-rowindex={1}
        className={styles.head}
        style={{ gridTemplateColumns: tracks }}
      >
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={column.sorted}
            className={cx(styles.headCell, column.numeric && styles.number)}
          >
            {column.onSort ? (
              <button type="button" className={styles.sort} onClick={column.onSort}>
                {column.title}
                {column.sorted && (
                  <span aria-hidden>{column.sorted === 'ascending' ? '↑' : '↓'}</span>
                )}
              </button>
            ) : (
              column.title
            )}
          </div>
        ))}
      </div>
    </div>
  )
}

interface TableRowProps<Row> extends TableProps<Row> {
  index: number
  top: number
  tracks: string
  focusable: boolean
}

function TableRow<Row>(props: TableRowProps<Row>) {
  const { columns, rows, index, rowHeight = 32, onOpen, selected } = props
  const row = rows[index]
  const key = props.rowKey(row, index)
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={onOpen ? selected === key : undefined}
      data-clickable={onOpen ? '' : undefined}
      tabIndex={
        onOpen ? (selected === key || (selected == null && props.focusable) ? 0 : -1) : undefined
      }
      className={styles.row}
      style={{ top: props.top, height: rowHeight, gridTemplateColumns: props.tracks }}
      onClick={onOpen && (() => onOpen(row))}
      onKeyDown={onOpen && ((event) => rowKeyDown(event, () => onOpen(row)))}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="cell"
          className={cx(styles.cell, column.numeric && styles.number, column.mono && 'mono')}
        >
          {column.render(row, index)}
        </div>
      ))}
    </div>
  )
}

function rowKeyDown(event: KeyboardEvent<HTMLDivElement>, open: () => void): void {
  if (event.target !== event.currentTarget) return
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault()
    open()
    return
  }
  const step =
    event.key === 'ArrowDown'
      ? 'nextElementSibling'
      : event.key === 'ArrowUp'
        ? 'previousElementSibling'
        : null
  if (!step) return
  event.preventDefault()
  const next = event.currentTarget[step]
  if (next instanceof HTMLElement) next.focus()
}
