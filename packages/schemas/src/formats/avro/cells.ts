/** Avro values into cells, where more than a copy is needed. False: `slot.fault` says why the value does not fit. */
import { encodeUtf8 } from '@millrace/base'
import type { ColumnSlot } from '../column-slot.ts'
import { slotKind } from '../column-slot.ts'
import { JsonNumber, printJsonTree } from '../json/json-tree.ts'
import { decimalParts, scaledDecimal } from '../text/numbers.ts'
import type { AvroCursor } from './cursor.ts'
import type { Constant } from './program.ts'

/** The integer that the cursor read last; times are divided by `divisor`, rounded down. */
export function writeInteger(
  slot: ColumnSlot,
  cursor: AvroCursor,
  row: number,
  divisor: number,
): boolean {
  switch (slot.kind) {
    case slotKind.BIGINT:
      slot.words[2 * row] = cursor.low
      slot.words[2 * row + 1] = cursor.high
      return true
    case slotKind.INT:
    case slotKind.DATE:
      if (cursor.high !== cursor.low >> 31) {
        slot.fault = `${cursor.bigint()} is out of range for ${slot.typeText}`
        return false
      }
      slot.i32[row] = cursor.low
      return true
    case slotKind.DECIMAL:
      return writeScaled(slot, cursor.bigint(), 0, row)
    case slotKind.DOUBLE:
      slot.f64[row] = cursor.number()
      return true
    default: {
      const value = cursor.number()
      slot.f64[row] =
        divisor === 1 ? value : divisor === 1000 ? Math.floor(value / 1000) : value * 1000
      return true
    }
  }
}

/** The cursor's slice is a big-endian two's complement number with `scale` digits behind the point. */
export function writeDecimal(
  slot: ColumnSlot,
  cursor: AvroCursor,
  row: number,
  scale: number,
): boolean {
  return writeScaled(slot, signedBytes(cursor.data, cursor.sliceStart, cursor.sliceEnd), scale, row)
}

export function signedBytes(data: Uint8Array, start: number, end: number): bigint {
  let value = 0n
  for (let p = start; p < end; p++) value = (value << 8n) | BigInt(data[p])
  const bits = 8 * (end - start)
  return bits === 0 ? 0n : BigInt.asIntN(bits, value)
}

function writeScaled(slot: ColumnSlot, unscaled: bigint, scale: number, row: number): boolean {
  const parts = {
    negative: unscaled < 0n,
    digits: (unscaled < 0n ? -unscaled : unscaled).toString(),
    exponent: -scale,
  }
  const value = scaledDecimal(parts, slot.precision, slot.scale)
  if (value === undefined) {
    slot.fault = `${unscaled} (scale ${scale}) is out of range for ${slot.typeText}`
    return false
  }
  slot.i64[row] = value
  return true
}

/** A default of the reader's schema; one that does not fit the column becomes NULL. */
export function writeConstant({ slot, value }: Constant, row: number): void {
  const text = value instanceof JsonNumber ? value.text : undefined
  if (slot.kind === slotKind.STRING && value !== null) {
    slot.setBytes(row, encodeUtf8(typeof value === 'string' ? value : printJsonTree(value)))
  } else if (slot.kind === slotKind.BYTES && typeof value === 'string') {
    slot.setBytes(
      row,
      Uint8Array.from(value, (letter) => letter.charCodeAt(0)),
    )
  } else if (slot.kind === slotKind.BOOLEAN && typeof value === 'boolean') {
    slot.u8[row] = value ? 1 : 0
  } else if (text !== undefined) writeNumber(slot, text, row)
  else slot.setNull(row)
}

function writeNumber(slot: ColumnSlot, text: string, row: number): void {
  switch (slot.kind) {
    case slotKind.INT:
    case slotKind.DATE:
      slot.i32[row] = Number(text)
      return
    case slotKind.BIGINT:
      slot.i64[row] = BigInt.asIntN(64, BigInt(text))
      return
    case slotKind.DECIMAL: {
      const parts = decimalParts(text)
      const value = parts && scaledDecimal(parts, slot.precision, slot.scale)
      if (value === undefined) slot.setNull(row)
      else slot.i64[row] = value
      return
    }
    default:
      slot.f64[row] = Number(text)
  }
}
