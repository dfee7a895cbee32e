/** One segment: a file of record batches as they arrived, named by the offset of its first record. */
import { assert } from '@millrace/base'

export interface Segment {
  readonly baseOffset: number
  /** The `.log` file. */
  readonly path: string
  /** Bytes of whole batches. */
  size: number
  /** Offset after the last record. */
  nextOffset: number
  /** Bytes known to be on the device. */
  syncedSize: number
  /** Broker time of the first append by this process, for `segment.ms`. */
  firstAppendAt: number | undefined
}

export function segmentPath(directory: string, baseOffset: number): string {
  return `${directory}/${offsetName(baseOffset)}.log`
}

export function indexPath(segment: Segment): string {
  return segment.path.replace(/\.log$/, '.index')
}

/** Producer state as of `offset`: every batch below it is in the snapshot. */
export function snapshotPath(directory: string, offset: number): string {
  return `${directory}/${offsetName(offset)}.producers`
}

/** 20 digits, so that names sort as numbers do. */
function offsetName(offset: number): string {
  assert(Number.isSafeInteger(offset) && offset >= 0, `an offset of ${offset}`)
  return String(offset).padStart(20, '0')
}

/** Offsets in the names of the files with `suffix`, ascending; other names are passed over. */
export function offsetsNamed(names: readonly string[], suffix: string): number[] {
  const offsets: number[] = []
  for (const name of names) {
    if (/^\d{20}\./.test(name) && name.slice(20) === suffix) offsets.push(Number(name.slice(0, 20)))
  }
  return offsets.sort((a, b) => a - b)
}

export function newSegment(directory: string, baseOffset: number): Segment {
  return {
    baseOffset,
    path: segmentPath(directory, baseOffset),
    size: 0,
    nextOffset: baseOffset,
    syncedSize: 0,
    firstAppendAt: undefined,
  }
}

/** The segment that holds `offset`: the last one whose base is not above it. */
export function segmentFor(segments: readonly Segment[], offset: number): Segment | undefined {
  let low = 0
  let high = segments.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (segments[middle].baseOffset <= offset) low = middle + 1
    else high = middle
  }
  return segments[low - 1]
}
