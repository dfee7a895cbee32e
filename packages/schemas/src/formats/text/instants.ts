/** Instants and dates as text: ISO-8601 and SQL style in, both out. Proleptic Gregorian calendar, UTC where no offset is given. */

const dayMs = 86_400_000

/** Days since 1970-01-01 of a date, by Howard Hinnant's days_from_civil. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146097 + dayOfEra - 719468
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

function daysOfMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  return leap ? 29 : monthDays[month - 1]
}

function digitsAt(data: Uint8Array, p: number, count: number): number {
  let value = 0
  for (let i = 0; i < count; i++) {
    const d = data[p + i] - 0x30
    if (!(d >= 0 && d <= 9)) return Number.NaN
    value = value * 10 + d
  }
  return value
}

let lastYear = 0
let lastMonth = 0
let lastDay = 0
let lastDays = Number.NaN

/** `yyyy-MM-dd` that starts at `p`, as days since the epoch; NaN: it is none. */
function dateAt(data: Uint8Array, p: number, end: number): number {
  if (p + 10 > end || data[p + 4] !== 0x2d || data[p + 7] !== 0x2d) return Number.NaN
  const year = digitsAt(data, p, 4)
  const month = digitsAt(data, p + 5, 2)
  const day = digitsAt(data, p + 8, 2)
  if (year === lastYear && month === lastMonth && day === lastDay) return lastDays
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysOfMonth(year, month))) return Number.NaN
  if (Number.isNaN(year)) return Number.NaN
  lastYear = year
  lastMonth = month
  lastDay = day
  lastDays = daysFromCivil(year, month, day)
  return lastDays
}

/** Exactly `yyyy-MM-dd`, as days since the epoch; NaN: it is none. */
export function parseDate(data: Uint8Array, start: number, end: number): number {
  return end - start === 10 ? dateAt(data, start, end) : Number.NaN
}

/**
 * `yyyy-MM-dd[T ]HH:mm[:ss[.f…]][Z|±hh[[:]mm]]`, as ms since the epoch; NaN: it is none.
 * Fractions finer than a millisecond (up to nine digits) are cut off.
 */
export function parseInstant(data: Uint8Array, start: number, end: number): number {
  const days = dateAt(data, start, end)
  let p = start + 10
  if (Number.isNaN(days) || p + 6 > end) return Number.NaN
  const separator = data[p]
  if (separator !== 0x54 && separator !== 0x20 && separator !== 0x74) return Number.NaN
  if (data[p + 3] !== 0x3a) return Number.NaN
  const hour = digitsAt(data, p + 1, 2)
  const minute = digitsAt(data, p + 4, 2)
  let second = 0
  let ms = 0
  p += 6
  if (p < end && data[p] === 0x3a) {
    if (p + 3 > end) return Number.NaN
    second = digitsAt(data, p + 1, 2)
    p += 3
    if (p < end && data[p] === 0x2e) {
      const first = ++p
      while (p < end && data[p] >= 0x30 && data[p] <= 0x39) p++
      const digits = p - first
      if (digits < 1 || digits > 9) return Number.NaN
      ms =
        digits >= 3 ? digitsAt(data, first, 3) : digitsAt(data, first, digits) * 10 ** (3 - digits)
    }
  }
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN
  const offset = p === end ? 0 : offsetAt(data, p, end)
  return days * dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms - offset
}

/** `Z`, `±hh`, `±hhmm` or `±hh:mm` that fills the rest, as ms; NaN: it is none. */
function offsetAt(data: Uint8Array, p: number, end: number): number {
  const c = data[p]
  if (c === 0x5a || c === 0x7a) return p + 1 === end ? 0 : Number.NaN
  if (c !== 0x2b && c !== 0x2d) return Number.NaN
  const size = end - p
  if (size !== 3 && size !== 5 && size !== 6) return Number.NaN
  if (size === 6 && data[p + 3] !== 0x3a) return Number.NaN
  const hours = digitsAt(data, p + 1, 2)
  const minutes = size === 3 ? 0 : digitsAt(data, end - 2, 2)
  if (!(hours <= 18 && minutes <= 59)) return Number.NaN
  return (hours * 60 + minutes) * 60_000 * (c === 0x2d ? -1 : 1)
}

export interface CivilTime {
  year: number
  month: number
  day: number
  /** Milliseconds of the day. */
  ofDay: number
}

/** Calendar parts of an instant, by Howard Hinnant's civil_from_days. */
export function civilOf(ms: number): CivilTime {
  const days = Math.floor(ms / dayMs)
  const z = days + 719468
  const era = Math.floor(z / 146097)
  const dayOfEra = z - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36524) -
      Math.floor(dayOfEra / 146096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted + (shifted < 10 ? 3 : -9)
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    ofDay: ms - days * dayMs,
  }
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}

/** `2026-01-31` of days since the epoch; beyond year 9999 the year has more digits. */
export function formatDate(days: number): string {
  const civil = civilOf(days * dayMs)
  const sign = civil.year < 0 ? '-' : ''
  return `${sign}${pad(Math.abs(civil.year), 4)}-${pad(civil.month, 2)}-${pad(civil.day, 2)}`
}

/** `2026-01-31T08:00:00.000Z`, or `2026-01-31 08:00:00.000` in SQL style. */
export function formatInstant(ms: number, style: 'iso8601' | 'sql' = 'iso8601'): string {
  const whole = Math.floor(ms)
  const { ofDay } = civilOf(whole)
  const seconds = Math.floor(ofDay / 1000)
  const clock = `${pad(Math.floor(seconds / 3600), 2)}:${pad(Math.floor(seconds / 60) % 60, 2)}:${pad(seconds % 60, 2)}.${pad(ofDay % 1000, 3)}`
  const date = formatDate(Math.floor(whole / dayMs))
  return style === 'sql' ? `${date} ${clock}` : `${date}T${clock}Z`
}
