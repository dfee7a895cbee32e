/** DECIMAL arithmetic on scaled 64-bit integers held as bigint; rounds half up (away from zero), as Flink. */
import type { DataType } from '@millrace/schemas'

export interface DecimalType {
  precision: number
  scale: number
}

/** Most digits of a DECIMAL here; Flink has 38. */
export const decimalPrecisionMax = 18

const powers: bigint[] = Array.from({ length: 60 }, (_, i) => 10n ** BigInt(i))

export function powerOfTen(exponent: number): bigint {
  return powers[exponent] ?? 10n ** BigInt(exponent)
}

export function rescale(value: bigint, from: number, to: number): bigint {
  if (to >= from) return value * powerOfTen(to - from)
  return divideHalfUp(value, powerOfTen(from - to))
}

export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n
  const top = dividend < 0n ? -dividend : dividend
  const bottom = divisor < 0n ? -divisor : divisor
  const quotient = (top * 2n + bottom) / (bottom * 2n)
  return negative ? -quotient : quotient
}

/** NULL when the digits do not fit: Flink's rule for a decimal that overflows. */
export function fitDecimal(value: bigint, type: DecimalType): bigint | null {
  const limit = powerOfTen(type.precision)
  return value < limit && value > -limit ? value : null
}

/** Scale of a DECIMAL; integers count as scale 0. */
export function scaleOf(type: DataType): number {
  return type.kind === 'DECIMAL' ? type.scale : 0
}

/** The digits of a numeric type, as Flink takes an integer among decimals. */
export function decimalOf(type: DataType): DecimalType {
  if (type.kind === 'DECIMAL') return type
  return type.kind === 'INT' ? { precision: 10, scale: 0 } : { precision: 18, scale: 0 }
}

/**
 * As Flink's `LogicalTypeMerging.adjustPrecisionScale`, with 18 for 38: whole digits are kept, fraction digits
 * give way down to 6.
 */
export function capDecimal(precision: number, scale: number): DataType {
  if (precision <= decimalPrecisionMax) return { kind: 'DECIMAL', precision, scale }
  const whole = precision - scale
  const least = Math.min(scale, 6)
  const kept = Math.max(decimalPrecisionMax - whole, least)
  return { kind: 'DECIMAL', precision: decimalPrecisionMax, scale: kept }
}

/** As generated code: the value with `digits` more digits after the point. */
export function inlineScaled(value: string, digits: number): string {
  return digits === 0 ? value : `${value} * ${powerOfTen(digits)}n`
}

/** Reads `-12.345` (no exponent) at `scale`, rounding half up; undefined: not a number. */
export function parseDecimal(text: string, scale: number): bigint | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(text.trim())
  if (!match || (match[2] === '' && !match[3])) return undefined
  const fraction = match[3] ?? ''
  const exponent = Number(match[4] ?? 0)
  let digits = BigInt(match[2] + fraction || '0')
  const written = fraction.length - exponent
  digits = written < 0 ? digits * powerOfTen(-written) : digits
  const scaled = rescale(digits, Math.max(0, written), scale)
  return match[1] === '-' ? -scaled : scaled
}
