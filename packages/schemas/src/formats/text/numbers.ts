/** Decimal text to exact numbers: doubles to the last bit, 64-bit integers as words, scaled decimals. */

/** Longest number text that is read, in bytes, as in Jackson's StreamReadConstraints. */
export const numberLengthMax = 1000

const powers = new Float64Array(23)
for (let i = 0; i < 23; i++) powers[i] = Number(`1e${i}`)

/** 10 to the power of `n`, exact for 0 to 22. */
export function exactPowerOfTen(n: number): number {
  return powers[n]
}

/** A slice of ASCII as text. */
export function asciiText(data: Uint8Array, start: number, end: number): string {
  let text = ''
  for (let p = start; p < end; p++) text += String.fromCharCode(data[p])
  return text
}

/** Words (low, high) of the last successful `parseInt64`. */
export const int64Words = new Int32Array(2)

const two32 = 4294967296

/**
 * Reads an optional minus and at most 19 significant digits that fill the slice exactly.
 * The value goes to `int64Words`. False: something else is there, or it does not fit in 64 bits.
 */
export function parseInt64(data: Uint8Array, start: number, end: number): boolean {
  let p = start
  const negative = data[p] === 0x2d
  if (negative) p++
  while (p < end - 1 && data[p] === 0x30) p++
  const digits = end - p
  if (digits < 1 || digits > 19) return false
  const split = digits > 9 ? end - 9 : p
  let upper = 0
  for (; p < split; p++) {
    const d = data[p] - 0x30
    if (d < 0 || d > 9) return false
    upper = upper * 10 + d
  }
  let lower = 0
  for (; p < end; p++) {
    const d = data[p] - 0x30
    if (d < 0 || d > 9) return false
    lower = lower * 10 + d
  }
  return storeWords(upper, lower, negative)
}

/** upper × 10⁹ + lower, with upper < 10¹⁰: by halves, so that every product is exact in a double. */
function storeWords(upper: number, lower: number, negative: boolean): boolean {
  const high = upper * 15258
  const low = (high % 65536) * 65536 + upper * 51712 + lower
  let word1 = Math.floor(high / 65536) + Math.floor(low / two32)
  let word0 = low % two32
  if (word1 >= 0x80000000) {
    if (!negative || word1 > 0x80000000 || word0 !== 0) return false
  }
  if (negative) {
    word0 = word0 === 0 ? 0 : two32 - word0
    word1 = word0 === 0 ? two32 - word1 : two32 - 1 - word1
  }
  int64Words[0] = word0
  int64Words[1] = word1
  return true
}

/** Parts of a decimal number: ±digits × 10^exponent. */
export interface DecimalParts {
  negative: boolean
  /** No leading zeros, but for "0" itself. */
  digits: string
  exponent: number
}

const numberText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/

/** Reads number text (JSON's, or Java's BigDecimal without a radix); undefined: it is none. */
export function decimalParts(text: string): DecimalParts | undefined {
  const match = numberText.exec(text)
  if (!match) return undefined
  const fraction = match[3] ?? ''
  const all = match[2] + fraction
  if (all === '') return undefined
  const digits = all.replace(/^0+(?=\d)/, '')
  return { negative: match[1] === '-', digits, exponent: Number(match[4] ?? 0) - fraction.length }
}

/** The number scaled by 10^scale, rounded half up (away from zero), as Flink's DecimalData.fromBigDecimal; undefined: beyond `precision`. */
export function scaledDecimal(
  parts: DecimalParts,
  precision: number,
  scale: number,
): bigint | undefined {
  const shift = parts.exponent + scale
  if (parts.digits === '0') return 0n
  if (parts.digits.length + shift > precision) return undefined
  let value: bigint
  if (shift >= 0) value = BigInt(parts.digits + '0'.repeat(shift))
  else {
    const kept = parts.digits.length + shift
    if (kept < 0) return 0n
    value = BigInt(kept === 0 ? '0' : parts.digits.slice(0, kept))
    if (parts.digits.charCodeAt(kept) >= 0x35) value += 1n
  }
  if (value >= 10n ** BigInt(precision)) return undefined
  return parts.negative ? -value : value
}

/** The number as an integer; `fraction`: it has one; `range`: it lies outside [min, max]. */
export function integerOf(
  parts: DecimalParts,
  min: bigint,
  max: bigint,
): bigint | 'fraction' | 'range' {
  const whole = parts.digits.replace(/0+$/, '')
  if (whole === '') return 0n
  const exponent = parts.exponent + parts.digits.length - whole.length
  if (exponent < 0) return 'fraction'
  if (whole.length + exponent > 19) return 'range'
  const size = BigInt(whole) * 10n ** BigInt(exponent)
  const value = parts.negative ? -size : size
  return value < min || value > max ? 'range' : value
}
