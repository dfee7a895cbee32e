/** COUNT, SUM and AVG. Integers wrap as in Flink; NULL when no value came; AVG of integers is truncated. */
import { assert } from '@millrace/base'
import type { BatchBuilder, Column } from '@millrace/schemas'
import type { ByteReader } from '../state/byte-reader.ts'
import type { ByteWriter } from '../state/byte-writer.ts'
import { type Accumulator, grown, type Selection } from './accumulator.ts'

type Cell = { index: number; row: number }

export class CountAccumulator implements Accumulator {
  counts = new Float64Array(0)

  ensure(capacity: number): void {
    this.counts = grown(this.counts, capacity)
  }

  accumulate({ entries, count }: Selection): void {
    const { counts } = this
    for (let i = 0; i < count; i++) counts[entries[i]]++
  }

  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof CountAccumulator, 'merge of different accumulators')
    this.counts[entry] += other.counts[otherEntry]
  }

  export(entry: number, builder: BatchBuilder, { index, row }: Cell): void {
    const column = builder.columnAt(index)
    assert(column.rep === 'i64', 'COUNT gives BIGINT')
    setWords(column.words, row, this.counts[entry])
  }

  write(entry: number, writer: ByteWriter): void {
    writer.varint(this.counts[entry])
  }

  read(entry: number, reader: ByteReader): void {
    this.counts[entry] = reader.varint()
  }

  get bytes(): number {
    return this.counts.byteLength
  }
}

/** How a sum of 64-bit values becomes a result. */
export interface Int64Result {
  /** Result of a sum over `count` values; null: NULL. */
  of(sum: bigint, count: number): bigint | number | null
  /** Sums at or beyond ±this are NULL for good (DECIMAL); undefined: they wrap. */
  limit?: bigint
}

/** SUM and AVG over BIGINT and DECIMAL (scaled), and AVG over INT. */
export class Int64SumAccumulator implements Accumulator {
  private readonly result: Int64Result
  private sums = new BigInt64Array(0)
  private counts = new Float64Array(0)
  private overflowed = new Uint8Array(0)

  constructor(result: Int64Result) {
    this.result = result
  }

  ensure(capacity: number): void {
    this.sums = grown(this.sums, capacity)
    this.counts = grown(this.counts, capacity)
    if (this.result.limit !== undefined) this.overflowed = grown(this.overflowed, capacity)
  }

  accumulate(selection: Selection, column: Column | null): void {
    if (column?.rep === 'i32') {
      addInt32(this.sums, selection, column.values)
    } else {
      assert(column?.rep === 'i64', 'a sum of 64-bit values over another representation')
      if (this.result.limit === undefined) addInt64(this.sums, selection, column.values)
      else this.addBounded(selection, column.values, this.result.limit)
    }
    const { entries, count } = selection
    for (let i = 0; i < count; i++) this.counts[entries[i]]++
  }

  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof Int64SumAccumulator, 'merge of different accumulators')
    const { limit } = this.result
    const sum = this.sums[entry] + other.sums[otherEntry]
    if (limit !== undefined) {
      if (sum >= limit || sum <= -limit || other.overflowed[otherEntry]) this.overflowed[entry] = 1
    }
    this.sums[entry] = BigInt.asIntN(64, sum)
    this.counts[entry] += other.counts[otherEntry]
  }

  export(entry: number, builder: BatchBuilder, { index, row }: Cell): void {
    const count = this.counts[entry]
    const overflowed = this.result.limit !== undefined && this.overflowed[entry] !== 0
    const value = count === 0 || overflowed ? null : this.result.of(this.sums[entry], count)
    builder.setCell(index, row, value)
  }

  write(entry: number, writer: ByteWriter): void {
    writer.i64(this.sums[entry])
    writer.varint(this.counts[entry])
    if (this.result.limit !== undefined) writer.u8(this.overflowed[entry])
  }

  read(entry: number, reader: ByteReader): void {
    this.sums[entry] = reader.i64()
    this.counts[entry] = reader.varint()
    if (this.result.limit !== undefined) this.overflowed[entry] = reader.u8()
  }

  get bytes(): number {
    return this.sums.byteLength + this.counts.byteLength + this.overflowed.byteLength
  }

  private addBounded(selection: Selection, values: BigInt64Array, limit: bigint): void {
    const { entries, rows, count } = selection
    for (let i = 0; i < count; i++) {
      const entry = entries[i]
      const sum = this.sums[entry] + values[rows[i]]
      if (sum >= limit || sum <= -limit) this.overflowed[entry] = 1
      this.sums[entry] = sum
    }
  }
}

