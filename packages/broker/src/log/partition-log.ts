/** One partition's log: checks what comes in, writes it, and publishes what may be acknowledged and read. */
import { AppError, type Cancel, messageOf } from '@millrace/base'
import { assignOffset, at, type BatchHeader, setInt64, viewOf } from '../records/batch-header.ts'
import { checkBatches } from '../records/checks.ts'
import { AbortedIndex } from './aborted-index.ts'
import type {
  AppendOptions,
  AppendResult,
  FetchOptions,
  FetchResult,
  LogError,
  OffsetAndTimestamp,
  PartitionLog,
} from './api.ts'
import type { LogContext } from './log-context.ts'
import type { ProducerStates } from './producer-state.ts'
import { type RecoveryPoint, recoverLog } from './recovery.ts'
import { SafeWaiters } from './safe-waiters.ts'
import { SegmentStore } from './segment-store.ts'
import { findLatestTimestamp, findTimestamp } from './timestamp-lookup.ts'
import type { TopicConfig } from './topic-config.ts'

export interface OpenPartitionOptions {
  topic: string
  partition: number
  directory: string
  config: TopicConfig
  point: RecoveryPoint | undefined
}

/** Recovers the partition's files and opens it. Throws `AppError` `fs-…` when they cannot be read. */
export function openPartitionLog(
  context: LogContext,
  options: OpenPartitionOptions,
): StoredPartitionLog {
  const { directory, config, point } = options
  const recovered = recoverLog(context, { directory, point, sync: config.durability === 'fsync' })
  const store = new SegmentStore(context, directory, recovered)
  return new StoredPartitionLog(context, options, { store, producers: recovered.producers })
}

export class StoredPartitionLog implements PartitionLog {
  readonly topic: string
  readonly partition: number
  readonly store: SegmentStore
  private readonly context: LogContext
  private readonly config: TopicConfig
  private readonly producers: ProducerStates
  private readonly aborted = new AbortedIndex()
  private safeEnd: number
  private syncing = false
  private stopped: Error | undefined
  private readonly waiters = new SafeWaiters()
  private readonly listeners = new Set<() => void>()

  constructor(
    context: LogContext,
    options: OpenPartitionOptions,
    parts: { store: SegmentStore; producers: ProducerStates },
  ) {
    this.context = context
    this.topic = options.topic
    this.partition = options.partition
    this.config = options.config
    this.store = parts.store
    this.producers = parts.producers
    this.safeEnd = parts.store.logEnd
  }

  get logStart(): number {
    return this.store.logStart
  }

  get highWatermark(): number {
    return this.safeEnd
  }

  /** The high watermark, as long as no transaction can be open. */
  get lastStableOffset(): number {
    return this.safeEnd
  }

  get logEnd(): number {
    return this.store.logEnd
  }

  get failure(): Error | undefined {
    return this.stopped
  }

  sizeBytes(): number {
    return this.store.sizeBytes()
  }

  append(records: Uint8Array, options: AppendOptions = {}): AppendResult {
    if (this.stopped) return this.refuse('KAFKA_STORAGE_ERROR', this.stopped.message)
    const internal = options.origin === 'internal'
    const check = checkBatches(records, {
      crc32c: this.context.environment.crc32c,
      codecs: this.context.environment.codecs,
      batchBytesMax: this.config.maxMessageBytes,
      internal,
    })
    if (!check.ok) return this.refuse(check.error, check.message)
    if (!internal && check.headers.length > 1) {
      return this.refuse('INVALID_RECORD', 'A produce request has one record batch a partition.')
    }
    const duplicate = this.checkProducer(check.headers[0])
    if (duplicate) return duplicate
    try {
      return this.write(records, check.headers)
    } catch (error) {
      this.stop(error)
      return this.refuse('KAFKA_STORAGE_ERROR', messageOf(this.stopped))
    }
  }

  /** The answer to a repeat or a break in the sequence, or undefined when the batch is to be written. */
  private checkProducer(header: BatchHeader): AppendResult | undefined {
    if (header.producerId < 0) return undefined
    const verdict = this.producers.check(header)
    if (verdict.is === 'append') return undefined
    if (verdict.is === 'refuse') return this.refuse(verdict.error, verdict.message)
    const { baseOffset, nextOffset } = verdict
    return {
      error: 'NONE',
      baseOffset,
      nextOffset,
      logAppendTime: -1,
      logStart: this.logStart,
      duplicate: true,
    }
  }

  private write(records: Uint8Array, headers: readonly BatchHeader[]): AppendResult {
    const first = this.logEnd
    const stamped = this.config.timestampType === 'LogAppendTime'
    const now = this.context.environment.clock.now()
    const view = viewOf(records)
    let position = 0
    for (const header of headers) {
      if (this.shouldRoll(header.size, now)) this.roll()
      header.baseOffset = this.logEnd
      assignOffset(view, position, header.baseOffset)
      const bytes = records.subarray(position, position + header.size)
      if (stamped) this.stamp(bytes, header, now)
      const failed = this.store.append(bytes, header)
      if (failed) return this.refuse('KAFKA_STORAGE_ERROR', failed.message)
      this.producers.replay(header)
      position += header.size
    }
    if (this.config.durability === 'os') this.advance(this.logEnd)
    else void this.syncAppended()
    return {
      error: 'NONE',
      baseOffset: first,
      nextOffset: this.logEnd,
      logAppendTime: stamped ? now : -1,
      logStart: this.logStart,
      duplicate: false,
    }
  }

