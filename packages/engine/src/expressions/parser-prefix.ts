/** What an operand may begin with: literals, columns, CASE, CAST, intervals and function calls. */
import type { DataType } from '@millrace/schemas'
import { parseType } from '@millrace/schemas'
import type { Ast, AstCall } from './ast.ts'
import { ExpressionError } from './errors.ts'
import { parseInterval } from './interval.ts'
import type { TokenCursor } from './token-cursor.ts'
import type { Token } from './tokens.ts'
import { parseUnit } from './units.ts'

/** The way back into the expression parser. */
export type Inner = (cursor: TokenCursor, tighterThanComparison?: boolean) => Ast

/** Words that never are a column unless in backquotes. */
const reserved = new Set([
  'AND',
  'OR',
  'NOT',
  'IS',
  'IN',
  'LIKE',
  'BETWEEN',
  'CASE',
  'WHEN',
  'THEN',
  'ELSE',
  'END',
  'FROM',
  'WHERE',
  'SELECT',
  'AS',
  'ESCAPE',
])

export function parsePrefix(cursor: TokenCursor, inner: Inner): Ast {
  const token = cursor.next()
  const { start, end } = token
  switch (token.kind) {
    case 'integer':
    case 'decimal':
    case 'double':
      return { is: 'number', text: token.text, kind: token.kind, start, end }
    case 'string':
      return { is: 'string', value: token.text, start, end }
    case 'quoted':
      return { is: 'column', name: token.text, start, end }
    case 'symbol':
      if (token.upper === '(') return parenthesised(cursor, inner, token)
      throw new ExpressionError(
        `A value is missing before ${token.text}. Write a column name, a number or 'text'.`,
        token,
      )
    case 'end':
      throw new ExpressionError('The expression ends too early: a value is missing here.', {
        start: Math.max(0, start - 1),
        end,
      })
    case 'word':
      return parseWord(cursor, inner, token)
  }
}

function parenthesised(cursor: TokenCursor, inner: Inner, open: Token): Ast {
  const ast = inner(cursor)
  const close = cursor.expectSymbol(')', 'This bracket is not closed. Add ).')
  return { ...ast, start: open.start, end: close.end }
}

function parseWord(cursor: TokenCursor, inner: Inner, token: Token): Ast {
  const { start, end, upper } = token
  const next = cursor.peek()
  if (upper === 'TRUE' || upper === 'FALSE')
    return { is: 'boolean', value: upper === 'TRUE', start, end }
  if (upper === 'NULL') return { is: 'null', start, end }
  if (upper === 'CASE') return parseCase(cursor, inner, token)
  if (upper === 'INTERVAL' && next.kind === 'string') return parseInterval(cursor, token)
  if ((upper === 'DATE' || upper === 'TIMESTAMP') && next.kind === 'string') {
    cursor.next()
    return { is: 'time-literal', kind: upper, text: next.text, start, end: next.end }
  }
  if (next.kind === 'symbol' && next.upper === '(') {
    if (upper === 'CAST' || upper === 'TRY_CAST') return parseCast(cursor, inner, token)
    if (!reserved.has(upper)) return parseCall(cursor, inner, token)
  }
  if (reserved.has(upper))
    throw new ExpressionError(
      `A value is missing before ${upper}. (A column of that name is written in backquotes: \`${token.text}\`.)`,
      token,
    )
  return { is: 'column', name: token.text, start, end }
}

function parseCase(cursor: TokenCursor, inner: Inner, token: Token): Ast {
  const shape = 'CASE is written: CASE WHEN condition THEN value ELSE other END.'
  const operand = cursor.peek().upper === 'WHEN' ? null : inner(cursor)
  const branches: { when: Ast; value: Ast }[] = []
  while (cursor.takeWord('WHEN')) {
    const when = inner(cursor)
    cursor.expectWord('THEN', `THEN is missing. ${shape}`)
    branches.push({ when, value: inner(cursor) })
  }
  if (branches.length === 0) throw new ExpressionError(`WHEN is missing. ${shape}`, cursor.here())
  const otherwise = cursor.takeWord('ELSE') ? inner(cursor) : null
  const last = cursor.here()
  cursor.expectWord('END', `END is missing. ${shape}`)
  return { is: 'case', operand, branches, otherwise, start: token.start, end: last.end }
}

function parseCast(cursor: TokenCursor, inner: Inner, token: Token): Ast {
  cursor.next()
  const shape = `${token.upper} is written: ${token.upper}(value AS BIGINT).`
  const arg = inner(cursor)
  cursor.expectWord('AS', `AS is missing. ${shape}`)
  const type = parseTypeName(cursor)
  const close = cursor.expectSymbol(')', `This bracket is not closed. ${shape}`)
  return {
    is: 'cast',
    arg,
    type,
    orNull: token.upper === 'TRY_CAST',
    start: token.start,
    end: close.end,
  }
}

