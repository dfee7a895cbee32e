/** The proleptic Gregorian calendar in UTC, by arithmetic alone. Times are milliseconds, dates days since 1970-01-01. */

export const dayMs = 86_400_000

/** Years that text and arithmetic may reach: four digits. */
const yearMin = 0
const yearMax = 9999

export interface CivilDate {
  year: number
  month: number
  day: number
}

/** After Howard Hinnant, "chrono-compatible low-level date algorithms". */
export function civilOf(days: number): CivilDate {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/** The day is cut to the month's last. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilOf(days)
  const total = year * 12 + (month - 1) + months
  const y = Math.floor(total / 12)
  const m = total - y * 12 + 1
  return daysOf(y, m, Math.min(day, daysInMonth(y, m)))
}

/** 1 Sunday … 7 Saturday, as SQL counts. */
export function dayOfWeek(days: number): number {
  return ((((days + 4) % 7) + 7) % 7) + 1
}

export function dayOfYear(days: number): number {
  return days - daysOf(civilOf(days).year, 1, 1) + 1
}

/** ISO 8601: the week of the year's first Thursday is 1. */
export function isoWeek(days: number): number {
  const monday = days - ((dayOfWeek(days) + 5) % 7)
  const { year } = civilOf(monday + 3)
  return Math.floor((monday + 3 - daysOf(year, 1, 1)) / 7) + 1
}

const pad = (value: number, width: number) => String(value).padStart(width, '0')

export function formatDate(days: number): string {
  const { year, month, day } = civilOf(days)
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

/** `2026-11-22 10:20:30.123`, with `precision` fraction digits (0 to 3). */
export function formatTimestamp(time: number, precision: number): string {
  const days = Math.floor(time / dayMs)
  const ms = time - days * dayMs
  const clock = `${pad(Math.floor(ms / 3_600_000), 2)}:${pad(Math.floor(ms / 60_000) % 60, 2)}:${pad(Math.floor(ms / 1000) % 60, 2)}`
  const fraction = precision === 0 ? '' : `.${pad(Math.floor(ms % 1000), 3).slice(0, precision)}`
  return `${formatDate(days)} ${clock}${fraction}`
}

/** `2026-11-22`; undefined: no date. */
export function parseDate(text: string): number | undefined {
  const match = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*$/.exec(text)
  return match ? validDays(Number(match[1]), Number(match[2]), Number(match[3])) : undefined
}

/** A date, or the date of a time: what is behind the first blank is passed over, as Flink's `DateTimeUtils.parseDate`. */
export function parseDateOfTime(text: string): number | undefined {
  return parseDate(text.trimStart().split(' ', 1)[0])
}

/** `2026-11-22 10:20:30[.123456789]` or a date alone; digits beyond milliseconds are cut; undefined: no timestamp. */
export function parseTimestamp(text: string): number | undefined {
  const match =
    /^\s*(\d{4}-\d{1,2}-\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?)?\s*$/.exec(text)
  if (!match) return undefined
  const days = parseDate(match[1])
  if (days === undefined) return undefined
  const [hour, minute, second] = [match[2], match[3], match[4]].map((part) => Number(part ?? 0))
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const ms = Number((match[5] ?? '').padEnd(3, '0').slice(0, 3))
  return days * dayMs + hour * 3_600_000 + minute * 60_000 + second * 1000 + ms
}

export function validDays(year: number, month: number, day: number): number | undefined {
  if (year < yearMin || year > yearMax || month < 1 || month > 12) return undefined
  if (day < 1 || day > daysInMonth(year, month)) return undefined
  return daysOf(year, month, day)
}
