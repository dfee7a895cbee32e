/** Reads runs of records that are written alike, many at a time; the general decoder takes what does not fit. */
import type { RecordSlices } from '../api.ts'
import type { ColumnSlot } from '../column-slot.ts'
import { slotKind } from '../column-slot.ts'
import { readCell } from './cells.ts'
import type { KeyNode } from './key-tree.ts'
import { chunkBytes, PatternMemory, type RunCells, runRowsMax } from './pattern-memory.ts'
import { patternScanner } from './pattern-scanner.ts'
import { patternOf } from './record-pattern.ts'

/** Patterns that are tried: records with and without an optional member, say. */
const patternsMax = 4
/** Records between two lessons, at most: ever new patterns cost a bounded time each. */
const lessonEveryMax = 1024
/** A run earns its length up to this; a record that fits no pattern costs `missCost`. */
const creditMax = 1024
const missCost = 8
/** Records left to the general decoder when the credit is used up, and the credit behind them. */
const restRecords = 4096
const creditAfterRest = 64

export class PatternReader {
  private readonly root: KeyNode
  private readonly slots: readonly ColumnSlot[]
  private readonly memory: PatternMemory | null
  private known = 0
  private current = 0
  private nextPlace = 0
  private lessonEvery = 1
  private untilLesson = 1
  private credit = creditMax
  private resting = 0
  /** The records in memory: from this one of the input on, and how many. */
  private first = 0
  private count = 0
  private holds = false

  constructor(root: KeyNode, slots: readonly ColumnSlot[]) {
    this.root = root
    this.slots = slots
    const scanner = patternScanner()
    this.memory = scanner && new PatternMemory(scanner, slots)
  }

  /** The input ends; another decoder may take the memory. */
  close(): void {
    this.first = 0
    this.count = 0
    this.holds = false
  }

  /** Reads records from `index` on into rows from `row` on, none of them bad; returns how many. */
  read(input: RecordSlices, index: number, row: number): number {
    const { memory } = this
    if (memory === null || this.known === 0) return 0
    if (this.resting > 0) {
      if (--this.resting === 0) this.credit = creditAfterRest
      return 0
    }
    if (!this.load(memory, input, index)) return 0
    const matched = this.match(memory, index - this.first)
    const rows = this.take(memory.cells, { input, index, row, length: matched })
    this.credit = Math.min(creditMax, this.credit + (rows > 0 ? rows : -missCost))
    if (this.credit < 0) this.resting = restRecords
    return rows
  }

  /** A record that the general decoder had to take, and did. */
  learn(data: Uint8Array, start: number, end: number): void {
    const { memory } = this
    if (memory === null || this.resting > 0 || --this.untilLesson > 0) return
    this.lessonEvery = Math.min(lessonEveryMax, 2 * this.lessonEvery)
    this.untilLesson = this.lessonEvery
    const steps = patternOf(this.root, this.slots, { data, start, end })
    if (steps === null || !memory.put(this.nextPlace, steps)) return
    this.current = this.nextPlace
    this.known = Math.max(this.known, this.nextPlace + 1)
    this.nextPlace = (this.nextPlace + 1) % patternsMax
  }

  /** Puts the records from `index` on into the memory, unless they are there; false: this one has no place there. */
  private load(memory: PatternMemory, input: RecordSlices, index: number): boolean {
    if (index < this.first + this.count) return true
    const { data, starts, ends } = input
    const low = starts[index]
    if (low < 0 || ends[index] - low > chunkBytes) return false
    if (!this.holds) memory.take(patternsMax)
    this.holds = true
    const last = Math.min(input.count, index + runRowsMax)
    memory.putInput(data, low, {
      starts: starts.subarray(index, last),
      ends: ends.subarray(index, last),
    })
    let next = index + 1
    while (next < last && ends[next] - low <= chunkBytes) next++
    this.first = index
    this.count = next - index
    return true
  }

  /** How many records the patterns take, each in turn. */
  private match(memory: PatternMemory, from: number): number {
    let at = from
    let misses = 0
    while (at < this.count && misses < this.known) {
      const stopped = memory.run(this.current, at, this.count, at - from)
      misses = stopped > at ? 0 : misses + 1
      at = stopped
      if (at < this.count) this.current = (this.current + 1) % this.known
    }
    return at - from
  }

  /** Moves the cells of a run into the columns; returns how many of its rows have all of theirs. */
  private take(cells: readonly RunCells[], run: Run): number {
    const { slots } = this
    let { length } = run
    for (let i = 0; i < slots.length; i++) {
      if (isReadLater(slots[i])) length = readTexts(slots[i], cells[i], { ...run, length })
    }
    for (let i = 0; i < slots.length; i++) moveCells(slots[i], cells[i], run.row, length)
    return length
  }
}

interface Run {
  input: RecordSlices
  /** The first record, its row, and how many there are. */
  index: number
  row: number
  length: number
}

/** The scanner gives these as text; the cell is made of it here. */
function isReadLater({ kind }: ColumnSlot): boolean {
  return kind === slotKind.TIMESTAMP || kind === slotKind.DATE || kind === slotKind.BYTES
}

/** Returns how many rows could be read. */
function readTexts(slot: ColumnSlot, { starts, nulls }: RunCells, run: Run): number {
  const { data, ends } = run.input
  for (let i = 0; i < run.length; i++) {
    if (slot.nullable && nulls[i] === 1) continue
    if (readCell(slot, data, starts[i] - 1, ends[run.index + i], run.row + i, 1) >= 0) continue
    slot.fault = ''
    return i
  }
  return run.length
}

function moveCells(slot: ColumnSlot, cells: RunCells, row: number, length: number): void {
  switch (slot.kind) {
    case slotKind.STRING:
      if (slot.owned === null) {
        slot.starts.set(cells.starts.subarray(0, length), row)
        slot.ends.set(cells.ends.subarray(0, length), row)
      } else {
        for (let i = 0; i < length; i++) slot.setSlice(row + i, cells.starts[i], cells.ends[i])
      }
      break
    case slotKind.INT:
      slot.i32.set(cells.i32.subarray(0, length), row)
      break
    case slotKind.BIGINT:
    case slotKind.DECIMAL:
      slot.i64.set(cells.i64.subarray(0, length), row)
      break
    case slotKind.DOUBLE:
    case slotKind.EPOCH:
      slot.f64.set(cells.f64.subarray(0, length), row)
      break
    case slotKind.BOOLEAN:
      slot.u8.set(cells.u8.subarray(0, length), row)
  }
  if (!slot.nullable) return
  const { nulls } = cells
  for (let i = nulls.indexOf(1); i >= 0 && i < length; i = nulls.indexOf(1, i + 1))
    slot.setNull(row + i)
}
