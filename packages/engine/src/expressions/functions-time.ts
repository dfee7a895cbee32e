/** Functions of time; everything is UTC. */
import { types } from '@millrace/schemas'
import type { TimeField } from './ast.ts'
import { call, castTo, coerce, isTimeText, literal } from './coerce.ts'
import { parseDatePattern } from './date-pattern.ts'
import { ExpressionError } from './errors.ts'
import type { FunctionCall, FunctionRule, FunctionRules } from './function-call.ts'
import { argument, numeric, textLiteral, wrongArgument } from './function-call.ts'
import type { TypedExpression } from './typed.ts'
import { wholeLiteral } from './unify.ts'

/** Units that FLOOR and CEIL cut to. */
export const floorUnits: readonly TimeField[] = [
  'YEAR',
  'QUARTER',
  'MONTH',
  'DAY',
  'HOUR',
  'MINUTE',
  'SECOND',
]

/** A TIMESTAMP; a DATE is taken at midnight. */
export function timeArgument(
  made: FunctionCall,
  index: number,
): { time: TypedExpression; isDate: boolean } {
  const arg = made.args[index]
  if (arg.type.kind === 'TIMESTAMP') return { time: arg, isDate: false }
  if (arg.type.kind === 'DATE') return { time: castTo(arg, types.timestamp, false), isDate: true }
  if (isTimeText(arg, types.timestamp))
    return { time: coerce(arg, types.timestamp, made.asts[index]), isDate: false }
  throw wrongArgument(made, index, 'a TIMESTAMP or DATE')
}

const unitText = (unit: TimeField) => literal(unit, types.string)

function extract(made: FunctionCall, unit: TimeField): TypedExpression {
  return call('extract', [timeArgument(made, 0).time, unitText(unit)], types.bigint)
}

function part(unit: TimeField, name: string): FunctionRule {
  return {
    signature: `${name}(time)`,
    help: `The ${name.toLowerCase()} of a time, BIGINT, in UTC.`,
    least: 1,
    most: 1,
    type: (made) => extract(made, unit),
  }
}

/** The literal pattern at `index`, checked; none: the kernel's own default. */
function patternArgument(made: FunctionCall, index: number): TypedExpression[] {
  if (made.args.length <= index) return []
  const text = textLiteral(made, index)
  const pattern = parseDatePattern(text)
  if (typeof pattern === 'string') throw new ExpressionError(pattern, made.asts[index])
  return [literal(text, types.string)]
}

function unitOf(made: FunctionCall): TimeField {
  const unit = made.unit
  if (unit && unit !== 'DOW' && unit !== 'DOY') return unit
  throw new ExpressionError(
    `${made.name} begins with a unit: ${made.name}(MINUTE, …). Units are YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE and SECOND.`,
    made.span,
  )
}

function toTimestampLtz(made: FunctionCall): TypedExpression {
  const value = numeric(made, 0)
  if (value.type.kind === 'DECIMAL') throw wrongArgument(made, 0, 'BIGINT')
  const precision = wholeLiteral(made.args[1])
  if (precision !== 0 && precision !== 3)
    throw new ExpressionError(
      'The second argument of TO_TIMESTAMP_LTZ is 3 if the number counts milliseconds, 0 if seconds.',
      made.asts[1],
    )
  return call('to-timestamp-ltz', [value, literal(precision, types.int)], {
    kind: 'TIMESTAMP',
    precision: 3,
  })
}

const parts = Object.fromEntries(
  (
    [
      ['YEAR', 'YEAR'],
      ['QUARTER', 'QUARTER'],
      ['MONTH', 'MONTH'],
      ['WEEK', 'WEEK'],
      ['DAYOFYEAR', 'DOY'],
      ['DAYOFMONTH', 'DAY'],
      ['DAYOFWEEK', 'DOW'],
      ['HOUR', 'HOUR'],
      ['MINUTE', 'MINUTE'],
      ['SECOND', 'SECOND'],
    ] as const
  ).map(([name, unit]) => [name, part(unit, name)]),
)

export const timeFunctions: FunctionRules = {
  ...parts,
  EXTRACT: {
    signature: 'EXTRACT(HOUR FROM time)',
    help: 'A part of a time, BIGINT, in UTC.',
    least: 1,
    most: 1,
    type: (made) => extract(made, made.unit ?? 'DAY'),
  },
  DATE_FORMAT: {
    signature: "DATE_FORMAT(time, 'yyyy-MM-dd HH:mm')",
    help: 'A time as text.',
    least: 2,
    most: 2,
    type: (made) =>
      call('date-format', [timeArgument(made, 0).time, ...patternArgument(made, 1)], types.string),
  },
  TO_TIMESTAMP: {
    signature: "TO_TIMESTAMP(text, 'yyyy-MM-dd HH:mm:ss')",
    help: 'Reads a time from text; NULL if it is none.',
    least: 1,
    most: 2,
    type: (made) =>
      call(
        'to-timestamp',
        [argument(made, 0, types.string), ...patternArgument(made, 1)],
        types.timestamp,
      ),
  },
  TO_DATE: {
    signature: "TO_DATE(text, 'yyyy-MM-dd')",
    help: 'Reads a date from text; NULL if it is none.',
    least: 1,
    most: 2,
    type: (made) =>
      call('to-date', [argument(made, 0, types.string), ...patternArgument(made, 1)], types.date),
  },
  TO_TIMESTAMP_LTZ: {
    signature: 'TO_TIMESTAMP_LTZ(number, 3)',
    help: 'A time from milliseconds (3) or seconds (0) since 1970.',
    least: 2,
    most: 2,
    type: toTimestampLtz,
  },
  UNIX_TIMESTAMP: {
    signature: "UNIX_TIMESTAMP(text, 'yyyy-MM-dd HH:mm:ss')",
    help: 'Seconds since 1970 of a time in text.',
    least: 1,
    most: 2,
    type: (made) =>
      call(
        'unix-timestamp',
        [argument(made, 0, types.string), ...patternArgument(made, 1)],
        types.bigint,
      ),
  },
  FROM_UNIXTIME: {
    signature: "FROM_UNIXTIME(seconds, 'yyyy-MM-dd HH:mm:ss')",
    help: 'Seconds since 1970 as text, in UTC.',
    least: 1,
    most: 2,
    type: (made) =>
      call(
        'from-unixtime',
        [argument(made, 0, types.bigint), ...patternArgument(made, 1)],
        types.string,
      ),
  },
  TIMESTAMPDIFF: {
    signature: 'TIMESTAMPDIFF(MINUTE, from, to)',
    help: 'Whole units between two times, INT.',
    least: 2,
    most: 2,
    type: (made) =>
      call(
        'timestamp-diff',
        [timeArgument(made, 0).time, timeArgument(made, 1).time, unitText(unitOf(made))],
        types.int,
      ),
  },
  TIMESTAMPADD: {
    signature: 'TIMESTAMPADD(MINUTE, amount, time)',
    help: 'A time some units later.',
    least: 2,
    most: 2,
    type(made) {
      const { time, isDate } = timeArgument(made, 1)
      const amount = argument(made, 0, types.int)
      const result = call('timestamp-add', [amount, time, unitText(unitOf(made))], time.type)
      return isDate ? castTo(result, types.date, false) : result
    },
  },
}
