/** Rows that an expression gave up, as dead letters: the row as JSON, and where it came from. */
import { encodeUtf8 } from '@millrace/base'
import type { Batch, CellValue, RowType } from '@millrace/schemas'
import { BatchBuilder, rowAt } from '@millrace/schemas'
import { deadLetterRow } from '../plan/operator-configs.ts'
import { formatDate, formatTimestamp } from './calendar.ts'
import type { RowFault } from './loops.ts'

/** `faults` index rows of `batch`, whose columns are `input`. */
export function deadLettersOf(faults: readonly RowFault[], batch: Batch, input: RowType): Batch {
  const builder = new BatchBuilder(deadLetterRow, {
    capacity: Math.max(1, faults.length),
    withEventTime: false,
  })
  for (const { row, message } of faults) {
    const at = builder.addRow(Number.NaN)
    const { origins, eventTimes } = batch
    const time = eventTimes ? eventTimes[row] : Number.NaN
    builder.setCell(0, at, message)
    builder.setNull(1, at)
    builder.setCell(2, at, origins ? origins.partition[row] : null)
    builder.setCell(3, at, origins ? BigInt(origins.offset[row]) : null)
    builder.setCell(4, at, Number.isNaN(time) ? null : time)
    builder.setNull(5, at)
    builder.setCell(6, at, encodeUtf8(rowAsJson(batch, input, row)))
  }
  return builder.take()
}

/** As the JSON sink writes rows: BIGINT and DECIMAL as numbers with all digits, times as text. */
export function rowAsJson(batch: Batch, input: RowType, row: number): string {
  const cells = rowAt(batch, input, row)
  const parts = input.fields.map(
    ({ name, type }) => `${JSON.stringify(name)}:${cellAsJson(cells[name], type.kind, type)}`,
  )
  return `{${parts.join(',')}}`
}

function cellAsJson(
  cell: CellValue,
  kind: string,
  type: RowType['fields'][number]['type'],
): string {
  if (cell === null) return 'null'
  if (type.kind === 'TIMESTAMP') return `"${formatTimestamp(cell as number, type.precision)}"`
  if (kind === 'DATE') return `"${formatDate(cell as number)}"`
  if (kind === 'DECIMAL' || typeof cell === 'bigint') return String(cell)
  if (typeof cell === 'number') return Number.isFinite(cell) ? String(cell) : 'null'
  if (typeof cell === 'object') return JSON.stringify(Array.from(cell))
  return JSON.stringify(cell)
}
