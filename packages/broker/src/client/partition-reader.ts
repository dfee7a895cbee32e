/** Reads one partition from an offset on: the record batches' bytes as they lie in the log, or decoded records. */
import { AppError } from '@millrace/base'
import type { Codecs } from '../compression/codec.ts'
import { apis, newFetchRequest, newFetchRequestPartition } from '../protocol/index.ts'
import { batchHeaderSize, nextOffsetOf, readBatchHeader, viewOf } from '../records/index.ts'
import type { Cluster } from './cluster.ts'
import type { BrokerConnection } from './connection.ts'
import { decodeRecords, type FetchedChunk, type KafkaRecord } from './decode-records.ts'
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

const defaults = {
  isolation: 'read-committed' as 'read-committed' | 'read-uncommitted',
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

  /** Records as they come, until the reader is closed. */
  async *follow(): AsyncGenerator<KafkaRecord[], void> {
    while (!this.closed) {
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