  /** Log append time lies inside the checksum, so that is made anew. */
  private stamp(bytes: Uint8Array, header: BatchHeader, now: number): void {
    const view = viewOf(bytes)
    header.attributes |= 8
    header.maxTimestamp = now
    view.setInt16(at.attributes, header.attributes)
    setInt64(view, at.maxTimestamp, now)
    view.setUint32(at.crc, this.context.environment.crc32c(bytes.subarray(at.attributes)))
  }

  private shouldRoll(bytes: number, now: number): boolean {
    const active = this.store.active()
    if (!active || active.size === 0) return false
    if (active.size + bytes > this.config.segmentBytes) return true
    return active.firstAppendAt !== undefined && now - active.firstAppendAt > this.config.segmentMs
  }

  private roll(): void {
    const sealed = this.store.active()
    this.store.roll(this.producers)
    if (!sealed || this.config.durability === 'fsync') return
    // Not awaited by anybody: it only moves the recovery point.
    this.store.sync(sealed).catch((error) => this.stop(error))
  }

  /** Group commit: one sync at a time, each takes all that was appended before it began. */
  private async syncAppended(): Promise<void> {
    if (this.syncing) return
    this.syncing = true
    try {
      while (this.safeEnd < this.logEnd && !this.stopped) {
        const end = this.logEnd
        for (const segment of this.store.unsynced()) await this.store.sync(segment)
        this.advance(end)
      }
    } catch (error) {
      this.stop(error)
    } finally {
      this.syncing = false
    }
  }

  private advance(end: number): void {
    if (this.stopped || end <= this.safeEnd) return
    this.safeEnd = end
    this.waiters.reached(end)
    for (const listener of [...this.listeners]) listener()
  }

  /** A failed write or sync leaves the device in an unknown state: nothing more is taken until the next start. */
  private stop(cause: unknown, mend = 'Free space or mend the disk, then start again.'): void {
    if (this.stopped) return
    this.stopped = new AppError(
      `The log of ${this.topic}-${this.partition} stopped: ${messageOf(cause)} ${mend}`.trimEnd(),
      {
        code: 'log-stopped',
        origin: 'external',
        details: { topic: this.topic, partition: this.partition },
        cause,
      },
    )
    this.waiters.fail(this.stopped)
    for (const listener of [...this.listeners]) listener()
  }

  isSafe(offset: number): boolean {
    return offset <= this.safeEnd
  }

  whenSafe(offset: number): Promise<void> {
    if (this.isSafe(offset)) return Promise.resolve()
    if (this.stopped) return Promise.reject(this.stopped)
    return this.waiters.wait(offset)
  }

  read(offset: number, options: FetchOptions): FetchResult {
    const bounds = {
      highWatermark: this.highWatermark,
      lastStableOffset: this.lastStableOffset,
      logStart: this.logStart,
    }
    if (offset < bounds.logStart || offset > bounds.highWatermark) {
      return { error: 'OFFSET_OUT_OF_RANGE', ...bounds }
    }
    const upTo =
      options.isolation === 'read-committed' ? bounds.lastStableOffset : bounds.highWatermark
    try {
      const bytes = this.store.read(offset, {
        maxBytes: options.maxBytes,
        upTo,
        atLeastOneBatch: options.atLeastOneBatch ?? false,
      })
      const aborted =
        options.isolation === 'read-committed' ? this.aborted.overlapping(offset, upTo) : []
      return { error: 'NONE', bytes, ...bounds, aborted }
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return { error: 'KAFKA_STORAGE_ERROR', ...bounds }
    }
  }

  offsetForTimestamp(timestamp: number): OffsetAndTimestamp | undefined {
    return findTimestamp(this.context, this.store, { timestamp, upTo: this.highWatermark })
  }

  maxTimestamp(): OffsetAndTimestamp | undefined {
    return findLatestTimestamp(this.context, this.store, this.highWatermark)
  }

  onAdvance(listener: () => void): Cancel {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  /** Everything on the device, side files written; nothing may be appended afterwards. */
  async close(): Promise<RecoveryPoint | undefined> {
    if (this.stopped) return this.store.recoveryPoint()
    try {
      for (const segment of this.store.unsynced()) await this.store.sync(segment)
      this.advance(this.logEnd)
      this.store.writeActiveIndex()
      this.store.writeSnapshot(this.producers)
    } catch (error) {
      this.stop(error)
    }
    const point = this.store.recoveryPoint()
    this.stop(new Error('the broker is closing.'), '')
    return point
  }

  /** The topic is deleted: readers and writers get an error from now on. */
  remove(): void {
    this.stop(new Error('the topic was deleted.'), '')
    for (const segment of this.store.segments) {
      this.context.files.forget(segment.path)
      this.context.indexes.forget(segment)
    }
  }

  private refuse(error: Exclude<LogError, 'NONE'>, message: string): AppendResult {
    return { error, message, logStart: this.logStart }
  }
}
