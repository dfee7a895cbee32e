/** Where a decoder's input, cells and patterns lie in the scanner's memory. */
import type { ColumnSlot } from '../column-slot.ts'
import { exactPowerOfTen } from '../text/numbers.ts'
import { paddingBytes, type Scanner, stepKind } from './pattern-scanner.ts'
import type { PatternStep } from './record-pattern.ts'
import { viewOf } from './scan.ts'

/** Input that is copied into the memory at a time: it stays in the processor's cache. */
export const chunkBytes = 128 * 1024
/** Rows of one run at most. */
export const runRowsMax = 2048
/** Steps, texts and masks of one pattern at most. */
const patternBytesMax = 128 * 1024
const stepBytes = 32
const lane = 16
const pageBytes = 65536
const powersCount = 23

const startsAt = lane
const endsAt = startsAt + 4 * runRowsMax
const powersAt = endsAt + 4 * runRowsMax
const dataAt = aligned(powersAt + 8 * powersCount)
const cellsAt = aligned(dataAt + chunkBytes + paddingBytes)
/** Eight bytes for a cell, one for the mark of a NULL. */
const slotBytes = 9 * runRowsMax

/** The cells that a run gave one column, as each type needs them: text as `starts` and `ends` in the input. */
export interface RunCells {
  starts: Int32Array
  ends: Int32Array
  i32: Int32Array
  i64: BigInt64Array
  f64: Float64Array
  u8: Uint8Array
  /** 1: NULL. */
  nulls: Uint8Array
}

export class PatternMemory {
  /** In the order of the slots; valid until the next `take`. */
  cells: RunCells[] = []
  private readonly scanner: Scanner
  private readonly slots: readonly ColumnSlot[]
  private readonly patterns: Uint8Array[] = []
  private readonly patternsAt: number
  private bytes: Uint8Array = new Uint8Array(0)
  private starts: Int32Array = new Int32Array(0)
  private ends: Int32Array = new Int32Array(0)
  private low = 0
  private high = 0

  constructor(scanner: Scanner, slots: readonly ColumnSlot[]) {
    this.scanner = scanner
    this.slots = slots
    this.patternsAt = aligned(cellsAt + slots.length * slotBytes)
  }

  /** Makes the scanner's memory this decoder's until another one takes it; at the latest when its next input begins. */
  take(patternsMax: number): void {
    const { scanner } = this
    const { memory } = scanner
    const missing = this.patternAt(patternsMax) - memory.buffer.byteLength
    if (missing > 0) memory.grow(Math.ceil(missing / pageBytes))
    if (this.bytes.buffer !== memory.buffer) this.map(memory.buffer as ArrayBuffer)
    if (scanner.owner === this) return
    scanner.owner = this
    const powers = new Float64Array(memory.buffer, powersAt, powersCount)
    for (let n = 0; n < powersCount; n++) powers[n] = exactPowerOfTen(n)
    this.patterns.forEach((pattern, place) => {
      this.bytes.set(pattern, this.patternAt(place))
    })
  }

  private map(buffer: ArrayBuffer): void {
    this.bytes = new Uint8Array(buffer)
    this.starts = new Int32Array(buffer, startsAt, runRowsMax)
    this.ends = new Int32Array(buffer, endsAt, runRowsMax)
    this.cells = this.slots.map((_, slot) => {
      const at = cellAt(slot)
      return {
        starts: new Int32Array(buffer, at, runRowsMax),
        ends: new Int32Array(buffer, at + 4 * runRowsMax, runRowsMax),
        i32: new Int32Array(buffer, at, runRowsMax),
        i64: new BigInt64Array(buffer, at, runRowsMax),
        f64: new Float64Array(buffer, at, runRowsMax),
        u8: new Uint8Array(buffer, at, runRowsMax),
        nulls: new Uint8Array(buffer, at + 8 * runRowsMax, runRowsMax),
      }
    })
  }

  /** Puts a pattern in a place, from 0; false: it is too long. */
  put(place: number, steps: readonly PatternStep[]): boolean {
    const pattern = this.encode(place, steps)
    if (pattern === null) return false
    this.patterns[place] = pattern
    if (this.scanner.owner === this) this.bytes.set(pattern, this.patternAt(place))
    return true
  }

  /** Copies the input from byte `low` on, and where its records begin and end. */
  putInput(data: Uint8Array, low: number, records: { starts: Int32Array; ends: Int32Array }): void {
    const { bytes } = this
    this.low = low
    this.high = Math.min(data.length, low + chunkBytes)
    bytes.set(data.subarray(low, this.high), dataAt)
    const end = dataAt + this.high - low
    bytes.fill(0, end, end + paddingBytes)
    this.starts.set(records.starts)
    this.ends.set(records.ends)
  }

  /** Reads records `index` up to `count` of those put last into rows from `row` on; returns where it stopped. */
  run(place: number, index: number, count: number, row: number): number {
    return this.scanner.run(
      this.patternAt(place),
      startsAt,
      endsAt,
      index,
      count,
      row,
      dataAt,
      this.low,
      this.high,
      powersAt,
    )
  }

  private encode(place: number, steps: readonly PatternStep[]): Uint8Array | null {
    const lanes = steps.map(({ text }) => Math.max(1, Math.ceil(text.length / lane)))
    const size = steps.length * stepBytes + 2 * lane * lanes.reduce((sum, n) => sum + n, 0)
    if (size > patternBytesMax) return null
    const pattern = new Uint8Array(size)
    const view = viewOf(pattern)
    let textAt = steps.length * stepBytes
    steps.forEach(({ text, kind, slot }, index) => {
      const place0 = this.patternAt(place) + textAt
      const fields = [lanes[index], place0, text.length, kind, ...this.cellFields(kind, slot)]
      fields.forEach((field, i) => {
        view.setInt32(index * stepBytes + 4 * i, field, true)
      })
      text.forEach((byte, i) => {
        const at = textAt + 2 * lane * Math.floor(i / lane) + (i % lane)
        pattern[at] = byte
        pattern[at + lane] = 0xff
      })
      textAt += 2 * lane * lanes[index]
    })
    return pattern
  }

  private cellFields(kind: number, slot: ColumnSlot | null): number[] {
    if (slot === null) return []
    const at = cellAt(this.slots.indexOf(slot))
    const nulls = slot.nullable ? at + 8 * runRowsMax : 0
    const parameter = kind === stepKind.DECIMAL ? (slot.precision << 8) | slot.scale : 0
    return [at, at + 4 * runRowsMax, nulls, parameter]
  }

  private patternAt(place: number): number {
    return this.patternsAt + place * patternBytesMax
  }
}

function cellAt(slot: number): number {
  return cellsAt + slot * slotBytes
}

function aligned(address: number): number {
  return Math.ceil(address / lane) * lane
}
