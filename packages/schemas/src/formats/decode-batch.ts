/** The loop over a batch of records that all formats share: good records become rows, bad ones are left out and reported. */
import type { BadRecord, DecodedRows, RecordSlices } from './api.ts'
import type { ColumnSlot } from './column-slot.ts'

/** One format's way to read a record into row `row` of the slots. */
export interface RecordReader {
  readonly slots: readonly ColumnSlot[]
  /** A schema that must be fetched before the record just refused can be read. */
  readonly awaiting: number | null
  open(data: Uint8Array, view: DataView): void
  /** Absent: records are read one by one. Reads records from `index` on into rows from `row` on, none of them bad; returns how many. */
  readRun?(input: RecordSlices, index: number, row: number): number
  /** False: the record gives no row; `takeFault` says why unless a schema is awaited. */
  readRecord(row: number, start: number, end: number): boolean
  takeFault(index: number, start: number, end: number): BadRecord
  close(): void
}

export function decodeBatch(reader: RecordReader, input: RecordSlices, from: number): DecodedRows {
  const { data, starts, ends, count } = input
  const capacity = count - from
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  for (const slot of reader.slots) slot.begin(capacity, data, view)
  reader.open(data, view)
  const bad: BadRecord[] = []
  let records: Int32Array | null = null
  let length = 0
  let index = from
  for (; index < count; index++) {
    for (let run = 0; (run = reader.readRun?.(input, index, length) ?? 0) > 0; ) {
      if (records !== null) for (let i = 0; i < run; i++) records[length + i] = index + i
      length += run
      index += run
      if (index === count) break
    }
    if (index === count) break
    if (reader.readRecord(length, starts[index], ends[index])) {
      if (records !== null) records[length] = index
      length++
      continue
    }
    for (const slot of reader.slots) slot.setPresent(length)
    if (reader.awaiting !== null) break
    bad.push(reader.takeFault(index, starts[index], ends[index]))
    records ??= identity(from, capacity)
  }
  if (records === null && from > 0) records = identity(from, capacity)
  const awaiting = reader.awaiting
  reader.close()
  const columns = reader.slots.map((slot) => slot.finish())
  return { length, columns, bad, records, consumed: index - from, awaiting }
}

function identity(from: number, size: number): Int32Array {
  const records = new Int32Array(size)
  for (let row = 0; row < size; row++) records[row] = from + row
  return records
}

/** What is wrong with a record that has no value at all. */
export function tombstone(index: number): BadRecord {
  return { index, code: 'no-value', path: null, message: 'the record has no value (a tombstone)' }
}
