/** Arithmetic: INT and BIGINT wrap as Java's, DOUBLE is IEEE, DECIMAL rounds half up and is NULL when it overflows. */
import type { DataType } from '@millrace/schemas'
import {
  decimalOf,
  divideHalfUp,
  fitDecimal,
  inlineScaled,
  powerOfTen,
  rescale,
  scaleOf,
} from './decimal.ts'
import type { Kernel, Kernels, Value } from './kernel.ts'
import { RowFailure } from './kernel.ts'
import type { TypedCall } from './typed.ts'

export const divisionByZero =
  'Division by zero. Guard it: a / NULLIF(b, 0) gives NULL where b is 0.'

type Binary<T> = (a: T, b: T) => T

const decimal = (call: TypedCall) => decimalOf(call.type)
const isDecimal = (call: TypedCall) => call.type.kind === 'DECIMAL'
const isWhole = (type: DataType) => type.kind === 'INT' || type.kind === 'BIGINT'

/** Operators whose arguments and result have one type, but for DECIMAL, whose scales differ. */
function arithmetic(rule: {
  int: Binary<number>
  bigint: Binary<bigint>
  double: Binary<number>
  decimal: (a: bigint, b: bigint, call: TypedCall) => bigint
  inline: Partial<
    Record<DataType['kind'], (a: string, b: string, call: TypedCall) => string | undefined>
  >
  fails?: boolean
}): Kernel {
  return {
    apply([a, b], call) {
      switch (call.type.kind) {
        case 'INT':
          return rule.int(a as number, b as number)
        case 'BIGINT':
          return BigInt.asIntN(64, rule.bigint(a as bigint, b as bigint))
        case 'DECIMAL':
          return fitDecimal(rule.decimal(widen(a), widen(b), call), call.type)
        default:
          return rule.double(a as number, b as number)
      }
    },
    inline: ([a, b], call) => rule.inline[call.type.kind]?.(a, b, call),
    mayBeNull: isDecimal,
    canFail: (call) => rule.fails === true && call.type.kind !== 'DOUBLE' && !hasSafeDivisor(call),
  }
}

/** A divisor that is a literal other than zero. */
function hasSafeDivisor(call: TypedCall): boolean {
  const divisor = call.args[1]
  return divisor.op === 'literal' && divisor.value !== null && Number(divisor.value) !== 0
}

function widen(value: Value): bigint {
  return BigInt(value as number | bigint)
}

const scales = (call: TypedCall) => call.args.map((arg) => scaleOf(arg.type))

function decimalSum(sign: bigint) {
  return (a: bigint, b: bigint, call: TypedCall) => {
    const [sa, sb] = scales(call)
    const wide = Math.max(sa, sb)
    return rescale(rescale(a, sa, wide) + sign * rescale(b, sb, wide), wide, decimal(call).scale)
  }
}

/** Where nothing has to be rounded; the generator checks that the digits fit. */
function inlineSum(sign: string, a: string, b: string, call: TypedCall): string | undefined {
  const [sa, sb] = scales(call)
  const { scale } = decimal(call)
  if (scale < Math.max(sa, sb)) return undefined
  return `(${inlineScaled(a, scale - sa)} ${sign} ${inlineScaled(b, scale - sb)})`
}

function nonZero<T extends number | bigint>(divisor: T): T {
  if (divisor === 0 || divisor === 0n) throw new RowFailure(divisionByZero)
  return divisor
}

const divideDecimals = (a: bigint, b: bigint, call: TypedCall) => {
  const [sa, sb] = scales(call)
  nonZero(b)
  const shift = decimal(call).scale - sa + sb
  return shift >= 0
    ? divideHalfUp(a * powerOfTen(shift), b)
    : divideHalfUp(a, b * powerOfTen(-shift))
}

const moduloDecimals = (a: bigint, b: bigint, call: TypedCall) => {
  const [sa, sb] = scales(call)
  const wide = Math.max(sa, sb)
  return rescale(rescale(a, sa, wide) % nonZero(rescale(b, sb, wide)), wide, decimal(call).scale)
}

/** One numeric argument; the type may have another scale than the result. */
function unary(rule: {
  int: (a: number) => number
  bigint: (a: bigint) => bigint
  double: (a: number) => number
  decimal: (a: bigint, call: TypedCall) => bigint
}): Kernel {
  return {
    apply([a], call) {
      switch (call.type.kind) {
        case 'INT':
          return rule.int(a as number) | 0
        case 'BIGINT':
          return BigInt.asIntN(64, rule.bigint(a as bigint))
        case 'DECIMAL':
          return fitDecimal(rule.decimal(widen(a), call), call.type)
        default:
          return rule.double(a as number)
      }
    },
    mayBeNull: isDecimal,
  }
}

function floorScaled(value: bigint, unit: bigint): bigint {
  const rest = value % unit
  return (value - rest) / unit - (rest < 0n ? 1n : 0n)
}

const unitOf = (call: TypedCall) => powerOfTen(scaleOf(call.args[0].type))

/** ROUND and TRUNCATE: the second argument counts digits after the point, negative ones before it. */
function toDigits(
  round: (scaled: bigint, from: number, to: number) => bigint,
  whole: boolean,
): Kernel {
  return {
    apply([a, n], call) {
      const digits = n as number
      if (isWhole(call.type)) {
        if (digits >= 0) return a
        const unit = powerOfTen(Math.min(-digits, 40))
        const result = round(widen(a), Math.min(-digits, 40), 0) * unit
        return call.type.kind === 'INT'
          ? Number(BigInt.asIntN(32, result))
          : BigInt.asIntN(64, result)
      }
      if (call.type.kind === 'DECIMAL') {
        const from = scaleOf(call.args[0].type)
        const at = Math.min(digits, from)
        const kept =
          at >= 0
            ? round(a as bigint, from, at)
            : round(a as bigint, from - at, 0) * powerOfTen(-at)
        return fitDecimal(rescale(kept, Math.max(0, at), call.type.scale), call.type)
      }
      return roundDouble(a as number, digits, whole)
    },
    mayBeNull: isDecimal,
  }
}

