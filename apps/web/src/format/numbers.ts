/** Numbers as text, always with a unit: counts, rates, sizes, shares. */

const missing = '–'
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })

/** 1204 → "1,204". */
export function formatCount(value: number | null | undefined): string {
  return value === null || value === undefined ? missing : grouped.format(value)
}

/** 18_400 → "18.4 k", 48_700_000 → "48.7 M"; under 10,000 the whole number. */
export function formatCompact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing
  const size = Math.abs(value)
  if (size < 10_000)
    return size > 0 && size < 10 && !Number.isInteger(value) ? digits(value) : grouped.format(value)
  const steps: [number, string][] = [
    [1e12, 'T'],
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ]
  for (const [step, unit] of steps) if (size >= step) return `${digits(value / step)} ${unit}`
  return grouped.format(value)
}

/** Rows per second: "18.4 k/s", "0.4/s", "0/s". */
export function formatRate(perSecond: number | null | undefined): string {
  if (perSecond === null || perSecond === undefined || !Number.isFinite(perSecond)) return missing
  if (perSecond > 0 && perSecond < 0.05) return '<0.1/s'
  return `${formatCompact(perSecond < 10 ? Number(digits(perSecond)) : perSecond)}/s`
}

/** Bytes in decimal units: "9.6 MB". */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return missing
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  while (Math.abs(size) >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return unit === 0 ? `${grouped.format(size)} B` : `${digits(size)} ${units[unit]}`
}

/** A share between 0 and 1: "31 %", "0.002 %". */
export function formatShare(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return missing
  const percent = share * 100
  if (percent === 0) return '0 %'
  if (percent < 0.001) return '<0.001 %'
  if (percent < 1) return `${Number(percent.toPrecision(1))} %`
  return `${Math.round(percent)} %`
}

/** "1 row", "2 rows". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

function digits(value: number): string {
  const size = Math.abs(value)
  return size >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '')
}
