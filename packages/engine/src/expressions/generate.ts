/** Typed expression -> statements of a generated loop. The row is `i`; `R` holds the registers, `H` the slice helpers. */
import { assert, encodeUtf8 } from '@millrace/base'
import { representationOf } from '@millrace/schemas'
import { powerOfTen, scaleOf } from './decimal.ts'
import { generateSlices } from './generate-slices.ts'
import { generateSpecial } from './generate-special.ts'
import type { Generator } from './generator.ts'
import { plainArgument, storePlain } from './generator.ts'
import { literalValue } from './interpret.ts'
import type { Kernel, Value } from './kernel.ts'
import { RowFailure } from './kernel.ts'
import { isSpecialForm, kernelOf } from './kernels.ts'
import type { Local, LoopWriter } from './loop-writer.ts'
import type { Registers } from './slices.ts'
import type { TypedCall, TypedColumn, TypedExpression, TypedLiteral } from './typed.ts'

export function makeGenerator(writer: LoopWriter, registers: Registers): Generator {
  const generator: Generator = {
    writer,
    registers,
    generate: (expression) => generateNode(generator, expression),
  }
  return generator
}

function generateNode(g: Generator, expression: TypedExpression): Local {
  switch (expression.op) {
    case 'column':
      return generateColumn(g, expression)
    case 'literal':
      return generateLiteral(g, expression)
    case 'call':
      if (isSpecialForm(expression.name)) return generateSpecial(g, expression.name, expression)
      return generateCall(g, expression)
  }
}

function generateColumn(g: Generator, { index, type, nullable }: TypedColumn): Local {
  const rep = representationOf(type)
  const name = g.writer.column(index, rep)
  let isNull: string | null = null
  if (nullable) {
    const local = g.writer.local('bool', false)
    assert(local.rep !== 'bytes', 'a flag is no bytes')
    isNull = local.value
    g.writer.write(`${isNull} = ${name}n !== null && (${name}n[i >> 3] & (1 << (i & 7))) === 0;`)
  }
  if (rep === 'bytes')
    return { rep, isNull, data: `${name}d`, start: `${name}s[i]`, end: `${name}e[i]` }
  return { rep, isNull, value: rep === 'bool' ? `(${name}v[i] !== 0)` : `${name}v[i]` }
}

function generateLiteral(g: Generator, expression: TypedLiteral): Local {
  const rep = representationOf(expression.type)
  if (expression.value === null) {
    const local = g.writer.local(rep, false)
    return { ...local, isNull: 'true' }
  }
  const value = literalValue(expression)
  if (rep === 'bytes') {
    const bytes = encodeUtf8(value as string)
    return {
      rep,
      isNull: null,
      data: g.writer.constant(bytes),
      start: '0',
      end: g.writer.constant(bytes.length),
    }
  }
  return { rep, isNull: null, value: g.writer.constant(value) }
}

/** A strict kernel: as numbers where that is exact, inline, on slices, or by calling its plain form. */
function generateCall(g: Generator, call: TypedCall): Local {
  const asNumbers = compareAsNumbers(g, call)
  if (asNumbers) return asNumbers
  const kernel = kernelOf(call.name)
  assert(kernel, `no kernel is called ${call.name}`)
  const args = call.args.map((arg) => g.generate(arg))
  const rep = representationOf(call.type)
  const target = g.writer.local(rep, call.nullable)
  const nulls = args.flatMap((arg) => (arg.isNull ? [arg.isNull] : []))
  if (target.isNull) g.writer.write(`${target.isNull} = ${nulls.join(' || ') || 'false'};`)
  if (rep !== 'bytes' && args.every((arg) => arg.rep !== 'bytes')) {
    const inline = kernel.inline?.(args.map(scalar), call)
    if (inline && target.rep !== 'bytes') {
      g.writer.write(`${target.value} = ${inline};`)
      nullBeyondDigits(g, call, target)
      return target
    }
  }
  const guard = target.isNull && nulls.length > 0
  if (guard) g.writer.write(`if (!${target.isNull}) {`)
  if (!generateSlices(g, call, args, target)) generatePlain(g, call, kernel, args, target)
  if (guard) g.writer.write('}')
  return target
}

