/** String functions on plain values. Positions and lengths count code points, from 1, as Flink's. */
import type { Kernels, Value } from './kernel.ts'
import { RowFailure } from './kernel.ts'
import { likeText } from './like.ts'

/** Most characters that one function may make of a row: LPAD(x, 2000000000) must not exhaust memory. */
export const stringResultMax = 1 << 20

const s = (value: Value) => value as string
const n = (value: Value) => value as number

export function tooLong(characters: number): string {
  return `A text of ${characters} characters came out; at most ${stringResultMax} are allowed. Ask for a shorter one.`
}

function bounded(text: string): string {
  if (text.length > stringResultMax) throw new RowFailure(tooLong(text.length))
  return text
}

/** Flink's BinaryStringData.substringSQL: 0 counts as 1, below 0 from the end; a negative length gives NULL. */
export function substring(text: string, position: number, length?: number): string | null {
  if (length !== undefined && length < 0) return null
  const points = Array.from(text)
  if (points.length === 0) return ''
  let start = position > 0 ? position - 1 : position < 0 ? points.length + position : 0
  if (start >= points.length || start < 0) return ''
  const end = length === undefined ? points.length : Math.min(points.length, start + length)
  start = Math.min(start, end)
  return points.slice(start, end).join('')
}

/** Removes any of `characters` at the ends. */
function trim(text: string, characters: string, left: boolean, right: boolean): string {
  const set = new Set(Array.from(characters))
  const points = Array.from(text)
  let start = 0
  let end = points.length
  if (left) while (start < end && set.has(points[start])) start++
  if (right) while (end > start && set.has(points[end - 1])) end--
  return points.slice(start, end).join('')
}

/** Position of `part` in `text` from 1, searching from `from` (from 1); 0: not there. */
function locate(part: string, text: string, from = 1): number {
  if (from < 1) return 0
  const points = Array.from(text)
  if (from > points.length + 1) return 0
  const skipped = points.slice(0, from - 1).join('')
  const at = text.indexOf(part, skipped.length)
  return at < 0 ? 0 : Array.from(text.slice(0, at)).length + 1
}

/** LPAD and RPAD cut to `length`; a negative length or an empty filling gives NULL. */
function pad(text: string, length: number, filling: string, left: boolean): string | null {
  if (length < 0 || filling === '') return null
  if (length > stringResultMax) bounded(' '.repeat(stringResultMax + 1))
  const points = Array.from(text)
  if (points.length >= length) return points.slice(0, length).join('')
  const fill = Array.from(filling)
  const added: string[] = []
  for (let i = 0; i < length - points.length; i++) added.push(fill[i % fill.length])
  return left ? added.join('') + text : text + added.join('')
}

/** An empty separator splits at blanks, as BinaryStringDataUtil.splitByWholeSeparatorPreserveAllTokens. */
function splitIndex(text: string, separator: string, index: number): string | null {
  if (index < 0) return null
  if (text === '') return null
  return text.split(separator || ' ')[index] ?? null
}

const always = () => true

export const stringKernels: Kernels = {
  upper: { apply: ([text]) => s(text).toUpperCase() },
  lower: { apply: ([text]) => s(text).toLowerCase() },
  trim: { apply: ([text, characters]) => trim(s(text), s(characters), true, true) },
  'trim-left': { apply: ([text, characters]) => trim(s(text), s(characters), true, false) },
  'trim-right': { apply: ([text, characters]) => trim(s(text), s(characters), false, true) },
  substring: {
    apply: ([text, from, length]) => substring(s(text), n(from), length as number | undefined),
    mayBeNull: (call) => call.args.length === 3,
  },
  'char-length': { apply: ([text]) => Array.from(s(text)).length },
  concat: { apply: (args) => bounded(args.join('')), canFail: always },
  replace: {
    apply: ([text, from, to]) =>
      s(from) === '' ? s(text) : bounded(s(text).split(s(from)).join(s(to))),
    canFail: always,
  },
  locate: { apply: ([part, text, from]) => locate(s(part), s(text), from as number | undefined) },
  'starts-with': { apply: ([text, start]) => s(text).startsWith(s(start)) },
  'ends-with': { apply: ([text, end]) => s(text).endsWith(s(end)) },
  'split-index': {
    apply: ([text, separator, index]) => splitIndex(s(text), s(separator), n(index)),
    mayBeNull: always,
  },
  'pad-left': {
    apply: ([text, length, filling]) => pad(s(text), n(length), s(filling), true),
    mayBeNull: always,
    canFail: always,
  },
  'pad-right': {
    apply: ([text, length, filling]) => pad(s(text), n(length), s(filling), false),
    mayBeNull: always,
    canFail: always,
  },
  reverse: { apply: ([text]) => Array.from(s(text)).reverse().join('') },
  /** Text, pattern literal and, if written, escape literal. */
  like: {
    apply: ([text, pattern, escaper]) =>
      likeText(s(text), s(pattern), (escaper as string | undefined) ?? null),
  },
}
