/** DISTINCT: lets the first of equal values of an entry through to the aggregate behind it. */
import { assert } from '@millrace/base'
import { BatchBuilder, type Column, type DataType, field } from '@millrace/schemas'
import { type KeyBytes, KeyEncoder } from '../key-encoder.ts'
import type { ByteReader } from '../state/byte-reader.ts'
import type { ByteWriter } from '../state/byte-writer.ts'
import { KeyTable } from '../state/key-table.ts'
import { type Accumulator, grown, type Selection } from './accumulator.ts'

const none = -1

export class DistinctAccumulator implements Accumulator {
  private readonly inner: Accumulator
  private readonly argument: DataType
  private readonly encoder: KeyEncoder
  /** Entry (4 bytes) and value, to node numbers. */
  private readonly values = new KeyTable()
  /** The values of an entry as a linked list of nodes: what a snapshot of the entry holds. */
  private heads = new Int32Array(0)
  private next = new Int32Array(16)
  private scratch = new Uint8Array(64)
  private readonly fresh: Selection = {
    entries: new Int32Array(0),
    rows: new Int32Array(0),
    count: 0,
  }

  constructor(inner: Accumulator, argument: DataType) {
    this.inner = inner
    this.argument = argument
    this.encoder = new KeyEncoder([0], [argument])
  }

  ensure(capacity: number): void {
    const before = this.heads.length
    this.heads = grown(this.heads, capacity)
    if (capacity > before) this.heads.fill(none, before)
    this.inner.ensure(capacity)
  }

  accumulate(selection: Selection, column: Column | null): void {
    const { entries, rows, count } = selection
    if (column === null || count === 0) return
    const batch = { length: rows[count - 1] + 1, columns: [column] }
    const keys = this.encoder.encode({ ...batch, eventTimes: null, rowKinds: null, origins: null })
    const { fresh } = this
    fresh.entries = grown(fresh.entries, count)
    fresh.rows = grown(fresh.rows, count)
    fresh.count = 0
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      if (!this.add(entries[i], keys.data, keys.starts[row], keys.ends[row])) continue
      fresh.entries[fresh.count] = entries[i]
      fresh.rows[fresh.count++] = row
    }
    this.inner.accumulate(fresh, column)
  }

  /** Values that this entry lacks are taken as if they came as rows. */
  merge(entry: number, other: Accumulator, otherEntry: number): void {
    assert(other instanceof DistinctAccumulator, 'merge of different accumulators')
    const values = other
      .valuesOf(otherEntry)
      .filter(({ data, start, end }) => this.add(entry, data, start, end))
    if (values.length === 0) return
    const row = { fields: [field('value', this.argument)] }
    const builder = new BatchBuilder(row, { capacity: values.length, withEventTime: false })
    for (const value of values) this.encoder.decode(builder, builder.addRow(Number.NaN), value)
    const rows = Int32Array.from(values.keys())
    const entries = new Int32Array(values.length).fill(entry)
    this.inner.accumulate({ entries, rows, count: values.length }, builder.take().columns[0])
  }

  export(entry: number, builder: BatchBuilder, cell: { index: number; row: number }): void {
    this.inner.export(entry, builder, cell)
  }

  write(entry: number, writer: ByteWriter): void {
    this.inner.write(entry, writer)
    const values = this.valuesOf(entry)
    writer.varint(values.length)
    for (const { data, start, end } of values) writer.sized(data, start, end)
  }

  /** An entry's values only ever grow: reading a later state of it adds what is missing. */
  read(entry: number, reader: ByteReader): void {
    this.inner.read(entry, reader)
    const count = reader.varint()
    for (let i = 0; i < count; i++) {
      const value = reader.sized()
      this.add(entry, value, 0, value.length)
    }
  }

  get bytes(): number {
    return this.inner.bytes + this.values.bytes + this.heads.byteLength + this.next.byteLength
  }

  private valuesOf(entry: number): KeyBytes[] {
    const values: KeyBytes[] = []
    for (let node = this.heads[entry]; node !== none; node = this.next[node]) {
      const { data, start, end } = this.values.keyOf(node)
      values.push({ data, start: start + 4, end })
    }
    return values
  }

  /** False: the entry has this value already. */
  private add(entry: number, data: Uint8Array, start: number, end: number): boolean {
    const size = end - start + 4
    if (this.scratch.length < size) this.scratch = new Uint8Array(size * 2)
    const { scratch } = this
    scratch[0] = entry
    scratch[1] = entry >>> 8
    scratch[2] = entry >>> 16
    scratch[3] = entry >>> 24
    for (let i = start; i < end; i++) scratch[4 + i - start] = data[i]
    const before = this.values.count
    const node = this.values.entryOf(scratch, 0, size)
    if (node < before) return false
    this.next = grown(this.next, node < this.next.length ? node : node * 2)
    this.next[node] = this.heads[entry]
    this.heads[entry] = node
    return true
  }
}
