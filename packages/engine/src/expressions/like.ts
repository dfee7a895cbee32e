/** LIKE: `%` any text, `_` one code point; patterns are literals, compiled once, matched on UTF-8 bytes. */
import { encodeUtf8 } from '@millrace/base'

/** A run of literal text, one code point, or any text. */
type LikePart = { is: 'text'; text: string } | { is: 'one' } | { is: 'any' }

/** The parts, or what is wrong with the pattern. As Flink's SqlLikeUtils: only %, _ and the escape character may be escaped. */
export function parseLike(pattern: string, escaper: string | null): LikePart[] | string {
  if (escaper !== null && Array.from(escaper).length !== 1)
    return 'ESCAPE is followed by one character in quotes.'
  const parts: LikePart[] = []
  let text = ''
  const flush = () => {
    if (text) parts.push({ is: 'text', text })
    text = ''
  }
  const points = Array.from(pattern)
  for (let i = 0; i < points.length; i++) {
    const point = points[i]
    if (point === escaper) {
      const next = points[++i]
      if (next !== '%' && next !== '_' && next !== escaper)
        return `The escape character ${escaper} is followed by something other than %, _ or itself.`
      text += next
    } else if (point === '%') {
      flush()
      if (parts[parts.length - 1]?.is !== 'any') parts.push({ is: 'any' })
    } else if (point === '_') {
      flush()
      parts.push({ is: 'one' })
    } else text += point
  }
  flush()
  return parts
}

/** The plain reading, on code points. */
export function likeText(text: string, pattern: string, escaper: string | null): boolean {
  const parts = parseLike(pattern, escaper)
  if (typeof parts === 'string') return false
  const wanted: (string | 1 | '*')[] = []
  for (const part of parts) {
    if (part.is === 'text') wanted.push(...Array.from(part.text).map((point) => `=${point}`))
    else wanted.push(part.is === 'one' ? 1 : '*')
  }
  const points = Array.from(text)
  let reachable = new Set([0])
  for (const want of wanted) {
    const next = new Set<number>()
    for (const at of reachable) {
      if (want === '*') for (let i = at; i <= points.length; i++) next.add(i)
      else if (at < points.length && (want === 1 || want === `=${points[at]}`)) next.add(at + 1)
    }
    reachable = next
  }
  return reachable.has(points.length)
}

export type ByteMatcher = (data: Uint8Array, start: number, end: number) => boolean

/** The same on a slice of UTF-8, without decoding. */
export function compileLike(pattern: string, escaper: string | null): ByteMatcher {
  const parts = parseLike(pattern, escaper)
  if (typeof parts === 'string') return () => false
  const shape = parts.map((part) => part.is).join(' ')
  const bytes = parts.map((part) => encodeUtf8(part.is === 'text' ? part.text : ''))
  switch (shape) {
    case '':
      return (_data, start, end) => start === end
    case 'any':
      return () => true
    case 'text':
      return (data, start, end) =>
        end - start === bytes[0].length && hasBytesAt(data, start, bytes[0])
    case 'text any':
      return (data, start, end) =>
        end - start >= bytes[0].length && hasBytesAt(data, start, bytes[0])
    case 'any text':
      return (data, start, end) =>
        end - start >= bytes[1].length && hasBytesAt(data, end - bytes[1].length, bytes[1])
    case 'any text any':
      return (data, start, end) => indexOfBytes(data, start, end, bytes[1]) >= 0
    default:
      return (data, start, end) => matchParts(parts, bytes, data, start, end)
  }
}

export function hasBytesAt(data: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (data[at + i] !== wanted[i]) return false
  return true
}

/** Where `wanted` begins in data[start, end); -1: nowhere. */
export function indexOfBytes(
  data: Uint8Array,
  start: number,
  end: number,
  wanted: Uint8Array,
): number {
  const last = end - wanted.length
  for (let at = start; at <= last; at++) if (hasBytesAt(data, at, wanted)) return at
  return -1
}

/** Greedy with one point of return: on a mismatch the last % takes one byte more. */
function matchParts(
  parts: readonly LikePart[],
  bytes: readonly Uint8Array[],
  data: Uint8Array,
  start: number,
  end: number,
): boolean {
  let at = start
  let part = 0
  let returnPart = -1
  let returnAt = 0
  for (;;) {
    if (part === parts.length && at === end) return true
    const current = parts[part]
    if (current?.is === 'any') {
      returnPart = part++
      returnAt = at
      continue
    }
    const taken = current ? sizeTaken(current, bytes[part], data, at, end) : -1
    if (taken >= 0) {
      at += taken
      part++
    } else if (returnPart >= 0 && returnAt < end) {
      at = ++returnAt
      while (at < end && (data[at] & 0xc0) === 0x80) at = ++returnAt
      part = returnPart + 1
    } else return false
  }
}

/** Bytes that the part takes at `at`; -1: it does not fit. */
function sizeTaken(
  part: LikePart,
  bytes: Uint8Array,
  data: Uint8Array,
  at: number,
  end: number,
): number {
  if (part.is === 'text')
    return end - at >= bytes.length && hasBytesAt(data, at, bytes) ? bytes.length : -1
  if (at >= end) return -1
  let size = 1
  while (at + size < end && (data[at + size] & 0xc0) === 0x80) size++
  return size
}
