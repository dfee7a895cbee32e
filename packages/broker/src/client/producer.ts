/** Writes records in batches, in order for each partition, idempotently by default (KIP-98). */
import { AppError, assert } from '@millrace/base'
import type { Codecs, CompressionName } from '../compression/codec.ts'
import { apis, newInitProducerIdRequest } from '../protocol/index.ts'
import type { Crc32c, RecordHeader } from '../records/index.ts'
import type { Cluster } from './cluster.ts'
import { check } from './kafka-error.ts'
import { partitionForKey } from './murmur2.ts'
import { type OpenBatch, PartitionQueue } from './partition-queue.ts'

export interface ProducerOptions {
  crc32c: Crc32c
  /** Needed for `compression`. */
  codecs?: Codecs
  compression?: CompressionName
  /** Repeats after a lost answer are written once (default). */
  idempotent?: boolean
  /** A batch is sent when its records reach this size before compression. */
  batchBytes?: number
  /** … or when its first record is this old. */
  lingerMs?: number
  /** Records that wait for their answer, over all partitions; beyond it `append` refuses. */
  bufferBytesMax?: number
  /** Batches of one partition under way at a time; at most 5 keep their order and their idempotence. */
  inFlightMax?: number
  /** A batch that was not taken for so long fails, and the producer with it. */
  deliveryTimeoutMs?: number
}

export const producerDefaults = {
  compression: 'none' as CompressionName,
  idempotent: true,
  batchBytes: 256 * 1024,
  lingerMs: 5,
  bufferBytesMax: 32 * 1024 * 1024,
  inFlightMax: 5,
  deliveryTimeoutMs: 120_000,
}

export interface ProducerRecord {
  /** Default: by the key's murmur2 hash as in Java; without a key one partition after the other, batch by batch. */
  partition?: number
  key?: Uint8Array | null
  value: Uint8Array | null
  headers?: readonly RecordHeader[]
  /** Milliseconds; default now. */
  timestamp?: number
}

export interface RecordPosition {
  partition: number
  offset: number
}

/**
 * ```ts
 * const producer = await client.producer()
 * const [first] = await producer.send('orders', [{ key, value }])   // { partition, offset }
 *
 * // Without a promise for each record: `append` is synchronous and refuses when the buffer is full.
 * if (!producer.append('orders', 3, { value })) await producer.whenRoom()
 * await producer.flush()                                            // everything appended is acknowledged
 * ```
 * A batch that cannot be written fails the producer: `flush`, `send` and `append` then throw its `AppError`, because
 * later batches would leave a gap. Make a new one to go on.
 */
export class Producer {
  private readonly cluster: Cluster
  private readonly options: ProducerOptions & typeof producerDefaults
  private readonly now: () => number
  private readonly producer: { id: number; epoch: number }
  /** By topic, then by partition. */
  private readonly queues = new Map<string, PartitionQueue[]>()
  private readonly sticky = new Map<string, number>()
  private bufferedBytes = 0
  private failure: AppError | undefined
  private roomWaiters: { resolve(): void; reject(error: Error): void }[] = []

  private constructor(
    cluster: Cluster,
    options: ProducerOptions & { now: () => number },
    producer: { id: number; epoch: number },
  ) {
    this.cluster = cluster
    this.options = { ...producerDefaults, ...options }
    this.now = options.now
    this.producer = producer
    const { inFlightMax, idempotent } = this.options
    assert(!idempotent || inFlightMax <= 5, 'idempotence is kept for at most 5 batches in flight')
  }

  /** Asks for a producer id when idempotent. */
  static async open(
    cluster: Cluster,
    options: ProducerOptions & { now: () => number },
  ): Promise<Producer> {
    if (options.idempotent === false) return new Producer(cluster, options, { id: -1, epoch: -1 })
    const request = newInitProducerIdRequest({
      transactionalId: null,
      transactionTimeoutMs: 60_000,
    })
    const identity = await cluster.retry(async () => {
      const connection = await cluster.anyConnection()
      const response = await connection.request(apis.initProducerId, request)
      check(response.errorCode, 'Asking for a producer id')
      return { id: response.producerId, epoch: response.producerEpoch }
    })
    return new Producer(cluster, options, identity)
  }

