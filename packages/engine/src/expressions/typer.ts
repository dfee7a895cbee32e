/** Gives every part of a parsed expression its type, puts the casts in, and refuses what Flink would refuse. */
import type { RowType } from '@millrace/schemas'
import { types } from '@millrace/schemas'
import type { Ast } from './ast.ts'
import { refuseCast } from './casts.ts'
import {
  call,
  castTo,
  coerce,
  describeType,
  isBareNull,
  literal,
  nullType,
  timeLiteral,
} from './coerce.ts'
import { columnNamed } from './column-names.ts'
import { ExpressionError } from './errors.ts'
import { parseLike } from './like.ts'
import type { TypedExpression } from './typed.ts'
import { typeFunction } from './typer-functions.ts'
import { negate, typeBinary } from './typer-operators.ts'
import { condition, makeCase, unify } from './unify.ts'

/** Throws `ExpressionError`. The result may be a bare NULL. */
export function typeAst(ast: Ast, row: RowType): TypedExpression {
  const type = (inner: Ast) => typeAst(inner, row)
  switch (ast.is) {
    case 'column':
      return columnNamed(ast.name, ast, row)
    case 'number':
      return numberLiteral(ast)
    case 'string':
      return literal(ast.value, types.string)
    case 'boolean':
      return literal(ast.value, types.boolean)
    case 'null':
      return { op: 'literal', value: null, type: nullType, nullable: true }
    case 'time-literal':
      return timeLiteral(ast.text, ast.kind === 'DATE' ? types.date : types.timestamp, ast)
    case 'interval':
      throw new ExpressionError(
        "An interval stands only behind + or − with a time before it: placed_at - INTERVAL '5' MINUTE.",
        ast,
      )
    case 'negate':
      return negate(type(ast.arg), ast)
    case 'not':
      return call('not', [condition(type(ast.arg), ast.arg)], types.boolean)
    case 'binary':
      return typeBinary(ast, type)
    case 'test':
      return typeTest(ast, type(ast.arg))
    case 'distinct':
    case 'like':
    case 'in':
    case 'between':
      return typePredicate(ast, type)
    case 'case':
      return typeCase(ast, type)
    case 'cast':
      return typeCast(ast, type(ast.arg))
    case 'call':
      return typeFunction(ast, ast, type)
  }
}

/** Integer literals are INT if they fit, else BIGINT, else DECIMAL; `1.5` is DECIMAL, `1e3` DOUBLE: as in Flink. */
function numberLiteral(ast: Ast & { is: 'number' }): TypedExpression {
  if (ast.kind === 'double') return literal(Number(ast.text), types.double)
  if (ast.kind === 'integer') {
    const value = BigInt(ast.text)
    if (value < 2n ** 31n) return literal(Number(value), types.int)
    if (value < 2n ** 63n) return literal(value.toString(), types.bigint)
    throw new ExpressionError(
      'This number is too large for BIGINT. Write it as 1e19 if DOUBLE will do.',
      ast,
    )
  }
  const [whole, fraction = ''] = ast.text.split('.')
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '')
  const precision = Math.max(digits.length, fraction.length, 1)
  if (precision > 18)
    throw new ExpressionError(
      `This number has ${precision} digits; a DECIMAL has at most 18. Write it with an exponent (…e0) to make it a DOUBLE.`,
      ast,
    )
  return literal(digits || '0', types.decimal(precision, fraction.length))
}

function typeTest(ast: Ast & { is: 'test' }, arg: TypedExpression): TypedExpression {
  const name = `is-${ast.not ? 'not-' : ''}${ast.what.toLowerCase()}`
  const tested = ast.what === 'NULL' ? arg : condition(arg, ast.arg)
  return { op: 'call', name, args: [tested], type: types.boolean, nullable: false }
}

type Predicate = Ast & ({ is: 'distinct' } | { is: 'like' } | { is: 'in' } | { is: 'between' })

function typePredicate(ast: Predicate, type: (inner: Ast) => TypedExpression): TypedExpression {
  const not = (expression: TypedExpression) =>
    'not' in ast && ast.not ? call('not', [expression], types.boolean) : expression
  switch (ast.is) {
    case 'distinct': {
      const [left, right] = unify([type(ast.left), type(ast.right)], [ast.left, ast.right])
      const name = ast.not ? 'not-distinct' : 'distinct'
      return { op: 'call', name, args: [left, right], type: types.boolean, nullable: false }
    }
    case 'like':
      return not(typeLike(ast, type))
    case 'in': {
      const parts = [ast.arg, ...ast.list]
      const [arg, ...list] = unify(parts.map(type), parts)
      const tests = list.map((item) => call('equal', [arg, item], types.boolean))
      return not(tests.length === 1 ? tests[0] : call('or', tests, types.boolean))
    }
    case 'between': {
      const parts = [ast.arg, ast.low, ast.high]
      const [arg, low, high] = unify(parts.map(type), parts)
      const tests = [
        call('greater-equal', [arg, low], types.boolean),
        call('less-equal', [arg, high], types.boolean),
      ]
      return not(call('and', tests, types.boolean))
    }
  }
}

function typeLike(
  ast: Ast & { is: 'like' },
  type: (inner: Ast) => TypedExpression,
): TypedExpression {
  const arg = type(ast.arg)
  if (arg.type.kind !== 'STRING')
    throw new ExpressionError(
      `LIKE compares text, but this is ${describeType(arg)}. Write CAST(… AS STRING) LIKE ….`,
      ast.arg,
    )
  if (ast.pattern.is !== 'string')
    throw new ExpressionError(
      "The pattern of LIKE is written in quotes: LIKE 'a%'. To compare with a column, use STARTSWITH or POSITION.",
      ast.pattern,
    )
  if (ast.escape && ast.escape.is !== 'string')
    throw new ExpressionError(
      "ESCAPE is followed by one character in quotes: ESCAPE '!'.",
      ast.escape,
    )
  const escaper = ast.escape?.is === 'string' ? ast.escape.value : null
  const parts = parseLike(ast.pattern.value, escaper)
  if (typeof parts === 'string') throw new ExpressionError(parts, ast.pattern)
  const args = [coerce(arg, types.string, ast.arg), literal(ast.pattern.value, types.string)]
  if (escaper !== null) args.push(literal(escaper, types.string))
  return call('like', args, types.boolean)
}

function typeCase(
  ast: Ast & { is: 'case' },
  type: (inner: Ast) => TypedExpression,
): TypedExpression {
  const { operand } = ast
  const conditions = ast.branches.map(({ when }) => {
    if (!operand) return condition(type(when), when)
    const [left, right] = unify([type(operand), type(when)], [operand, when])
    return call('equal', [left, right], types.boolean)
  })
  const thens = ast.branches.map(({ value }) => value)
  const last: Ast = ast.otherwise ?? { is: 'null', start: ast.end - 3, end: ast.end }
  const values = unify([...thens, last].map(type), [...thens, last])
  if (values.every((value) => isBareNull(value)))
    throw new ExpressionError('Every branch is NULL: give one a type, CAST(NULL AS STRING).', ast)
  return makeCase(conditions, values)
}

function typeCast(ast: Ast & { is: 'cast' }, arg: TypedExpression): TypedExpression {
  if (isBareNull(arg)) return literal(null, ast.type)
  const refusal = refuseCast(arg.type, ast.type)
  if (refusal) throw new ExpressionError(refusal, ast)
  if (describeType(arg) === describeType({ ...arg, type: ast.type })) return arg
  return castTo(arg, ast.type, ast.orNull)
}
