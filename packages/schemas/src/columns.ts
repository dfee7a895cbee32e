/** Typed columns. A row is an index into all columns of a batch. */
import type { DataType, Representation } from './types.ts'
import { representationOf } from './types.ts'

/** Bit i (LSB first) of byte i>>3 set: row i has a value. `null`: every row has one. What lies under a null is undefined. */
export type Validity = Uint8Array | null

export interface BoolColumn {
  rep: 'bool'
  valid: Validity
  /** 0 or 1. */
  values: Uint8Array
}

export interface Int32Column {
  rep: 'i32'
  valid: Validity
  values: Int32Array
}

export interface Int64Column {
  rep: 'i64'
  valid: Validity
  values: BigInt64Array
  /** Little-endian halves of the same memory, low word first: parse and hash without BigInt. */
  words: Int32Array
}

export interface Float64Column {
  rep: 'f64'
  valid: Validity
  values: Float64Array
}

/** Row i is `data[starts[i] .. ends[i])`. Slices may share `data` with the record batch they came from and may overlap. */
export interface BytesColumn {
  rep: 'bytes'
  valid: Validity
  data: Uint8Array
  starts: Int32Array
  ends: Int32Array
}

export type Column = BoolColumn | Int32Column | Int64Column | Float64Column | BytesColumn

/** A column of `capacity` rows, all valid and zero. A bytes column starts with the given `data`. */
export function makeColumn(type: DataType, capacity: number, data = new Uint8Array(0)): Column {
  return makeColumnOf(representationOf(type), capacity, data)
}

export function makeColumnOf(
  rep: Representation,
  capacity: number,
  data = new Uint8Array(0),
): Column {
  switch (rep) {
    case 'bool':
      return { rep, valid: null, values: new Uint8Array(capacity) }
    case 'i32':
      return { rep, valid: null, values: new Int32Array(capacity) }
    case 'i64': {
      const values = new BigInt64Array(capacity)
      return { rep, valid: null, values, words: new Int32Array(values.buffer) }
    }
    case 'f64':
      return { rep, valid: null, values: new Float64Array(capacity) }
    case 'bytes':
      return {
        rep,
        valid: null,
        data,
        starts: new Int32Array(capacity),
        ends: new Int32Array(capacity),
      }
  }
}

export function isValid(valid: Validity, row: number): boolean {
  return valid === null || (valid[row >> 3] & (1 << (row & 7))) !== 0
}

/** A bitmap for `capacity` rows with every bit set. */
export function allValid(capacity: number): Uint8Array {
  return new Uint8Array((capacity + 7) >> 3).fill(0xff)
}

/** Marks `row` NULL; `capacity` is the number of rows the column was made for. */
export function setNull(column: Column, row: number, capacity: number): void {
  column.valid ??= allValid(capacity)
  column.valid[row >> 3] &= ~(1 << (row & 7))
}
