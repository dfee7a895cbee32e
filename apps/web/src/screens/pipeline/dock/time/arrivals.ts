/** Rows of a source as they arrive, thinned for the picture: which of them were late is never thinned away. */
import type { RecentDrop, TapBatch } from '@millrace/server'
import { type Fate, fateOf, type WatermarkStep, type WindowRule, watermarkAt } from './fates.ts'

export interface Arrival {
  /** Wall clock, ms. */
  at: number
  eventTime: number
  fate: Fate
}

/** Dots drawn at most. */
export const arrivalsMax = 2_400
/** Rows in time taken of one batch. */
const perBatchMax = 60
/** The picture shows this much of wall clock. */
export const horizonMs = 300_000

export function addArrivals(
  before: readonly Arrival[],
  batch: TapBatch,
  steps: readonly WatermarkStep[],
  rule: WindowRule | null,
): readonly Arrival[] {
  const rows = batch.rows.filter((row) => row.eventTime !== null)
  const every = Math.max(1, Math.ceil(rows.length / perBatchMax))
  const added: Arrival[] = []
  rows.forEach((row, index) => {
    const eventTime = row.eventTime as number
    const fate = fateOf(eventTime, watermarkAt(steps, row.at), rule)
    if (fate !== 'in-time' || index % every === 0) added.push({ at: row.at, eventTime, fate })
  })
  if (added.length === 0) return before
  const since = added[added.length - 1].at - horizonMs
  return [...before, ...added].filter((arrival) => arrival.at >= since).slice(-arrivalsMax)
}

export interface TooLate {
  eventTime: number
  /** Wall clock, ms. */
  at: number
  missedByMs: number
  key: string
}

type TooLateDrop = Extract<RecentDrop, { why: 'too-late' }>

/** The engine's own verdicts, placed where and when they were made; those before the picture's time are left out. */
export function tooLateOf(drops: readonly RecentDrop[], since: number): TooLate[] {
  return drops
    .filter((drop): drop is TooLateDrop => drop.why === 'too-late' && drop.at >= since)
    .map(({ eventTime, at, missedByMs, key }) => ({ eventTime, at, missedByMs, key }))
}
