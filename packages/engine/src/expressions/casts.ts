/** CAST between types, as Flink 1.15 and later (not its legacy casts). */
import type { DataType } from '@millrace/schemas'
import { formatDecimal } from '@millrace/schemas'
import { dayMs, formatDate, formatTimestamp, parseDateOfTime, parseTimestamp } from './calendar.ts'
import { fitDecimal, parseDecimal, powerOfTen, rescale } from './decimal.ts'
import type { Kernels, Value } from './kernel.ts'
import { RowFailure } from './kernel.ts'
import type { TypedCall } from './typed.ts'

const numeric = new Set<DataType['kind']>(['INT', 'BIGINT', 'DOUBLE', 'DECIMAL'])

/** undefined: allowed; else the sentence that says what to do instead. */
export function refuseCast(from: DataType, to: DataType): string | undefined {
  if (from.kind === to.kind || to.kind === 'STRING') {
    return from.kind === 'BYTES' && to.kind === 'STRING'
      ? 'BYTES cannot be cast to STRING.'
      : undefined
  }
  if (from.kind === 'STRING')
    return to.kind === 'BYTES' ? 'STRING cannot be cast to BYTES.' : undefined
  if (numeric.has(from.kind) && numeric.has(to.kind)) return undefined
  if (from.kind === 'BOOLEAN' && numeric.has(to.kind)) return undefined
  if (to.kind === 'BOOLEAN' && (from.kind === 'INT' || from.kind === 'BIGINT')) return undefined
  if (from.kind === 'DATE' && to.kind === 'TIMESTAMP') return undefined
  if (from.kind === 'TIMESTAMP' && to.kind === 'DATE') return undefined
  if (numeric.has(from.kind) && to.kind === 'TIMESTAMP')
    return `A number cannot be cast to TIMESTAMP: write TO_TIMESTAMP_LTZ(x, 3) if it counts milliseconds, TO_TIMESTAMP_LTZ(x, 0) if seconds.`
  if (from.kind === 'TIMESTAMP' && numeric.has(to.kind))
    return `TIMESTAMP cannot be cast to a number: write UNIX_TIMESTAMP(CAST(x AS STRING), 'yyyy-MM-dd HH:mm:ss.SSS') for seconds.`
  return `${from.kind} cannot be cast to ${to.kind}.`
}

/** Can the cast fail for a value? Text may not be a number; numbers among themselves never fail. */
export function castCanFail(from: DataType, to: DataType): boolean {
  return from.kind === 'STRING' && to.kind !== 'STRING'
}

/** Digits that do not fit a DECIMAL give NULL. */
export function castMayBeNull(from: DataType, to: DataType): boolean {
  if (to.kind !== 'DECIMAL') return false
  if (from.kind === 'DECIMAL')
    return from.precision - from.scale > to.precision - to.scale || from.scale > to.scale
  return !(from.kind === 'INT' && to.precision - to.scale >= 10)
}

function toText(value: Value, from: DataType): string {
  switch (from.kind) {
    case 'BOOLEAN':
      return value ? 'TRUE' : 'FALSE'
    case 'DECIMAL':
      return formatDecimal(value as bigint, from.scale)
    case 'DATE':
      return formatDate(value as number)
    case 'TIMESTAMP':
      return formatTimestamp(value as number, from.precision)
    case 'DOUBLE':
      return formatDouble(value as number)
    default:
      return String(value)
  }
}

