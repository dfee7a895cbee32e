/** The functions by name, and what is said when there is none of that name. */
import type { Ast, AstCall } from './ast.ts'
import type { Span } from './errors.ts'
import { ExpressionError, nearestName } from './errors.ts'
import type { FunctionRules } from './function-call.ts'
import { conditionalFunctions } from './functions-conditional.ts'
import { numericFunctions } from './functions-numeric.ts'
import { stringFunctions } from './functions-string.ts'
import { timeFunctions } from './functions-time.ts'
import type { TypedExpression } from './typed.ts'

/** Every function of the language by name, in capitals. */
export const functionRules: FunctionRules = {
  ...conditionalFunctions,
  ...numericFunctions,
  ...stringFunctions,
  ...timeFunctions,
}

const clockNames = new Set([
  'NOW',
  'CURRENT_TIMESTAMP',
  'CURRENT_DATE',
  'CURRENT_TIME',
  'LOCALTIMESTAMP',
  'PROCTIME',
])
const aggregateNames = new Set(['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'BOOL_OR', 'BOOL_AND'])

export function typeFunction(
  call: AstCall,
  span: Span,
  type: (inner: Ast) => TypedExpression,
): TypedExpression {
  const rule = Object.hasOwn(functionRules, call.name) ? functionRules[call.name] : undefined
  if (!rule) throw unknownFunction(call)
  if (call.star || call.distinct || call.filter)
    throw new ExpressionError(
      `${call.name} is no aggregate: *, DISTINCT and FILTER do not go with it. It is written ${rule.signature}.`,
      span,
    )
  const { length } = call.args
  if (length < rule.least || length > rule.most)
    throw new ExpressionError(
      `${call.name} does not take ${length === 1 ? '1 argument' : `${length} arguments`}. It is written ${rule.signature}.`,
      span,
    )
  return rule.type({
    name: call.name,
    span,
    unit: call.unit,
    args: call.args.map(type),
    asts: call.args,
  })
}

function unknownFunction(call: AstCall): ExpressionError {
  const { name, nameSpan } = call
  if (clockNames.has(name) || (name === 'UNIX_TIMESTAMP' && call.args.length === 0))
    return new ExpressionError(
      `${name} would give another result at each run: expressions have no clock. Use the event-time column.`,
      nameSpan,
    )
  if (name === 'RAND' || name === 'UUID' || name === 'RAND_INTEGER')
    return new ExpressionError(
      `${name} would give another result at each run, so expressions do not have it.`,
      nameSpan,
    )
  if (aggregateNames.has(name))
    return new ExpressionError(
      `${name} computes over many rows: use it in a Window node's compute list.`,
      nameSpan,
    )
  const near = nearestName(name, Object.keys(functionRules))
  if (near)
    return new ExpressionError(`There is no function ${name}. Did you mean ${near}?`, nameSpan, {
      label: `Use ${near}`,
      text: near,
    })
  return new ExpressionError(
    `There is no function ${name}. Ctrl+Space lists those there are; a Process function node can do anything else.`,
    nameSpan,
  )
}
