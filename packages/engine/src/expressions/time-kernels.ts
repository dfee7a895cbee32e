/** Functions of time. Everything is UTC; a unit or pattern is always a literal argument. */
import {
  addMonths,
  civilOf,
  dayMs,
  dayOfWeek,
  dayOfYear,
  daysOf,
  formatTimestamp,
  isoWeek,
  parseDateOfTime,
  parseTimestamp,
} from './calendar.ts'
import type { DatePattern } from './date-pattern.ts'
import { formatByPattern, parseByPattern, parseDatePattern } from './date-pattern.ts'
import type { Kernels, Value } from './kernel.ts'

const dayOf = (time: number) => Math.floor(time / dayMs)

function extract(unit: string, time: number): number {
  const days = dayOf(time)
  const ms = time - days * dayMs
  switch (unit) {
    case 'YEAR':
      return civilOf(days).year
    case 'QUARTER':
      return Math.floor((civilOf(days).month - 1) / 3) + 1
    case 'MONTH':
      return civilOf(days).month
    case 'WEEK':
      return isoWeek(days)
    case 'DAY':
      return civilOf(days).day
    case 'DOW':
      return dayOfWeek(days)
    case 'DOY':
      return dayOfYear(days)
    case 'HOUR':
      return Math.floor(ms / 3_600_000)
    case 'MINUTE':
      return Math.floor(ms / 60_000) % 60
    default:
      return Math.floor(ms / 1000) % 60
  }
}

const fixedMs: Record<string, number> = {
  WEEK: 7 * dayMs,
  DAY: dayMs,
  HOUR: 3_600_000,
  MINUTE: 60_000,
  SECOND: 1000,
}
const fixedMonths: Record<string, number> = { YEAR: 12, QUARTER: 3, MONTH: 1 }

function floorTime(time: number, unit: string): number {
  const size = fixedMs[unit]
  if (size !== undefined) return Math.floor(time / size) * size
  const { year, month } = civilOf(dayOf(time))
  const months = fixedMonths[unit]
  return daysOf(year, Math.floor((month - 1) / months) * months + 1, 1) * dayMs
}

function addUnits(time: number, amount: number, unit: string): number {
  const size = fixedMs[unit]
  if (size !== undefined) return time + amount * size
  return shiftMonths(time, amount * fixedMonths[unit])
}

function shiftMonths(time: number, months: number): number {
  const days = dayOf(time)
  return addMonths(days, months) * dayMs + (time - days * dayMs)
}

function ceilTime(time: number, unit: string): number {
  const floor = floorTime(time, unit)
  return floor === time ? time : addUnits(floor, 1, unit)
}

/** Whole units from `a` to `b`, towards zero. */
function difference(a: number, b: number, unit: string): number {
  const size = fixedMs[unit]
  if (size !== undefined) return Math.trunc((b - a) / size)
  const from = civilOf(dayOf(a))
  const to = civilOf(dayOf(b))
  let months = (to.year - from.year) * 12 + (to.month - from.month)
  if (months > 0 && shiftMonths(a, months) > b) months--
  else if (months < 0 && shiftMonths(a, months) < b) months++
  return Math.trunc(months / fixedMonths[unit])
}

const patterns = new Map<string, DatePattern>()
/** Patterns remembered at most. */
const patternsMax = 256

function patternOf(text: Value): DatePattern {
  const key = text as string
  const known = patterns.get(key)
  if (known) return known
  const parsed = parseDatePattern(key)
  const pattern = typeof parsed === 'string' ? [] : parsed
  if (patterns.size >= patternsMax) patterns.clear()
  patterns.set(key, pattern)
  return pattern
}

const n = (value: Value) => value as number
const s = (value: Value) => value as string
const int = (value: number) => value | 0

/** Java's Long.MIN_VALUE: what Flink's UNIX_TIMESTAMP gives for text that is no time. */
const unparsable = -(2n ** 63n)

export const timeKernels: Kernels = {
  extract: { apply: ([time, unit]) => BigInt(extract(s(unit), n(time))) },
  'floor-time': { apply: ([time, unit]) => floorTime(n(time), s(unit)) },
  'ceil-time': { apply: ([time, unit]) => ceilTime(n(time), s(unit)) },
  /** TIMESTAMP + milliseconds (a DOUBLE literal). */
  'add-ms': {
    apply: ([time, ms]) => n(time) + n(ms),
    inline: ([time, ms]) => `(${time} + ${ms})`,
  },
  'add-months': { apply: ([time, months]) => shiftMonths(n(time), n(months)) },
  'timestamp-add': { apply: ([amount, time, unit]) => addUnits(n(time), n(amount), s(unit)) },
  'timestamp-diff': { apply: ([a, b, unit]) => int(difference(n(a), n(b), s(unit))) },
  'date-format': { apply: ([time, pattern]) => formatByPattern(n(time), patternOf(pattern)) },
  'to-timestamp': {
    apply: ([text, pattern]) =>
      (pattern === undefined
        ? parseTimestamp(s(text))
        : parseByPattern(s(text), patternOf(pattern))) ?? null,
    mayBeNull: () => true,
  },
  'to-date': {
    apply([text, pattern]) {
      if (pattern === undefined) return parseDateOfTime(s(text)) ?? null
      const time = parseByPattern(s(text), patternOf(pattern))
      return time === undefined ? null : dayOf(time)
    },
    mayBeNull: () => true,
  },
  /** A BIGINT of seconds (0) or milliseconds (3). */
  'to-timestamp-ltz': {
    apply: ([value, precision]) => Number(value) * (precision === 3 ? 1 : 1000),
  },
  'unix-timestamp': {
    apply([text, pattern]) {
      const time =
        pattern === undefined
          ? parseTimestamp(s(text))
          : parseByPattern(s(text), patternOf(pattern))
      return time === undefined ? unparsable : BigInt(Math.floor(time / 1000))
    },
  },
  'from-unixtime': {
    apply([seconds, pattern]) {
      const time = Number(seconds) * 1000
      return pattern === undefined
        ? formatTimestamp(time, 0)
        : formatByPattern(time, patternOf(pattern))
    },
  },
}
