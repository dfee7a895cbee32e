/** Sorts the rows of a batch by window. Most batches lie in one window, and all of a batch's work is in one loop then. */
import { type Batch, batchRowsMax } from '@millrace/schemas'
import type { Selection } from './accumulator.ts'
import type { WindowPolicy } from './tumbling-policy.ts'

/** open: takes rows · fired: a row fires its key again · late: takes none. */
export type WindowVerdict = 'open' | 'fired' | 'late'

export interface RowList {
  rows: Int32Array
  count: number
}

/** Valid until the next call. */
export interface Assigned {
  open: { start: number; selection: Selection }[]
  /** Rows of fired windows, in their order in the batch. */
  fired: RowList
  late: RowList
  /** Rows without event time. */
  without: RowList
}

const none = -1

export class WindowAssigner {
  private readonly policy: WindowPolicy
  private readonly rows = new Int32Array(batchRowsMax)
  private readonly entries = new Int32Array(batchRowsMax)
  private readonly windowOf = new Int32Array(batchRowsMax)
  private readonly fired: RowList = { rows: new Int32Array(batchRowsMax), count: 0 }
  private readonly late: RowList = { rows: new Int32Array(batchRowsMax), count: 0 }
  private readonly without: RowList = { rows: new Int32Array(batchRowsMax), count: 0 }
  private readonly one: Selection = {
    entries: new Int32Array(1),
    rows: new Int32Array(1),
    count: 1,
  }

  constructor(policy: WindowPolicy) {
    this.policy = policy
  }

  assign(batch: Batch, verdictOf: (start: number) => WindowVerdict): Assigned {
    const { fired, late, without } = this
    fired.count = 0
    late.count = 0
    without.count = 0
    const windows = this.findWindows(batch)
    const verdicts = windows.map(({ start }) => verdictOf(start))
    const open: Assigned['open'] = []
    if (windows.length === 1 && verdicts[0] === 'open' && without.count === 0) {
      for (let row = 0; row < batch.length; row++) this.rows[row] = row
      const selection = { entries: this.entries, rows: this.rows, count: batch.length }
      return { open: [{ start: windows[0].start, selection }], fired, late, without }
    }
    let offset = 0
    const next = windows.map(({ start, count }, index) => {
      const from = offset
      if (verdicts[index] !== 'open') return none
      offset += count
      const entries = this.entries.subarray(from, offset)
      const rows = this.rows.subarray(from, offset)
      open.push({ start, selection: { entries, rows, count } })
      return from
    })
    for (let row = 0; row < batch.length; row++) {
      const window = this.windowOf[row]
      if (window === none) continue
      if (next[window] !== none) this.rows[next[window]++] = row
      else {
        const list = verdicts[window] === 'fired' ? fired : late
        list.rows[list.count++] = row
      }
    }
    return { open, fired, late, without }
  }

  firedRow(index: number): number {
    return this.fired.rows[index]
  }

  /** A selection of one row; valid until the next call. */
  single(row: number): Selection {
    this.one.rows[0] = row
    return this.one
  }

  /** The distinct windows of the batch, in order of their first row; fills `windowOf` and `without`. */
  private findWindows(batch: Batch): { start: number; count: number }[] {
    const windows: { start: number; count: number }[] = []
    const known = new Map<number, number>()
    const { policy, windowOf, without } = this
    const { eventTimes, length } = batch
    let from = Number.NaN
    let until = Number.NaN
    let current = none
    let run = 0
    for (let row = 0; row < length; row++) {
      const time = eventTimes === null ? Number.NaN : eventTimes[row]
      if (time >= from && time < until) {
        windowOf[row] = current
        run++
        continue
      }
      if (run > 0) windows[current].count += run
      run = 0
      if (Number.isNaN(time)) {
        windowOf[row] = none
        without.rows[without.count++] = row
        continue
      }
      from = policy.startOf(time)
      until = from + policy.sizeMs
      current = known.get(from) ?? windows.length
      if (current === windows.length) {
        known.set(from, current)
        windows.push({ start: from, count: 0 })
      }
      windowOf[row] = current
      run = 1
    }
    if (run > 0) windows[current].count += run
    return windows
  }
}
