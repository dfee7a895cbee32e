/** Aggregate calls: COUNT(*), SUM(price * quantity) FILTER (WHERE paid), COUNT(DISTINCT user_id) … */
import type { DataType, RowType } from '@millrace/schemas'
import { types } from '@millrace/schemas'
import type { AggregateFunction } from '../plan/operator-configs.ts'
import type { Ast, AstCall } from './ast.ts'
import { attempt, type Checked, limited } from './check.ts'
import { describeType, isBareNull, isNumeric } from './coerce.ts'
import { decimalPrecisionMax } from './decimal.ts'
import { ExpressionError, listNames, nearestName } from './errors.ts'
import { parseText } from './parser.ts'
import type { TypedExpression } from './typed.ts'
import { typeAst } from './typer.ts'
import { condition } from './unify.ts'

export interface TypedAggregate {
  function: AggregateFunction
  /** `null`: COUNT(*). */
  argument: TypedExpression | null
  distinct: boolean
  filter: TypedExpression | null
  type: DataType
  nullable: boolean
}

export interface AggregateRule {
  signature: string
  help: string
}

/** BOOL_OR and BOOL_AND are not built into Flink: there they are MAX and MIN of a CASE, which the SQL printer writes. */
export const aggregateRules: Readonly<Record<string, AggregateRule>> = {
  COUNT: { signature: 'COUNT(*)', help: 'Rows; of a column: those where it is not NULL.' },
  SUM: {
    signature: 'SUM(number)',
    help: 'Sum of the values that are not NULL; wraps as its type.',
  },
  AVG: { signature: 'AVG(number)', help: 'Mean; of whole numbers it is cut to a whole number.' },
  MIN: { signature: 'MIN(value)', help: 'Smallest value.' },
  MAX: { signature: 'MAX(value)', help: 'Largest value.' },
  BOOL_OR: { signature: 'BOOL_OR(condition)', help: 'Is it true for one row at least?' },
  BOOL_AND: { signature: 'BOOL_AND(condition)', help: 'Is it true for every row?' },
}

const functions: Record<string, AggregateFunction> = {
  COUNT: 'count',
  SUM: 'sum',
  AVG: 'avg',
  MIN: 'min',
  MAX: 'max',
  BOOL_OR: 'bool-or',
  BOOL_AND: 'bool-and',
}

/** Never throws on any text. */
export function checkAggregate(text: string, row: RowType): Checked<TypedAggregate> {
  return attempt(() => {
    const ast = parseText(text)
    const call = aggregateCall(ast)
    return typeAggregate(call, ast, row, text)
  })
}

function aggregateCall(ast: Ast): AstCall {
  if (ast.is === 'call' && Object.hasOwn(functions, ast.name)) return ast
  const names = Object.keys(functions)
  if (ast.is === 'call') {
    const near = nearestName(ast.name, names)
    throw new ExpressionError(
      near
        ? `There is no aggregate ${ast.name}. Did you mean ${near}?`
        : `${ast.name} computes on one row. Put it inside an aggregate: MAX(${ast.name}(…)). Aggregates are ${listNames(names, 7)}.`,
      ast.nameSpan,
      near ? { label: `Use ${near}`, text: near } : undefined,
    )
  }
  const hint =
    ast.is === 'binary' ? ' Compute with the results in a Select node behind the window.' : ''
  throw new ExpressionError(
    `One aggregate is wanted here: ${listNames(names, 7)}, such as SUM(amount) or COUNT(*).${hint}`,
    ast,
  )
}

function typeAggregate(call: AstCall, ast: Ast, row: RowType, text: string): TypedAggregate {
  const filter = call.filter
    ? limited(condition(typeAst(call.filter, row), call.filter), text)
    : null
  if (call.star) {
    if (call.name !== 'COUNT')
      throw new ExpressionError(`${call.name}(*) has no meaning: name a column.`, ast)
    return {
      function: 'count',
      argument: null,
      distinct: false,
      filter,
      type: types.bigint,
      nullable: false,
    }
  }
  if (call.args.length !== 1)
    throw new ExpressionError(
      `${call.name} takes one argument. It is written ${aggregateRules[call.name].signature}.`,
      ast,
    )
  const argument = limited(typeAst(call.args[0], row), text)
  if (isBareNull(argument))
    throw new ExpressionError('An aggregate of NULL alone is always NULL.', call.args[0])
  const type = resultType(call, argument)
  const isCount = call.name === 'COUNT'
  // A group has at least one row; only NULL values or a filter can leave nothing to aggregate.
  const nullable = !isCount && (argument.nullable || filter !== null)
  const distinct = call.distinct && (isCount || call.name === 'SUM' || call.name === 'AVG')
  return { function: functions[call.name], argument, distinct, filter, type, nullable }
}

/** Flink's sum and avg types, with 18 for its 38 digits. */
function resultType(call: AstCall, argument: TypedExpression): DataType {
  const { type } = argument
  const refuse = (wanted: string) =>
    new ExpressionError(
      `${call.name} takes ${wanted}, but this is ${describeType(argument)}.`,
      call.args[0],
    )
  switch (call.name) {
    case 'COUNT':
      return types.bigint
    case 'SUM':
      if (!isNumeric(type)) throw refuse('a number (CAST text to BIGINT or DECIMAL)')
      return type.kind === 'DECIMAL' ? types.decimal(decimalPrecisionMax, type.scale) : type
    case 'AVG':
      if (!isNumeric(type)) throw refuse('a number (CAST text to BIGINT or DECIMAL)')
      return type.kind === 'DECIMAL'
        ? types.decimal(decimalPrecisionMax, Math.max(6, type.scale))
        : type
    case 'BOOL_OR':
    case 'BOOL_AND':
      if (type.kind !== 'BOOLEAN') throw refuse("a condition, such as status = 'failed'")
      return type
    default:
      if (type.kind === 'BYTES') throw refuse('a value that has an order')
      return type
  }
}
