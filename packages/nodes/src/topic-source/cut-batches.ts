/**
 * Where a run of decoded rows is cut into batches. A partition's watermark moves at the ends of its record batches, and
 * nowhere else. Several record batches travel as one batch as long as nobody could tell: no row of a later one lies at
 * or below the watermark that the earlier ones set. So cuts depend on what the log holds, never on how it was fetched.
 */

import { watermarkAfter } from '@millrace/engine/runtime'

export interface DecodedRun {
  /** Rows, and for each its event time; NaN: none. */
  rows: number
  eventTimes: Float64Array
  offsetOf(row: number): number
  /** A record batch ends before row `ends[i]`; the last end may lie beyond the run's rows (it goes on). */
  ends: readonly number[]
}

export interface Cut {
  /** Rows `from` up to `to`. */
  from: number
  to: number
  maxEventTime: number | null
  maxEventTimeOffset: number | null
  /** The partition's watermark after these rows, ms; null: still none. */
  watermark: number | null
}

export interface TimeBefore {
  maxEventTime: number | null
  maxEventTimeOffset: number | null
  watermark: number | null
}

export function cutBatches(run: DecodedRun, before: TimeBefore, waitMs: number): Cut[] {
  const cuts: Cut[] = []
  const { eventTimes, rows } = run
  let max = before.maxEventTime ?? Number.NEGATIVE_INFINITY
  let maxOffset = before.maxEventTimeOffset
  let watermark = before.watermark ?? Number.NEGATIVE_INFINITY
  let from = 0
  let at = 0
  const cut = (to: number) => {
    cuts.push({
      from,
      to,
      maxEventTime: Number.isFinite(max) ? max : null,
      maxEventTimeOffset: maxOffset,
      watermark: Number.isFinite(watermark) ? watermark : null,
    })
    from = to
  }
  for (const end of run.ends) {
    const stop = Math.min(end, rows)
    let minimum = Number.POSITIVE_INFINITY
    let batchMax = max
    let maxRow = -1
    for (let row = at; row < stop; row++) {
      const time = eventTimes[row]
      if (time < minimum) minimum = time
      if (time > batchMax) {
        batchMax = time
        maxRow = row
      }
    }
    if (at > from && minimum <= watermark) cut(at)
    max = batchMax
    if (maxRow >= 0) maxOffset = run.offsetOf(maxRow)
    if (end <= rows) watermark = Math.max(watermark, watermarkAfter(max, waitMs))
    at = stop
  }
  if (rows > from || cuts.length === 0) cut(rows)
  return cuts
}
