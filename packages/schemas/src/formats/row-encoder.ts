/** The loop over the rows of a batch that all encoders share. */
import type { Batch } from '../batch.ts'
import type { BatchEncoder, RecordSlices } from './api.ts'
import { ByteWriter } from './byte-writer.ts'

/** Writes one row; false: the record has no value. */
export type RowWriter = (writer: ByteWriter, batch: Batch, row: number) => boolean

export function encoderOf(writeRow: RowWriter): BatchEncoder {
  const writer = new ByteWriter()
  let starts = new Int32Array(0)
  let ends = new Int32Array(0)
  return {
    encode(batch, from = 0, to = batch.length): RecordSlices {
      const count = to - from
      if (starts.length < count) {
        starts = new Int32Array(count)
        ends = new Int32Array(count)
      }
      writer.clear()
      for (let i = 0; i < count; i++) {
        starts[i] = writer.at
        ends[i] = writeRow(writer, batch, from + i) ? writer.at : writer.at - 1
      }
      return { data: writer.data, starts, ends, count }
    },
  }
}
