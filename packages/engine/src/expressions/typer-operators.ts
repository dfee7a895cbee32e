/** Types of arithmetic, comparison, || and of times with intervals. */
import type { DataType } from '@millrace/schemas'
import { formatType, types } from '@millrace/schemas'
import type { Ast, BinaryOperator } from './ast.ts'
import { dayMs } from './calendar.ts'
import {
  call,
  castTo,
  coerce,
  commonType,
  describeType,
  isBareNull,
  isNumeric,
  isTimeText,
  literal,
} from './coerce.ts'
import { capDecimal, decimalOf } from './decimal.ts'
import type { Span } from './errors.ts'
import { ExpressionError } from './errors.ts'
import type { TypedExpression } from './typed.ts'

type Binary = Ast & { is: 'binary' }
type TypeOf = (inner: Ast) => TypedExpression

export function typeBinary(ast: Binary, type: TypeOf): TypedExpression {
  const { operator } = ast
  if (operator === 'AND' || operator === 'OR') return typeJunction(ast, type)
  if ((operator === '+' || operator === '-') && ast.right.is === 'interval')
    return shiftTime(type(ast.left), ast.right, operator === '-' ? -1 : 1, ast.left)
  if (operator === '+' && ast.left.is === 'interval')
    return shiftTime(type(ast.right), ast.left, 1, ast.right)
  const left = type(ast.left)
  const right = type(ast.right)
  if (operator === '||') return typeConcat(ast, left, right)
  if (operator in comparisons) return typeComparison(ast, left, right)
  return typeArithmetic(ast, left, right)
}

/** A chain of the same operator becomes one call with many arguments. */
function typeJunction(ast: Binary, type: TypeOf): TypedExpression {
  const name = ast.operator === 'AND' ? 'and' : 'or'
  const parts: Ast[] = []
  const collect = (part: Ast) => {
    if (part.is === 'binary' && part.operator === ast.operator) {
      collect(part.left)
      collect(part.right)
    } else parts.push(part)
  }
  collect(ast)
  const args = parts.map((part) => {
    const arg = type(part)
    if (isBareNull(arg)) return literal(null, types.boolean)
    if (arg.type.kind === 'BOOLEAN') return arg
    throw new ExpressionError(
      `${ast.operator} joins conditions, but this is ${describeType(arg)}. Compare it with something first.`,
      part,
    )
  })
  return call(name, args, types.boolean)
}

function typeConcat(ast: Binary, left: TypedExpression, right: TypedExpression): TypedExpression {
  for (const [part, side] of [
    [left, ast.left],
    [right, ast.right],
  ] as const) {
    if (part.type.kind !== 'STRING')
      throw new ExpressionError(
        `|| joins text, but this is ${describeType(part)}. Write CAST(… AS STRING).`,
        side,
      )
  }
  return call(
    'concat',
    [coerce(left, types.string, ast), coerce(right, types.string, ast)],
    types.string,
  )
}

const comparisons: Partial<Record<BinaryOperator, string>> = {
  '=': 'equal',
  '<>': 'not-equal',
  '<': 'less',
  '<=': 'less-equal',
  '>': 'greater',
  '>=': 'greater-equal',
}

function typeComparison(
  ast: Binary,
  left: TypedExpression,
  right: TypedExpression,
): TypedExpression {
  const name = comparisons[ast.operator] ?? 'equal'
  if (isBareNull(left) || isBareNull(right))
    throw new ExpressionError(
      `A comparison with NULL is never true. Write IS ${ast.operator === '<>' ? 'NOT ' : ''}NULL.`,
      ast,
    )
  const common = isTimeText(right, left.type)
    ? left.type
    : isTimeText(left, right.type)
      ? right.type
      : commonType(left.type, right.type)
  if (!common) throw incomparable(ast, left, right)
  if (common.kind === 'BYTES')
    throw new ExpressionError('BYTES cannot be compared; only IS NULL can be asked.', ast)
  if (common.kind === 'BOOLEAN' && name !== 'equal' && name !== 'not-equal')
    throw new ExpressionError('BOOLEAN has no order. Use = or <>.', ast)
  // Decimals keep their own scale: the kernel brings them together without a chance to overflow.
  if (common.kind === 'DECIMAL')
    return call(name, [exact(left, ast.left), exact(right, ast.right)], types.boolean)
  return call(
    name,
    [coerce(left, common, ast.left), coerce(right, common, ast.right)],
    types.boolean,
  )
}

/** INT becomes BIGINT (both are scaled 64-bit integers then); BIGINT and DECIMAL stay. */
function exact(expression: TypedExpression, span: Span): TypedExpression {
  return expression.type.kind === 'INT' ? coerce(expression, types.bigint, span) : expression
}

