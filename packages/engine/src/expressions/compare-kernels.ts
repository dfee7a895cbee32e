/** Comparison of two values of one type; decimals may differ in scale. Strings compare by their UTF-8 bytes. */
import { compareBytes, encodeUtf8 } from '@millrace/base'
import type { DataType } from '@millrace/schemas'
import { inlineScaled, rescale, scaleOf } from './decimal.ts'
import type { Kernel, Kernels, Value } from './kernel.ts'

/** Negative, zero or positive; NaN if one of two doubles is NaN (then only <> holds, as in Java). */
export function compareValues(a: Value, b: Value, left: DataType, right: DataType): number {
  if (typeof a === 'string' || a instanceof Uint8Array)
    return compareBytes(bytesOf(a), bytesOf(b as string | Uint8Array))
  if (left.kind === 'DECIMAL' || right.kind === 'DECIMAL') {
    const scale = Math.max(scaleOf(left), scaleOf(right))
    const x = rescale(a as bigint, scaleOf(left), scale)
    const y = rescale(b as bigint, scaleOf(right), scale)
    return x < y ? -1 : x > y ? 1 : 0
  }
  const x = a as number
  const y = b as number
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  return x < y ? -1 : x > y ? 1 : 0
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? encodeUtf8(value) : value
}

function comparison(symbol: string, holds: (order: number) => boolean): Kernel {
  return {
    apply: ([a, b], call) => holds(compareValues(a, b, call.args[0].type, call.args[1].type)),
    inline: ([a, b], call) => {
      const [left, right] = call.args.map((arg) => scaleOf(arg.type))
      const scale = Math.max(left, right)
      return `(${inlineScaled(a, scale - left)} ${symbol} ${inlineScaled(b, scale - right)})`
    },
  }
}

/** GREATEST and LEAST: arguments of one type; NULL if one is NULL. */
function extreme(sign: number): Kernel {
  return {
    apply(args, call) {
      let best = args[0]
      for (let i = 1; i < args.length; i++)
        if (sign * compareValues(args[i], best, call.type, call.type) > 0) best = args[i]
      return best
    },
  }
}

export const compareKernels: Kernels = {
  equal: comparison('===', (order) => order === 0),
  'not-equal': comparison('!==', (order) => order !== 0),
  less: comparison('<', (order) => order < 0),
  'less-equal': comparison('<=', (order) => order <= 0),
  greater: comparison('>', (order) => order > 0),
  'greater-equal': comparison('>=', (order) => order >= 0),
  greatest: extreme(1),
  least: extreme(-1),
}
