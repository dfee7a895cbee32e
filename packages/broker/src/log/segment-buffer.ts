/** The part of a segment file that a reader has read: whole record batches, each read once. */
import type { FileHandle, Fs } from '@millrace/base'
import {
  at,
  batchHeaderSize,
  batchPrefixSize,
  nextOffsetOf,
  readBatchHeader,
  viewOf,
} from '../records/batch-header.ts'

/** A reader's next batch: its place in the file, an offset that it does not begin before, and the log's end. */
export interface BatchPlace {
  position: number
  offset: number
  end: number
}

export class SegmentBuffer {
  bytes = new Uint8Array(0)
  /** Place in the file of the first byte, and how many there are. */
  at = 0
  count = 0
  /** The log's end when they were read: what lay behind it may have been written anew since. */
  end = 0
  private readonly fs: Fs
  private file: FileHandle | undefined
  /** Of the last batch whose header was read in this segment; 0: none. */
  private batchSize = 0

  constructor(fs: Fs) {
    this.fs = fs
  }

  /** Before another segment is read. */
  close(): void {
    this.file?.close()
    this.file = undefined
    this.at = 0
    this.count = 0
    this.batchSize = 0
  }

  /** What the reader found at its place, for the size of the next read. */
  sawBatch(size: number): void {
    this.batchSize = size
  }

  /**
   * Has the batch at a place, whole even if it is larger than `maxBytes`, and what follows it. Returns the bytes there are
   * from that place on.
   */
  fill(path: string, place: BatchPlace, maxBytes: number): number {
    if (this.holds(place)) return this.count - (place.position - this.at)
    this.file ??= this.fs.openSync(path, 'read')
    this.at = place.position
    this.count = 0
    this.end = place.end
    this.load(this.file, Math.max(this.wholeBatches(maxBytes), batchHeaderSize))
    if (this.count < batchHeaderSize) return this.count
    const size = viewOf(this.bytes).getInt32(at.length) + batchPrefixSize
    if (size > this.count && size <= this.file.size() - this.at) this.load(this.file, size)
    return this.count
  }

  private holds({ position, offset }: BatchPlace): boolean {
    const start = position - this.at
    if (offset >= this.end || start + batchHeaderSize > this.count) return false
    const header = readBatchHeader(viewOf(this.bytes), start)
    return start + header.size <= this.count && nextOffsetOf(header) <= this.end
  }

  /** The part of `maxBytes` that ends with a batch if those to come are like the last one, and the header behind it. */
  private wholeBatches(maxBytes: number): number {
    const { batchSize } = this
    if (batchSize === 0) return maxBytes
    return Math.max(1, Math.floor(maxBytes / batchSize)) * batchSize + batchHeaderSize
  }

  /** Reads on until there are `size` bytes, or the file ends. */
  private load(file: FileHandle, size: number): void {
    if (this.bytes.length < size) {
      const grown = new Uint8Array(size)
      grown.set(this.bytes.subarray(0, this.count))
      this.bytes = grown
    }
    const rest = this.bytes.subarray(this.count, size)
    this.count += file.readIntoSync(this.at + this.count, rest)
  }
}
