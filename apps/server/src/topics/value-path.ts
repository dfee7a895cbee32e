/** Values inside a decoded record by dotted path, and event times of them; pure. */
import type { TimeUnit } from '@millrace/schemas/formats'

/** Keys joined by dots; `\.` is a dot of the key itself. */
export function splitPath(path: string): string[] {
  return path.split(/(?<!\\)\./).map((key) => key.replaceAll('\\.', '.'))
}

/** undefined: nothing lies there. */
export function valueAt(value: unknown, keys: readonly string[]): unknown {
  let at = value
  for (const key of keys) {
    if (at === null || typeof at !== 'object') return undefined
    at = (at as Record<string, unknown>)[key]
  }
  return at
}

/** Event time in ms; null when the value is no time in that unit. */
export function eventTimeOf(value: unknown, unit: TimeUnit): number | null {
  if (unit === 'iso8601') {
    if (typeof value !== 'string') return null
    const ms = Date.parse(zoned(value))
    return Number.isNaN(ms) ? null : ms
  }
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isFinite(number)) return null
  if (unit === 's') return number * 1000
  return unit === 'us' ? Math.floor(number / 1000) : number
}

/** Texts without a zone are UTC, as everywhere in Millrace. */
function zoned(text: string): string {
  const dated = text.trim().replace(' ', 'T')
  return /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(dated) ? `${dated}Z` : dated
}
