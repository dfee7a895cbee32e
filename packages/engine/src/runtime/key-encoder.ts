/**
 * Turns the key columns of a batch into byte slices: what state tables store and exchanges hash. Encoding v1, part of
 * every checkpoint: one STRING: its UTF-8 (NULL: the byte FF, which UTF-8 never holds) · one INT, DATE or BIGINT: 4 or 8
 * bytes little-endian (NULL: the byte FF) · otherwise, for each column, a byte 1 and the value, or a byte 0 for NULL;
 * values are little-endian of fixed width, strings and bytes have a 4-byte length. −0 is written as 0, NaN as one NaN.
 */
import { assert } from '@millrace/base'
import type { Batch, BatchBuilder, Column, DataType, Validity } from '@millrace/schemas'
import { isValid } from '@millrace/schemas'
import type { KeyHash } from '../plan/physical.ts'
import { keyGroupCount } from '../plan/physical.ts'
import { flinkMurmur, hashBytes, javaStringHash } from './key-groups.ts'

/** Row i's key is `data[starts[i] .. ends[i])`; valid until the next `encode`. */
export interface KeySlices {
  data: Uint8Array
  starts: Int32Array
  ends: Int32Array
}

type Layout = 'empty' | 'string' | 'i32' | 'i64' | 'composite'

const nullByte = 0xff

export class KeyEncoder {
  private readonly columns: readonly number[]
  private readonly types: readonly DataType[]
  private readonly layout: Layout
  private data = new Uint8Array(1024)
  private view = new DataView(this.data.buffer)
  private starts = new Int32Array(0)
  private ends = new Int32Array(0)

  constructor(columns: readonly number[], types: readonly DataType[]) {
    this.columns = columns
    this.types = types
    this.layout = layoutOf(types)
  }

  encode(batch: Batch): KeySlices {
    const n = batch.length
    if (this.layout === 'string') {
      const column = batch.columns[this.columns[0]]
      assert(column.rep === 'bytes', 'a STRING key in a column of another representation')
      if (!hasNulls(column.valid, n)) return column
    }
    if (this.starts.length < n) {
      this.starts = new Int32Array(n)
      this.ends = new Int32Array(n)
    }
    let at = 0
    for (let row = 0; row < n; row++) {
      this.starts[row] = at
      at = this.encodeRow(batch, row, at)
      this.ends[row] = at
    }
    return { data: this.data, starts: this.starts, ends: this.ends }
  }

  /** Puts the key's values into row `row` of the builder's first columns. */
  decode(builder: BatchBuilder, row: number, key: KeyBytes): void {
    const { data, start, end } = key
    if (this.layout === 'empty') return
    if (this.layout !== 'composite') {
      if (end - start === 1 && data[start] === nullByte) builder.setNull(0, row)
      else decodeValue(builder, 0, row, key)
      return
    }
    let at = start
    for (let i = 0; i < this.types.length; i++) {
      if (data[at++] === 0) {
        builder.setNull(i, row)
        continue
      }
      const size = fixedSize(builder.columnAt(i)) ?? readInt32(data, at)
      if (fixedSize(builder.columnAt(i)) === undefined) at += 4
      decodeValue(builder, i, row, { data, start: at, end: at + size })
      at += size
    }
  }

  private encodeRow(batch: Batch, row: number, start: number): number {
    if (this.layout === 'empty') return start
    let at = start
    const composite = this.layout === 'composite'
    for (const index of this.columns) {
      const column = batch.columns[index]
      this.reserve(at + 16)
      const valid = isValid(column.valid, row)
      if (composite) this.data[at++] = valid ? 1 : 0
      else if (!valid) this.data[at++] = nullByte
      if (valid) at = this.encodeValue(column, row, at, composite)
    }
    return at
  }

