/** Evaluates a typed expression on one row, plainly: the oracle for the generated loops, and good enough for single rows. */
import { assert } from '@millrace/base'
import type { Batch, DataType } from '@millrace/schemas'
import { cellAt } from '@millrace/schemas'
import { compareValues } from './compare-kernels.ts'
import type { Value } from './kernel.ts'
import type { SpecialForm } from './kernels.ts'
import { isSpecialForm, kernelOf } from './kernels.ts'
import type { TypedCall, TypedExpression, TypedLiteral } from './typed.ts'

/** Throws `RowFailure` where the row has no result. */
export function evaluate(expression: TypedExpression, row: readonly Value[]): Value {
  switch (expression.op) {
    case 'column':
      return row[expression.index]
    case 'literal':
      return literalValue(expression)
    case 'call': {
      if (isSpecialForm(expression.name)) return evaluateSpecial(expression.name, expression, row)
      const kernel = kernelOf(expression.name)
      assert(kernel, `no kernel is called ${expression.name}`)
      const args = expression.args.map((arg) => evaluate(arg, row))
      return args.includes(null) ? null : kernel.apply(args, expression)
    }
  }
}

/** BIGINT and DECIMAL literals are digits in the tree and bigint in a computation. */
export function literalValue(literal: TypedLiteral): Value {
  if (literal.value === null) return null
  const kind = literal.type.kind
  return kind === 'BIGINT' || kind === 'DECIMAL' ? BigInt(literal.value as string) : literal.value
}

function evaluateSpecial(name: SpecialForm, call: TypedCall, row: readonly Value[]): Value {
  const value = (index: number) => evaluate(call.args[index], row)
  switch (name) {
    case 'and':
    case 'or':
      return evaluateJunction(call.args, name === 'or', row)
    case 'not': {
      const arg = value(0)
      return arg === null ? null : !arg
    }
    case 'is-null':
      return value(0) === null
    case 'is-not-null':
      return value(0) !== null
    case 'is-true':
      return value(0) === true
    case 'is-not-true':
      return value(0) !== true
    case 'is-false':
      return value(0) === false
    case 'is-not-false':
      return value(0) !== false
    case 'distinct':
      return isDistinct(call, row)
    case 'not-distinct':
      return !isDistinct(call, row)
    case 'case':
      return evaluateCase(call.args, row)
    case 'coalesce':
      for (const arg of call.args) {
        const result = evaluate(arg, row)
        if (result !== null) return result
      }
      return null
    case 'concat-ws': {
      const [separator, ...texts] = call.args.map((arg) => evaluate(arg, row))
      if (separator === null) return null
      return texts.filter((text) => text !== null).join(separator as string)
    }
  }
}

function evaluateJunction(
  args: readonly TypedExpression[],
  deciding: boolean,
  row: readonly Value[],
): Value {
  let unknown = false
  for (const arg of args) {
    const result = evaluate(arg, row)
    if (result === deciding) return deciding
    if (result === null) unknown = true
  }
  return unknown ? null : !deciding
}

function isDistinct(call: TypedCall, row: readonly Value[]): boolean {
  const [a, b] = call.args.map((arg) => evaluate(arg, row))
  if (a === null || b === null) return a !== b
  return compareValues(a, b, call.args[0].type, call.args[1].type) !== 0
}

function evaluateCase(args: readonly TypedExpression[], row: readonly Value[]): Value {
  let i = 0
  for (; i + 1 < args.length; i += 2)
    if (evaluate(args[i], row) === true) return evaluate(args[i + 1], row)
  return evaluate(args[i], row)
}

/** A row of a batch as computations take it: DECIMAL scaled, not text. */
export function valuesAt(batch: Batch, types: readonly DataType[], row: number): Value[] {
  return types.map((type, index) => {
    const column = batch.columns[index]
    const cell = cellAt(column, type.kind === 'DECIMAL' ? { kind: 'BIGINT' } : type, row)
    return column.rep === 'bool' && cell !== null ? Boolean(cell) : cell
  })
}
