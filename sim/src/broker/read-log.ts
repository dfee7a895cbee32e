/** Reads a partition as a consumer does, batch by batch. */
import type { PartitionLog } from '@millrace/broker/log'
import {
  batchHeaderSize,
  RecordCursor,
  readBatchHeader,
  recordsOf,
  viewOf,
} from '@millrace/broker/records'
import { invariant } from '../scenario.ts'
import { codecs } from './parts.ts'

export interface SeenRecord {
  offset: number
  timestamp: number
  value: string
}

const decoder = new TextDecoder()

/** Records from `offset` to the high watermark. */
export function* readLog(
  log: PartitionLog,
  offset: number,
  maxBytes: number,
): Generator<SeenRecord> {
  const cursor = new RecordCursor()
  const end = log.highWatermark
  for (let next = offset; next < end; ) {
    const result = log.read(next, { maxBytes, atLeastOneBatch: true })
    invariant(result.error === 'NONE', `reading at ${next} of ${end} fails with ${result.error}`)
    const { bytes } = result
    invariant(bytes.length > 0, `nothing to read at ${next} of ${end}`)
    const view = viewOf(bytes)
    for (let position = 0; position + batchHeaderSize <= bytes.length; ) {
      const header = readBatchHeader(view, position)
      cursor.begin(bytes, position, recordsOf(bytes, position, header, codecs))
      while (cursor.next()) {
        if (cursor.offset < next) continue
        const value = decoder.decode(cursor.bytes.subarray(cursor.valueStart, cursor.valueEnd))
        yield { offset: cursor.offset, timestamp: cursor.timestamp, value }
      }
      next = Math.max(next, header.baseOffset + header.lastOffsetDelta + 1)
      position += header.size
    }
  }
}
