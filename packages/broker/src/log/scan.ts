/** Walks the record batches of a segment file from a position on, in bounded memory. */
import type { FileHandle } from '@millrace/base'
import {
  at,
  type BatchHeader,
  batchHeaderSize,
  batchPrefixSize,
  readBatchHeader,
  viewOf,
} from '../records/batch-header.ts'
import { validBatchSize } from '../records/checks.ts'
import type { Crc32c } from '../records/crc32c.ts'

/** Bytes read at a time. */
export const scanChunkBytes = 1024 * 1024
/** No batch is larger: a length beyond it is damage, not data. */
export const batchBytesMax = 128 * 1024 * 1024

export interface ScanOptions {
  file: FileHandle
  from: number
  /** End of the bytes to look at. */
  to: number
  /** Given: every batch's checksum is verified. Absent: headers alone, for bytes known to be good. */
  crc32c?: Crc32c
  /** Return false to stop before this batch. `bytes` holds the whole batch at `start` when `crc32c` is given. */
  visit(header: BatchHeader, position: number): boolean
}

/** Position after the last batch that was whole, good and visited. Never throws for what the bytes hold. */
export function scanBatches(options: ScanOptions): number {
  const { file, to, crc32c, visit } = options
  let position = options.from
  let buffer = new Uint8Array(Math.min(scanChunkBytes, Math.max(0, to - position)))
  let bufferStart = position
  let buffered = 0
  const load = (need: number): boolean => {
    if (position - bufferStart + need <= buffered) return true
    if (position + need > to) return false
    if (need > buffer.length) buffer = new Uint8Array(need)
    bufferStart = position
    buffered = file.readIntoSync(
      position,
      buffer.subarray(0, Math.min(buffer.length, to - position)),
    )
    return need <= buffered
  }
  while (position < to) {
    if (!load(batchHeaderSize)) return position
    let view = viewOf(buffer)
    const size = view.getInt32(position - bufferStart + at.length) + batchPrefixSize
    if (size < batchHeaderSize || size > batchBytesMax || position + size > to) return position
    if (view.getInt8(position - bufferStart + at.magic) !== 2) return position
    if (crc32c) {
      if (!load(size)) return position
      if (validBatchSize(buffer.subarray(0, buffered), position - bufferStart, crc32c) !== size) {
        return position
      }
      view = viewOf(buffer)
    }
    if (!visit(readBatchHeader(view, position - bufferStart), position)) return position
    position += size
  }
  return position
}