function addInt64(sums: BigInt64Array, selection: Selection, values: BigInt64Array): void {
  const { entries, rows, count } = selection
  for (let i = 0; i < count; i++) {
    const entry = entries[i]
    sums[entry] = BigInt.asIntN(64, sums[entry] + values[rows[i]])
  }
}

function addInt32(sums: BigInt64Array, selection: Selection, values: Int32Array): void {
  const { entries, rows, count } = selection
  for (let i = 0; i < count; i++) {
    const entry = entries[i]
    sums[entry] = BigInt.asIntN(64, sums[entry] + BigInt(values[rows[i]]))
  }
}

/** SUM over INT: wraps at 32 bits. */
export class Int32SumAccumulator implements Accumulator {
  private sums = new Int32Array(0)
  private has = new Uint8Array(0)

  ensure(capacity: number): void {
    this.sums = grown(this.sums, capacity)
    this.has = grown(this.has, capacity)
  }

  accumulate({ entries, rows, count }: Selection, column: Column | null): void {
    assert(column?.rep === 'i32', 'SUM of INT over another representation')
    const { values } = column
    for (let i = 0; i < count; i++) {
      const entry = entries[i]
      this.sums[entry] = (this.sums[entry] + values[rows[i]]) | 0
      this.has[entry] = 1
    }
  }

  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof Int32SumAccumulator, 'merge of different accumulators')
    this.sums[entry] = (this.sums[entry] + other.sums[otherEntry]) | 0
    this.has[entry] |= other.has[otherEntry]
  }

  export(entry: number, builder: BatchBuilder, { index, row }: Cell): void {
    builder.setCell(index, row, this.has[entry] ? this.sums[entry] : null)
  }

  write(entry: number, writer: ByteWriter): void {
    writer.i32(this.sums[entry])
    writer.u8(this.has[entry])
  }

  read(entry: number, reader: ByteReader): void {
    this.sums[entry] = reader.i32()
    this.has[entry] = reader.u8()
  }

  get bytes(): number {
    return this.sums.byteLength + this.has.byteLength
  }
}

/** SUM and AVG over DOUBLE, added in the order of arrival. */
export class DoubleSumAccumulator implements Accumulator {
  private readonly average: boolean
  private sums = new Float64Array(0)
  private counts = new Float64Array(0)

  constructor(average: boolean) {
    this.average = average
  }

  ensure(capacity: number): void {
    this.sums = grown(this.sums, capacity)
    this.counts = grown(this.counts, capacity)
  }

  accumulate({ entries, rows, count }: Selection, column: Column | null): void {
    assert(column?.rep === 'f64', 'a sum of doubles over another representation')
    const { values } = column
    for (let i = 0; i < count; i++) {
      const entry = entries[i]
      this.sums[entry] += values[rows[i]]
      this.counts[entry]++
    }
  }

  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof DoubleSumAccumulator, 'merge of different accumulators')
    this.sums[entry] += other.sums[otherEntry]
    this.counts[entry] += other.counts[otherEntry]
  }

  export(entry: number, builder: BatchBuilder, { index, row }: Cell): void {
    const count = this.counts[entry]
    const sum = this.sums[entry]
    builder.setCell(index, row, count === 0 ? null : this.average ? sum / count : sum)
  }

  write(entry: number, writer: ByteWriter): void {
    writer.f64(this.sums[entry])
    writer.varint(this.counts[entry])
  }

  read(entry: number, reader: ByteReader): void {
    this.sums[entry] = reader.f64()
    this.counts[entry] = reader.varint()
  }

  get bytes(): number {
    return this.sums.byteLength + this.counts.byteLength
  }
}

/** A whole number below 2^53 as the two words of a 64-bit cell, without a BigInt. */
export function setWords(words: Int32Array, row: number, value: number): void {
  words[row * 2] = (value % 0x100000000) | 0
  words[row * 2 + 1] = Math.floor(value / 0x100000000)
}
