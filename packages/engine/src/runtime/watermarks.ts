/**
 * Event time at a source: for each partition the largest event time, its watermark and idleness; together the minimum
 * that the source sends. The rule is Flink's `BoundedOutOfOrdernessWatermarks`: largest event time − wait − 1, so that a
 * watermark t says "nothing at or before t follows" and rows of equal time are never late among themselves (ADR 0043).
 * Combining follows Flink's `WatermarkOutputMultiplexer`. Everything moves at batch ends only.
 */
import { assert, decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { Batch } from '@millrace/schemas'
import { stateNames } from '../plan/operator-configs.ts'
import type { SourcePartitionStatus } from './metrics.ts'
import type { RestoredState, SnapshotPart, SourceContext } from './operator.ts'

/** How far a partition is, in offsets and in event time. */
export interface PartitionPosition {
  /** Next offset (or sequence number) to read. */
  offset: number
  maxEventTime: number | null
  maxEventTimeOffset: number | null
  /** Its own watermark, ms; null before its first row. It may lag the rows: it moves at the ends of record batches. */
  watermark: number | null
}

/** What a checkpoint keeps of a partition: plain JSON. */
export interface PartitionState extends PartitionPosition {
  /** Absent: the source has no topics. */
  topic?: string
  partition: number
  idle: boolean
  /** What the source had sent for all its partitions together; null before the first. */
  sent: number | null
  /** Generators: wall clock of the job's first start, from which they count. */
  startedAt?: number
}

export interface SourceTimeOptions {
  /** Bounded out-of-orderness, ms; null: rows have no event time and no watermark is sent. */
  waitMs: number | null
  /** A partition without rows for this long (wall clock) holds time no longer; null: it always does. */
  idleAfterMs: number | null
  /** Has the partition something that was not read yet? Then it is not silent. Absent: never. */
  isBehind?(partition: number): boolean
}

/** A partition that was never read. */
export function newPartition(partition: number, offset: number, topic?: string): PartitionState {
  const time = { maxEventTime: null, maxEventTimeOffset: null, watermark: null }
  const state = { partition, offset, ...time, idle: false, sent: null }
  return topic === undefined ? state : { topic, ...state }
}

/** Flink's `BoundedOutOfOrdernessWatermarks`: nothing at or before it follows. */
export function watermarkAfter(maxEventTime: number, waitMs: number): number {
  return maxEventTime - waitMs - 1
}

interface Partition extends PartitionState {
  /** Wall clock of its last row; null: none since the start. */
  lastRowAt: number | null
  /** Wall clock from which its silence is counted. */
  silentSince: number
}

export class SourceTime {
  private readonly context: SourceContext
  private readonly options: SourceTimeOptions
  private readonly partitions = new Map<number, Partition>()
  private sent = Number.NEGATIVE_INFINITY

  constructor(context: SourceContext, options: SourceTimeOptions) {
    this.context = context
    this.options = options
  }

  /** Adds a partition at its restored state, or at `offset` without any. Then `start` or `advance`. */
  add(partition: number, at: { offset: number; startedAt?: number } | PartitionState): void {
    const now = this.context.wallClock.now()
    const fresh = newPartition(partition, at.offset)
    this.partitions.set(partition, { ...fresh, ...at, lastRowAt: null, silentSince: now })
    this.wakeForSilence()
  }

  /** The partition is finished, or belongs to another subtask: it holds time no longer. */
  remove(partition: number): void {
    this.partitions.delete(partition)
    this.advance()
  }

  /** Sends the restored watermark, before any row. Call it once, after the partitions are added. */
  start(): void {
    const restored = [...this.partitions.values()].map((partition) => partition.sent)
    const least = Math.min(...restored.map((sent) => sent ?? Number.NEGATIVE_INFINITY))
    if (Number.isFinite(least)) {
      this.sent = least
      this.context.resumeWatermark(least)
    }
    this.advance()
  }

  /** Rows of one partition were emitted. `batch` has their event times; the last one's offset is `nextOffset` − 1. */
  onBatch(partition: number, batch: Batch, nextOffset: number): void {
    const row = latestRow(batch)
    const { origins, eventTimes } = batch
    const time = row < 0 || eventTimes === null ? null : eventTimes[row]
    const setBy = origins && row >= 0 ? origins.offset[row] : nextOffset - 1
    this.onRows(partition, { nextOffset, maxEventTime: time, maxEventTimeOffset: setBy })
  }

  /** The same for a caller that has looked at the event times itself; null: none of the rows has one. */
  onRows(
    partition: number,
    rows: { nextOffset: number; maxEventTime: number | null; maxEventTimeOffset: number | null },
  ): void {
    const own = this.owned(partition)
    const { nextOffset, maxEventTime, maxEventTimeOffset } = rows
    const moves =
      maxEventTime !== null && (own.maxEventTime === null || maxEventTime > own.maxEventTime)
    const { waitMs } = this.options
    const watermark =
      moves && waitMs !== null ? watermarkAfter(maxEventTime, waitMs) : own.watermark
    const time = moves ? { maxEventTime, maxEventTimeOffset } : {}
    this.onPosition(partition, { ...positionOf(own), ...time, offset: nextOffset, watermark })
    this.onAlive(partition)
  }

  /** The partition is further, with or without rows (dead letters, gaps): silence is about rows. */
  onPosition(partition: number, position: PartitionPosition): void {
    Object.assign(this.owned(partition), positionOf(position))
  }

  /** Nothing more lies before `offset`: the log has a gap there, or ends. */
  onGap(partition: number, offset: number): void {
    this.owned(partition).offset = offset
  }

  /** The partition gave rows: it is not silent. */
  onAlive(partition: number): void {
    const own = this.owned(partition)
    own.lastRowAt = own.silentSince = this.context.wallClock.now()
    own.idle = false
  }

  /** The partition is known to be silent (its log is empty): it holds time no longer until its next row. */
  markIdle(partition: number): void {
    this.owned(partition).idle = true
  }

  /** At the end of a batch: sends the minimum if it rose, and whether all partitions are idle; none at all is idle too. */
  advance(): void {
    let minimum = Number.POSITIVE_INFINITY
    let allIdle = true
    for (const { idle, watermark } of this.partitions.values()) {
      if (idle) continue
      allIdle = false
      minimum = Math.min(minimum, watermark ?? Number.NEGATIVE_INFINITY)
    }
    if (!allIdle) this.context.setIdle(false)
    if (!allIdle && minimum > this.sent) this.send(minimum)
    if (allIdle) this.context.setIdle(true)
    this.wakeForSilence()
  }

  /** Marks partitions idle whose silence lasted long enough. */
  onProcessingTime(now: number): void {
    const { idleAfterMs } = this.options
    if (idleAfterMs === null) return
    const due: number[] = []
    for (const own of this.partitions.values()) {
      // What was not read yet says nothing of silence.
      if (this.options.isBehind?.(own.partition)) own.silentSince = now
      if (!own.idle && now - own.silentSince >= idleAfterMs) due.push(own.partition)
    }
    for (const partition of this.context.decideSilent(due)) this.owned(partition).idle = true
    this.advance()
  }

  stateOf(partition: number): Readonly<PartitionState> {
    return this.owned(partition)
  }

  offsetOf(partition: number): number {
    return this.owned(partition).offset
  }

  /** By partition, for the status. `endOffsetOf`: end of what may be read. */
  status(endOffsetOf: (partition: number) => number): SourcePartitionStatus[] {
    return [...this.partitions.values()].map((own) => ({
      partition: own.partition,
      offset: own.offset,
      endOffset: endOffsetOf(own.partition),
      maxEventTime: own.maxEventTime,
      maxEventTimeOffset: own.maxEventTimeOffset,
      watermark: own.watermark,
      idle: own.idle,
      lastRowAt: own.lastRowAt,
    }))
  }

  /** One part of the union state `partitions`. */
  snapshot(): SnapshotPart[] {
    const sent = Number.isFinite(this.sent) ? this.sent : null
    const states = [...this.partitions.values()].map(
      ({ lastRowAt: _, silentSince: __, ...state }): PartitionState => ({ ...state, sent }),
    )
    return [partitionsPart(states)]
  }

  private owned(partition: number): Partition {
    const own = this.partitions.get(partition)
    assert(own, `partition ${partition} was not added to the source's time`)
    return own
  }

  private send(time: number): void {
    this.sent = time
    this.context.emitWatermark(time)
  }

  private wakeForSilence(): void {
    const { idleAfterMs, waitMs } = this.options
    if (idleAfterMs === null || waitMs === null) return
    for (const { idle, silentSince } of this.partitions.values()) {
      if (!idle) this.context.wakeAt(silentSince + idleAfterMs)
    }
  }
}

function positionOf(state: PartitionPosition): PartitionPosition {
  const { offset, maxEventTime, maxEventTimeOffset, watermark } = state
  return { offset, maxEventTime, maxEventTimeOffset, watermark }
}

export function partitionsPart(states: readonly PartitionState[]): SnapshotPart {
  const bytes = encodeUtf8(JSON.stringify(states))
  return { state: stateNames.sourcePartitions, keyGroup: -1, bytes }
}

/** The partitions in a restored state, from all former subtasks: a source picks its own. */
export function restoredPartitions(restored: RestoredState | null): PartitionState[] {
  return (restored ?? [])
    .filter((part) => part.state === stateNames.sourcePartitions)
    .flatMap((part) => JSON.parse(decodeUtf8(part.bytes)) as PartitionState[])
}

/** The partition that holds a source's time: the active one with the smallest watermark; null: none holds it. */
export function holderOfTime(
  partitions: readonly SourcePartitionStatus[],
): SourcePartitionStatus | null {
  let holder: SourcePartitionStatus | null = null
  for (const partition of partitions) {
    if (partition.idle) continue
    const time = partition.watermark ?? Number.NEGATIVE_INFINITY
    if (holder === null || time < (holder.watermark ?? Number.NEGATIVE_INFINITY)) holder = partition
  }
  return holder
}

/** Row with the largest event time, the first of equals; −1: none has one. */
export function latestRow(batch: Batch): number {
  const { eventTimes, length } = batch
  if (eventTimes === null) return -1
  let latest = -1
  let time = Number.NEGATIVE_INFINITY
  for (let row = 0; row < length; row++) {
    if (eventTimes[row] > time) {
      time = eventTimes[row]
      latest = row
    }
  }
  return latest
}
