/** How far a source is in one partition, in offsets and in event time: what a checkpoint keeps and the studio shows. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'

/** Plain JSON: one entry of the source's state. */
export interface PartitionProgress {
  topic: string
  partition: number
  /** Next offset to read. */
  offset: number
  /** ms; null: no row had an event time. */
  maxEventTime: number | null
  maxEventTimeOffset: number | null
  /** Of this partition, ms; null before the first. */
  watermark: number | null
  idle: boolean
  /** The watermark that its subtask had sent; the first element after a restore. */
  sent: number | null
}

export function newProgress(topic: string, partition: number, offset: number): PartitionProgress {
  return {
    topic,
    partition,
    offset,
    maxEventTime: null,
    maxEventTimeOffset: null,
    watermark: null,
    idle: false,
    sent: null,
  }
}

export function encodeProgress(entries: readonly PartitionProgress[]): Uint8Array {
  return encodeUtf8(JSON.stringify(entries))
}

export function decodeProgress(bytes: Uint8Array): PartitionProgress[] {
  return JSON.parse(decodeUtf8(bytes)) as PartitionProgress[]
}

/** The minimum over the partitions that are not idle; -Infinity while one of them has none; null: all are idle. */
export function combinedWatermark(entries: readonly PartitionProgress[]): number | null {
  let minimum: number | null = null
  for (const entry of entries) {
    if (entry.idle) continue
    const watermark = entry.watermark ?? Number.NEGATIVE_INFINITY
    if (minimum === null || watermark < minimum) minimum = watermark
  }
  return minimum
}

/** The largest watermark that all of these partitions had already sent before the checkpoint; -Infinity: none. */
export function sentBefore(entries: readonly PartitionProgress[]): number {
  let minimum = Number.POSITIVE_INFINITY
  for (const entry of entries) minimum = Math.min(minimum, entry.sent ?? Number.NEGATIVE_INFINITY)
  return entries.length === 0 ? Number.NEGATIVE_INFINITY : minimum
}

/**
 * Which of the partitions with something to read comes next: the one whose event time is furthest behind, so that a
 * source that catches up does not run ahead in one partition; but none waits for more than `turnsMax` turns of another.
 */
export class PartitionChoice {
  private last = -1
  private turns = 0

  choose(ready: readonly PartitionProgress[]): PartitionProgress | undefined {
    let chosen: PartitionProgress | undefined
    for (const entry of ready) {
      if (ready.length > 1 && entry.partition === this.last && this.turns >= turnsMax) continue
      if (chosen === undefined || timeOf(entry) < timeOf(chosen)) chosen = entry
    }
    if (chosen === undefined) return undefined
    this.turns = chosen.partition === this.last ? this.turns + 1 : 1
    this.last = chosen.partition
    return chosen
  }
}

/** Batches that one partition may give in a row while another has some too. */
export const turnsMax = 16

function timeOf(entry: PartitionProgress): number {
  return entry.maxEventTime ?? Number.NEGATIVE_INFINITY
}
