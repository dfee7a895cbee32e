/** Walks over JSON text (RFC 8259) in bytes without building anything; accepts exactly what the grammar and UTF-8 allow. */

/** Deepest nesting of objects and arrays that is accepted, as in Jackson's StreamReadConstraints. */
export const jsonDepthMax = 1000

export const quote = 0x22
export const backslash = 0x5c
export const openBrace = 0x7b
export const closeBrace = 0x7d
export const openBracket = 0x5b
export const closeBracket = 0x5d
export const comma = 0x2c
export const colon = 0x3a
export const minus = 0x2d
export const zero = 0x30

/** 1: the byte stops a run of plain ASCII inside a string (quote, backslash, control character, non-ASCII). */
export const stopsString = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  stopsString[byte] = byte < 0x20 || byte >= 0x80 || byte === quote || byte === backslash ? 1 : 0
}

/**
 * The first position at or after `p` whose byte stops a plain run inside a string, or `end`. Four bytes at a time: with every
 * byte below 0x80, subtracting borrows into a byte's high bit exactly where it is a quote, a backslash or a control character.
 */
export function plainEnd(data: Uint8Array, view: DataView, p: number, end: number): number {
  const last = end - 4
  while (p <= last) {
    const x = view.getInt32(p, true)
    const stops =
      (x | ((x ^ 0x22222222) - 0x01010101) | ((x ^ 0x5c5c5c5c) - 0x01010101) | (x - 0x20202020)) &
      0x80808080
    if (stops !== 0) return p + ((31 - Math.clz32(stops & -stops)) >> 3)
    p += 4
  }
  while (p < end && stopsString[data[p]] === 0) p++
  return p
}

/** A view of the same bytes. */
export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength)
}

/** Returns the first position at or after `p` that is no JSON white space. */
export function skipSpace(data: Uint8Array, p: number, end: number): number {
  while (p < end) {
    const c = data[p]
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) break
    p++
  }
  return p
}

/** `p` is behind the opening quote; returns the position behind the closing one, or -1. */
export function skipString(data: Uint8Array, p: number, end: number): number {
  for (;;) {
    while (p < end && stopsString[data[p]] === 0) p++
    if (p >= end) return -1
    const c = data[p]
    if (c === quote) return p + 1
    p = c === backslash ? skipEscape(data, p, end) : skipUtf8(data, p, end)
    if (p < 0) return -1
  }
}

/** `p` is at a backslash; returns the position behind the escape, or -1. */
export function skipEscape(data: Uint8Array, p: number, end: number): number {
  if (p + 1 >= end) return -1
  switch (data[p + 1]) {
    case quote:
    case backslash:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return p + 2
    case 0x75:
      return p + 6 <= end && hexAt(data, p + 2) >= 0 ? p + 6 : -1
    default:
      return -1
  }
}

/** Four hexadecimal digits as a number, or -1. */
export function hexAt(data: Uint8Array, p: number): number {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const c = data[p + i]
    const low = c | 0x20
    if (c >= 0x30 && c <= 0x39) value = value * 16 + c - 0x30
    else if (low >= 0x61 && low <= 0x66) value = value * 16 + low - 0x57
    else return -1
  }
  return value
}

/** Steps over one non-ASCII character; -1 if it is not well-formed UTF-8 (Unicode 15, table 3-7) or a control byte. */
export function skipUtf8(data: Uint8Array, p: number, end: number): number {
  const c = data[p]
  if (c < 0xc2 || c > 0xf4) return -1
  const size = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4
  if (p + size > end) return -1
  const second = data[p + 1]
  let low = 0x80
  let high = 0xbf
  if (c === 0xe0) low = 0xa0
  else if (c === 0xed) high = 0x9f
  else if (c === 0xf0) low = 0x90
  else if (c === 0xf4) high = 0x8f
  if (second < low || second > high) return -1
  for (let i = 2; i < size; i++) if ((data[p + i] & 0xc0) !== 0x80) return -1
  return p + size
}

/** Are all bytes of the slice well-formed UTF-8? */
export function isUtf8(data: Uint8Array, start: number, end: number): boolean {
  let p = start
  while (p < end) {
    if (data[p] < 0x80) p++
    else if ((p = skipUtf8(data, p, end)) < 0) return false
  }
  return true
}

