/**
 * JSON values into cells: a fast path for each type's usual form, everything else through `loose-cells.ts`.
 * Every reader returns the position behind the value, or -1: `slot.fault` then says why, empty means a syntax error.
 */
import type { ColumnSlot } from '../column-slot.ts'
import { slotKind } from '../column-slot.ts'
import { parseInstant } from '../text/instants.ts'
import { exactPowerOfTen } from '../text/numbers.ts'
import { readLoose } from './loose-cells.ts'
import { minus, plainEnd, quote, skipUtf8, skipWord, zero } from './scan.ts'

const two32 = 4294967296
const exactIntegerMax = 9007199254740991

/** Reads the value at `p` into row `row`; `depth` is the number of open levels around it. */
export function readCell(
  slot: ColumnSlot,
  data: Uint8Array,
  p: number,
  end: number,
  row: number,
  depth: number,
): number {
  const c = data[p]
  switch (slot.kind) {
    case slotKind.STRING:
      if (c === quote) return readString(slot, data, p, end, row)
      break
    case slotKind.BIGINT:
    case slotKind.INT:
    case slotKind.EPOCH:
      if (c <= 0x39 && c >= minus) return readInteger(slot, data, p, end, row)
      break
    case slotKind.DOUBLE:
    case slotKind.DECIMAL:
      if (c <= 0x39 && c >= minus) return readFraction(slot, data, p, end, row)
      break
    case slotKind.TIMESTAMP:
      if (c === quote) return readTimestamp(slot, data, p, end, row)
      break
    case slotKind.BOOLEAN:
      if (c === 0x74 || c === 0x66) {
        slot.u8[row] = c === 0x74 ? 1 : 0
        return skipWord(data, p, end)
      }
  }
  return readLoose(slot, data, p, end, row, depth)
}

function readString(
  slot: ColumnSlot,
  data: Uint8Array,
  p: number,
  end: number,
  row: number,
): number {
  let q = p + 1
  for (;;) {
    q = plainEnd(data, slot.view, q, end)
    if (q >= end) return -1
    const c = data[q]
    if (c === quote) break
    if (c < 0x80) return readLoose(slot, data, p, end, row, 0)
    q = skipUtf8(data, q, end)
    if (q < 0) return -1
  }
  if (slot.owned === null) {
    slot.starts[row] = p + 1
    slot.ends[row] = q
  } else slot.setSlice(row, p + 1, q)
  return q + 1
}

/** Could this byte make the number longer, or a fraction? */
function goesOn(c: number): boolean {
  return c === 0x2e || c === 0x65 || c === 0x45
}

function readInteger(
  slot: ColumnSlot,
  data: Uint8Array,
  p: number,
  end: number,
  row: number,
): number {
  let q = data[p] === minus ? p + 1 : p
  const first = q
  let value = 0
  while (q < end) {
    const digit = data[q] - zero
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    q++
  }
  const digits = q - first
  if (digits === 0 || digits > 15 || (digits > 1 && data[first] === zero))
    return readLoose(slot, data, p, end, row, 0)
  if (q < end && goesOn(data[q])) return readLoose(slot, data, p, end, row, 0)
  if (first !== p) value = -value
  if (slot.kind === slotKind.BIGINT) {
    slot.words[2 * row] = value | 0
    slot.words[2 * row + 1] = Math.floor(value / two32)
  } else if (slot.kind === slotKind.EPOCH) {
    slot.f64[row] =
      slot.unit === 'ms' ? value : slot.unit === 's' ? value * 1000 : Math.floor(value / 1000)
  } else {
    if (value !== (value | 0)) return readLoose(slot, data, p, end, row, 0)
    slot.i32[row] = value
  }
  return q
}

function readFraction(
  slot: ColumnSlot,
  data: Uint8Array,
  p: number,
  end: number,
  row: number,
): number {
  let q = data[p] === minus ? p + 1 : p
  const first = q
  let mantissa = 0
  let digit = 0
  while (q < end && (digit = data[q] - zero) >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit
    q++
  }
  if (q === first || (q - first > 1 && data[first] === zero))
    return readLoose(slot, data, p, end, row, 0)
  let fraction = 0
  if (q < end && data[q] === 0x2e) {
    const point = q++
    while (q < end && (digit = data[q] - zero) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit
      q++
    }
    fraction = q - point - 1
    if (fraction === 0) return -1
  }
  if (mantissa > exactIntegerMax || fraction > 22 || (q < end && (data[q] | 0x20) === 0x65))
    return readLoose(slot, data, p, end, row, 0)
  const negative = first !== p
  if (slot.kind === slotKind.DOUBLE) {
    // Both operands are exact, so the quotient is correctly rounded (Clinger's fast path).
    const value = fraction === 0 ? mantissa : mantissa / exactPowerOfTen(fraction)
    slot.f64[row] = negative ? -value : value
    return q
  }
  const shift = slot.scale - fraction
  const scaled = shift >= 0 && shift <= 22 ? mantissa * exactPowerOfTen(shift) : Number.NaN
  if (!(scaled <= exactIntegerMax && scaled < exactPowerOfTen(slot.precision)))
    return readLoose(slot, data, p, end, row, 0)
  const value = negative ? -scaled : scaled
  slot.words[2 * row] = value | 0
  slot.words[2 * row + 1] = Math.floor(value / two32)
  return q
}

function readTimestamp(
  slot: ColumnSlot,
  data: Uint8Array,
  p: number,
  end: number,
  row: number,
): number {
  const q = plainEnd(data, slot.view, p + 1, end)
  if (q >= end || data[q] !== quote) return readLoose(slot, data, p, end, row, 0)
  const value = parseInstant(data, p + 1, q)
  if (Number.isNaN(value)) return readLoose(slot, data, p, end, row, 0)
  slot.f64[row] = value
  return q + 1
}