/** A DECIMAL whose digits do not fit is NULL. */
function nullBeyondDigits(g: Generator, call: TypedCall, target: Local): void {
  if (call.type.kind !== 'DECIMAL' || target.rep === 'bytes' || !target.isNull) return
  const limit = powerOfTen(call.type.precision)
  const high = g.writer.constant(limit)
  const low = g.writer.constant(-limit)
  g.writer.write(
    `if (${target.value} >= ${high} || ${target.value} <= ${low}) { ${target.isNull} = true; ${target.value} = 0n; }`,
  )
}

function scalar(local: Local): string {
  return local.rep === 'bytes' ? '' : local.value
}

function generatePlain(
  g: Generator,
  call: TypedCall,
  kernel: Kernel,
  args: readonly Local[],
  target: Local,
): void {
  const { registers } = g
  const apply = g.writer.constant((...values: Value[]): Value => {
    try {
      return kernel.apply(values, call)
    } catch (error) {
      if (!(error instanceof RowFailure)) throw error
      registers.fail(error.message)
      return null
    }
  })
  const result = g.writer.temporary()
  g.writer.write(`${result} = ${apply}(${args.map((arg) => plainArgument(arg)).join(', ')});`)
  storePlain(g, result, target)
}

const comparisons: Readonly<Record<string, string>> = {
  equal: '===',
  'not-equal': '!==',
  less: '<',
  'less-equal': '<=',
  greater: '>',
  'greater-equal': '>=',
}

/**
 * A 64-bit column against a whole number below 2^53: the column's two words give a double that is at most rounded, and
 * rounding never carries a value across such a number. So no BigInt is made.
 */
function compareAsNumbers(g: Generator, call: TypedCall): Local | undefined {
  const symbol = comparisons[call.name]
  if (!symbol) return undefined
  const [left, right] = call.args
  if (scaleOf(left.type) !== scaleOf(right.type)) return undefined
  if (!isWord(left) || !isWord(right)) return undefined
  if (left.op === 'column' && right.op === 'column') return undefined
  const a = numberForm(g, left)
  const b = numberForm(g, right)
  const target = g.writer.local('bool', call.nullable)
  assert(target.rep !== 'bytes', 'a comparison is a flag')
  if (target.isNull)
    g.writer.write(
      `${target.isNull} = ${[a.isNull, b.isNull].filter((part) => part !== null).join(' || ') || 'false'};`,
    )
  g.writer.write(`${target.value} = ${a.value} ${symbol} ${b.value};`)
  return target
}

function isWord(expression: TypedExpression): boolean {
  if (representationOf(expression.type) !== 'i64') return false
  if (expression.op === 'column') return true
  if (expression.op === 'literal') {
    if (expression.value === null) return false
    const value = BigInt(expression.value as string)
    return value < 2n ** 53n && value > -(2n ** 53n)
  }
  return isWidenedInt(expression)
}

function isWidenedInt(call: TypedCall): boolean {
  return call.name === 'cast' && call.type.kind === 'BIGINT' && call.args[0].type.kind === 'INT'
}

function numberForm(
  g: Generator,
  expression: TypedExpression,
): { isNull: string | null; value: string } {
  if (expression.op === 'literal')
    return { isNull: null, value: g.writer.constant(Number(expression.value)) }
  const inner = g.generate(expression.op === 'call' ? expression.args[0] : expression)
  assert(inner.rep !== 'bytes', 'a number is no bytes')
  if (expression.op === 'call') return inner
  const name = g.writer.column(expression.index, 'i64')
  return {
    isNull: inner.isNull,
    value: `(${name}w[2 * i + 1] * 4294967296 + (${name}w[2 * i] >>> 0))`,
  }
}
