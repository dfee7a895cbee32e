/** A Pratt parser for Flink SQL's scalar expressions and aggregate calls. */
import type { Ast, BinaryOperator } from './ast.ts'
import { ExpressionError } from './errors.ts'
import { parsePrefix } from './parser-prefix.ts'
import { TokenCursor } from './token-cursor.ts'
import { tokenize } from './tokens.ts'

/** Deepest nesting of one expression. */
export const expressionDepthMax = 60

/** As Calcite ranks them: OR, AND, NOT, IS, comparison and LIKE / IN / BETWEEN, ||, + -, * / %, unary minus. */
const power = { OR: 1, AND: 2, NOT: 3, IS: 4, COMPARE: 5, CONCAT: 6, ADD: 7, MULTIPLY: 8, MINUS: 9 }

const binaryPower: Record<string, number> = {
  OR: power.OR,
  AND: power.AND,
  '=': power.COMPARE,
  '<>': power.COMPARE,
  '!=': power.COMPARE,
  '<': power.COMPARE,
  '<=': power.COMPARE,
  '>': power.COMPARE,
  '>=': power.COMPARE,
  '||': power.CONCAT,
  '+': power.ADD,
  '-': power.ADD,
  '*': power.MULTIPLY,
  '/': power.MULTIPLY,
  '%': power.MULTIPLY,
}

/** Throws `ExpressionError`. */
export function parseText(text: string): Ast {
  const cursor = new TokenCursor(tokenize(text))
  if (cursor.peek().kind === 'end')
    throw new ExpressionError('This expression is empty. Write a column name or a formula.', {
      start: 0,
      end: text.length,
    })
  const ast = parseAbove(cursor, 0)
  const rest = cursor.peek()
  if (rest.kind !== 'end') throw leftOver(cursor)
  return ast
}

function leftOver(cursor: TokenCursor): ExpressionError {
  const rest = cursor.peek()
  const before = cursor.previous()
  if (rest.upper === ')')
    return new ExpressionError('This ) closes nothing. Remove it.', rest, {
      label: 'Remove )',
      text: '',
    })
  if (before?.kind === 'word' && rest.upper === '(')
    return new ExpressionError(`${before.text} is not a function name.`, before)
  return new ExpressionError(
    `${cursor.show(rest)} is not expected here. Put an operator such as AND, = or + before it.`,
    rest,
  )
}

/** Parses as much as binds tighter than `least`. */
export function parseAbove(cursor: TokenCursor, least: number): Ast {
  cursor.enter(expressionDepthMax)
  let left = parseOperand(cursor)
  for (;;) {
    const next = parseInfix(cursor, left, least)
    if (!next) break
    left = next
  }
  cursor.leave()
  return left
}

function parseOperand(cursor: TokenCursor): Ast {
  const token = cursor.peek()
  if (token.upper === 'NOT' && token.kind === 'word') {
    cursor.next()
    const arg = parseAbove(cursor, power.NOT)
    return { is: 'not', arg, start: token.start, end: arg.end }
  }
  if (token.upper === '-' || token.upper === '+') {
    cursor.next()
    const arg = parseAbove(cursor, power.MINUS)
    if (token.upper === '+') return arg
    return { is: 'negate', arg, start: token.start, end: arg.end }
  }
  return parsePrefix(cursor, inside)
}

function inside(cursor: TokenCursor, tighterThanComparison = false): Ast {
  return parseAbove(cursor, tighterThanComparison ? power.COMPARE : 0)
}

function parseInfix(cursor: TokenCursor, left: Ast, least: number): Ast | undefined {
  const token = cursor.peek()
  if (token.kind !== 'word' && token.kind !== 'symbol') return undefined
  if (token.upper === 'IS') {
    return power.IS > least ? parseIs(cursor, left) : undefined
  }
  const negated = token.upper === 'NOT'
  const word = negated ? cursor.peek(1).upper : token.upper
  if (word === 'LIKE' || word === 'IN' || word === 'BETWEEN') {
    if (power.COMPARE <= least) return undefined
    if (negated) cursor.next()
    cursor.next()
    if (word === 'LIKE') return parseLike(cursor, left, negated)
    if (word === 'IN') return parseIn(cursor, left, negated)
    return parseBetween(cursor, left, negated)
  }
  const strength = binaryPower[token.upper]
  if (strength === undefined || strength <= least) return undefined
  if (token.upper === '=' && cursor.peek(1).upper === '=' && cursor.peek(1).start === token.end)
    throw new ExpressionError(
      'Equality is written with one =.',
      { start: token.start, end: cursor.peek(1).end },
      { label: 'Write =', text: '=' },
    )
  cursor.next()
  const right = parseAbove(cursor, strength)
  const operator = (token.upper === '!=' ? '<>' : token.upper) as BinaryOperator
  return { is: 'binary', operator, left, right, start: left.start, end: right.end }
}

function parseIs(cursor: TokenCursor, left: Ast): Ast {
  cursor.next()
  const not = cursor.takeWord('NOT')
  if (cursor.takeWord('DISTINCT')) {
    cursor.expectWord('FROM', 'IS DISTINCT is followed by FROM.')
    const right = parseAbove(cursor, power.IS)
    return { is: 'distinct', not, left, right, start: left.start, end: right.end }
  }
  const word = cursor.peek()
  const what = word.upper === 'UNKNOWN' ? 'NULL' : word.upper
  if (what !== 'NULL' && what !== 'TRUE' && what !== 'FALSE')
    throw new ExpressionError(
      'IS is followed by NULL, TRUE, FALSE or DISTINCT FROM (with NOT before it, if you like).',
      word,
    )
  cursor.next()
  return { is: 'test', what, not, arg: left, start: left.start, end: word.end }
}

function parseLike(cursor: TokenCursor, arg: Ast, not: boolean): Ast {
  const pattern = parseAbove(cursor, power.COMPARE)
  const escaper = cursor.takeWord('ESCAPE') ? parseAbove(cursor, power.COMPARE) : null
  return {
    is: 'like',
    not,
    arg,
    pattern,
    escape: escaper,
    start: arg.start,
    end: (escaper ?? pattern).end,
  }
}

function parseIn(cursor: TokenCursor, arg: Ast, not: boolean): Ast {
  cursor.expectSymbol('(', "IN is followed by a list in brackets: IN ('a', 'b').")
  const list = [parseAbove(cursor, 0)]
  while (cursor.takeSymbol(',')) list.push(parseAbove(cursor, 0))
  const close = cursor.expectSymbol(')', 'This list is not closed. Add ) after its last value.')
  return { is: 'in', not, arg, list, start: arg.start, end: close.end }
}

function parseBetween(cursor: TokenCursor, arg: Ast, not: boolean): Ast {
  const low = parseAbove(cursor, power.COMPARE)
  cursor.expectWord('AND', 'BETWEEN has two bounds with AND between them: BETWEEN 1 AND 10.')
  const high = parseAbove(cursor, power.COMPARE)
  return { is: 'between', not, arg, low, high, start: arg.start, end: high.end }
}
