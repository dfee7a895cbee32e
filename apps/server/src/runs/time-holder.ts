/** Who holds event time back: the partition whose watermark is the minimum while others went on; pure. */
import type { JobStatus, SourcePartitionStatus } from '@millrace/engine/runtime'
import type { TimeHolder } from '../api-types.ts'
import { counted, duration } from './words.ts'

/** A partition holds time when the newest event time elsewhere is this far ahead of its own, ms. */
export const holdThresholdMs = 1000
/** … and it has been silent for so long, wall clock: slow partitions take turns, which holds nothing up. */
export const silentMsMin = 1200

export interface SourcePartition {
  node: string
  /** Null for sources that read no topic. */
  topic: string | null
  status: SourcePartitionStatus
}

/** Every partition of every source that has event time, with the topic it belongs to. */
export function sourcePartitions(
  status: JobStatus,
  topicOf: (operator: string) => string | null,
): SourcePartition[] {
  return status.operators.flatMap((operator) =>
    operator.subtasks.flatMap((subtask) =>
      (subtask.partitions ?? []).map((partition) => ({
        node: operator.node,
        topic: topicOf(operator.operator),
        status: partition,
      })),
    ),
  )
}

export function newestEventTime(partitions: readonly SourcePartition[]): number | null {
  let newest: number | null = null
  for (const { status } of partitions) {
    if (status.maxEventTime !== null && (newest === null || status.maxEventTime > newest)) {
      newest = status.maxEventTime
    }
  }
  return newest
}

/** The partition that holds the watermark of what depends on `partitions`, or null when time flows. */
export function timeHolder(partitions: readonly SourcePartition[], now: number): TimeHolder | null {
  const newest = newestEventTime(partitions)
  if (newest === null) return null
  let holder: SourcePartition | undefined
  for (const candidate of partitions) {
    if (candidate.status.idle) continue
    if (holder === undefined || watermarkOf(candidate) < watermarkOf(holder)) holder = candidate
  }
  if (!holder) return null
  const own = holder.status.maxEventTime
  if (own !== null && newest - own < holdThresholdMs) return null
  if (!isSilent(holder.status, now) && holder.status.endOffset <= holder.status.offset) return null
  return {
    words: holderWords(holder, newest, now),
    node: holder.node,
    partition: holder.status.partition,
    topic: holder.topic,
    since: holder.status.lastRowAt,
  }
}

function isSilent({ lastRowAt }: SourcePartitionStatus, now: number): boolean {
  return lastRowAt === null || now - lastRowAt >= silentMsMin
}

function watermarkOf(partition: SourcePartition): number {
  return partition.status.watermark ?? Number.NEGATIVE_INFINITY
}

function holderWords(holder: SourcePartition, newest: number, now: number): string {
  const { status } = holder
  const where = `Partition ${status.partition} of ${holder.topic ?? holder.node}`
  const unread = status.endOffset - status.offset
  if (unread > 0) {
    const behind =
      status.maxEventTime === null
        ? ''
        : `, its event time is ${duration(newest - status.maxEventTime)} behind the others`
    return `${where} holds time: ${counted(unread, 'row')} not read yet${behind}.`
  }
  if (status.maxEventTime === null) {
    return `${where} holds time: it has had no row with an event time.`
  }
  if (status.lastRowAt === null) return `${where} holds time: no row since the start.`
  return `${where} holds time: no row for ${duration(now - status.lastRowAt)}.`
}
