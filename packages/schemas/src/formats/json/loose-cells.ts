/**
 * The values that the fast paths leave: null, escapes, other spellings, numbers as text, and everything that does not fit.
 * After Flink's JsonToRowDataConverters, with the deviations that ADR 0061 lists.
 */
import { displayUtf8 } from '@millrace/base'
import type { ColumnSlot } from '../column-slot.ts'
import { slotKind } from '../column-slot.ts'
import { bytesFromBase64 } from '../text/base64.ts'
import { parseDate, parseInstant } from '../text/instants.ts'
import type { DecimalParts } from '../text/numbers.ts'
import {
  asciiText,
  decimalParts,
  int64Words,
  integerOf,
  numberLengthMax,
  parseInt64,
  scaledDecimal,
} from '../text/numbers.ts'
import { openBrace, openBracket, quote, skipValue } from './scan.ts'
import { unescapedSizeMax, unescapeInto } from './unescape.ts'

/** Characters of a found value that a message shows. */
const shownMax = 40

export function readLoose(
  slot: ColumnSlot,
  data: Uint8Array,
  p: number,
  end: number,
  row: number,
  depth: number,
): number {
  const q = skipValue(data, p, end, depth)
  if (q < 0) return -1
  const c = data[p]
  if (c === 0x6e) {
    slot.setNull(row)
    return q
  }
  if (slot.kind === slotKind.STRING) {
    if (c === quote) return readEscaped(slot, data, p, q, row) ? q : -1
    slot.setSlice(row, p, q)
    return q
  }
  if (c === openBrace || c === openBracket) return refuse(slot, data, p, q)
  const text = c === quote ? unescaped(data, p, q) : data.subarray(p, q)
  if (text === undefined || text.length > numberLengthMax) {
    if (slot.kind !== slotKind.BYTES || text === undefined) return refuse(slot, data, p, q)
  }
  const fits = c === quote ? convertText(slot, text, row) : convertBare(slot, text, row)
  if (fits) return q
  return slot.fault === '' ? refuse(slot, data, p, q) : -1
}

/** Numbers and words that are not in quotes. */
function convertBare(slot: ColumnSlot, text: Uint8Array, row: number): boolean {
  const isWord = text[0] === 0x74 || text[0] === 0x66
  if (isWord) return false
  switch (slot.kind) {
    case slotKind.BOOLEAN:
    case slotKind.BYTES:
    case slotKind.DATE:
      return false
    case slotKind.TIMESTAMP:
      slot.fault = `found the number ${shown(text)}, expected a ${slot.typeText} as text; a number needs the column's unit (ms, s or us)`
      return false
    case slotKind.DOUBLE:
      // The scanner has checked the grammar, and the language's own conversion is correctly rounded.
      slot.f64[row] = Number(asciiText(text, 0, text.length))
      return true
    default:
      return convertNumber(slot, text, row)
  }
}

/** Text in quotes: numbers, booleans and times may be written so. */
function convertText(slot: ColumnSlot, raw: Uint8Array, row: number): boolean {
  const text = slot.kind === slotKind.BYTES ? raw : trimmed(raw)
  switch (slot.kind) {
    case slotKind.BOOLEAN: {
      const word = asciiText(text, 0, Math.min(text.length, 6)).toLowerCase()
      if (word !== 'true' && word !== 'false') return false
      slot.u8[row] = word === 'true' ? 1 : 0
      return true
    }
    case slotKind.BYTES: {
      const bytes = bytesFromBase64(text)
      if (bytes === undefined) return false
      slot.setBytes(row, bytes)
      return true
    }
    case slotKind.DATE: {
      const days = parseDate(text, 0, text.length)
      if (Number.isNaN(days)) return false
      slot.i32[row] = days
      return true
    }
    case slotKind.TIMESTAMP: {
      const ms = parseInstant(text, 0, text.length)
      if (Number.isNaN(ms)) return false
      slot.f64[row] = ms
      return true
    }
    default:
      return text.length > 0 && convertNumber(slot, text, row)
  }
}

const int32 = { min: -2147483648n, max: 2147483647n }
const int64 = { min: -9223372036854775808n, max: 9223372036854775807n }