  /** Bytes of records that are not yet acknowledged. */
  get buffered(): number {
    return this.bufferedBytes
  }

  partitionsOf(topic: string): Promise<number> {
    return this.cluster.retry(() => this.cluster.partitionCount(topic))
  }

  /** False when the buffer is full: nothing was taken. Throws the producer's failure. */
  append(topic: string, partition: number, record: Omit<ProducerRecord, 'partition'>): boolean {
    if (this.failure) throw this.failure
    if (this.bufferedBytes >= this.options.bufferBytesMax) return false
    this.put(topic, partition, record)
    return true
  }

  /** Resolves with the position of each record, in the order given. */
  async send(topic: string, records: readonly ProducerRecord[]): Promise<RecordPosition[]> {
    const count = await this.partitionsOf(topic)
    const places: { batch: OpenBatch; index: number; partition: number }[] = []
    for (const record of records) {
      while (this.bufferedBytes >= this.options.bufferBytesMax) await this.whenRoom()
      if (this.failure) throw this.failure
      const partition = record.partition ?? this.choose(topic, record.key, count)
      const { lastBatch: batch, lastIndex: index } = this.put(topic, partition, record)
      places.push({ batch, index, partition })
    }
    const positions: RecordPosition[] = []
    for (const { batch, index, partition } of places) {
      positions.push({ partition, offset: (await batch.baseOffset()) + index })
    }
    return positions
  }

  /** Resolves when everything appended so far is acknowledged; rejects when some of it never will be. */
  async flush(): Promise<void> {
    if (this.failure) throw this.failure
    const pending: Promise<number>[] = []
    for (const queue of this.allQueues()) {
      queue.seal()
      for (const batch of queue.pending()) pending.push(batch.baseOffset())
    }
    await Promise.all(pending)
  }

  /** Resolves when `append` would take a record again. */
  whenRoom(): Promise<void> {
    if (this.failure) return Promise.reject(this.failure)
    if (this.bufferedBytes < this.options.bufferBytesMax) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.roomWaiters.push({ resolve, reject })
    })
  }

  /** Flushes. The connections stay with the client. */
  async close(): Promise<void> {
    await this.flush()
    const code = 'kafka-closed'
    this.fail(new AppError('This producer is closed.', { code, origin: 'internal' }))
  }

  private choose(topic: string, key: Uint8Array | null | undefined, count: number): number {
    if (key) return partitionForKey(key, count)
    const sticky = (this.sticky.get(topic) ?? 0) % count
    this.sticky.set(topic, sticky)
    return sticky
  }

  /** Answers the queue, whose `lastBatch` and `lastIndex` say where the record went: nothing is allocated for it. */
  private put(
    topic: string,
    partition: number,
    record: Omit<ProducerRecord, 'partition'>,
  ): PartitionQueue {
    const queue = this.queues.get(topic)?.[partition] ?? this.newQueue(topic, partition)
    const { key = null, value, headers, timestamp = this.now() } = record
    this.bufferedBytes += queue.append(timestamp, key, value, headers)
    return queue
  }

  private allQueues(): PartitionQueue[] {
    // Arrays of queues have holes where a partition was never written to.
    return [...this.queues.values()].flat()
  }

  private newQueue(topic: string, partition: number): PartitionQueue {
    const queue = new PartitionQueue({
      ...this.options,
      cluster: this.cluster,
      topic,
      partition,
      producerId: this.producer.id,
      producerEpoch: this.producer.epoch,
      now: this.now,
      onSealed: () => {
        if ((this.sticky.get(topic) ?? 0) === partition) this.sticky.set(topic, partition + 1)
      },
      onDone: (bytes) => this.release(bytes),
      onFailure: (error) => this.fail(error),
    })
    const queues = this.queues.get(topic) ?? []
    queues[partition] = queue
    this.queues.set(topic, queues)
    return queue
  }

  private release(bytes: number): void {
    this.bufferedBytes -= bytes
    if (this.bufferedBytes < this.options.bufferBytesMax) {
      for (const waiter of this.roomWaiters.splice(0)) waiter.resolve()
    }
  }

  private fail(error: AppError): void {
    if (this.failure) return
    this.failure = error
    for (const queue of this.allQueues()) queue.fail(error)
    for (const waiter of this.roomWaiters.splice(0)) waiter.reject(error)
  }
}
