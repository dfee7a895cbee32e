/** Durations and instants as text. Callers say whether an instant is event time or wall clock. */

export type ClockZone = 'local' | 'utc'

const missing = '–'

const units: [string, string, number][] = [
  ['d', 'd', 86_400_000],
  ['h', 'h', 3_600_000],
  ['min', 'm', 60_000],
  ['s', 's', 1_000],
]

/** 167_000 → "2 min 47 s"; two units at most; under a second "412 ms". */
export function formatDuration(ms: number | null | undefined): string {
  return duration(ms, 0)
}

/** 167_000 → "2 m 47 s", for cards. */
export function formatShortDuration(ms: number | null | undefined): string {
  return duration(ms, 1)
}

function duration(ms: number | null | undefined, name: 0 | 1): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return missing
  const sign = ms < 0 ? '−' : ''
  let rest = Math.abs(Math.round(ms))
  if (rest === 0) return '0 s'
  if (rest < 1000) return `${sign}${rest} ms`
  if (rest < 10_000 && rest % 1000 !== 0) return `${sign}${(rest / 1000).toFixed(1)} s`
  rest = rest >= 10_000 ? Math.round(rest / 1000) * 1000 : rest
  const parts: string[] = []
  for (const unit of units) {
    const whole = Math.floor(rest / unit[2])
    if (whole > 0) parts.push(`${whole} ${unit[name]}`)
    else if (parts.length > 0) break
    rest -= whole * unit[2]
    if (parts.length === 2) break
  }
  return sign + parts.join(' ')
}

/** A config duration exactly: 300_000 → "5 min", 90_000 → "1 min 30 s", 1_500 → "1.5 s". */
export function printDuration(ms: number): string {
  if (ms === 0) return '0 s'
  let rest = ms
  const parts: string[] = []
  for (const [name, , size] of units) {
    if (name === 's') break
    const whole = Math.floor(rest / size)
    if (whole > 0) parts.push(`${whole} ${name}`)
    rest -= whole * size
  }
  if (rest > 0) parts.push(rest < 1000 ? `${rest} ms` : `${rest / 1000} s`)
  return parts.join(' ')
}

const unitMs: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
}

/** Reads "5 min", "1 h 30 min", "250ms", "90" (seconds); undefined when it is no duration. Result in ms. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 1000)
  const parts = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/g)]
  if (parts.length === 0) return undefined
  if (
    parts
      .map((part) => part[0])
      .join('')
      .replace(/\s/g, '') !== trimmed.replace(/[\s,]/g, '')
  )
    return undefined
  let total = 0
  for (const part of parts) {
    const unit = unitMs[part[2]]
    if (unit === undefined) return undefined
    total += Number(part[1]) * unit
  }
  return Math.round(total)
}

/** "4 s ago", "just now"; both instants in ms of the same clock. */
export function formatAgo(at: number | null | undefined, now: number): string {
  if (at === null || at === undefined) return missing
  const passed = now - at
  return passed < 1000 ? 'just now' : `${formatDuration(Math.floor(passed / 1000) * 1000)} ago`
}

/** "12:41:07", with `millis` "12:41:07.123". */
export function formatClock(
  at: number | null | undefined,
  zone: ClockZone,
  millis = false,
): string {
  if (at === null || at === undefined || !Number.isFinite(at)) return missing
  const date = zoned(at, zone)
  return date.toISOString().slice(11, millis ? 23 : 19)
}

/** "2026-11-22 12:41:07.123", zone as set. */
export function formatInstant(at: number | null | undefined, zone: ClockZone): string {
  if (at === null || at === undefined || !Number.isFinite(at)) return missing
  return zoned(at, zone).toISOString().slice(0, 23).replace('T', ' ')
}

/** An instant for an input of date and time, to the second, in the zone as set. */
export function printTyped(at: number | null | undefined, zone: ClockZone): string {
  if (at === null || at === undefined || !Number.isFinite(at)) return ''
  return zoned(at, zone).toISOString().slice(0, 19)
}

/** What an input of date and time holds, read in the zone as set; undefined when it is no time. */
export function readTyped(text: string, zone: ClockZone): number | undefined {
  const at = new Date(zone === 'utc' ? `${text}Z` : text).getTime()
  return Number.isFinite(at) ? at : undefined
}

/** "UTC", or how the machine's own time is called. */
export function zoneName(zone: ClockZone): string {
  return zone === 'utc' ? 'UTC' : 'local time'
}

/** A date whose UTC fields read as the wall clock of the zone. */
function zoned(at: number, zone: ClockZone): Date {
  if (zone === 'utc') return new Date(at)
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000)
}
