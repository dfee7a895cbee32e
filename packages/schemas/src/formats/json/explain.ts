/** Says in one sentence why bytes are not a JSON object: the slow second look at a record that was refused. */
import {
  backslash,
  closeBrace,
  closeBracket,
  colon,
  comma,
  jsonDepthMax,
  openBrace,
  openBracket,
  quote,
  skipEscape,
  skipNumber,
  skipSpace,
  skipUtf8,
  skipWord,
  stopsString,
} from './scan.ts'

class Explained {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

interface Look {
  data: Uint8Array
  start: number
  end: number
}

/** The first thing that is wrong with the record, as a sentence that starts with "not JSON". */
export function explainJson(data: Uint8Array, start: number, end: number): string {
  const look = { data, start, end }
  if (start >= end) return 'not JSON: the value is empty (0 bytes), expected an object'
  try {
    let p = skipSpace(data, start, end)
    if (p < end && data[p] === 0 && end - start >= 5)
      return `not JSON: first byte 0x00, expected '{'; it may be Avro with a schema id (format avro)`
    const isObject = p < end && data[p] === openBrace
    p = walk(look, p)
    p = skipSpace(data, p, end)
    if (p < end)
      return `not JSON: ${seen(look, p)} after the end of the value, expected nothing more`
    return isObject
      ? 'not JSON'
      : 'not a JSON object: the value is another kind of JSON, expected {…}'
  } catch (thrown) {
    if (thrown instanceof Explained) return thrown.message
    throw thrown
  }
}

/** Is the whole slice one JSON value? Undefined, or why not. */
export function problemOfJson(data: Uint8Array, start: number, end: number): string | undefined {
  const look = { data, start, end }
  try {
    if (start >= end) return 'not JSON: the value is empty (0 bytes)'
    const p = skipSpace(data, walk(look, skipSpace(data, start, end)), end)
    return p < end ? `not JSON: ${seen(look, p)} after the end of the value` : undefined
  } catch (thrown) {
    if (thrown instanceof Explained) return thrown.message
    throw thrown
  }
}

/** Steps over one value; throws `Explained` at the first fault. Levels are kept in a list, so deep input cannot overflow the stack. */
function walk(look: Look, from: number): number {
  const { data, end } = look
  const levels: number[] = []
  let p = from
  for (;;) {
    if (p >= end) refuse(look, p, 'a value')
    const c = data[p]
    if (c === openBrace || c === openBracket) {
      if (levels.length >= jsonDepthMax)
        throw new Explained(
          `not JSON: nested deeper than ${jsonDepthMax} levels at byte ${p - look.start}`,
        )
      const close = c === openBrace ? closeBrace : closeBracket
      p = skipSpace(data, p + 1, end)
      if (p < end && data[p] === close) p++
      else {
        levels.push(close)
        if (close === closeBrace) p = walkKey(look, p)
        continue
      }
    } else p = walkScalar(look, p)
    let goesOn = false
    while (levels.length > 0 && !goesOn) {
      const close = levels[levels.length - 1]
      p = skipSpace(data, p, end)
      if (p < end && data[p] === comma) {
        p = skipSpace(data, p + 1, end)
        if (close === closeBrace) p = walkKey(look, p)
        goesOn = true
      } else if (p < end && data[p] === close) {
        levels.pop()
        p++
      } else refuse(look, p, close === closeBrace ? "',' or '}'" : "',' or ']'")
    }
    if (!goesOn) return p
  }
}

function walkKey(look: Look, p: number): number {
  if (p >= look.end || look.data[p] !== quote) refuse(look, p, 'a key in double quotes')
  let q = skipSpace(look.data, walkString(look, p + 1), look.end)
  if (q >= look.end || look.data[q] !== colon) refuse(look, q, "':' behind the key")
  q = skipSpace(look.data, q + 1, look.end)
  return q
}

function walkScalar(look: Look, p: number): number {
  const { data, end } = look
  const c = data[p]
  if (c === quote) return walkString(look, p + 1)
  const isNumber = c === 0x2d || (c >= 0x30 && c <= 0x39)
  const q = isNumber ? skipNumber(data, p, end) : skipWord(data, p, end)
  if (q < 0) refuse(look, p, isNumber ? 'a number' : 'a value')
  return q
}

function walkString(look: Look, from: number): number {
  const { data, start, end } = look
  let p = from
  for (;;) {
    while (p < end && stopsString[data[p]] === 0) p++
    if (p >= end) refuse(look, p, 'the closing quote of a text')
    const c = data[p]
    if (c === quote) return p + 1
    const q = c === backslash ? skipEscape(data, p, end) : skipUtf8(data, p, end)
    if (q < 0) {
      const what =
        c === backslash
          ? 'an escape that JSON does not have'
          : c < 0x20
            ? `the control character ${hex(c)} inside a text`
            : `${hex(c)}, which is not valid UTF-8`
      throw new Explained(`not JSON: byte ${p - start} is ${what}`)
    }
    p = q
  }
}

function refuse(look: Look, p: number, expected: string): never {
  throw new Explained(`not JSON: ${seen(look, p)}, expected ${expected}`)
}

function seen(look: Look, p: number): string {
  if (p >= look.end) return `it ends at byte ${look.end - look.start}`
  const c = look.data[p]
  const letter = c > 0x20 && c < 0x7f ? ` '${String.fromCharCode(c)}'` : ''
  return `byte ${p - look.start} is ${hex(c)}${letter}`
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`
}
