/** Message keys: one column as its own text, several as a JSON object. */
import type { Batch } from '../batch.ts'
import { isValid } from '../columns.ts'
import type { RowType } from '../types.ts'
import type { BatchEncoder } from './api.ts'
import type { ByteWriter } from './byte-writer.ts'
import { putCellText } from './cell-text.ts'
import { createJsonEncoder } from './json/json-encoder.ts'
import { encoderOf } from './row-encoder.ts'

/**
 * Keys of the columns with these indexes. One column: its text, bytes as they are, and no key (`ends[i] < starts[i]`) where it is
 * NULL. Several: a JSON object with these columns in this order.
 */
export function createKeyEncoder(row: RowType, columns: readonly number[]): BatchEncoder {
  if (columns.length !== 1) return createJsonEncoder(row, 'iso8601', columns)
  const [index] = columns
  const { type } = row.fields[index]
  return encoderOf((writer: ByteWriter, batch: Batch, at: number) => {
    const column = batch.columns[index]
    if (!isValid(column.valid, at)) return false
    putCellText(writer, column, type, at, false)
    return true
  })
}
