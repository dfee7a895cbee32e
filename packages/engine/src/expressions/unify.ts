/** Conditions, branches and lists: several expressions brought to one type. */
import type { DataType } from '@millrace/schemas'
import { types } from '@millrace/schemas'
import type { Ast } from './ast.ts'
import {
  coerce,
  commonType,
  describeType,
  isBareNull,
  isTimeText,
  literal,
  nullType,
} from './coerce.ts'
import { ExpressionError } from './errors.ts'
import type { TypedExpression } from './typed.ts'

/** A BOOLEAN, or the error that says how to make one. */
export function condition(expression: TypedExpression, ast: Ast): TypedExpression {
  if (isBareNull(expression)) return literal(null, types.boolean)
  if (expression.type.kind === 'BOOLEAN') return expression
  throw new ExpressionError(
    `A condition is wanted here, but this is ${describeType(expression)}. Compare it with something: ${expression.type.kind === 'STRING' ? "… = 'text'" : '… > 0'}.`,
    ast,
  )
}

/** Brings all to one type; names the pair that has none. */
export function unify(expressions: readonly TypedExpression[], asts: readonly Ast[]) {
  let common: DataType = nullType
  let by = 0
  for (let i = 0; i < expressions.length; i++) {
    const next = isTimeText(expressions[i], common)
      ? common
      : isTimeText(expressions[by], expressions[i].type)
        ? expressions[i].type
        : commonType(common, expressions[i].type)
    if (!next)
      throw new ExpressionError(
        `${describeType(expressions[i])} and ${describeType(expressions[by])} do not go together. Bring one to the other's type: CAST(… AS ${describeType(expressions[by])}).`,
        asts[i],
      )
    if (next !== common) by = i
    common = next
  }
  return expressions.map((expression, i) => coerce(expression, common, asts[i]))
}

/** `values` has one more than `conditions`: the value of ELSE. */
export function makeCase(
  conditions: readonly TypedExpression[],
  values: readonly TypedExpression[],
): TypedExpression {
  const args: TypedExpression[] = []
  conditions.forEach((when, i) => {
    args.push(when, values[i])
  })
  args.push(values[values.length - 1])
  const nullable = values.some((value) => value.nullable)
  return { op: 'call', name: 'case', args, type: values[0].type, nullable }
}

/** The value of a small whole literal; undefined: it is something else. */
export function wholeLiteral(expression: TypedExpression): number | undefined {
  if (expression.op !== 'literal' || expression.value === null) return undefined
  if (expression.type.kind === 'INT') return expression.value as number
  if (expression.type.kind === 'BIGINT' && BigInt(expression.value as string) < 1_000_000_000n)
    return Number(expression.value)
  return undefined
}
