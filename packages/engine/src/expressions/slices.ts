/** String kernels on UTF-8 slices, for generated loops: no text is decoded where bytes will do. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import { indexOfBytes } from './like.ts'
import { stringResultMax, tooLong } from './string-kernels.ts'

/** Where a string kernel leaves its result, and where a row's failure is noted. One for each running loop. */
export class Registers {
  data: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  /** Why the current row failed; null: it did not. The first reason stays. */
  failure: string | null = null
  private arena = new Uint8Array(1024)
  private used = 0

  /** Frees what the last row computed. */
  beginRow(): void {
    this.used = 0
    this.failure = null
  }

  fail(message: string): void {
    this.failure ??= message
  }

  /** Room for `size` bytes; the result slice covers it. Earlier slices keep the old memory. */
  allocate(size: number): void {
    if (this.used + size > this.arena.length) {
      this.arena = new Uint8Array(Math.max(size, this.arena.length * 2))
      this.used = 0
    }
    this.data = this.arena
    this.start = this.used
    this.end = this.used += size
  }

  set(data: Uint8Array, start: number, end: number): void {
    this.data = data
    this.start = start
    this.end = end
  }

  text(data: Uint8Array, start: number, end: number): string {
    return textOf(data, start, end)
  }

  setText(text: string): void {
    const bytes = encodeUtf8(text)
    this.set(bytes, 0, bytes.length)
  }
}

export function textOf(data: Uint8Array, start: number, end: number): string {
  if (end - start < 24) {
    let text = ''
    for (let i = start; i < end; i++) {
      if (data[i] >= 0x80) return decodeUtf8(data.subarray(start, end))
      text += String.fromCharCode(data[i])
    }
    return text
  }
  return decodeUtf8(data.subarray(start, end))
}

export function equalSlices(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  const size = aEnd - aStart
  if (size !== bEnd - bStart) return false
  for (let i = 0; i < size; i++) if (a[aStart + i] !== b[bStart + i]) return false
  return true
}

export function compareSlices(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const size = Math.min(aEnd - aStart, bEnd - bStart)
  for (let i = 0; i < size; i++) {
    const difference = a[aStart + i] - b[bStart + i]
    if (difference !== 0) return difference
  }
  return aEnd - aStart - (bEnd - bStart)
}

export function startsWith(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  const size = bEnd - bStart
  return aEnd - aStart >= size && equalSlices(a, aStart, aStart + size, b, bStart, bEnd)
}

export function endsWith(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): boolean {
  const size = bEnd - bStart
  return aEnd - aStart >= size && equalSlices(a, aEnd - size, aEnd, b, bStart, bEnd)
}

/** Code points: bytes that do not continue one. */
export function charLength(data: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end; i++) if ((data[i] & 0xc0) !== 0x80) count++
  return count
}

/** `to` is 0x41 for capitals, 0x61 for small letters. Beyond ASCII the platform's rules decide. */
function changeCase(r: Registers, data: Uint8Array, start: number, end: number, up: boolean): void {
  for (let i = start; i < end; i++) {
    if (data[i] < 0x80) continue
    const text = textOf(data, start, end)
    r.setText(up ? text.toUpperCase() : text.toLowerCase())
    return
  }
  r.allocate(end - start)
  const from = up ? 0x61 : 0x41
  for (let i = start, at = r.start; i < end; i++, at++) {
    const byte = data[i]
    r.data[at] = byte >= from && byte < from + 26 ? byte ^ 0x20 : byte
  }
}

export function upper(r: Registers, data: Uint8Array, start: number, end: number): void {
  changeCase(r, data, start, end, true)
}

export function lower(r: Registers, data: Uint8Array, start: number, end: number): void {
  changeCase(r, data, start, end, false)
}

/** Offset of code point `count` from `start`, at most `end`. */
function skipPoints(data: Uint8Array, start: number, end: number, count: number): number {
  let at = start
  for (let left = count; left > 0 && at < end; left--) {
    at++
    while (at < end && (data[at] & 0xc0) === 0x80) at++
  }
  return at
}

/** Like `substring` of the plain kernels; `true`: the result is NULL. `length` below 0 must be checked first. */
export function substringSlice(
  r: Registers,
  data: Uint8Array,
  start: number,
  end: number,
  position: number,
  length: number,
): boolean {
  if (length < 0) return true
  let first = position > 0 ? position - 1 : 0
  if (position < 0) {
    first = charLength(data, start, end) + position
    if (first < 0) {
      r.set(data, start, start)
      return false
    }
  }
  const from = skipPoints(data, start, end, first)
  r.set(data, from, skipPoints(data, from, end, length))
  return false
}

/** Removes blanks (0x20) only: the default of TRIM. */
export function trimBlanks(
  r: Registers,
  data: Uint8Array,
  start: number,
  end: number,
  sides: number,
): void {
  let from = start
  let to = end
  if (sides & 1) while (from < to && data[from] === 0x20) from++
  if (sides & 2) while (to > from && data[to - 1] === 0x20) to--
  r.set(data, from, to)
}

export function concatSlices(
  r: Registers,
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): void {
  const first = aEnd - aStart
  const size = first + bEnd - bStart
  // Texts up to the limit in characters take at most four bytes each; the exact count is taken only near it.
  if (size > stringResultMax) {
    const points = utf16Length(a, aStart, aEnd) + utf16Length(b, bStart, bEnd)
    if (points > stringResultMax) {
      r.fail(tooLong(points))
      return
    }
  }
  r.allocate(size)
  const { data, start } = r
  for (let i = 0; i < first; i++) data[start + i] = a[aStart + i]
  for (let i = 0; i < size - first; i++) data[start + first + i] = b[bStart + i]
}

function utf16Length(data: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end; i++) {
    if ((data[i] & 0xc0) === 0x80) continue
    count += data[i] >= 0xf0 ? 2 : 1
  }
  return count
}

/** Position of b in a, from 1, in code points; 0: nowhere. */
export function locateSlice(
  b: Uint8Array,
  bStart: number,
  bEnd: number,
  a: Uint8Array,
  aStart: number,
  aEnd: number,
): number {
  const wanted = b.subarray(bStart, bEnd)
  if (wanted.length === 0) return 1
  const at = indexOfBytes(a, aStart, aEnd, wanted)
  return at < 0 ? 0 : charLength(a, aStart, at) + 1
}
