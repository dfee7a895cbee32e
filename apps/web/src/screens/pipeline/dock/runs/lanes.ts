/** What the lanes of a pipeline's history show: runs, restarts, failed checkpoints and rows behind, over the wall clock. */
import type { MinuteMetrics, RunRecord } from '@millrace/server'

const minuteMs = 60_000
/** A history of seconds is drawn as at least this long, ms. */
const spanMinMs = 10 * minuteMs
/** Shown at most, ms; the server keeps one-minute metrics for as long. */
export const spanMaxMs = 24 * 60 * minuteMs

export interface Lanes {
  low: number
  high: number
  runs: { run: number; version: number; from: number; to: number; end: RunRecord['end'] }[]
  /** Failures after which the job began again. */
  restarts: { at: number; words: string }[]
  failedCheckpoints: { at: number; count: number }[]
  /** Rows behind at the ends of minutes; a gap where nothing ran starts a new piece. */
  behind: { at: number; rows: number }[][]
  rowsBehindMost: number
}

/** `runs` in any order; `now` is wall clock, ms. */
export function lanesOf(
  runs: readonly RunRecord[],
  minutes: readonly MinuteMetrics[],
  now: number,
): Lanes {
  const first = Math.min(now, ...runs.map((run) => run.startedAt))
  const low = Math.max(now - spanMaxMs, Math.min(first, now - spanMinMs))
  const shown = runs.filter((run) => (run.endedAt ?? now) >= low)
  const seen = minutes.filter((minute) => minute.at + minuteMs >= low)
  return {
    low,
    high: now,
    runs: shown.map((run) => ({
      run: run.run,
      version: run.version,
      from: Math.max(low, run.startedAt),
      to: run.endedAt ?? now,
      end: run.end,
    })),
    restarts: shown.flatMap((run) =>
      run.failures
        .filter((failure) => failure.at >= low)
        .map((failure) => ({ at: failure.at, words: failure.message })),
    ),
    failedCheckpoints: seen
      .filter((minute) => minute.failedCheckpoints > 0)
      .map((minute) => ({ at: minute.at, count: minute.failedCheckpoints })),
    behind: piecesOf(seen),
    rowsBehindMost: Math.max(0, ...seen.map((minute) => minute.rowsBehind)),
  }
}

function piecesOf(minutes: readonly MinuteMetrics[]): Lanes['behind'] {
  const pieces: Lanes['behind'] = []
  let last = Number.NEGATIVE_INFINITY
  for (const minute of [...minutes].sort((a, b) => a.at - b.at)) {
    if (minute.at - last > 2 * minuteMs) pieces.push([])
    pieces[pieces.length - 1].push({ at: minute.at + minuteMs, rows: minute.rowsBehind })
    last = minute.at
  }
  return pieces
}