/** INT, BIGINT, DOUBLE, DECIMAL, EPOCH from number text. */
function convertNumber(slot: ColumnSlot, text: Uint8Array, row: number): boolean {
  if (slot.kind === slotKind.BIGINT && parseInt64(text, 0, text.length)) {
    slot.words[2 * row] = int64Words[0]
    slot.words[2 * row + 1] = int64Words[1]
    return true
  }
  const letters = asciiText(text, 0, text.length)
  const parts = decimalParts(letters)
  switch (slot.kind) {
    case slotKind.DOUBLE: {
      if (parts === undefined && !/^[+-]?(NaN|Infinity)$/.test(letters)) return false
      slot.f64[row] = Number(letters.endsWith('NaN') ? 'NaN' : letters)
      return true
    }
    case slotKind.DECIMAL:
      return parts !== undefined && convertDecimal(slot, parts, letters, row)
    case slotKind.EPOCH: {
      if (parts === undefined) return false
      slot.f64[row] = epochMs(Number(letters), slot.unit)
      return Number.isFinite(slot.f64[row])
    }
    default: {
      const { min, max } = slot.kind === slotKind.INT ? int32 : int64
      const value = parts && integerOf(parts, min, max)
      if (value === 'range') slot.fault = `${short(letters)} is out of range for ${slot.typeText}`
      if (value === 'fraction')
        slot.fault = `found ${short(letters)}, expected a whole number (${slot.typeText})`
      if (typeof value !== 'bigint') return false
      if (slot.kind === slotKind.INT) slot.i32[row] = Number(value)
      else slot.i64[row] = value
      return true
    }
  }
}

function convertDecimal(
  slot: ColumnSlot,
  parts: DecimalParts,
  letters: string,
  row: number,
): boolean {
  const scaled = scaledDecimal(parts, slot.precision, slot.scale)
  if (scaled === undefined) {
    slot.fault = `${short(letters)} is out of range for ${slot.typeText}`
    return false
  }
  slot.i64[row] = scaled
  return true
}

/** Milliseconds of a number in `unit`; finer parts are cut off. */
export function epochMs(value: number, unit: 'ms' | 's' | 'us' | 'iso8601'): number {
  if (unit === 'us') return Math.floor(value / 1000)
  if (unit !== 's') return Math.floor(value)
  // Fractions of seconds are inexact in binary: settle on the microsecond first.
  return Number.isInteger(value) ? value * 1000 : Math.floor(Math.round(value * 1e6) / 1000)
}

/** A string with escapes, rewritten into the slot's own memory. */
function readEscaped(
  slot: ColumnSlot,
  data: Uint8Array,
  p: number,
  q: number,
  row: number,
): boolean {
  const target = slot.reserve(row, unescapedSizeMax(q - p))
  const used = unescapeInto(data, p + 1, q - 1, target, slot.ownedUsed)
  if (used < 0) {
    slot.fault = 'found half of a surrogate pair (\\ud800 to \\udfff), which is no character'
    return false
  }
  slot.starts[row] = slot.ownedUsed
  slot.ends[row] = used
  slot.ownedUsed = used
  return true
}

/** The text between the quotes at `p` and `q - 1`; undefined: it has half a surrogate pair. */
function unescaped(data: Uint8Array, p: number, q: number): Uint8Array | undefined {
  const target = new Uint8Array(unescapedSizeMax(q - p))
  const used = unescapeInto(data, p + 1, q - 1, target, 0)
  return used < 0 ? undefined : target.subarray(0, used)
}

/** Without ASCII control characters and spaces at both ends, as Java's String.trim. */
function trimmed(text: Uint8Array): Uint8Array {
  let start = 0
  let end = text.length
  while (start < end && text[start] <= 0x20) start++
  while (end > start && text[end - 1] <= 0x20) end--
  return text.subarray(start, end)
}

function refuse(slot: ColumnSlot, data: Uint8Array, p: number, q: number): number {
  slot.fault = `found ${describeValue(data, p, q)}, expected ${slot.typeText}`
  return -1
}

/** A JSON value in a few words: `the text "abc"`, `the number 12.5`, `an object`. */
export function describeValue(data: Uint8Array, p: number, q: number): string {
  const c = data[p]
  if (c === quote) return `the text ${shown(data.subarray(p, q))}`
  if (c === openBrace) return 'an object'
  if (c === openBracket) return 'an array'
  if (c === 0x74 || c === 0x66 || c === 0x6e) return asciiText(data, p, q)
  return `the number ${shown(data.subarray(p, q))}`
}

function shown(bytes: Uint8Array): string {
  return short(displayUtf8(bytes.subarray(0, 4 * shownMax)))
}

function short(text: string): string {
  return text.length > shownMax ? `${text.slice(0, shownMax - 1)}…` : text
}
