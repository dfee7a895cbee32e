/** Which types go together, and the casts that bring them there: Flink's implicit coercions, without its surprises. */
import type { DataType } from '@millrace/schemas'
import { equalTypes, formatType } from '@millrace/schemas'
import { parseDate, parseTimestamp } from './calendar.ts'
import { castCanFail, castMayBeNull } from './casts.ts'
import { capDecimal, decimalOf, rescale } from './decimal.ts'
import type { Span } from './errors.ts'
import { ExpressionError } from './errors.ts'
import { kernelOf } from './kernels.ts'
import type { TypedCall, TypedExpression, TypedLiteral } from './typed.ts'

/** The type of a bare NULL until its surroundings give it one; compared by identity. */
export const nullType: DataType = { kind: 'STRING' }

export function isBareNull(expression: TypedExpression): boolean {
  return expression.type === nullType
}

export function literal(value: TypedLiteral['value'], type: DataType): TypedLiteral {
  return { op: 'literal', value, type, nullable: value === null }
}

/** A strict call: NULL if an argument can be, or if the kernel says so. */
export function call(name: string, args: readonly TypedExpression[], type: DataType): TypedCall {
  const made: TypedCall = { op: 'call', name, args, type, nullable: false }
  const nullable = args.some((arg) => arg.nullable) || (kernelOf(name)?.mayBeNull?.(made) ?? false)
  return { ...made, nullable }
}

const rank: Partial<Record<DataType['kind'], number>> = { INT: 0, BIGINT: 1, DECIMAL: 2, DOUBLE: 3 }

export function isNumeric(type: DataType): boolean {
  return rank[type.kind] !== undefined
}

/** The least type that holds both (CASE branches, IN lists, comparisons); undefined: there is none. */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (a === nullType) return b
  if (b === nullType) return a
  if (a.kind === 'TIMESTAMP' && b.kind === 'TIMESTAMP') return a.precision >= b.precision ? a : b
  if (a.kind === 'DECIMAL' || b.kind === 'DECIMAL') return commonWithDecimal(a, b)
  if (a.kind === b.kind) return a
  const ra = rank[a.kind]
  const rb = rank[b.kind]
  if (ra !== undefined && rb !== undefined) return ra > rb ? a : b
  if (a.kind === 'DATE' && b.kind === 'TIMESTAMP') return b
  if (a.kind === 'TIMESTAMP' && b.kind === 'DATE') return a
  return undefined
}

function commonWithDecimal(a: DataType, b: DataType): DataType | undefined {
  if (!isNumeric(a) || !isNumeric(b)) return undefined
  if (a.kind === 'DOUBLE') return a
  if (b.kind === 'DOUBLE') return b
  const x = decimalOf(a)
  const y = decimalOf(b)
  const scale = Math.max(x.scale, y.scale)
  return capDecimal(Math.max(x.precision - x.scale, y.precision - y.scale) + scale, scale)
}

/** Text literals become times where a time is wanted, as Calcite does. */
export function isTimeText(expression: TypedExpression, wanted: DataType): boolean {
  return (
    expression.op === 'literal' &&
    expression.type.kind === 'STRING' &&
    expression.value !== null &&
    (wanted.kind === 'TIMESTAMP' || wanted.kind === 'DATE')
  )
}

/** The expression with that type; literals are converted here and now. The pair must be castable. */
export function coerce(expression: TypedExpression, type: DataType, span: Span): TypedExpression {
  if (isBareNull(expression)) return literal(null, type)
  if (equalTypes(expression.type, type)) return expression
  if (expression.op === 'literal') {
    const folded = foldLiteral(expression, type, span)
    if (folded) return folded
  }
  return castTo(expression, type, false)
}

function foldLiteral(from: TypedLiteral, type: DataType, span: Span): TypedLiteral | undefined {
  if (from.value === null) return literal(null, type)
  if (isTimeText(from, type)) return timeLiteral(from.value as string, type, span)
  if (from.type.kind === 'INT' && type.kind === 'BIGINT') return literal(String(from.value), type)
  if (type.kind === 'DOUBLE' && from.type.kind === 'DECIMAL')
    return literal(Number(from.value) / 10 ** from.type.scale, type)
  if (type.kind === 'DOUBLE' && isNumeric(from.type)) return literal(Number(from.value), type)
  if (type.kind === 'DECIMAL' && isNumeric(from.type) && from.type.kind !== 'DOUBLE') {
    const scaled = rescale(BigInt(from.value as string), decimalOf(from.type).scale, type.scale)
    return literal(String(scaled), type)
  }
  return undefined
}

/** DATE '…' and TIMESTAMP '…'. */
export function timeLiteral(text: string, type: DataType, span: Span): TypedLiteral {
  const value = type.kind === 'DATE' ? parseDate(text) : parseTimestamp(text)
  if (value === undefined) {
    const shape = type.kind === 'DATE' ? "'2026-11-22'" : "'2026-11-22 10:20:30.000'"
    throw new ExpressionError(`'${text}' is not a ${type.kind}. It is written ${shape}.`, span)
  }
  return literal(value, type)
}

export function castTo(
  expression: TypedExpression,
  type: DataType,
  orNull: boolean,
): TypedExpression {
  const from = expression.type
  const nullable =
    expression.nullable || castMayBeNull(from, type) || (orNull && castCanFail(from, type))
  return { op: 'call', name: orNull ? 'try-cast' : 'cast', args: [expression], type, nullable }
}

export function describeType(expression: TypedExpression): string {
  return isBareNull(expression) ? 'NULL' : formatType(expression.type)
}