function incomparable(ast: Binary, left: TypedExpression, right: TypedExpression): ExpressionError {
  const text = left.type.kind === 'STRING' ? left : right
  const other = text === left ? right : left
  const way =
    text.type.kind === 'STRING'
      ? `Write CAST(… AS ${formatType(other.type)}) around the text, or CAST(… AS STRING) around the other.`
      : 'Bring them to one type with CAST.'
  return new ExpressionError(
    `${describeType(left)} and ${describeType(right)} cannot be compared. ${way}`,
    ast,
  )
}

const arithmetic: Partial<Record<BinaryOperator, string>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
}

function typeArithmetic(
  ast: Binary,
  left: TypedExpression,
  right: TypedExpression,
): TypedExpression {
  const name = arithmetic[ast.operator] ?? 'add'
  for (const [part, side] of [
    [left, ast.left],
    [right, ast.right],
  ] as const) {
    if (!isBareNull(part) && isNumeric(part.type)) continue
    throw notNumeric(ast, part, side)
  }
  return combine(name, left, right, ast)
}

function notNumeric(ast: Binary, part: TypedExpression, side: Ast): ExpressionError {
  if (part.type.kind === 'STRING' && !isBareNull(part) && ast.operator === '+')
    return new ExpressionError(
      '+ adds numbers. Text is joined with ||, or made a number with CAST(… AS BIGINT).',
      side,
    )
  if (part.type.kind === 'TIMESTAMP')
    return new ExpressionError(
      `${ast.operator} does not work on times. Write … ${ast.operator === '-' ? '-' : '+'} INTERVAL '5' MINUTE, or TIMESTAMPDIFF(SECOND, a, b) for the time between two.`,
      side,
    )
  return new ExpressionError(
    `${ast.operator} needs numbers, but this is ${describeType(part)}. Write CAST(… AS BIGINT).`,
    side,
  )
}

/** `add`, `subtract`, `multiply`, `divide`, `modulo` of two numbers. */
export function combine(
  name: string,
  left: TypedExpression,
  right: TypedExpression,
  span: Span,
): TypedExpression {
  const kinds = [left.type.kind, right.type.kind]
  if (name === 'modulo' && kinds.includes('DOUBLE'))
    throw new ExpressionError(
      '% works on whole numbers and decimals. CAST the DOUBLE to BIGINT.',
      span,
    )
  if (kinds.includes('DECIMAL') && !kinds.includes('DOUBLE'))
    return call(
      name,
      [exact(left, span), exact(right, span)],
      decimalResult(name, left.type, right.type),
    )
  const common = commonType(left.type, right.type) ?? types.double
  return call(name, [coerce(left, common, span), coerce(right, common, span)], common)
}

/** Flink's LogicalTypeMerging: findAdditionDecimalType and its siblings. */
function decimalResult(name: string, a: DataType, b: DataType): DataType {
  const x = decimalOf(a)
  const y = decimalOf(b)
  const whole = Math.max(x.precision - x.scale, y.precision - y.scale)
  const scale = Math.max(x.scale, y.scale)
  switch (name) {
    case 'multiply':
      return capDecimal(x.precision + y.precision, x.scale + y.scale)
    case 'divide': {
      const digits = Math.max(6, x.scale + y.precision + 1)
      return capDecimal(x.precision - x.scale + y.scale + digits, digits)
    }
    case 'modulo':
      return capDecimal(Math.min(x.precision - x.scale, y.precision - y.scale) + scale, scale)
    default:
      return capDecimal(whole + scale + 1, scale)
  }
}

function shiftTime(
  time: TypedExpression,
  interval: Ast & { is: 'interval' },
  sign: number,
  side: Ast,
): TypedExpression {
  if (time.type.kind !== 'TIMESTAMP' && time.type.kind !== 'DATE')
    throw new ExpressionError(
      `An interval is added to a TIMESTAMP or DATE, but this is ${describeType(time)}. Make it one: TO_TIMESTAMP_LTZ(x, 3).`,
      side,
    )
  const isDate = time.type.kind === 'DATE'
  if (isDate && interval.ms % dayMs !== 0)
    throw new ExpressionError(
      'A DATE has no time of day: write CAST(… AS TIMESTAMP(3)) before adding hours or less.',
      interval,
    )
  const start = isDate ? castTo(time, types.timestamp, false) : time
  const shifted =
    interval.months !== 0
      ? call('add-months', [start, literal(sign * interval.months, types.int)], start.type)
      : call('add-ms', [start, literal(sign * interval.ms, types.double)], start.type)
  return isDate ? castTo(shifted, types.date, false) : shifted
}

/** Unary minus; a literal simply gets its sign. */
export function negate(arg: TypedExpression, span: Span): TypedExpression {
  if (isBareNull(arg) || !isNumeric(arg.type))
    throw new ExpressionError(`− needs a number, but this is ${describeType(arg)}.`, span)
  if (arg.op === 'literal' && arg.value !== null) {
    const value =
      typeof arg.value === 'string' ? String(-BigInt(arg.value)) : -(arg.value as number)
    return { ...arg, value: value === 0 ? 0 : value }
  }
  return call('negate', [arg], arg.type)
}
