/** What became of a row, from its event time and the watermark that it met: Flink's rules for event-time windows. */

export interface WindowRule {
  node: string
  sizeMs: number
  offsetMs: number
  allowedLatenessMs: number
}

export interface WatermarkStep {
  /** Wall clock, ms. */
  at: number
  /** Event time, ms. */
  watermark: number
}

export type Fate = 'in-time' | 'late' | 'too-late'

/** End of the tumbling window that a row belongs to. */
export function windowEnd(eventTime: number, rule: WindowRule): number {
  const { sizeMs, offsetMs } = rule
  return Math.floor((eventTime - offsetMs) / sizeMs) * sizeMs + offsetMs + sizeMs
}

/**
 * A window fires when the watermark reaches end − 1, and takes late rows until it reaches end − 1 + allowed lateness
 * (Flink, WindowOperator.isWindowLate and isCleanupTime).
 */
export function fateOf(eventTime: number, watermark: number | null, rule: WindowRule | null): Fate {
  if (rule === null || watermark === null) return 'in-time'
  const end = windowEnd(eventTime, rule)
  if (watermark >= end - 1 + rule.allowedLatenessMs) return 'too-late'
  return watermark >= end - 1 ? 'late' : 'in-time'
}

/** The watermark that a row met that arrived at this wall-clock time; null: none yet. */
export function watermarkAt(steps: readonly WatermarkStep[], at: number): number | null {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (steps[middle].at <= at) low = middle + 1
    else high = middle
  }
  return low === 0 ? null : steps[low - 1].watermark
}

/** When the watermark had come so far; null: before what is remembered. */
export function timeOfWatermark(steps: readonly WatermarkStep[], watermark: number): number | null {
  const first = steps.findIndex((step) => step.watermark >= watermark)
  return first < 0 ? null : steps[first].at
}

/** Steps of a staircase: reports at which the watermark moved. */
export function staircase(
  reports: readonly { at: number; watermark: number | null }[],
): WatermarkStep[] {
  const steps: WatermarkStep[] = []
  for (const { at, watermark } of reports) {
    if (watermark === null) continue
    const last = steps.at(-1)
    if (!last || watermark > last.watermark) steps.push({ at, watermark })
  }
  return steps
}
