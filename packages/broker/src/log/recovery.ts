/** Brings a partition's files back to a valid prefix after any end of the process, and rebuilds what is derived from them. */
import { readChecked } from './checked-file.ts'
import type { LogContext } from './log-context.ts'
import { ProducerStates, producerSnapshotMagic } from './producer-state.ts'
import { scanBatches } from './scan.ts'
import {
  indexPath,
  newSegment,
  offsetsNamed,
  type Segment,
  segmentFor,
  snapshotPath,
} from './segment.ts'
import { SparseIndex } from './sparse-index.ts'

/** Everything below it is on the device and was whole: recovery looks only at what comes after. */
export interface RecoveryPoint {
  offset: number
  segmentBase: number
  /** Bytes of that segment. */
  position: number
}

export interface RecoveredLog {
  segments: Segment[]
  /** Of the last segment. */
  activeIndex: SparseIndex
  producers: ProducerStates
  /** Bytes cut off or dropped with whole segments: 0 after a clean end. */
  lostBytes: number
}

interface RecoverOptions {
  directory: string
  point: RecoveryPoint | undefined
  /** Sync what was found, so that it may be acknowledged under the `fsync` profile. */
  sync: boolean
}

/** Never throws for what the files hold; `AppError` `fs-…` when they cannot be read. */
export function recoverLog(context: LogContext, options: RecoverOptions): RecoveredLog {
  const { directory } = options
  const { fs } = context.environment
  const names = fs.listSync(directory)
  const segments = offsetsNamed(names, '.log').map((base) => {
    const segment = newSegment(directory, base)
    segment.size = fs.sizeSync(segment.path) ?? 0
    return segment
  })
  if (segments.length === 0) {
    return {
      segments,
      activeIndex: new SparseIndex(),
      producers: new ProducerStates(),
      lostBytes: 0,
    }
  }
  const start = startOf(segments, options.point)
  for (let i = 0; i < start.index; i++) {
    segments[i].nextOffset = segments[i + 1].baseOffset
    segments[i].syncedSize = segments[i].size
  }
  const producers = producersAt(context, { directory, names, segments, start })
  const walked = walk(context, segments, start, producers)
  dropSegments(context, directory, segments.splice(walked.kept))
  dropLateSnapshots(context, directory, names, segments)
  if (options.sync) syncAll(context, directory, segments)
  return { segments, activeIndex: walked.activeIndex, producers, lostBytes: walked.lostBytes }
}

interface Start {
  /** Of the segment where the walk begins. */
  index: number
  position: number
  offset: number
}

/** The recovery point, unless the files contradict it: then everything is looked at. */
function startOf(segments: readonly Segment[], point: RecoveryPoint | undefined): Start {
  const everything = { index: 0, position: 0, offset: segments[0].baseOffset }
  if (!point) return everything
  const index = segments.findIndex((segment) => segment.baseOffset === point.segmentBase)
  if (index < 0 || segments[index].size < point.position) return everything
  return { index, position: point.position, offset: point.offset }
}

