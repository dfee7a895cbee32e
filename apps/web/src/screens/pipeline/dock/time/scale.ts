/** Axes of the time pictures. */

export interface Scale {
  low: number
  high: number
  /** Pixels of `low` and `high`. */
  from: number
  to: number
}

export function place(scale: Scale, value: number): number {
  const share = (value - scale.low) / Math.max(1, scale.high - scale.low)
  return scale.from + share * (scale.to - scale.from)
}

/** Like `place`, kept inside the picture. */
export function clampedPlace(scale: Scale, value: number): number {
  const [low, high] = scale.from < scale.to ? [scale.from, scale.to] : [scale.to, scale.from]
  return Math.min(high, Math.max(low, place(scale, value)))
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const steps = [
  100,
  200,
  500,
  second,
  2 * second,
  5 * second,
  10 * second,
  15 * second,
  30 * second,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  30 * day,
  365 * day,
]

/** Round instants inside the scale, at most `count`. */
export function ticks(scale: Pick<Scale, 'low' | 'high'>, count: number): number[] {
  const span = Math.max(1, scale.high - scale.low)
  const step = steps.find((candidate) => span / candidate <= count) ?? span
  const found: number[] = []
  for (let at = Math.ceil(scale.low / step) * step; at <= scale.high; at += step) found.push(at)
  return found
}

/** "12:40", with seconds when the ticks are closer than a minute, the day when they are far apart. */
export function tickText(
  at: number,
  all: readonly number[],
  clock: (at: number) => string,
): string {
  const gap = all.length > 1 ? all[1] - all[0] : minute
  const text = clock(at)
  return gap < minute ? text : text.slice(0, 5)
}
