/** From the bytes of a Fetch to single records. */
import type { Codecs } from '../compression/codec.ts'
import {
  batchHeaderSize,
  controlKindOf,
  forEachHeader,
  isControl,
  isTransactional,
  nextOffsetOf,
  RecordCursor,
  readBatchHeader,
  recordsOf,
  viewOf,
} from '../records/index.ts'

export interface FetchedChunk {
  /** Whole record batches; the first may begin before `offset`, see `decode`. Empty when nothing came in time. */
  bytes: Uint8Array
  /** What was asked for. */
  offset: number
  /** Where the next chunk begins. */
  nextOffset: number
  highWatermark: number
  lastStableOffset: number
  logStart: number
  aborted: readonly { producerId: number; firstOffset: number }[]
}

export interface KafkaRecord {
  offset: number
  /** Milliseconds. */
  timestamp: number
  key: Uint8Array | null
  value: Uint8Array | null
  headers: readonly { key: Uint8Array; value: Uint8Array | null }[]
}

/** The records of a chunk from its offset on. Throws `AppError` `corrupt-record`, `corrupt-compression`. */
export function decodeRecords(chunk: FetchedChunk, codecs: Codecs): KafkaRecord[] {
  const { bytes, offset } = chunk
  const view = viewOf(bytes)
  const records: KafkaRecord[] = []
  const cursor = new RecordCursor()
  const aborted = new AbortedFilter(chunk.aborted)
  for (let position = 0; position < bytes.length; ) {
    const header = readBatchHeader(view, position)
    const hidden = aborted.hides(header, bytes.subarray(position, position + header.size))
    if (!hidden) {
      cursor.begin(bytes, position, recordsOf(bytes, position, header, codecs))
      while (cursor.next()) if (cursor.offset >= offset) records.push(recordAt(cursor))
    }
    position += header.size
  }
  return records
}

function recordAt(cursor: RecordCursor): KafkaRecord {
  const { bytes, keyStart, keyEnd, valueStart, valueEnd } = cursor
  const headers: { key: Uint8Array; value: Uint8Array | null }[] = []
  if (cursor.headerCount > 0) {
    const { headersStart: start, headersEnd: end, headerCount: count } = cursor
    forEachHeader({ bytes, start, end, count }, (key, value) => headers.push({ key, value }))
  }
  return {
    offset: cursor.offset,
    timestamp: cursor.timestamp,
    key: keyStart < 0 ? null : bytes.subarray(keyStart, keyEnd),
    value: valueStart < 0 ? null : bytes.subarray(valueStart, valueEnd),
    headers,
  }
}

/** Hides control batches, and data of transactions between their first offset and their abort marker (KIP-98). */
class AbortedFilter {
  private readonly upcoming: { producerId: number; firstOffset: number }[]
  private readonly producers = new Set<number>()

  constructor(aborted: readonly { producerId: number; firstOffset: number }[]) {
    this.upcoming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset)
  }

  hides(header: ReturnType<typeof readBatchHeader>, batch: Uint8Array): boolean {
    const last = nextOffsetOf(header) - 1
    while (this.upcoming.length > 0 && this.upcoming[0].firstOffset <= last) {
      this.producers.add(this.upcoming[0].producerId)
      this.upcoming.shift()
    }
    if (isControl(header.attributes)) {
      if (isAbortMarker(batch)) this.producers.delete(header.producerId)
      return true
    }
    return isTransactional(header.attributes) && this.producers.has(header.producerId)
  }
}

function isAbortMarker(batch: Uint8Array): boolean {
  const cursor = new RecordCursor()
  cursor.begin(batch, 0, { bytes: batch, start: batchHeaderSize, end: batch.length })
  return cursor.next() && controlKindOf(cursor) === 'abort'
}