/** By the shortest decimal form, as `BigDecimal.valueOf(double)` does, so that 2.675 becomes 2.68. */
function roundDouble(value: number, digits: number, halfUp: boolean): number {
  if (!Number.isFinite(value) || digits > 17) return value
  const [mantissa, exponent] = value.toExponential().split('e')
  const shifted = Number(`${mantissa}e${Number(exponent) + digits}`)
  if (Math.abs(shifted) >= 2 ** 53) return value
  const rounded = halfUp
    ? Math.sign(shifted) * Math.floor(Math.abs(shifted) + 0.5)
    : Math.trunc(shifted)
  const result = Number(`${rounded}e${-digits}`)
  return result === 0 ? 0 : result
}

const truncateTo = (value: bigint, from: number, to: number) => value / powerOfTen(from - to)

function doubles(compute: (...args: number[]) => number, inline: string): Kernel {
  return {
    apply: (args) => compute(...(args as number[])),
    inline: (args) => `${inline}(${args.join(', ')})`,
  }
}

export const numericKernels: Kernels = {
  add: arithmetic({
    int: (a, b) => (a + b) | 0,
    bigint: (a, b) => a + b,
    double: (a, b) => a + b,
    decimal: decimalSum(1n),
    inline: {
      INT: (a, b) => `(${a} + ${b} | 0)`,
      BIGINT: (a, b) => `BigInt.asIntN(64, ${a} + ${b})`,
      DOUBLE: (a, b) => `(${a} + ${b})`,
      DECIMAL: (a, b, call) => inlineSum('+', a, b, call),
    },
  }),
  subtract: arithmetic({
    int: (a, b) => (a - b) | 0,
    bigint: (a, b) => a - b,
    double: (a, b) => a - b,
    decimal: decimalSum(-1n),
    inline: {
      INT: (a, b) => `(${a} - ${b} | 0)`,
      BIGINT: (a, b) => `BigInt.asIntN(64, ${a} - ${b})`,
      DOUBLE: (a, b) => `(${a} - ${b})`,
      DECIMAL: (a, b, call) => inlineSum('-', a, b, call),
    },
  }),
  multiply: arithmetic({
    int: Math.imul,
    bigint: (a, b) => a * b,
    double: (a, b) => a * b,
    decimal: (a, b, call) => {
      const [sa, sb] = scales(call)
      return rescale(a * b, sa + sb, decimal(call).scale)
    },
    inline: {
      INT: (a, b) => `Math.imul(${a}, ${b})`,
      BIGINT: (a, b) => `BigInt.asIntN(64, ${a} * ${b})`,
      DOUBLE: (a, b) => `(${a} * ${b})`,
      DECIMAL: (a, b, call) => {
        const [sa, sb] = scales(call)
        return sa + sb === decimal(call).scale ? `(${a} * ${b})` : undefined
      },
    },
  }),
  divide: arithmetic({
    int: (a, b) => (a / nonZero(b)) | 0,
    bigint: (a, b) => a / nonZero(b),
    double: (a, b) => a / b,
    decimal: divideDecimals,
    inline: {
      INT: (a, b, call) => (hasSafeDivisor(call) ? `(${a} / ${b} | 0)` : undefined),
      BIGINT: (a, b, call) => (hasSafeDivisor(call) ? `BigInt.asIntN(64, ${a} / ${b})` : undefined),
      DOUBLE: (a, b) => `(${a} / ${b})`,
    },
    fails: true,
  }),
  modulo: arithmetic({
    int: (a, b) => (a % nonZero(b)) | 0,
    bigint: (a, b) => a % nonZero(b),
    double: (a, b) => a % b,
    decimal: moduloDecimals,
    inline: {
      INT: (a, b, call) => (hasSafeDivisor(call) ? `(${a} % ${b} | 0)` : undefined),
      BIGINT: (a, b, call) => (hasSafeDivisor(call) ? `(${a} % ${b})` : undefined),
    },
    fails: true,
  }),
  negate: unary({ int: (a) => -a, bigint: (a) => -a, double: (a) => -a, decimal: (a) => -a }),
  abs: unary({
    int: Math.abs,
    bigint: (a) => (a < 0n ? -a : a),
    double: Math.abs,
    decimal: (a) => (a < 0n ? -a : a),
  }),
  sign: unary({
    int: Math.sign,
    bigint: (a) => (a > 0n ? 1n : a < 0n ? -1n : 0n),
    double: Math.sign,
    decimal: (a, call) => (a > 0n ? unitOf(call) : a < 0n ? -unitOf(call) : 0n),
  }),
  floor: unary({
    int: (a) => a,
    bigint: (a) => a,
    double: Math.floor,
    decimal: (a, call) => floorScaled(a, unitOf(call)),
  }),
  ceil: unary({
    int: (a) => a,
    bigint: (a) => a,
    double: Math.ceil,
    decimal: (a, call) => -floorScaled(-a, unitOf(call)),
  }),
  round: toDigits(rescale, true),
  truncate: toDigits(truncateTo, false),
  power: doubles(Math.pow, 'Math.pow'),
  sqrt: doubles(Math.sqrt, 'Math.sqrt'),
  exp: doubles(Math.exp, 'Math.exp'),
  ln: doubles(Math.log, 'Math.log'),
  log10: doubles(Math.log10, 'Math.log10'),
}
