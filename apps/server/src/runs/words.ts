/** Numbers and times in words, as the server's sentences use them. */

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** "450 ms", "37 s", "2 min 37 s", "3 h 5 min", "2 d 4 h". */
export function duration(ms: number): string {
  if (ms < secondMs) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < minuteMs) return `${Math.floor(ms / secondMs)} s`
  if (ms < hourMs) return two(ms, minuteMs, 'min', secondMs, 's')
  if (ms < dayMs) return two(ms, hourMs, 'h', minuteMs, 'min')
  return two(ms, dayMs, 'd', hourMs, 'h')
}

function two(ms: number, big: number, bigUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((ms % big) / small)
  return `${Math.floor(ms / big)} ${bigUnit}${rest > 0 ? ` ${rest} ${smallUnit}` : ''}`
}

/** 1204 is "1,204". */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** "1 row", "1,204 rows". */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${Math.round(count) === 1 ? singular : plural}`
}

/** Event time in UTC, without the parts that are zero: "2026-11-22 12:35", "2026-11-22 12:35:10.250". */
export function eventTimeText(ms: number): string {
  const iso = new Date(ms).toISOString()
  const date = iso.slice(0, 10)
  const clock = iso.slice(11, 23)
  if (clock.endsWith('00.000')) return `${date} ${clock.slice(0, 5)} UTC`
  if (clock.endsWith('.000')) return `${date} ${clock.slice(0, 8)} UTC`
  return `${date} ${clock} UTC`
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
}