function parseTypeName(cursor: TokenCursor): DataType {
  const first = cursor.next()
  let text = first.text
  let end = first.end
  if (cursor.takeSymbol('(')) {
    text += '('
    for (;;) {
      const part = cursor.next()
      text += part.text
      end = part.end
      if (part.upper === ')' || part.kind === 'end') break
    }
  }
  const type = parseType(/^varchar\b|^char\b/i.test(text) ? 'STRING' : text)
  if (!type)
    throw new ExpressionError(
      `${text || 'This'} is not a type. Types are BOOLEAN, INT, BIGINT, DOUBLE, DECIMAL(p, s) with p up to 18, STRING, BYTES, DATE and TIMESTAMP(3).`,
      { start: first.start, end },
    )
  return type
}

function parseCall(cursor: TokenCursor, inner: Inner, token: Token): Ast {
  cursor.next()
  const call: AstCall = {
    is: 'call',
    name: token.upper,
    nameSpan: { start: token.start, end: token.end },
    args: [],
    unit: null,
    star: false,
    distinct: false,
    filter: null,
  }
  parseArguments(cursor, inner, call)
  const close = cursor.expectSymbol(
    ')',
    `The arguments of ${token.text} are not closed. Add ) after the last, or a comma before the next.`,
  )
  call.filter = parseFilter(cursor, inner, call)
  const end = call.filter ? (cursor.previous()?.end ?? close.end) : close.end
  return { ...call, start: token.start, end }
}

function parseArguments(cursor: TokenCursor, inner: Inner, call: AstCall): void {
  if (cursor.peek().upper === ')' && cursor.peek().kind === 'symbol') return
  if (cursor.peek().upper === '*' && cursor.peek(1).upper === ')') {
    cursor.next()
    call.star = true
    return
  }
  if (call.name === 'EXTRACT') {
    call.unit = parseUnit(cursor)
    cursor.expectWord('FROM', 'EXTRACT is written: EXTRACT(HOUR FROM column).')
    call.args.push(inner(cursor))
    return
  }
  if (call.name === 'TIMESTAMPDIFF' || call.name === 'TIMESTAMPADD') {
    call.unit = parseUnit(cursor)
    cursor.expectSymbol(',', `${call.name} is written: ${call.name}(MINUTE, a, b).`)
  }
  if (call.name === 'TRIM' && parseTrim(cursor, inner, call)) return
  call.distinct = cursor.takeWord('DISTINCT')
  call.args.push(inner(cursor, call.name === 'POSITION'))
  if (parseWordyArguments(cursor, inner, call)) return
  while (cursor.takeSymbol(',')) call.args.push(inner(cursor))
}

/** FLOOR(x TO unit), SUBSTRING(x FROM a FOR b), POSITION(a IN b). */
function parseWordyArguments(cursor: TokenCursor, inner: Inner, call: AstCall): boolean {
  if (cursor.takeWord('TO')) {
    call.unit = parseUnit(cursor)
    return true
  }
  if (call.name === 'SUBSTRING' && cursor.takeWord('FROM')) {
    call.args.push(inner(cursor))
    if (cursor.takeWord('FOR')) call.args.push(inner(cursor))
    return true
  }
  if (call.name === 'POSITION' && cursor.takeWord('IN')) {
    call.args.push(inner(cursor))
    return true
  }
  return false
}

/** TRIM([BOTH | LEADING | TRAILING] [characters] FROM text); turned into BTRIM, LTRIM or RTRIM. */
function parseTrim(cursor: TokenCursor, inner: Inner, call: AstCall): boolean {
  const side = cursor.peek().upper
  const names: Record<string, string> = { BOTH: 'BTRIM', LEADING: 'LTRIM', TRAILING: 'RTRIM' }
  call.name = names[side] ?? 'BTRIM'
  if (names[side]) cursor.next()
  if (cursor.takeWord('FROM')) {
    call.args.push(inner(cursor))
    return true
  }
  const first = inner(cursor)
  if (cursor.takeWord('FROM')) call.args.push(inner(cursor), first)
  else {
    call.args.push(first)
    while (cursor.takeSymbol(',')) call.args.push(inner(cursor))
  }
  return true
}

/** `FILTER (WHERE …)` after an aggregate call. */
function parseFilter(cursor: TokenCursor, inner: Inner, call: AstCall): Ast | null {
  if (!cursor.takeWord('FILTER')) return null
  const shape = `FILTER is written: ${call.name}(…) FILTER (WHERE condition).`
  cursor.expectSymbol('(', shape)
  cursor.expectWord('WHERE', shape)
  const condition = inner(cursor)
  cursor.expectSymbol(')', 'This FILTER is not closed. Add ) after its condition.')
  return condition
}
