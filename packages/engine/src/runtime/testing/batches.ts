/** Batches from plain values and back, for tests. */
import { type Batch, BatchBuilder, type CellValue, cellAt, type RowType } from '@millrace/schemas'

export interface TestRow {
  cells: readonly CellValue[]
  /** Event time, ms; absent: none. */
  time?: number
  kind?: number
  origin?: { partition: number; offset: number }
}

export function batchOf(type: RowType, rows: readonly TestRow[]): Batch {
  const builder = new BatchBuilder(type, { capacity: rows.length, withEventTime: true })
  for (const { cells, time, kind, origin } of rows) {
    const row = builder.addRow(time ?? Number.NaN, kind)
    cells.forEach((cell, index) => {
      builder.setCell(index, row, cell)
    })
    if (origin) builder.setOrigin(row, origin.partition, origin.offset)
  }
  return builder.take()
}

export function rowsOf(type: RowType, batch: Batch): TestRow[] {
  return Array.from({ length: batch.length }, (_, row) => {
    const time = batch.eventTimes?.[row]
    const kind = batch.rowKinds?.[row]
    return {
      cells: type.fields.map((field, index) => cellAt(batch.columns[index], field.type, row)),
      ...(time === undefined || Number.isNaN(time) ? {} : { time }),
      ...(kind ? { kind } : {}),
    }
  })
}

/** One row as text, for comparing multisets. */
export function rowText(row: TestRow): string {
  const cells = row.cells.map((cell) => (cell === null ? 'NULL' : String(cell)))
  return `${cells.join(' ')} @${row.time ?? '-'}${row.kind ? ` kind ${row.kind}` : ''}`
}
