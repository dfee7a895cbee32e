/** Builds batches row by row: for operators that emit few rows, for tests and for user code's results. */
import { assert, encodeUtf8 } from '@millrace/base'
import type { Batch, CellValue, Origins } from './batch.ts'
import type { Column } from './columns.ts'
import { makeColumn, setNull } from './columns.ts'
import type { RowType } from './types.ts'

export class BatchBuilder {
  readonly type: RowType
  private readonly capacity: number
  private columns: Column[] = []
  private eventTimes: Float64Array | null = null
  private rowKinds: Uint8Array | null = null
  private origins: Origins | null = null
  length = 0
  private readonly withEventTime: boolean

  constructor(type: RowType, options: { capacity: number; withEventTime: boolean }) {
    this.type = type
    this.capacity = options.capacity
    this.withEventTime = options.withEventTime
    this.reset()
  }

  get isFull(): boolean {
    return this.length === this.capacity
  }

  /** Starts a row; set its cells with the column's own arrays or `setCell`. Returns its index. */
  addRow(eventTime: number, kind = 0): number {
    assert(
      this.length < this.capacity,
      'a batch builder was asked for more rows than it has room for',
    )
    const row = this.length++
    if (this.eventTimes) this.eventTimes[row] = eventTime
    if (kind !== 0) {
      this.rowKinds ??= new Uint8Array(this.capacity)
    }
    if (this.rowKinds) this.rowKinds[row] = kind
    return row
  }

  setOrigin(row: number, partition: number, offset: number): void {
    this.origins ??= {
      partition: new Int32Array(this.capacity),
      offset: new Float64Array(this.capacity),
    }
    this.origins.partition[row] = partition
    this.origins.offset[row] = offset
  }

  columnAt(index: number): Column {
    return this.columns[index]
  }

  setNull(index: number, row: number): void {
    setNull(this.columns[index], row, this.capacity)
  }

  setBytes(index: number, row: number, bytes: Uint8Array, start = 0, end = bytes.length): void {
    const column = this.columns[index]
    assert(column.rep === 'bytes', 'setBytes on a column that holds no bytes')
    const at = this.used[index]
    const needed = at + (end - start)
    if (needed > column.data.length) {
      const grown = new Uint8Array(Math.max(needed, column.data.length * 2, 256))
      grown.set(column.data.subarray(0, at))
      column.data = grown
    }
    column.data.set(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end), at)
    column.starts[row] = at
    column.ends[row] = needed
    this.used[index] = needed
  }

  /** Sets a cell from its value form (see `CellValue`); DECIMAL takes the scaled bigint. */
  setCell(index: number, row: number, value: CellValue): void {
    const column = this.columns[index]
    if (value === null) {
      this.setNull(index, row)
      return
    }
    switch (column.rep) {
      case 'bool':
        column.values[row] = value ? 1 : 0
        return
      case 'i32':
      case 'f64':
        column.values[row] = Number(value)
        return
      case 'i64':
        column.values[row] = BigInt.asIntN(64, BigInt(value as bigint | number))
        return
      case 'bytes':
        this.setBytes(
          index,
          row,
          typeof value === 'string' ? encodeUtf8(value) : (value as Uint8Array),
        )
    }
  }

  /** The rows so far as a batch; the builder starts afresh. */
  take(): Batch {
    const batch: Batch = {
      length: this.length,
      columns: this.columns,
      eventTimes: this.eventTimes,
      rowKinds: this.rowKinds,
      origins: this.origins,
    }
    this.reset()
    return batch
  }

  private used: number[] = []

  private reset(): void {
    this.length = 0
    this.columns = this.type.fields.map((f) => makeColumn(f.type, this.capacity))
    this.used = this.type.fields.map(() => 0)
    this.eventTimes = this.withEventTime ? new Float64Array(this.capacity) : null
    this.rowKinds = null
    this.origins = null
  }
}
