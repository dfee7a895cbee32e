/** One partition's batches on their way to the broker: sealed, sent in order, repeated in order. */
import { AppError, type Cancel } from '@millrace/base'
import type { Codecs, CompressionName } from '../compression/codec.ts'
import { apis, errorCodes, newProduceRequest } from '../protocol/index.ts'
import { BatchBuilder, batchHeaderSize, type Crc32c, type RecordHeader } from '../records/index.ts'
import { type Address, type Cluster, mayRetry } from './cluster.ts'
import type { BrokerConnection } from './connection.ts'
import { check, kafkaError } from './kafka-error.ts'

export interface PartitionQueueOptions {
  cluster: Cluster
  topic: string
  partition: number
  producerId: number
  producerEpoch: number
  crc32c: Crc32c
  codecs?: Codecs
  compression: CompressionName
  batchBytes: number
  lingerMs: number
  inFlightMax: number
  deliveryTimeoutMs: number
  now(): number
  onSealed(): void
  /** So many buffered bytes are acknowledged. */
  onDone(bytes: number): void
  onFailure(error: AppError): void
}

/** How long the broker may take to make a batch safe. */
const produceTimeoutMs = 30_000
const sequenceMax = 0x7fffffff

/** A batch from its first record to its acknowledgement. */
export class OpenBatch {
  /** The wire bytes; set when no more records are taken. */
  bytes: Uint8Array | undefined
  bufferedBytes = 0
  inFlight = false
  readonly createdAt: number
  private outcome: { offset: number } | { error: Error } | undefined
  private waiters: { resolve(offset: number): void; reject(error: Error): void }[] = []

  constructor(createdAt: number) {
    this.createdAt = createdAt
  }

  /** Offset of the batch's first record, when it is acknowledged. */
  baseOffset(): Promise<number> {
    if (this.outcome) {
      if ('error' in this.outcome) return Promise.reject(this.outcome.error)
      return Promise.resolve(this.outcome.offset)
    }
    return new Promise((resolve, reject) => {
      this.waiters.push({ resolve, reject })
    })
  }

  settle(outcome: { offset: number } | { error: Error }): void {
    this.outcome = outcome
    for (const waiter of this.waiters.splice(0)) {
      if ('error' in outcome) waiter.reject(outcome.error)
      else waiter.resolve(outcome.offset)
    }
  }
}

export class PartitionQueue {
  /** Where the last record went. */
  lastBatch: OpenBatch
  lastIndex = 0
  private readonly options: PartitionQueueOptions
  private readonly builder: BatchBuilder
  private open: OpenBatch | undefined
  /** Sealed batches in order: first those in flight, then those that wait. */
  private readonly sealed: OpenBatch[] = []
  private inFlight = 0
  private nextSequence = 0
  private cancelLinger: Cancel = () => {}
  private connection: BrokerConnection | undefined
  private connecting = false
  /** After a failure nothing is sent until the batches in flight are back; then from the oldest on. */
  private recovering = false
  private failures = 0
  private failed = false

  constructor(options: PartitionQueueOptions) {
    const { crc32c, codecs, compression, producerId, producerEpoch } = options
    this.options = options
    this.lastBatch = new OpenBatch(0)
    this.builder = new BatchBuilder({ crc32c, codecs, compression, producerId, producerEpoch })
  }

  /** Takes a record; answers the bytes that it adds to the buffer. */
  append(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers?: readonly RecordHeader[],
  ): number {
    const { builder } = this
    const batch = this.openBatch()
    const index = builder.count
    const sizeBefore = index === 0 ? batchHeaderSize : builder.sizeBytes
    builder.append(timestamp, key, value, headers)
    const bytes = builder.sizeBytes - sizeBefore
    batch.bufferedBytes += bytes
    this.lastBatch = batch
    this.lastIndex = index
    if (builder.sizeBytes >= this.options.batchBytes) this.seal()
    return bytes
  }

  private openBatch(): OpenBatch {
    if (this.open) return this.open
    const { cluster, lingerMs, now } = this.options
    this.cancelLinger = cluster.scheduler.after(lingerMs, () => this.seal())
    this.open = new OpenBatch(now())
    return this.open
  }

