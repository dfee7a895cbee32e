/** The sparse index of one segment: for about every 4 KiB of log, where a batch begins and the highest time so far. */
import { viewOf } from '../records/batch-header.ts'

/** Log bytes between two entries, as Kafka's index.interval.bytes. */
export const indexIntervalBytes = 4096
export const indexMagic = 0x4d494458
const entrySize = 20
const headSize = 28

export interface IndexedBatch {
  baseOffset: number
  maxTimestamp: number
  position: number
  size: number
}

/** Offset and time index in one. Entries rise in offset and position; their timestamps never fall. */
export class SparseIndex {
  /** Log bytes that the index has seen. */
  coveredBytes = 0
  /** Highest timestamp of the covered batches and the base offset of the first batch that has it. */
  maxTimestamp = -1
  maxTimestampBase = -1
  private offsets: number[] = []
  private positions: number[] = []
  /** Highest timestamp of all batches *before* the entry. */
  private timestamps: number[] = []
  private nextEntryAt = 0

  get entryCount(): number {
    return this.offsets.length
  }

  /** Batches come in log order, each where the last one ended. */
  add(batch: IndexedBatch): void {
    if (batch.position >= this.nextEntryAt) {
      this.offsets.push(batch.baseOffset)
      this.positions.push(batch.position)
      this.timestamps.push(this.maxTimestamp)
      this.nextEntryAt = batch.position + indexIntervalBytes
    }
    if (batch.maxTimestamp > this.maxTimestamp || this.maxTimestampBase < 0) {
      this.maxTimestamp = batch.maxTimestamp
      this.maxTimestampBase = batch.baseOffset
    }
    this.coveredBytes = batch.position + batch.size
  }

  /** Position of a batch at or before the one that holds `offset`; 0 when there is none. */
  positionBefore(offset: number): number {
    const entry = lastIndex(this.offsets, (value) => value <= offset)
    return entry < 0 ? 0 : this.positions[entry]
  }

  /** Position from which to look for the first batch with a timestamp of at least `timestamp`. */
  positionBeforeTimestamp(timestamp: number): number {
    const entry = lastIndex(this.timestamps, (value) => value < timestamp)
    return entry < 0 ? 0 : this.positions[entry]
  }

  lastEntry(): { offset: number; position: number } | undefined {
    const last = this.offsets.length - 1
    if (last < 0) return undefined
    return { offset: this.offsets[last], position: this.positions[last] }
  }

  encode(): Uint8Array {
    const count = this.offsets.length
    const bytes = new Uint8Array(headSize + count * entrySize)
    const view = viewOf(bytes)
    view.setUint32(0, count)
    view.setFloat64(4, this.coveredBytes)
    view.setFloat64(12, this.maxTimestamp)
    view.setFloat64(20, this.maxTimestampBase)
    for (let entry = 0, at = headSize; entry < count; entry++, at += entrySize) {
      view.setFloat64(at, this.offsets[entry])
      view.setUint32(at + 8, this.positions[entry])
      view.setFloat64(at + 12, this.timestamps[entry])
    }
    return bytes
  }

  /** Undefined when the payload has another shape. */
  static decode(payload: Uint8Array): SparseIndex | undefined {
    if (payload.length < headSize) return undefined
    const view = viewOf(payload)
    const count = view.getUint32(0)
    if (payload.length !== headSize + count * entrySize) return undefined
    const index = new SparseIndex()
    index.coveredBytes = view.getFloat64(4)
    index.maxTimestamp = view.getFloat64(12)
    index.maxTimestampBase = view.getFloat64(20)
    for (let entry = 0, at = headSize; entry < count; entry++, at += entrySize) {
      index.offsets.push(view.getFloat64(at))
      index.positions.push(view.getUint32(at + 8))
      index.timestamps.push(view.getFloat64(at + 12))
    }
    if (count > 0) index.nextEntryAt = index.positions[count - 1] + indexIntervalBytes
    return index
  }
}

/** Index of the last element that `holds`, where those that hold come first; -1 if none. */
function lastIndex(values: readonly number[], holds: (value: number) => boolean): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(values[middle])) low = middle + 1
    else high = middle
  }
  return low - 1
}
