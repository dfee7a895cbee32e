/** One column while a decoder fills it: typed arrays under fixed names, so that the decoding loops stay monomorphic. */
import type { Column } from '../columns.ts'
import { allValid, isValid, makeColumn } from '../columns.ts'
import type { DataType } from '../types.ts'
import { formatType } from '../types.ts'
import type { SourceColumn, TimeUnit } from './api.ts'

/** Columns kept for reuse, for each slot. */
export const recycledColumnsMax = 4

/** What a slot holds, as a small integer for `switch` in hot loops. */
export const slotKind = {
  BOOLEAN: 0,
  INT: 1,
  BIGINT: 2,
  DOUBLE: 3,
  DECIMAL: 4,
  STRING: 5,
  BYTES: 6,
  DATE: 7,
  TIMESTAMP: 8,
  /** TIMESTAMP that is written as a number. */
  EPOCH: 9,
} as const

const noU8: Uint8Array = new Uint8Array(0)
const noView = new DataView(noU8.buffer)
const noI32: Int32Array = new Int32Array(0)
const noF64: Float64Array = new Float64Array(0)
const noI64: BigInt64Array = new BigInt64Array(0)

export class ColumnSlot {
  readonly name: string
  readonly type: DataType
  readonly typeText: string
  readonly nullable: boolean
  readonly kind: number
  readonly unit: TimeUnit
  /** DECIMAL only, else 0. */
  readonly precision: number
  readonly scale: number
  /** Path in words, for messages. */
  readonly path: string

  /** A view of the input's bytes. */
  view: DataView = noView
  u8: Uint8Array = noU8
  i32: Int32Array = noI32
  f64: Float64Array = noF64
  i64: BigInt64Array = noI64
  words: Int32Array = noI32
  starts: Int32Array = noI32
  ends: Int32Array = noI32
  valid: Uint8Array | null = null
  /** Bytes that the column's slices refer to: the input until the first value that must be rewritten, then own memory. */
  owned: Uint8Array | null = null
  ownedUsed = 0
  /** Serial of the row that last got a value (or NULL) here. */
  seen = 0
  /** Why the value just read does not fit; empty: it does. */
  fault = ''

  private column: Column | null = null
  private input: Uint8Array = noU8
  private capacity = 0
  private readonly pool: { column: Column; capacity: number }[] = []

  constructor(column: SourceColumn, path: string) {
    this.name = column.name
    this.type = column.type
    this.typeText = formatType(column.type)
    this.nullable = column.nullable
    this.unit = column.unit ?? 'iso8601'
    this.kind =
      column.type.kind === 'TIMESTAMP' && this.unit !== 'iso8601'
        ? slotKind.EPOCH
        : slotKind[column.type.kind]
    this.precision = column.type.kind === 'DECIMAL' ? column.type.precision : 0
    this.scale = column.type.kind === 'DECIMAL' ? column.type.scale : 0
    this.path = path
  }

  /** Takes a column for up to `capacity` rows whose byte slices refer to `input`. */
  begin(capacity: number, input: Uint8Array, view: DataView): void {
    this.view = view
    const column = this.takePooled(capacity) ?? makeColumn(this.type, capacity)
    this.column = column
    this.input = input
    this.capacity = capacity
    this.valid = null
    this.owned = null
    this.ownedUsed = 0
    switch (column.rep) {
      case 'bool':
        this.u8 = column.values
        break
      case 'i32':
        this.i32 = column.values
        break
      case 'f64':
        this.f64 = column.values
        break
      case 'i64':
        this.i64 = column.values
        this.words = column.words
        break
      case 'bytes':
        this.starts = column.starts
        this.ends = column.ends
    }
  }

  /** The filled column; the slot keeps nothing of it. */
  finish(): Column {
    const column = this.column as Column
    column.valid = this.valid
    if (column.rep === 'bytes') column.data = this.owned ?? this.input
    this.column = null
    this.input = noU8
    this.view = noView
    this.owned = null
    return column
  }

  /** From now on slices are taken from other bytes; they are copied, so that the bytes may be dropped after `giveBack`. */
  borrow(data: Uint8Array, view: DataView, row: number): void {
    if (this.starts.length > 0) this.reserve(row, 0)
    this.input = data
    this.view = view
  }

  giveBack(data: Uint8Array, view: DataView): void {
    this.input = data
    this.view = view
  }

  setNull(row: number): void {
    this.valid ??= allValid(this.capacity)
    this.valid[row >> 3] &= ~(1 << (row & 7))
  }

  /** Undoes `setNull`: the row is written again. */
  setPresent(row: number): void {
    if (this.valid !== null) this.valid[row >> 3] |= 1 << (row & 7)
  }

  /** The row is the slice of the input. */
  setSlice(row: number, start: number, end: number): void {
    if (this.owned === null) {
      this.starts[row] = start
      this.ends[row] = end
      return
    }
    const target = this.reserve(row, end - start)
    this.starts[row] = this.ownedUsed
    for (let p = start, at = this.ownedUsed; p < end; p++, at++) target[at] = this.input[p]
    this.ownedUsed += end - start
    this.ends[row] = this.ownedUsed
  }

  /** The row is a copy of these bytes. */
  setBytes(row: number, bytes: Uint8Array): void {
    const target = this.reserve(row, bytes.length)
    target.set(bytes, this.ownedUsed)
    this.starts[row] = this.ownedUsed
    this.ownedUsed += bytes.length
    this.ends[row] = this.ownedUsed
  }

  /** Own memory with room for `size` more bytes; at the first call the slices of the rows before `row` move there. */
  reserve(row: number, size: number): Uint8Array {
    if (this.owned === null) {
      this.owned = new Uint8Array(Math.max(1024, size, 2 * this.slicesSize(row)))
      this.ownedUsed = 0
      for (let i = 0; i < row; i++) {
        if (!isValid(this.valid, i)) continue
        const slice = this.input.subarray(this.starts[i], this.ends[i])
        this.owned.set(slice, this.ownedUsed)
        this.starts[i] = this.ownedUsed
        this.ownedUsed += slice.length
        this.ends[i] = this.ownedUsed
      }
    }
    const needed = this.ownedUsed + size
    if (needed > this.owned.length) {
      const grown = new Uint8Array(Math.max(needed, this.owned.length * 2))
      grown.set(this.owned.subarray(0, this.ownedUsed))
      this.owned = grown
    }
    return this.owned
  }

  recycle(column: Column): void {
    if (this.pool.length >= recycledColumnsMax) return
    const capacity = column.rep === 'bytes' ? column.starts.length : column.values.length
    if (column.rep === 'bytes') column.data = noU8
    this.pool.push({ column, capacity })
  }

  private takePooled(capacity: number): Column | undefined {
    const index = this.pool.findIndex((entry) => entry.capacity >= capacity)
    return index < 0 ? undefined : this.pool.splice(index, 1)[0].column
  }

  private slicesSize(rows: number): number {
    let size = 0
    for (let i = 0; i < rows; i++) if (isValid(this.valid, i)) size += this.ends[i] - this.starts[i]
    return size
  }
}
