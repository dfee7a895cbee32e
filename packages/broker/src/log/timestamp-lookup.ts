/** Finds records by time: through the time index to a batch, then inside it (ListOffsets). */
import { hasLogAppendTime, readBatchHeader, viewOf } from '../records/batch-header.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import { recordsOf } from '../records/records-of.ts'
import type { OffsetAndTimestamp } from './api.ts'
import type { LogContext } from './log-context.ts'
import { scanBatches } from './scan.ts'
import type { Segment } from './segment.ts'
import type { SegmentStore } from './segment-store.ts'

/** The first record, by offset, with a timestamp of at least `timestamp`, in batches that end by `upTo`. */
export function findTimestamp(
  context: LogContext,
  store: SegmentStore,
  wanted: { timestamp: number; upTo: number },
): OffsetAndTimestamp | undefined {
  for (const segment of store.segments) {
    const index = store.indexOf(segment)
    if (index.maxTimestamp < wanted.timestamp) continue
    let place: Place | undefined
    scanBatches({
      file: context.files.reader(segment.path),
      from: index.positionBeforeTimestamp(wanted.timestamp),
      to: segment.size,
      visit(header, position) {
        if (header.baseOffset + header.lastOffsetDelta >= wanted.upTo) return false
        if (header.maxTimestamp < wanted.timestamp) return true
        place = { segment, position, size: header.size }
        return false
      },
    })
    if (!place) continue
    const found = firstRecordIn(context, place, wanted.timestamp)
    if (found) return found
  }
  return undefined
}

/** The first record that has the highest timestamp below `upTo` (KIP-734). */
export function findLatestTimestamp(
  context: LogContext,
  store: SegmentStore,
  upTo: number,
): OffsetAndTimestamp | undefined {
  let best: Segment | undefined
  let bestTimestamp = -1
  for (const segment of store.segments) {
    const { maxTimestamp, maxTimestampBase } = store.indexOf(segment)
    if (segment.size === 0 || maxTimestampBase < 0 || segment.baseOffset >= upTo) continue
    if (best && maxTimestamp <= bestTimestamp) continue
    best = segment
    bestTimestamp = maxTimestamp
  }
  if (!best) return undefined
  // Only a segment with batches above the high watermark can promise more than may be shown: then its headers tell.
  if (best.nextOffset > upTo) bestTimestamp = latestBelow(context, store, upTo)
  return findTimestamp(context, store, { timestamp: bestTimestamp, upTo })
}

function latestBelow(context: LogContext, store: SegmentStore, upTo: number): number {
  let latest = -1
  for (const segment of store.segments) {
    scanBatches({
      file: context.files.reader(segment.path),
      from: 0,
      to: segment.size,
      visit(header) {
        if (header.baseOffset + header.lastOffsetDelta >= upTo) return false
        latest = Math.max(latest, header.maxTimestamp)
        return true
      },
    })
  }
  return latest
}

interface Place {
  segment: Segment
  position: number
  size: number
}

function firstRecordIn(
  context: LogContext,
  place: Place,
  timestamp: number,
): OffsetAndTimestamp | undefined {
  const bytes = context.files.reader(place.segment.path).readSync(place.position, place.size)
  const header = readBatchHeader(viewOf(bytes))
  if (hasLogAppendTime(header.attributes)) {
    return { offset: header.baseOffset, timestamp: header.maxTimestamp }
  }
  const cursor = new RecordCursor()
  cursor.begin(bytes, 0, recordsOf(bytes, 0, header, context.environment.codecs))
  while (cursor.next()) {
    if (cursor.timestamp >= timestamp) return { offset: cursor.offset, timestamp: cursor.timestamp }
  }
  return undefined
}
