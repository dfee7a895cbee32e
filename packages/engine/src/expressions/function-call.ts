/** A call of a function with typed arguments, and the questions that its rule asks about them. */
import type { DataType } from '@millrace/schemas'
import type { Ast, AstCall } from './ast.ts'
import { coerce, describeType, isBareNull, isNumeric } from './coerce.ts'
import type { Span } from './errors.ts'
import { ExpressionError } from './errors.ts'
import type { TypedExpression } from './typed.ts'

/** A function call whose arguments are typed. */
export interface FunctionCall {
  name: string
  span: Span
  unit: AstCall['unit']
  args: readonly TypedExpression[]
  asts: readonly Ast[]
}

export interface FunctionRule {
  /** As the user would write it: `ROUND(number, digits)`. */
  signature: string
  /** One sentence for completion and hover. */
  help: string
  least: number
  most: number
  type(call: FunctionCall): TypedExpression
}

export type FunctionRules = Readonly<Record<string, FunctionRule>>

/** Argument `index` as a type; `wanted` says it in words. */
export function argument(call: FunctionCall, index: number, type: DataType): TypedExpression {
  const arg = call.args[index]
  if (isBareNull(arg) || arg.type.kind === type.kind) {
    return type.kind === 'DECIMAL' && !isBareNull(arg) ? arg : coerce(arg, type, call.asts[index])
  }
  if (isNumeric(arg.type) && isNumeric(type) && widens(arg.type, type))
    return coerce(arg, type, call.asts[index])
  throw wrongArgument(call, index, type.kind === 'STRING' ? 'text' : type.kind)
}

const order = ['INT', 'BIGINT', 'DECIMAL', 'DOUBLE']

function widens(from: DataType, to: DataType): boolean {
  return order.indexOf(from.kind) <= order.indexOf(to.kind)
}

export function numeric(call: FunctionCall, index: number): TypedExpression {
  const arg = call.args[index]
  if (!isBareNull(arg) && isNumeric(arg.type)) return arg
  throw wrongArgument(call, index, 'a number')
}

export function wrongArgument(call: FunctionCall, index: number, wanted: string): ExpressionError {
  const ordinal = ['first', 'second', 'third', 'fourth'][index] ?? `${index + 1}th`
  const target = wanted === 'text' ? 'STRING' : wanted === 'a number' ? 'BIGINT' : wanted
  return new ExpressionError(
    `The ${ordinal} argument of ${call.name} is ${wanted}, but this is ${describeType(call.args[index])}. ${target.includes(' ') ? '' : `Write CAST(… AS ${target}).`}`.trim(),
    call.asts[index],
  )
}

/** A literal that the function wants to know before it runs. */
export function textLiteral(call: FunctionCall, index: number): string {
  const arg = call.args[index]
  if (arg.op === 'literal' && arg.type.kind === 'STRING' && typeof arg.value === 'string')
    return arg.value
  throw new ExpressionError(
    `The pattern of ${call.name} is written in quotes, not computed.`,
    call.asts[index],
  )
}