  private encodeValue(column: Column, row: number, at: number, sized: boolean): number {
    switch (column.rep) {
      case 'bool':
        this.data[at] = column.values[row]
        return at + 1
      case 'i32':
        this.view.setInt32(at, column.values[row], true)
        return at + 4
      case 'i64':
        this.view.setInt32(at, column.words[row * 2], true)
        this.view.setInt32(at + 4, column.words[row * 2 + 1], true)
        return at + 8
      case 'f64': {
        const value = column.values[row]
        this.view.setFloat64(at, value === 0 ? 0 : Number.isNaN(value) ? Number.NaN : value, true)
        return at + 8
      }
      case 'bytes': {
        const from = column.starts[row]
        const size = column.ends[row] - from
        this.reserve(at + size + 4)
        if (sized) this.view.setInt32(at, size, true)
        const to = sized ? at + 4 : at
        for (let i = 0; i < size; i++) this.data[to + i] = column.data[from + i]
        return to + size
      }
    }
  }

  private reserve(size: number): void {
    if (size <= this.data.length) return
    const grown = new Uint8Array(Math.max(size, this.data.length * 2))
    grown.set(this.data)
    this.data = grown
    this.view = new DataView(grown.buffer)
  }
}

export interface KeyBytes {
  data: Uint8Array
  start: number
  end: number
}

/** The key group of an encoded key, for keys of these types. */
export function keyGrouper(hash: KeyHash, types: readonly DataType[]): (key: KeyBytes) => number {
  const layout = layoutOf(types)
  if (hash === 'v1') {
    return ({ data, start, end }) => (hashBytes(data, start, end) >>> 0) % keyGroupCount
  }
  assert(
    types.length === 1 && (layout === 'string' || layout === 'i32' || layout === 'i64'),
    "Flink's key hash is for one STRING, INT or BIGINT key",
  )
  const group = (code: number) => flinkMurmur(code) % keyGroupCount
  return ({ data, start, end }) => {
    if (end - start === 1 && data[start] === nullByte) return group(0)
    if (layout === 'string') return group(javaStringHash(data, start, end))
    if (layout === 'i32') return group(readInt32(data, start))
    return group(readInt32(data, start) ^ readInt32(data, start + 4))
  }
}

function layoutOf(types: readonly DataType[]): Layout {
  if (types.length === 0) return 'empty'
  if (types.length > 1) return 'composite'
  switch (types[0].kind) {
    case 'STRING':
      return 'string'
    case 'INT':
    case 'DATE':
      return 'i32'
    case 'BIGINT':
      return 'i64'
    default:
      return 'composite'
  }
}

function fixedSize(column: Column): number | undefined {
  switch (column.rep) {
    case 'bool':
      return 1
    case 'i32':
      return 4
    case 'i64':
    case 'f64':
      return 8
    case 'bytes':
      return undefined
  }
}

function decodeValue(builder: BatchBuilder, index: number, row: number, key: KeyBytes): void {
  const column = builder.columnAt(index)
  const view = new DataView(key.data.buffer, key.data.byteOffset + key.start, key.end - key.start)
  switch (column.rep) {
    case 'bool':
      column.values[row] = view.getUint8(0)
      return
    case 'i32':
      column.values[row] = view.getInt32(0, true)
      return
    case 'i64':
      column.values[row] = view.getBigInt64(0, true)
      return
    case 'f64':
      column.values[row] = view.getFloat64(0, true)
      return
    case 'bytes':
      builder.setBytes(index, row, key.data, key.start, key.end)
  }
}

/** Is any of the first `rows` rows NULL? */
export function hasNulls(valid: Validity, rows: number): boolean {
  if (valid === null) return false
  const whole = rows >> 3
  for (let i = 0; i < whole; i++) if (valid[i] !== 0xff) return true
  const rest = (1 << (rows & 7)) - 1
  return (rows & 7) !== 0 && (valid[whole] & rest) !== rest
}

function readInt32(data: Uint8Array, at: number): number {
  return data[at] | (data[at + 1] << 8) | (data[at + 2] << 16) | (data[at + 3] << 24)
}