/** Walks batches from `start`, cuts at the first bad one, and says how many segments stay. */
function walk(
  context: LogContext,
  segments: readonly Segment[],
  start: Start,
  producers: ProducerStates,
): { kept: number; activeIndex: SparseIndex; lostBytes: number } {
  let expected = start.offset
  let activeIndex = new SparseIndex()
  for (let i = start.index; i < segments.length; i++) {
    const segment = segments[i]
    // A hole between two segments is what lost writes leave behind: the log is a prefix, so it ends before the hole.
    if (i > start.index && segment.baseOffset !== expected) {
      return { kept: i, activeIndex, lostBytes: bytesOf(segments, i) }
    }
    const from = i === start.index ? start.position : 0
    activeIndex = (from > 0 ? context.indexes.load(segment, from) : undefined) ?? new SparseIndex()
    context.indexes.extend(activeIndex, segment, from)
    const index = activeIndex
    const validEnd = scanBatches({
      file: context.files.reader(segment.path),
      from,
      to: segment.size,
      crc32c: context.environment.crc32c,
      visit(header, position) {
        if (header.baseOffset !== expected) return false
        expected = header.baseOffset + header.lastOffsetDelta + 1
        index.add({
          baseOffset: header.baseOffset,
          maxTimestamp: header.maxTimestamp,
          position,
          size: header.size,
        })
        producers.replay(header)
        return true
      },
    })
    segment.nextOffset = expected
    segment.syncedSize = from
    if (validEnd < segment.size) {
      const lostBytes = segment.size - validEnd + bytesOf(segments, i + 1)
      truncate(context, segment, validEnd)
      return { kept: i + 1, activeIndex, lostBytes }
    }
    if (i < segments.length - 1) context.indexes.store(segment, activeIndex)
  }
  return { kept: segments.length, activeIndex, lostBytes: 0 }
}

function bytesOf(segments: readonly Segment[], from: number): number {
  let bytes = 0
  for (let i = from; i < segments.length; i++) bytes += segments[i].size
  return bytes
}

function truncate(context: LogContext, segment: Segment, size: number): void {
  const file = context.files.writer(segment.path)
  file.truncateSync(size)
  file.syncSync()
  segment.size = size
  segment.syncedSize = size
  context.environment.fs.removeSync(indexPath(segment))
}

function dropSegments(context: LogContext, directory: string, segments: readonly Segment[]): void {
  if (segments.length === 0) return
  for (const segment of segments) {
    context.files.forget(segment.path)
    context.environment.fs.removeSync(segment.path)
    context.environment.fs.removeSync(indexPath(segment))
  }
  // Otherwise a later power cut could bring a dropped file back amid newer ones.
  context.environment.fs.syncDirectorySync(directory)
}

/** Producer state as of the start of the walk: the latest snapshot that is good, and the headers after it. */
function producersAt(
  context: LogContext,
  log: { directory: string; names: readonly string[]; segments: readonly Segment[]; start: Start },
): ProducerStates {
  const { directory, names, segments, start } = log
  let producers = new ProducerStates()
  let from = segments[0].baseOffset
  for (const offset of offsetsNamed(names, '.producers').reverse()) {
    if (offset > start.offset) continue
    const path = snapshotPath(directory, offset)
    const payload = readChecked(context.environment, path, producerSnapshotMagic)
    const stored = payload && ProducerStates.decode(payload)
    if (!stored) continue
    producers = stored
    from = offset
    break
  }
  for (let i = 0; from < start.offset && i <= start.index; i++) {
    const segment = segments[i]
    if (i < start.index && segment.nextOffset <= from) continue
    scanBatches({
      file: context.files.reader(segment.path),
      from: 0,
      to: i === start.index ? start.position : segment.size,
      visit(header) {
        if (header.baseOffset >= from) producers.replay(header)
        return true
      },
    })
  }
  return producers
}

/** A snapshot beyond the end speaks of batches that are gone. */
function dropLateSnapshots(
  context: LogContext,
  directory: string,
  names: readonly string[],
  segments: readonly Segment[],
): void {
  const end = segments.length === 0 ? 0 : segments[segments.length - 1].nextOffset
  let dropped = false
  for (const offset of offsetsNamed(names, '.producers')) {
    if (offset <= end && segmentFor(segments, offset)) continue
    context.environment.fs.removeSync(snapshotPath(directory, offset))
    dropped = true
  }
  if (dropped) context.environment.fs.syncDirectorySync(directory)
}

function syncAll(context: LogContext, directory: string, segments: readonly Segment[]): void {
  for (const segment of segments) {
    if (segment.syncedSize === segment.size) continue
    context.files.writer(segment.path).syncSync()
    segment.syncedSize = segment.size
  }
  context.environment.fs.syncDirectorySync(directory)
}
