/** Reads one partition from an offset on: the record batches' bytes as they lie in the log, or decoded records. */
import { AppError } from '@millrace/base'
import type { Codecs } from '../compression/codec.ts'
import {
  batchHeaderSize,
  forEachHeader,
  isControl,
  isTransactional,
  nextOffsetOf,
  RecordCursor,
  readBatchHeader,
  recordsOf,
  viewOf,
} from '../records/index.ts'
import { apis, newFetchRequest, newFetchRequestPartition } from '../protocol/index.ts'
import type { Cluster } from './cluster.ts'
import type { BrokerConnection } from './connection.ts'
import { check } from './kafka-error.ts'

export interface ReaderOptions {
  topic: string
  partition: number
  /** Of the first record to read. */
  offset: number
  /** Up to the last stable offset, without aborted transactions (default), or up to the high watermark. */
  isolation?: 'read-committed' | 'read-uncommitted'
  /** The broker waits for so many bytes, at most `waitMsMax`. */
  minBytes?: number
  maxBytes?: number
  waitMsMax?: number
  /** For compressed batches. */
  codecs: Codecs
}

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

const defaults = {
  isolation: 'read-committed' as const,
  minBytes: 1,
  maxBytes: 4 * 1024 * 1024,
  waitMsMax: 500,
}

/**
 * ```ts
 * const reader = client.reader({ topic: 'orders', partition: 0, offset: 0 })
 * const chunk = await reader.read()                  // advances reader.position
 * for (const record of reader.decode(chunk)) console.log(record.offset, record.value)
 * reader.close()
 * ```
 * Passing failures are retried. An offset that is gone or not yet there is `AppError` `kafka-offset-out-of-range`.
 */
export class PartitionReader {
  readonly topic: string
  readonly partition: number
  private readonly cluster: Cluster
  private readonly options: ReaderOptions & typeof defaults
  private next: number
  private connection: BrokerConnection | undefined
  private closed = false

  constructor(cluster: Cluster, options: ReaderOptions) {
    this.cluster = cluster
    this.options = { ...defaults, ...options }
    this.topic = options.topic
    this.partition = options.partition
    this.next = options.offset
  }

  /** Offset of the next record to read. */
  get position(): number {
    return this.next
  }

  seek(offset: number): void {
    this.next = offset
  }

  /** One Fetch. Resolves with empty `bytes` when nothing came within `waitMsMax`. */
  async read(): Promise<FetchedChunk> {
    const chunk = await this.cluster.retry(() => this.fetch(this.next))
    this.next = chunk.nextOffset
    return chunk
  }

  /** The records of a chunk from its offset on, without control batches and aborted transactions. */
  decode(chunk: FetchedChunk): KafkaRecord[] {
    return decodeRecords(chunk, this.options.codecs)
  }

  /** Records as they come, until `signal` aborts or the reader is closed. */
  async *follow(signal?: AbortSignal): AsyncGenerator<KafkaRecord[]> {
    while (!signal?.aborted && !this.closed) {
      const records = this.decode(await this.read())
      if (records.length > 0) yield records
    }
  }

  close(): void {
    this.closed = true
    this.connection?.close()
  }

  private async fetch(offset: number): Promise<FetchedChunk> {
    const { topic, partition, options } = this
    const connection = await this.connected()
    const request = newFetchRequest({
      maxWaitMs: options.waitMsMax,
      minBytes: options.minBytes,
      maxBytes: options.maxBytes,
      isolationLevel: options.isolation === 'read-committed' ? 1 : 0,
      topics: [
        {
          topic,
          partitions: [
            newFetchRequestPartition({
              partition,
              fetchOffset: offset,
              partitionMaxBytes: options.maxBytes,
            }),
          ],
        },
      ],
    })
    const response = await connection.request(apis.fetch, request)
    check(response.errorCode, `Reading ${topic}/${partition}`)
    const found = response.responses[0]?.partitions[0]
    if (!found) throw this.malformed('the answer names no partition')
    if (found.errorCode !== 0) this.leaveLeader()
    check(found.errorCode, `Reading ${topic}/${partition} at offset ${offset}`, {
      details: { topic, partition, offset, logStart: found.logStartOffset },
    })
    const bytes = wholeBatches(found.records ?? new Uint8Array(0))
    return {
      bytes,
      offset,
      nextOffset: Math.max(offset, endOffset(bytes)),
      highWatermark: found.highWatermark,
      lastStableOffset: found.lastStableOffset,
      logStart: found.logStartOffset,
      aborted: found.abortedTransactions ?? [],
    }
  }

  /** Its own connection, because a waiting Fetch holds up whatever is behind it. */
  private async connected(): Promise<BrokerConnection> {
    if (this.closed) throw this.malformed('the reader is closed')
    if (this.connection?.isOpen()) return this.connection
    const leader = await this.cluster.leaderOf(this.topic, this.partition)
    try {
      this.connection = await this.cluster.openConnection(leader)
    } catch (error) {
      this.leaveLeader()
      throw error
    }
    return this.connection
  }

  private leaveLeader(): void {
    this.cluster.forget(this.topic)
    this.connection?.close()
    this.connection = undefined
  }

  private malformed(what: string): AppError {
    return new AppError(`Reading ${this.topic}/${this.partition}: ${what}.`, {
      code: 'kafka-reader',
      origin: 'external',
    })
  }
}

/** Brokers may cut the last batch off. */
function wholeBatches(bytes: Uint8Array): Uint8Array {
  const view = viewOf(bytes)
  let position = 0
  while (position + batchHeaderSize <= bytes.length) {
    const { size } = readBatchHeader(view, position)
    if (size < batchHeaderSize || position + size > bytes.length) break
    position += size
  }
  return bytes.subarray(0, position)
}

function endOffset(bytes: Uint8Array): number {
  const view = viewOf(bytes)
  let end = -1
  for (let position = 0; position < bytes.length; ) {
    const header = readBatchHeader(view, position)
    end = nextOffsetOf(header)
    position += header.size
  }
  return end
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

/** The key of a control record is {version, type}; type 0 aborts. */
function isAbortMarker(batch: Uint8Array): boolean {
  const cursor = new RecordCursor()
  cursor.begin(batch, 0, { bytes: batch, start: batchHeaderSize, end: batch.length })
  if (!cursor.next() || cursor.keyStart < 0 || cursor.keyEnd - cursor.keyStart < 4) return false
  return cursor.bytes[cursor.keyStart + 2] === 0 && cursor.bytes[cursor.keyStart + 3] === 0
}
