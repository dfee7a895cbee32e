/** MIN, MAX, BOOL_OR and BOOL_AND. NULL when no value came; strings compare by bytes; a NaN that came first stays, as in Flink. */
import { assert, compareBytes } from '@millrace/base'
import type { BatchBuilder, Column } from '@millrace/schemas'
import type { ByteReader } from '../state/byte-reader.ts'
import type { ByteWriter } from '../state/byte-writer.ts'
import { type Accumulator, grown, type Selection } from './accumulator.ts'

type Cell = { index: number; row: number }

/** BOOLEAN, INT, DATE, DOUBLE and TIMESTAMP, kept as doubles. BOOL_OR is the largest, BOOL_AND the smallest. */
export class NumberExtremeAccumulator implements Accumulator {
  private readonly largest: boolean
  private values = new Float64Array(0)
  private has = new Uint8Array(0)

  constructor(largest: boolean) {
    this.largest = largest
  }

  ensure(capacity: number): void {
    this.values = grown(this.values, capacity)
    this.has = grown(this.has, capacity)
  }

  accumulate({ entries, rows, count }: Selection, column: Column | null): void {
    assert(column && column.rep !== 'bytes' && column.rep !== 'i64', 'not a number column')
    const { values } = column
    for (let i = 0; i < count; i++) this.take(entries[i], values[rows[i]])
  }

  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof NumberExtremeAccumulator, 'merge of different accumulators')
    if (other.has[otherEntry]) this.take(entry, other.values[otherEntry])
  }

  export(entry: number, builder: BatchBuilder, { index, row }: Cell): void {
    builder.setCell(index, row, this.has[entry] ? this.values[entry] : null)
  }

  write(entry: number, writer: ByteWriter): void {
    writer.u8(this.has[entry])
    if (this.has[entry]) writer.f64(this.values[entry])
  }

  read(entry: number, reader: ByteReader): void {
    this.has[entry] = reader.u8()
    if (this.has[entry]) this.values[entry] = reader.f64()
  }

  get bytes(): number {
    return this.values.byteLength + this.has.byteLength
  }

  private take(entry: number, value: number): void {
    const kept = this.values[entry]
    if (this.has[entry] && !(this.largest ? value > kept : value < kept)) return
    this.values[entry] = value
    this.has[entry] = 1
  }
}

/** BIGINT and DECIMAL, compared as words. */
export class Int64ExtremeAccumulator implements Accumulator {
  private readonly largest: boolean
  private low = new Int32Array(0)
  private high = new Int32Array(0)
  private has = new Uint8Array(0)

  constructor(largest: boolean) {
    this.largest = largest
  }

  ensure(capacity: number): void {
    this.low = grown(this.low, capacity)
    this.high = grown(this.high, capacity)
    this.has = grown(this.has, capacity)
  }

  accumulate({ entries, rows, count }: Selection, column: Column | null): void {
    assert(column?.rep === 'i64', 'not a column of 64-bit values')
    const { words } = column
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      this.take(entries[i], words[row * 2], words[row * 2 + 1])
    }
  }

  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof Int64ExtremeAccumulator, 'merge of different accumulators')
    if (other.has[otherEntry]) this.take(entry, other.low[otherEntry], other.high[otherEntry])
  }

  export(entry: number, builder: BatchBuilder, { index, row }: Cell): void {
    const column = builder.columnAt(index)
    assert(column.rep === 'i64', 'the result of MIN or MAX has the type of its argument')
    if (!this.has[entry]) {
      builder.setNull(index, row)
      return
    }
    column.words[row * 2] = this.low[entry]
    column.words[row * 2 + 1] = this.high[entry]
  }

  write(entry: number, writer: ByteWriter): void {
    writer.u8(this.has[entry])
    writer.i32(this.low[entry])
    writer.i32(this.high[entry])
  }

  read(entry: number, reader: ByteReader): void {
    this.has[entry] = reader.u8()
    this.low[entry] = reader.i32()
    this.high[entry] = reader.i32()
  }

  get bytes(): number {
    return this.low.byteLength * 2 + this.has.byteLength
  }

  private take(entry: number, low: number, high: number): void {
    if (this.has[entry]) {
      const difference = high - this.high[entry] || (low >>> 0) - (this.low[entry] >>> 0)
      if (this.largest ? difference <= 0 : difference >= 0) return
    }
    this.low[entry] = low
    this.high[entry] = high
    this.has[entry] = 1
  }
}

/** STRING and BYTES. */
export class BytesExtremeAccumulator implements Accumulator {
  private readonly largest: boolean
  private readonly values: (Uint8Array | undefined)[] = []
  private used = 0

  constructor(largest: boolean) {
    this.largest = largest
  }

  ensure(_capacity: number): void {}

  accumulate({ entries, rows, count }: Selection, column: Column | null): void {
    assert(column?.rep === 'bytes', 'not a column of bytes')
    const { data, starts, ends } = column
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      this.take(entries[i], data.subarray(starts[row], ends[row]))
    }
  }

  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof BytesExtremeAccumulator, 'merge of different accumulators')
    const value = other.values[otherEntry]
    if (value) this.take(entry, value)
  }

  export(entry: number, builder: BatchBuilder, { index, row }: Cell): void {
    builder.setCell(index, row, this.values[entry] ?? null)
  }

  write(entry: number, writer: ByteWriter): void {
    const value = this.values[entry]
    writer.u8(value ? 1 : 0)
    if (value) writer.sized(value)
  }

  read(entry: number, reader: ByteReader): void {
    this.replace(entry, reader.u8() ? reader.sized().slice() : undefined)
  }

  get bytes(): number {
    return this.used
  }

  private take(entry: number, value: Uint8Array): void {
    const kept = this.values[entry]
    if (kept) {
      const order = compareBytes(value, kept)
      if (this.largest ? order <= 0 : order >= 0) return
    }
    this.replace(entry, value.slice())
  }

  private replace(entry: number, value: Uint8Array | undefined): void {
    this.used += (value?.length ?? 0) - (this.values[entry]?.length ?? 0)
    this.values[entry] = value
  }
}
