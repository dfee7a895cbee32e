/** The segments of one partition: appended to, rolled, read and synced. It knows bytes and offsets, no policy. */
import { assert, parentPath } from '@millrace/base'
import {
  at,
  type BatchHeader,
  batchHeaderSize,
  batchPrefixSize,
  getInt64,
  viewOf,
} from '../records/batch-header.ts'
import { writeChecked } from './checked-file.ts'
import type { LogContext } from './log-context.ts'
import { type ProducerStates, producerSnapshotMagic } from './producer-state.ts'
import type { RecoveredLog, RecoveryPoint } from './recovery.ts'
import { indexPath, newSegment, type Segment, segmentFor, snapshotPath } from './segment.ts'
import { indexIntervalBytes, SparseIndex } from './sparse-index.ts'

/** Producer snapshots kept: the newest, and one to fall back on. */
const snapshotsKept = 2

export interface ReadWindow {
  maxBytes: number
  /** No batch that ends after this offset. */
  upTo: number
  atLeastOneBatch: boolean
}

export class SegmentStore {
  readonly directory: string
  /** Ascending, contiguous; the last one is appended to. */
  readonly segments: Segment[]
  private activeIndex: SparseIndex
  private readonly context: LogContext
  private snapshots: number[] = []

  constructor(context: LogContext, directory: string, recovered: RecoveredLog) {
    this.context = context
    this.directory = directory
    this.segments = recovered.segments
    this.activeIndex = recovered.activeIndex
  }

  get logStart(): number {
    return this.segments[0]?.baseOffset ?? 0
  }

  get logEnd(): number {
    return this.segments[this.segments.length - 1]?.nextOffset ?? 0
  }

  sizeBytes(): number {
    let bytes = 0
    for (const segment of this.segments) bytes += segment.size
    return bytes
  }

  active(): Segment | undefined {
    return this.segments[this.segments.length - 1]
  }

  /**
   * Writes one batch whose header already has its offset. A failed write is undone and returned as an error; it throws
   * when it could not be undone.
   */
  append(bytes: Uint8Array, header: BatchHeader): Error | undefined {
    const segment = this.active() ?? this.begin(header.baseOffset)
    const file = this.context.files.writer(segment.path)
    try {
      file.appendSync(bytes)
    } catch (error) {
      file.truncateSync(segment.size)
      return error instanceof Error ? error : new Error(String(error))
    }
    segment.firstAppendAt ??= this.context.environment.clock.now()
    this.activeIndex.add({
      baseOffset: header.baseOffset,
      maxTimestamp: header.maxTimestamp,
      position: segment.size,
      size: bytes.length,
    })
    segment.size += bytes.length
    segment.nextOffset = header.baseOffset + header.lastOffsetDelta + 1
    return undefined
  }

  /** Closes the active segment and begins another at the log's end. */
  roll(producers: ProducerStates): void {
    const sealed = this.active()
    assert(sealed && sealed.size > 0, 'only a segment with records is rolled')
    this.context.indexes.store(sealed, this.activeIndex)
    this.context.indexes.keep(sealed, this.activeIndex)
    this.begin(sealed.nextOffset)
    this.writeSnapshot(producers)
  }

  private begin(baseOffset: number): Segment {
    const { fs } = this.context.environment
    const segment = newSegment(this.directory, baseOffset)
    if (this.segments.length === 0) {
      const topicDirectory = parentPath(this.directory)
      fs.makeDirectorySync(this.directory)
      fs.syncDirectorySync(topicDirectory)
      fs.syncDirectorySync(parentPath(topicDirectory))
    }
    fs.removeSync(indexPath(segment))
    this.context.files.writer(segment.path)
    fs.syncDirectorySync(this.directory)
    this.segments.push(segment)
    this.activeIndex = new SparseIndex()
    return segment
  }

  /** So that the next start need not walk the log for producers. */
  writeSnapshot(producers: ProducerStates): void {
    const end = this.logEnd
    if (producers.size === 0 || this.segments.length === 0) return
    writeChecked(this.context.environment, snapshotPath(this.directory, end), {
      magic: producerSnapshotMagic,
      payload: producers.encode(),
    })
    this.snapshots = this.snapshots.filter((offset) => offset !== end)
    this.snapshots.push(end)
    while (this.snapshots.length > snapshotsKept) {
      const oldest = this.snapshots.shift()
      if (oldest !== undefined) {
        this.context.environment.fs.removeSync(snapshotPath(this.directory, oldest))
      }
    }
  }

  writeActiveIndex(): void {
    const segment = this.active()
    if (segment) this.context.indexes.store(segment, this.activeIndex)
  }

  indexOf(segment: Segment): SparseIndex {
    return segment === this.active() ? this.activeIndex : this.context.indexes.of(segment)
  }

  /** Segments with bytes that are not on the device yet, oldest first. */
  unsynced(): Segment[] {
    return this.segments.filter((segment) => segment.syncedSize < segment.size)
  }

  async sync(segment: Segment): Promise<void> {
    const size = segment.size
    await this.context.files.sync(segment.path)
    segment.syncedSize = Math.max(segment.syncedSize, size)
  }

  /** The furthest point below which all is on the device, as far as whole segments and the active one tell. */
  recoveryPoint(): RecoveryPoint | undefined {
    let point: RecoveryPoint | undefined
    for (const segment of this.segments) {
      if (segment.syncedSize < segment.size) {
        return point ?? { offset: segment.baseOffset, segmentBase: segment.baseOffset, position: 0 }
      }
      point = {
        offset: segment.nextOffset,
        segmentBase: segment.baseOffset,
        position: segment.size,
      }
    }
    return point
  }

  /** Whole batches from the one that holds `offset` on, inside one segment; empty when there are none below `upTo`. */
  read(offset: number, window: ReadWindow): Uint8Array {
    let segment = segmentFor(this.segments, offset)
    if (segment && offset >= segment.nextOffset) {
      segment = this.segments[this.segments.indexOf(segment) + 1]
    }
    if (!segment) return new Uint8Array(0)
    const from = this.indexOf(segment).positionBefore(offset)
    const file = this.context.files.reader(segment.path)
    const wanted = Math.max(0, window.maxBytes) + indexIntervalBytes + batchHeaderSize
    const bytes = file.readSync(from, Math.min(wanted, segment.size - from))
    const found = wholeBatches(bytes, offset, window)
    if (found.end > found.start) return bytes.subarray(found.start, found.end)
    if (!window.atLeastOneBatch || found.oversize === 0) return new Uint8Array(0)
    return file.readSync(from + found.start, found.oversize)
  }
}

/** The range of batches in `bytes` that the window lets through; `oversize` is the first one's size if it alone is too large. */
function wholeBatches(
  bytes: Uint8Array,
  offset: number,
  window: ReadWindow,
): { start: number; end: number; oversize: number } {
  const view = viewOf(bytes)
  let start = -1
  let position = 0
  while (position + batchHeaderSize <= bytes.length) {
    const size = view.getInt32(position + at.length) + batchPrefixSize
    const next =
      getInt64(view, position + at.baseOffset) + view.getInt32(position + at.lastOffsetDelta) + 1
    if (next > offset) {
      if (next > window.upTo) break
      if (start < 0) start = position
      const fits = position + size <= bytes.length && position + size - start <= window.maxBytes
      if (!fits) return { start, end: position, oversize: position === start ? size : 0 }
    }
    position += size
  }
  if (start < 0) return { start: 0, end: 0, oversize: 0 }
  return { start, end: Math.min(position, bytes.length), oversize: 0 }
}
