/** Turns record batches into a `RecordBlock`: flat arrays of positions that are used again for every block. */
import { emptyBytes } from '@millrace/base'
import { RecordCursor } from '../records/record-cursor.ts'
import type { RecordBlock } from './reader-api.ts'

export class BlockBuilder implements RecordBlock {
  count = 0
  bytes: Uint8Array = emptyBytes
  offsets = new Float64Array(1024)
  timestamps = new Float64Array(1024)
  keyStart = new Int32Array(1024)
  keyEnd = new Int32Array(1024)
  valueStart = new Int32Array(1024)
  valueEnd = new Int32Array(1024)
  headersStart = new Int32Array(1024)
  headersEnd = new Int32Array(1024)
  headerCount = new Int32Array(1024)
  batchCount = 0
  batchEnd = new Int32Array(64)
  nextOffset = 0
  private readonly cursor = new RecordCursor()

  begin(bytes: Uint8Array): void {
    this.count = 0
    this.batchCount = 0
    this.bytes = bytes
  }

  /**
   * Adds the records from offset `from` on of the batch whose header is at `headerPosition`; its records lie in this
   * block's `bytes`. Throws `AppError` `corrupt-record`.
   */
  addBatch(
    header: Uint8Array,
    headerPosition: number,
    range: { start: number; end: number; from: number },
  ): void {
    const { cursor } = this
    cursor.begin(header, headerPosition, { bytes: this.bytes, start: range.start, end: range.end })
    let row = this.count
    this.reserve(row + cursor.remaining)
    const { offsets, timestamps, keyStart, keyEnd, valueStart, valueEnd } = this
    const { headersStart, headersEnd, headerCount } = this
    const from = range.from
    while (cursor.next()) {
      if (cursor.offset < from) continue
      offsets[row] = cursor.offset
      timestamps[row] = cursor.timestamp
      keyStart[row] = cursor.keyStart
      keyEnd[row] = cursor.keyEnd
      valueStart[row] = cursor.valueStart
      valueEnd[row] = cursor.valueEnd
      headersStart[row] = cursor.headersStart
      headersEnd[row] = cursor.headersEnd
      headerCount[row] = cursor.headerCount
      row++
    }
    if (row === this.count) return
    this.count = row
    if (this.batchCount === this.batchEnd.length) {
      const grown = new Int32Array(this.batchEnd.length * 2)
      grown.set(this.batchEnd)
      this.batchEnd = grown
    }
    this.batchEnd[this.batchCount++] = row
  }

  private reserve(rows: number): void {
    if (rows <= this.offsets.length) return
    const size = Math.max(rows, this.offsets.length * 2)
    this.offsets = grownFloats(this.offsets, size)
    this.timestamps = grownFloats(this.timestamps, size)
    this.keyStart = grownInts(this.keyStart, size)
    this.keyEnd = grownInts(this.keyEnd, size)
    this.valueStart = grownInts(this.valueStart, size)
    this.valueEnd = grownInts(this.valueEnd, size)
    this.headersStart = grownInts(this.headersStart, size)
    this.headersEnd = grownInts(this.headersEnd, size)
    this.headerCount = grownInts(this.headerCount, size)
  }
}

function grownFloats(values: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(size)
  grown.set(values)
  return grown
}

function grownInts(values: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(size)
  grown.set(values)
  return grown
}
