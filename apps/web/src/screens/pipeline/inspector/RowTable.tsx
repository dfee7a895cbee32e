/** Rows with typed columns as a virtualised table. */
import type { Field } from '@millrace/schemas'
import { type ReactNode, useMemo } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import { formatClock } from '../../../format/index.ts'
import { type Column, Table } from '../../../ui/index.ts'
import { formatCell, isNumeric } from './cells.ts'

export interface ShownRow {
  key: string | number
  kind: '+I' | '-U' | '+U' | '-D'
  eventTime: number | null
  cells: readonly unknown[]
}

const widths: Record<string, number> = {
  TIMESTAMP: 186,
  STRING: 132,
  BYTES: 132,
  BOOLEAN: 72,
  DATE: 96,
}

export function RowTable(props: {
  label: string
  fields: readonly Field[]
  rows: readonly ShownRow[]
  empty?: ReactNode
}) {
  const { fields, rows } = props
  const { clock } = usePreferences()
  const changes = rows.some((row) => row.kind !== '+I')
  const columns = useMemo(() => columnsOf(fields, clock, changes), [fields, clock, changes])
  return (
    <Table
      label={props.label}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.key}
      rowHeight={28}
      empty={props.empty}
    />
  )
}

function columnsOf(
  fields: readonly Field[],
  clock: 'local' | 'utc',
  changes: boolean,
): Column<ShownRow>[] {
  const time: Column<ShownRow> = {
    id: ' time',
    title: 'event time',
    width: '112px',
    mono: true,
    render: (row) => formatClock(row.eventTime, clock, true),
  }
  const kind: Column<ShownRow> = {
    id: ' kind',
    title: 'change',
    width: '66px',
    mono: true,
    render: (row) => row.kind.replace('-', '−'),
  }
  return [
    ...(changes ? [kind] : []),
    time,
    ...fields.map(
      (field, index): Column<ShownRow> => ({
        id: field.name,
        title: field.name,
        width: `minmax(${Math.max(widths[field.type.kind] ?? 84, field.name.length * 7 + 22)}px, 1fr)`,
        numeric: isNumeric(field),
        mono: true,
        render: (row) => {
          const text = formatCell(row.cells[index], field, clock)
          return (
            <span
              title={text}
              style={{
                overflow: 'hidden',
                textOverflow: 'ellipsis',
                color: row.cells[index] == null ? 'var(--faint)' : undefined,
              }}
            >
              {text}
            </span>
          )
        },
      }),
    ),
  ]
}
