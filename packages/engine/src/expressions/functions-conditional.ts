/** COALESCE, NULLIF, IF, IFNULL, GREATEST, LEAST. */
import { types } from '@millrace/schemas'
import { call, isBareNull } from './coerce.ts'
import { ExpressionError } from './errors.ts'
import type { FunctionCall, FunctionRules } from './function-call.ts'
import type { TypedExpression } from './typed.ts'
import { condition, makeCase, unify } from './unify.ts'

function common({ args, asts, span }: FunctionCall): readonly TypedExpression[] {
  const unified = unify(args, asts)
  if (unified.every(isBareNull))
    throw new ExpressionError(
      'Every argument is NULL: give one a type, CAST(NULL AS STRING).',
      span,
    )
  return unified
}

function coalesce(made: FunctionCall): TypedExpression {
  const args = common(made)
  const nullable = args.every((arg) => arg.nullable)
  return { op: 'call', name: 'coalesce', args, type: args[0].type, nullable }
}

function extreme(name: string) {
  return (made: FunctionCall): TypedExpression => {
    const args = common(made)
    return call(name, args, args[0].type)
  }
}

export const conditionalFunctions: FunctionRules = {
  COALESCE: {
    signature: 'COALESCE(value, …)',
    help: 'The first argument that is not NULL.',
    least: 1,
    most: 50,
    type: coalesce,
  },
  IFNULL: {
    signature: 'IFNULL(value, instead)',
    help: 'The second argument where the first is NULL.',
    least: 2,
    most: 2,
    type: coalesce,
  },
  NULLIF: {
    signature: 'NULLIF(value, unwanted)',
    help: 'NULL where both are equal, else the first: guards a division.',
    least: 2,
    most: 2,
    type(made) {
      const [left, right] = common(made)
      const nothing: TypedExpression = {
        op: 'literal',
        value: null,
        type: made.args[0].type,
        nullable: true,
      }
      return makeCase([call('equal', [left, right], types.boolean)], [nothing, made.args[0]])
    },
  },
  IF: {
    signature: 'IF(condition, value, otherwise)',
    help: 'The second argument where the condition is true, else the third.',
    least: 3,
    most: 3,
    type(made) {
      const { args, asts, span } = made
      const when = condition(args[0], asts[0])
      return makeCase([when], common({ ...made, span, args: args.slice(1), asts: asts.slice(1) }))
    },
  },
  GREATEST: {
    signature: 'GREATEST(a, b, …)',
    help: 'The largest argument; NULL if one is NULL.',
    least: 1,
    most: 50,
    type: extreme('greatest'),
  },
  LEAST: {
    signature: 'LEAST(a, b, …)',
    help: 'The smallest argument; NULL if one is NULL.',
    least: 1,
    most: 50,
    type: extreme('least'),
  },
}
