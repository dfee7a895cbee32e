/** Text of an expression -> tokens with positions. */
import { ExpressionError } from './errors.ts'

export type TokenKind = 'word' | 'quoted' | 'string' | 'integer' | 'decimal' | 'double' | 'symbol'

export interface Token {
  kind: TokenKind | 'end'
  /** Words as written; strings and quoted names without their quotes, escapes undone. */
  text: string
  /** Words in capitals; symbols as they are; else empty. */
  upper: string
  start: number
  end: number
}

/** Longest text of one expression, characters. */
export const expressionTextMax = 8000
/** Most tokens: a chain such as a + a + … is as deep as it is long, and depth costs stack. */
export const expressionTokensMax = 2000

const symbols = [
  '<>',
  '!=',
  '<=',
  '>=',
  '||',
  '=',
  '<',
  '>',
  '+',
  '-',
  '*',
  '/',
  '%',
  '(',
  ')',
  ',',
]
const wordStart = /[\p{L}_$]/u
const wordPart = /[\p{L}\p{N}_$]/u

/** Throws `ExpressionError` at the first character that begins no token. The last token is `end`. */
export function tokenize(text: string): Token[] {
  if (text.length > expressionTextMax) {
    throw new ExpressionError(
      `This expression has ${text.length} characters; at most ${expressionTextMax} are allowed. Split it over several columns.`,
      { start: expressionTextMax, end: text.length },
    )
  }
  const tokens: Token[] = []
  let at = skipBlank(text, 0)
  while (at < text.length) {
    const token = nextToken(text, at)
    tokens.push(token)
    if (tokens.length > expressionTokensMax)
      throw new ExpressionError(
        `This expression has more than ${expressionTokensMax} words and signs. Compute a part of it in a Select node before.`,
        { start: token.start, end: text.length },
      )
    at = skipBlank(text, token.end)
  }
  tokens.push({ kind: 'end', text: '', upper: '', start: text.length, end: text.length })
  return tokens
}

function skipBlank(text: string, from: number): number {
  let at = from
  for (;;) {
    if (/\s/.test(text[at] ?? '')) at++
    else if (text.startsWith('--', at)) at = endOr(text.indexOf('\n', at), text.length)
    else if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2)
      if (close < 0)
        throw new ExpressionError('This comment is not closed. Add */ where it ends.', {
          start: at,
          end: text.length,
        })
      at = close + 2
    } else return at
  }
}

function endOr(found: number, otherwise: number): number {
  return found < 0 ? otherwise : found
}

function nextToken(text: string, start: number): Token {
  const first = text[start]
  if (first === "'") return quoted(text, start, 'string')
  if (first === '`') return quoted(text, start, 'quoted')
  if (first === '"') {
    const close = endOr(text.indexOf('"', start + 1), text.length - 1) + 1
    const inner = text.slice(start + 1, close - 1)
    throw new ExpressionError(
      'Double quotes are not used here: write text in single quotes and a column name in backquotes.',
      { start, end: close },
      { label: 'Use single quotes', text: `'${inner.replaceAll("'", "''")}'` },
    )
  }
  if (/[0-9]/.test(first) || (first === '.' && /[0-9]/.test(text[start + 1] ?? '')))
    return number(text, start)
  if (wordStart.test(first)) {
    let end = start + 1
    while (end < text.length && wordPart.test(text[end])) end++
    const word = text.slice(start, end)
    return { kind: 'word', text: word, upper: word.toUpperCase(), start, end }
  }
  const symbol = symbols.find((candidate) => text.startsWith(candidate, start))
  if (symbol)
    return { kind: 'symbol', text: symbol, upper: symbol, start, end: start + symbol.length }
  throw strayCharacter(text, start)
}

function strayCharacter(text: string, start: number): ExpressionError {
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0)
  const span = { start, end: start + character.length }
  const two = text.slice(start, start + 2)
  if (two === '&&')
    return new ExpressionError(
      '&& is written AND.',
      { start, end: start + 2 },
      { label: 'Write AND', text: 'AND' },
    )
  if (character === '.')
    return new ExpressionError(
      'A dot cannot stand here. A column whose name holds a dot is written in backquotes: `a.b`.',
      span,
    )
  return new ExpressionError(
    `The character ${character} has no meaning here. Remove it, or put text in single quotes.`,
    span,
  )
}

/** Doubled quotes stand for one. */
function quoted(text: string, start: number, kind: 'string' | 'quoted'): Token {
  const quote = text[start]
  let value = ''
  let at = start + 1
  for (;;) {
    const close = text.indexOf(quote, at)
    if (close < 0) {
      const what = kind === 'string' ? 'text' : 'name'
      throw new ExpressionError(
        `This ${what} is not closed. Add ${quote} where it ends.`,
        { start, end: text.length },
        { label: `Add ${quote}`, text: text.slice(start) + quote },
      )
    }
    value += text.slice(at, close)
    at = close + 1
    if (text[at] !== quote) break
    value += quote
    at++
  }
  return { kind, text: value, upper: '', start, end: at }
}

function number(text: string, start: number): Token {
  const match = /^(?:\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?/i.exec(text.slice(start, start + 400))
  const written = match ? match[0] : text[start]
  const end = start + written.length
  if (wordPart.test(text[end] ?? ''))
    throw new ExpressionError(
      'A name cannot begin with a digit. Write such a name in backquotes, or put a space after the number.',
      { start, end: end + 1 },
    )
  const kind = match?.[1] ? 'double' : written.includes('.') ? 'decimal' : 'integer'
  return { kind, text: written, upper: '', start, end }
}
