/** Taps in a worker: the last rows of an output, kept as batches while somebody looks, turned into cells when asked. */
import type { Batch, RowType } from '@millrace/schemas'
import { jsonCells, type Subtask } from '../runtime/index.ts'
import type { TapRow } from './job-host.ts'
import type { TapAnswer } from './job-messages.ts'

/** Rows that a tap keeps in each worker; older ones are skipped, and counted. */
export const tapRowsMax = 2000

const kinds = ['+I', '-U', '+U', '-D'] as const

interface Kept {
  batch: Batch
  /** Sequence number of its first row. */
  first: number
  at: number
}

/** Sequence numbers count the rows that passed since the tap was opened, from 1. */
export class WorkerTap {
  private readonly row: RowType
  private readonly kept: Kept[] = []
  private keptRows = 0
  private next = 1
  private readonly end: () => void

  constructor(subtask: Subtask, output: number, now: () => number) {
    this.row = subtask.spec.outputs[output].row
    this.end = subtask.tap(output, (batch) => this.keep(batch, now()))
  }

  private keep(batch: Batch, at: number): void {
    this.kept.push({ batch, first: this.next, at })
    this.next += batch.length
    this.keptRows += batch.length
    while (this.kept.length > 1 && this.keptRows - this.kept[0].batch.length >= tapRowsMax) {
      this.keptRows -= this.kept[0].batch.length
      this.kept.shift()
    }
  }

  rows(after: number, limit: number): TapAnswer {
    const oldest = Math.max(this.kept[0]?.first ?? this.next, this.next - tapRowsMax)
    const from = Math.max(after + 1, oldest)
    const rows: TapRow[] = []
    for (const { batch, first, at } of this.kept) {
      for (let i = Math.max(0, from - first); i < batch.length && rows.length < limit; i++) {
        rows.push(this.rowOf(batch, i, { sequence: first + i, at }))
      }
    }
    const last = rows.length > 0 ? rows[rows.length - 1].sequence : Math.max(after, from - 1)
    return { rows, skipped: from - after - 1, last }
  }

  close(): void {
    this.end()
  }

  private rowOf(batch: Batch, i: number, seen: { sequence: number; at: number }): TapRow {
    const time = batch.eventTimes?.[i]
    return {
      ...seen,
      eventTime: time === undefined || Number.isNaN(time) ? null : time,
      kind: kinds[batch.rowKinds?.[i] ?? 0],
      cells: jsonCells(batch, this.row, i),
    }
  }
}
