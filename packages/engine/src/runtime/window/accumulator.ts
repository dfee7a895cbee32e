/** What an aggregate keeps for each entry of a window: columns beside the key table. */
import type { BatchBuilder, Column } from '@millrace/schemas'
import type { ByteReader } from '../state/byte-reader.ts'
import type { ByteWriter } from '../state/byte-writer.ts'

/** Entries and rows of one batch: row `rows[i]` goes into entry `entries[i]`, for i below `count`. */
export interface Selection {
  entries: Int32Array
  rows: Int32Array
  count: number
}

export interface Accumulator {
  /** Room for entries below `capacity`; new ones are empty. */
  ensure(capacity: number): void
  /** Takes the selected rows, in order; none of them is NULL in `column`. */
  accumulate(selection: Selection, column: Column | null): void
  /** Adds what `other` (of the same kind) holds in `otherEntry`. */
  merge(entry: number, other: Accumulator, otherEntry: number): void
  /** The result, into a cell of the builder. */
  export(entry: number, builder: BatchBuilder, cell: { index: number; row: number }): void
  write(entry: number, writer: ByteWriter): void
  read(entry: number, reader: ByteReader): void
  readonly bytes: number
}

/** Array of at least `capacity` with the same content. */
export function grown<T extends Uint8Array | Int32Array | Float64Array | BigInt64Array>(
  array: T,
  capacity: number,
): T {
  if (capacity <= array.length) return array
  const larger = new (array.constructor as new (size: number) => T)(capacity)
  larger.set(array as never)
  return larger
}
