/** The state of one window: a key table and, beside it, what each aggregate keeps for each key. */
import type { Batch, RowType } from '@millrace/schemas'
import type { PhysicalAggregate } from '../../plan/operator-configs.ts'
import type { KeyBytes, KeySlices } from '../key-encoder.ts'
import type { ByteReader } from '../state/byte-reader.ts'
import type { ByteWriter } from '../state/byte-writer.ts'
import { ChangeMarks, changed, pending } from '../state/change-marks.ts'
import { KeyTable } from '../state/key-table.ts'
import { type Accumulator, grown, type Selection } from './accumulator.ts'
import { AggregateFeed, createAccumulator } from './aggregates.ts'

/** What all panes of an operator share. */
export interface PaneLayout {
  aggregates: readonly PhysicalAggregate[]
  feeds: readonly AggregateFeed[]
  row: RowType
  keyGroupOf(key: KeyBytes): number
}

export function paneLayout(
  aggregates: readonly PhysicalAggregate[],
  row: RowType,
  keyGroupOf: (key: KeyBytes) => number,
): PaneLayout {
  return { aggregates, row, keyGroupOf, feeds: aggregates.map((one) => new AggregateFeed(one)) }
}

/** Called with an entry that a frozen snapshot still has to write, just before it changes. */
export type SaveEntry = (pane: Pane, entry: number) => void

export class Pane {
  readonly start: number
  readonly end: number
  /** Tells it from an earlier pane of the same window, in snapshots. */
  readonly serial: number
  /** Its results have left once; later rows fire their key again. */
  fired = false
  /** Entries that were there when it fired. */
  firedEntries = 0
  readonly keys = new KeyTable()
  readonly marks = new ChangeMarks()
  readonly accumulators: readonly Accumulator[]
  private readonly layout: PaneLayout
  /** Rows that each entry has taken. */
  private rows = new Float64Array(0)
  /** Times that each entry's result has left because of a late row; 0: see `firingsOf`. */
  private firings = new Int32Array(0)

  constructor(place: { start: number; end: number; serial: number }, layout: PaneLayout) {
    this.start = place.start
    this.end = place.end
    this.serial = place.serial
    this.layout = layout
    this.accumulators = layout.aggregates.map((one) => createAccumulator(one, layout.row))
    this.ensure()
  }

  get count(): number {
    return this.keys.count
  }

  get bytes(): number {
    let bytes = this.keys.bytes + this.rows.byteLength * 2 + this.marks.bytes.length
    for (const accumulator of this.accumulators) bytes += accumulator.bytes
    return bytes
  }

  /** Takes rows of a batch; `selection.entries` is filled here. */
  add(batch: Batch, keys: KeySlices, selection: Selection, save: SaveEntry): void {
    const { entries, rows, count } = selection
    this.keys.entriesOf(keys, rows, count, entries)
    this.ensure()
    const marks = this.marks.bytes
    const taken = this.rows
    for (let i = 0; i < count; i++) {
      const entry = entries[i]
      const mark = marks[entry]
      if (mark !== changed) {
        if ((mark & pending) !== 0) save(this, entry)
        marks[entry] |= changed
      }
      taken[entry]++
    }
    const { feeds } = this.layout
    for (let i = 0; i < feeds.length; i++) feeds[i].feed(this.accumulators[i], selection, batch)
  }

  /** Rows in all entries. */
  totalRows(): number {
    let total = 0
    for (let entry = 0; entry < this.count; entry++) total += this.rows[entry]
    return total
  }

  rowsOf(entry: number): number {
    return this.rows[entry]
  }

  /** How often this entry's result has left. */
  firingsOf(entry: number): number {
    return this.firings[entry] || (this.fired && entry < this.firedEntries ? 1 : 0)
  }

  /** Counts a firing caused by a late row; the entry is marked as changed already. */
  countFiring(entry: number): number {
    this.firings[entry] = this.firingsOf(entry) + 1
    return this.firings[entry]
  }

  markFired(): void {
    this.fired = true
    this.firedEntries = this.count
  }

  /** `firings` as they were when the snapshot was frozen. */
  writeEntry(entry: number, writer: ByteWriter, firings: number): void {
    const key = this.keys.keyOf(entry)
    writer.u8(this.layout.keyGroupOf(key))
    writer.sized(key.data, key.start, key.end)
    writer.varint(this.rows[entry])
    writer.varint(firings)
    for (const accumulator of this.accumulators) accumulator.write(entry, writer)
  }

  /** Reads an entry behind its key group; a later state of the same key replaces an earlier one. */
  readEntry(reader: ByteReader): void {
    const key = reader.sized()
    const entry = this.keys.entryOf(key, 0, key.length)
    this.ensure()
    this.marks.bytes[entry] |= changed
    this.rows[entry] = reader.varint()
    this.firings[entry] = reader.varint()
    for (const accumulator of this.accumulators) accumulator.read(entry, reader)
  }

  /** Explicit firing count of an entry, without what the pane's own firing implies. */
  lateFiringsOf(entry: number): number {
    return this.firings[entry]
  }

  private ensure(): void {
    const { capacity } = this.keys
    if (capacity <= this.rows.length) return
    this.rows = grown(this.rows, capacity)
    this.firings = grown(this.firings, capacity)
    this.marks.ensure(capacity)
    for (const accumulator of this.accumulators) accumulator.ensure(capacity)
  }
}