/** As Java's Double.toString: 1.0, 1.0E10, 1.0E-5, NaN, Infinity. */
export function formatDouble(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0'
  const size = Math.abs(value)
  if (size >= 1e-3 && size < 1e7) {
    const text = String(value)
    return text.includes('.') ? text : `${text}.0`
  }
  const [mantissa, exponent] = value.toExponential().split('e')
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`
}

const booleanWords: Record<string, boolean> = {
  t: true,
  true: true,
  y: true,
  yes: true,
  '1': true,
  f: false,
  false: false,
  n: false,
  no: false,
  '0': false,
}

/** undefined: the text has no such value. */
function fromText(text: string, to: DataType): Value | undefined {
  const trimmed = text.trim()
  switch (to.kind) {
    case 'BOOLEAN':
      return booleanWords[trimmed.toLowerCase()]
    case 'INT':
    case 'BIGINT':
      return wholeOf(trimmed, to.kind)
    case 'DOUBLE':
      return doubleOf(trimmed)
    case 'DECIMAL': {
      const value = parseDecimal(trimmed, to.scale)
      return value === undefined ? undefined : fitDecimal(value, to)
    }
    case 'DATE':
      return parseDateOfTime(trimmed)
    case 'TIMESTAMP': {
      const time = parseTimestamp(trimmed)
      return time === undefined ? undefined : cutFraction(time, to.precision)
    }
    default:
      return text
  }
}

/** As Java's Double.valueOf, but for hexadecimal digits and the endings d and f. */
function doubleOf(text: string): number | undefined {
  const digits = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
  return digits.test(text) || /^[+-]?(NaN|Infinity)$/.test(text) ? Number(text) : undefined
}

/** As BinaryStringDataUtil.toInt: a fraction is cut, .5 is 0; out of range is no number. */
function wholeOf(text: string, kind: 'INT' | 'BIGINT'): Value | undefined {
  const match = /^([+-]?\d{0,40})(\.\d*)?$/.exec(text)
  if (!match || text.length === 0 || text === '+' || text === '-') return undefined
  const [, digits] = match
  const value = /\d/.test(digits) ? BigInt(digits.replace('+', '')) : 0n
  const wrapped = BigInt.asIntN(kind === 'INT' ? 32 : 64, value)
  if (wrapped !== value) return undefined
  return kind === 'INT' ? Number(value) : value
}

function toNumber(value: Value, from: DataType, to: DataType): Value {
  const plain = typeof value === 'boolean' ? (value ? 1 : 0) : value
  switch (to.kind) {
    case 'DOUBLE':
      return from.kind === 'DECIMAL'
        ? Number(formatDecimal(plain as bigint, from.scale))
        : Number(plain)
    case 'DECIMAL':
      return toDecimal(plain, from, to)
    case 'INT':
      if (typeof plain === 'number') return saturate(plain)
      return Number(BigInt.asIntN(32, whole(plain as bigint, from)))
    default:
      if (typeof plain === 'bigint') return whole(plain, from)
      return saturateLong(plain as number)
  }
}

function toDecimal(
  value: Value,
  from: DataType,
  to: { precision: number; scale: number },
): bigint | null {
  if (typeof value === 'bigint')
    return fitDecimal(rescale(value, from.kind === 'DECIMAL' ? from.scale : 0, to.scale), to)
  if (!Number.isFinite(value as number)) return null
  return fitDecimal(parseDecimal(String(value), to.scale) ?? 0n, to)
}

function whole(value: bigint, from: DataType): bigint {
  return from.kind === 'DECIMAL' ? value / powerOfTen(from.scale) : value
}

/** Java's narrowing from double: NaN is 0, out of range the nearest end. */
function saturate(value: number): number {
  if (Number.isNaN(value)) return 0
  return Math.max(-2147483648, Math.min(2147483647, Math.trunc(value))) | 0
}

function saturateLong(value: number): bigint {
  if (Number.isNaN(value)) return 0n
  if (value >= 2 ** 63) return 2n ** 63n - 1n
  if (value <= -(2 ** 63)) return -(2n ** 63n)
  return BigInt(Math.trunc(value))
}

/** undefined: the value has no counterpart in the type. */
export function castValue(value: Value, from: DataType, to: DataType): Value | undefined {
  if (to.kind === 'STRING') return toText(value, from)
  if (from.kind === 'STRING') return fromText(value as string, to)
  if (to.kind === 'BOOLEAN') return typeof value === 'boolean' ? value : Number(value) !== 0
  if (from.kind === 'DATE' && to.kind === 'TIMESTAMP') return (value as number) * dayMs
  if (from.kind === 'TIMESTAMP' && to.kind === 'DATE') return Math.floor((value as number) / dayMs)
  if (to.kind === 'TIMESTAMP') return cutFraction(value as number, to.precision)
  if (to.kind === 'DATE' || to.kind === 'BYTES') return value
  return toNumber(value, from, to)
}

function cutFraction(time: number, precision: number): number {
  const unit = 10 ** (3 - precision)
  return Math.floor(time / unit) * unit
}

const shown = (value: Value) => {
  const text = String(value)
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}

const pair = (call: TypedCall): [DataType, DataType] => [call.args[0].type, call.type]

export const castKernels: Kernels = {
  cast: {
    apply([value], call) {
      const result = castValue(value, ...pair(call))
      if (result === undefined)
        throw new RowFailure(
          `'${shown(value)}' is not a ${call.type.kind}. TRY_CAST gives NULL instead.`,
        )
      return result
    },
    inline: ([value], call) => inlineCast(value, ...pair(call)),
    canFail: (call) => castCanFail(...pair(call)),
    mayBeNull: (call) => castMayBeNull(...pair(call)),
  },
  'try-cast': {
    apply: ([value], call) => castValue(value, ...pair(call)) ?? null,
    mayBeNull: (call) => castMayBeNull(...pair(call)) || castCanFail(...pair(call)),
  },
}

function inlineCast(value: string, from: DataType, to: DataType): string | undefined {
  if (from.kind === 'INT' && to.kind === 'BIGINT') return `BigInt(${value})`
  if (from.kind === 'INT' && to.kind === 'DOUBLE') return value
  if (from.kind === 'BIGINT' && to.kind === 'DOUBLE') return `Number(${value})`
  if (from.kind === 'BIGINT' && to.kind === 'INT') return `Number(BigInt.asIntN(32, ${value}))`
  return undefined
}
