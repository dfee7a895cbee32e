/** Rewrites the inside of a JSON string without its escapes, as UTF-8. The text has been checked by `skipString`. */
import { backslash, hexAt } from './scan.ts'

/** Bytes that the result can have at most: no escape gives more bytes than it takes. */
export function unescapedSizeMax(size: number): number {
  return size
}

const letters: Record<number, number> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 }

/** Writes to `target` from `at` on; returns the position behind, or -1 for half a surrogate pair. */
export function unescapeInto(
  data: Uint8Array,
  start: number,
  end: number,
  target: Uint8Array,
  at: number,
): number {
  let p = start
  while (p < end) {
    const c = data[p]
    if (c !== backslash) {
      target[at++] = c
      p++
      continue
    }
    const e = data[p + 1]
    if (e !== 0x75) {
      target[at++] = letters[e] ?? e
      p += 2
      continue
    }
    let code = hexAt(data, p + 2)
    p += 6
    if (code >= 0xd800 && code <= 0xdfff) {
      const isPair = p + 6 <= end && data[p] === backslash && data[p + 1] === 0x75
      const low = isPair && code < 0xdc00 ? hexAt(data, p + 2) : 0
      if (low < 0xdc00 || low > 0xdfff) return -1
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)
      p += 6
    }
    at = putCodePoint(target, at, code)
  }
  return at
}

function putCodePoint(target: Uint8Array, at: number, code: number): number {
  if (code < 0x80) target[at++] = code
  else if (code < 0x800) {
    target[at++] = 0xc0 | (code >> 6)
    target[at++] = 0x80 | (code & 63)
  } else {
    if (code < 0x10000) target[at++] = 0xe0 | (code >> 12)
    else {
      target[at++] = 0xf0 | (code >> 18)
      target[at++] = 0x80 | ((code >> 12) & 63)
    }
    target[at++] = 0x80 | ((code >> 6) & 63)
    target[at++] = 0x80 | (code & 63)
  }
  return at
}
