/** Rows that an expression gave up, as dead letters: the row as the JSON sink would write it, and where it came from. */
import type { Batch, RowType } from '@millrace/schemas'
import { BatchBuilder } from '@millrace/schemas'
import { createEncoder } from '@millrace/schemas/formats'
import { deadLetterRow } from '../plan/operator-configs.ts'
import { gatherColumn, gatherMarks } from './gather.ts'
import type { RowFault } from './loops.ts'

/** `faults` index rows of `batch`, whose columns are `input`. */
export function deadLettersOf(faults: readonly RowFault[], batch: Batch, input: RowType): Batch {
  const failed = Int32Array.from(faults, ({ row }) => row)
  const count = failed.length
  const rows: Batch = {
    length: count,
    columns: batch.columns.map((column) => gatherColumn(column, failed, count)),
    ...gatherMarks(batch, failed, count),
  }
  const json = createEncoder({ format: 'json', row: input }).encode(rows)
  const builder = new BatchBuilder(deadLetterRow, {
    capacity: Math.max(1, count),
    withEventTime: false,
  })
  for (let i = 0; i < count; i++) {
    const at = builder.addRow(Number.NaN)
    const { origins, eventTimes } = rows
    const time = eventTimes ? eventTimes[i] : Number.NaN
    builder.setCell(0, at, faults[i].message)
    builder.setNull(1, at)
    builder.setCell(2, at, origins ? origins.partition[i] : null)
    builder.setCell(3, at, origins ? BigInt(origins.offset[i]) : null)
    builder.setCell(4, at, Number.isNaN(time) ? null : time)
    builder.setNull(5, at)
    builder.setBytes(6, at, json.data, json.starts[i], json.ends[i])
  }
  return builder.take()
}
