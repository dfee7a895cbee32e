/** Numeric functions. FLOOR and CEIL also cut times: FLOOR(ts TO HOUR). */
import type { DataType } from '@millrace/schemas'
import { types } from '@millrace/schemas'
import { call, castTo, coerce, literal } from './coerce.ts'
import { decimalPrecisionMax } from './decimal.ts'
import { ExpressionError } from './errors.ts'
import type { FunctionCall, FunctionRule, FunctionRules } from './function-call.ts'
import { argument, numeric, wrongArgument } from './function-call.ts'
import { floorUnits, timeArgument } from './functions-time.ts'
import type { TypedExpression } from './typed.ts'
import { combine } from './typer-operators.ts'
import { wholeLiteral } from './unify.ts'

function same(kernel: string, signature: string, help: string): FunctionRule {
  return {
    signature,
    help,
    least: 1,
    most: 1,
    type(made) {
      const arg = numeric(made, 0)
      return call(kernel, [arg], arg.type)
    },
  }
}

function double(kernel: string, signature: string, help: string, count = 1): FunctionRule {
  return {
    signature,
    help,
    least: count,
    most: count,
    type(made) {
      const args = made.args.map((_, i) => coerce(numeric(made, i), types.double, made.asts[i]))
      return call(kernel, args, types.double)
    },
  }
}

/** FLOOR and CEIL: a DECIMAL loses its fraction; whole numbers stay. */
function cut(made: FunctionCall): TypedExpression {
  const kernel = made.name === 'FLOOR' ? 'floor' : 'ceil'
  if (made.unit) return cutTime(made, `${kernel}-time`)
  const arg = numeric(made, 0)
  if (arg.type.kind === 'INT' || arg.type.kind === 'BIGINT') return arg
  const type: DataType =
    arg.type.kind === 'DECIMAL' ? types.decimal(arg.type.precision, 0) : arg.type
  return call(kernel, [arg], type)
}

function cutTime(made: FunctionCall, kernel: string): TypedExpression {
  const unit = made.unit ?? 'DAY'
  if (!floorUnits.includes(unit))
    throw new ExpressionError(
      `${made.name} does not cut to ${unit}. Units are ${floorUnits.join(', ')}.`,
      made.span,
    )
  const { time, isDate } = timeArgument(made, 0)
  const result = call(kernel, [time, literal(unit, types.string)], time.type)
  return isDate ? castTo(result, types.date, false) : result
}

/** ROUND and TRUNCATE. As Flink's findRoundDecimalType: the digits of a DECIMAL's result must be known. */
function toDigits(made: FunctionCall): TypedExpression {
  const kernel = made.name === 'ROUND' ? 'round' : 'truncate'
  const arg = numeric(made, 0)
  const digits = made.args.length > 1 ? argument(made, 1, types.int) : literal(0, types.int)
  if (arg.type.kind !== 'DECIMAL') return call(kernel, [arg, digits], arg.type)
  const known = wholeLiteral(digits)
  if (known === undefined) throw wrongArgument(made, 1, 'a number written out')
  const { precision, scale } = arg.type
  if (known >= scale) return arg
  const type =
    known < 0
      ? types.decimal(Math.min(decimalPrecisionMax, 1 + precision - scale), 0)
      : types.decimal(Math.min(decimalPrecisionMax, 1 + precision - scale + known), known)
  return call(kernel, [arg, digits], type)
}

export const numericFunctions: FunctionRules = {
  ABS: same('abs', 'ABS(number)', 'The number without its sign.'),
  SIGN: same('sign', 'SIGN(number)', '-1, 0 or 1.'),
  FLOOR: {
    signature: 'FLOOR(number) or FLOOR(time TO HOUR)',
    help: 'Rounds down; with TO, to the start of a unit of time.',
    least: 1,
    most: 1,
    type: cut,
  },
  CEIL: {
    signature: 'CEIL(number) or CEIL(time TO HOUR)',
    help: 'Rounds up; with TO, to the start of the next unit of time.',
    least: 1,
    most: 1,
    type: cut,
  },
  ROUND: {
    signature: 'ROUND(number, digits)',
    help: 'Rounds half away from zero.',
    least: 1,
    most: 2,
    type: toDigits,
  },
  TRUNCATE: {
    signature: 'TRUNCATE(number, digits)',
    help: 'Cuts digits off.',
    least: 1,
    most: 2,
    type: toDigits,
  },
  MOD: {
    signature: 'MOD(a, b)',
    help: 'The rest of a / b; has the sign of a. Same as a % b.',
    least: 2,
    most: 2,
    type: (made) => combine('modulo', numeric(made, 0), numeric(made, 1), made.span),
  },
  POWER: double('power', 'POWER(base, exponent)', 'base to the power of exponent, DOUBLE.', 2),
  SQRT: double('sqrt', 'SQRT(number)', 'Square root, DOUBLE.'),
  EXP: double('exp', 'EXP(number)', 'e to the power of the number, DOUBLE.'),
  LN: double('ln', 'LN(number)', 'Natural logarithm, DOUBLE.'),
  LOG10: double('log10', 'LOG10(number)', 'Logarithm to base 10, DOUBLE.'),
}