/** `p` is at a digit or minus; returns the position behind the number, or -1. */
export function skipNumber(data: Uint8Array, p: number, end: number): number {
  if (data[p] === minus) p++
  if (p >= end) return -1
  if (data[p] === zero) p++
  else if ((p = skipDigits(data, p, end)) < 0) return -1
  if (p < end && data[p] === 0x2e && (p = skipDigits(data, p + 1, end)) < 0) return -1
  if (p < end && (data[p] | 0x20) === 0x65) {
    p++
    if (p < end && (data[p] === 0x2b || data[p] === minus)) p++
    return skipDigits(data, p, end)
  }
  return p
}

function skipDigits(data: Uint8Array, p: number, end: number): number {
  const start = p
  while (p < end && data[p] >= zero && data[p] <= 0x39) p++
  return p === start ? -1 : p
}

/** `p` is at the first letter of true, false or null; returns the position behind it, or -1. */
export function skipWord(data: Uint8Array, p: number, end: number): number {
  const c = data[p]
  if (c === 0x74) return p + 4 <= end && isRue(data, p + 1) ? p + 4 : -1
  if (c === 0x66) return p + 5 <= end && isAlse(data, p + 1) ? p + 5 : -1
  if (c === 0x6e) return p + 4 <= end && isUll(data, p + 1) ? p + 4 : -1
  return -1
}

function isRue(data: Uint8Array, p: number): boolean {
  return data[p] === 0x72 && data[p + 1] === 0x75 && data[p + 2] === 0x65
}

function isAlse(data: Uint8Array, p: number): boolean {
  return data[p] === 0x61 && data[p + 1] === 0x6c && data[p + 2] === 0x73 && data[p + 3] === 0x65
}

function isUll(data: Uint8Array, p: number): boolean {
  return data[p] === 0x75 && data[p + 1] === 0x6c && data[p + 2] === 0x6c
}

/** Any value but an object or array; -1 if there is none. */
export function skipScalar(data: Uint8Array, p: number, end: number): number {
  if (p >= end) return -1
  const c = data[p]
  if (c === quote) return skipString(data, p + 1, end)
  if (c === minus || (c >= zero && c <= 0x39)) return skipNumber(data, p, end)
  return skipWord(data, p, end)
}

/** Any value, starting at `p` (no white space before it); returns the position behind it, or -1. */
export function skipValue(data: Uint8Array, p: number, end: number, depth: number): number {
  if (p >= end) return -1
  const c = data[p]
  return c === openBrace || c === openBracket
    ? skipNested(data, p, end, depth)
    : skipScalar(data, p, end)
}

/** One bit for each open level: 1 is an object. Not re-entrant, like the decoders that use it. */
const isObject = new Uint8Array(jsonDepthMax + 1)

function skipNested(data: Uint8Array, p: number, end: number, depth: number): number {
  const floor = depth
  for (;;) {
    // A value starts at p.
    if (p >= end) return -1
    const c = data[p]
    let closed = false
    if (c === openBrace || c === openBracket) {
      if (++depth > jsonDepthMax) return -1
      isObject[depth] = c === openBrace ? 1 : 0
      p = skipSpace(data, p + 1, end)
      if (p < end && data[p] === (c === openBrace ? closeBrace : closeBracket)) {
        p++
        depth--
        closed = true
      } else if (c === openBracket) continue
    } else {
      p = skipScalar(data, p, end)
      if (p < 0) return -1
      closed = true
    }
    if (closed) {
      p = closeLevels(data, p, end, depth, floor)
      if (p < 0) return -1
      depth = levelsLeft
      if (depth === floor) return p
      if (isObject[depth] === 0) continue
    }
    p = skipKey(data, p, end)
    if (p < 0) return -1
  }
}

/** The second result of `closeLevels`. */
let levelsLeft = 0

/** Behind a value: steps over closing brackets, and over the comma of the first level that goes on. */
function closeLevels(
  data: Uint8Array,
  p: number,
  end: number,
  depth: number,
  floor: number,
): number {
  while (depth > floor) {
    p = skipSpace(data, p, end)
    if (p >= end) return -1
    if (data[p] === comma) {
      levelsLeft = depth
      return skipSpace(data, p + 1, end)
    }
    if (data[p] !== (isObject[depth] === 1 ? closeBrace : closeBracket)) return -1
    p++
    depth--
  }
  levelsLeft = depth
  return p
}

/** `p` is at a key's opening quote; returns the position of the member's value, or -1. */
export function skipKey(data: Uint8Array, p: number, end: number): number {
  if (p >= end || data[p] !== quote) return -1
  p = skipString(data, p + 1, end)
  if (p < 0) return -1
  p = skipSpace(data, p, end)
  if (p >= end || data[p] !== colon) return -1
  return skipSpace(data, p + 1, end)
}