  /** Closes the batch at hand and sends it when it is its turn. */
  seal(): void {
    const batch = this.open
    if (!batch || this.failed) return
    this.cancelLinger()
    const count = this.builder.count
    const idempotent = this.options.producerId >= 0
    batch.bytes = this.builder.build(idempotent ? this.nextSequence : -1)
    // Sequences wrap from 2^31 - 1 to 0.
    this.nextSequence = (this.nextSequence + count) % (sequenceMax + 1)
    this.open = undefined
    this.sealed.push(batch)
    this.options.onSealed()
    // `append` has not yet told the producer of its bytes; answers come later in any case.
    this.pump()
  }

  /** Sealed batches that are not yet acknowledged. */
  pending(): readonly OpenBatch[] {
    return this.sealed
  }

  fail(error: AppError): void {
    this.failed = true
    this.cancelLinger()
    for (const batch of this.sealed.splice(0)) batch.settle({ error })
    this.open?.settle({ error })
    this.open = undefined
  }

  private pump(): void {
    while (!this.failed && !this.recovering && this.inFlight < this.options.inFlightMax) {
      const next = this.sealed.find((batch) => !batch.inFlight)
      if (!next) return
      if (!this.connection?.isOpen()) {
        this.connect(next)
        return
      }
      this.transmit(next, this.connection)
    }
  }

  private connect(batch: OpenBatch): void {
    if (this.connecting) return
    this.connecting = true
    const { cluster, topic, partition } = this.options
    cluster
      .leaderOf(topic, partition)
      .then((leader: Address) => cluster.connectionTo(leader))
      .then(
        (connection) => {
          this.connecting = false
          this.connection = connection
          this.pump()
        },
        (error) => {
          this.connecting = false
          this.trouble(batch, error)
        },
      )
  }

  private transmit(batch: OpenBatch, connection: BrokerConnection): void {
    const { topic, partition } = this.options
    const partitionData = [{ index: partition, records: batch.bytes ?? null }]
    const topicData = [{ name: topic, partitionData }]
    const request = newProduceRequest({ acks: -1, timeoutMs: produceTimeoutMs, topicData })
    batch.inFlight = true
    this.inFlight++
    connection
      .request(apis.produce, request)
      .then((response) => {
        const answer = response.responses[0]?.partitionResponses[0]
        const code = answer?.errorCode ?? errorCodes.UNKNOWN_SERVER_ERROR
        check(code, `Writing to ${topic}/${partition}`, { message: answer?.errorMessage })
        return answer?.baseOffset ?? -1
      })
      .then(
        (offset) => {
          this.inFlight--
          this.done(batch, offset)
        },
        (error) => {
          this.inFlight--
          batch.inFlight = false
          this.trouble(batch, error)
        },
      )
  }

  private done(batch: OpenBatch, offset: number): void {
    const at = this.sealed.indexOf(batch)
    if (at < 0) return
    this.sealed.splice(at, 1)
    this.failures = 0
    batch.settle({ offset })
    this.options.onDone(batch.bufferedBytes)
    if (this.recovering && this.inFlight === 0) this.recover()
    else this.pump()
  }

  private trouble(batch: OpenBatch, error: unknown): void {
    if (this.failed) return
    const { topic, partition, cluster, deliveryTimeoutMs, now } = this.options
    const known =
      error instanceof AppError
        ? error
        : kafkaError(errorCodes.UNKNOWN_SERVER_ERROR, `Writing to ${topic}/${partition}`)
    // A batch behind one that failed is out of order; it goes again with it.
    const behind =
      known.details.errorCode === errorCodes.OUT_OF_ORDER_SEQUENCE_NUMBER &&
      this.sealed[0] !== batch
    const late = now() - batch.createdAt > deliveryTimeoutMs
    // The delivery timeout bounds the repeats, but for a topic that is gone.
    const again = mayRetry(known, this.failures + 1, Number.POSITIVE_INFINITY)
    if ((!again && !behind) || late) {
      this.options.onFailure(known)
      return
    }
    cluster.forget(topic)
    this.connection = undefined
    this.recovering = true
    if (this.inFlight === 0) this.recover()
  }

  private recover(): void {
    this.options.cluster.pause(this.failures++).then(() => {
      this.recovering = false
      this.pump()
    })
  }
}
