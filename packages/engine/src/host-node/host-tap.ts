/** A tap as the server sees it: rows of all workers in one sequence. */
import type { RowType } from '@millrace/schemas'
import type { Tap, TapRow } from './job-host.ts'
import type { TapAnswer } from './job-messages.ts'
import { tapRowsMax } from './worker-taps.ts'

export interface HostTapOptions {
  row: RowType
  /** Workers that run the tapped operator. */
  workers: number
  /** Rows of one worker after its own sequence number. */
  ask(worker: number, after: number, limit: number): Promise<TapAnswer>
  onClose(): void
}

export class HostTap implements Tap {
  readonly row: RowType
  private readonly options: HostTapOptions
  private readonly cursors: number[]
  private kept: TapRow[] = []
  private next = 1
  private closed = false

  constructor(options: HostTapOptions) {
    this.options = options
    this.row = options.row
    this.cursors = new Array<number>(options.workers).fill(0)
  }

  async rows(
    after: number,
    limit: number,
  ): Promise<{ rows: TapRow[]; skipped: number; last: number }> {
    if (!this.closed) await this.collect()
    const oldest = this.kept[0]?.sequence ?? this.next
    const from = Math.max(after + 1, oldest)
    const rows = this.kept.filter((row) => row.sequence >= from).slice(0, limit)
    // Rows that were skipped in a worker have sequence numbers too, which no kept row carries.
    const last = rows[rows.length - 1]?.sequence ?? Math.max(after, this.next - 1)
    return { rows, skipped: Math.max(0, last - after - rows.length), last }
  }

  /** Workers forget when they are restarted: their sequences begin anew, ours goes on. */
  restarted(): void {
    this.cursors.fill(0)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.options.onClose()
  }

  private async collect(): Promise<void> {
    const answers = await Promise.all(
      this.cursors.map((cursor, worker) => this.options.ask(worker, cursor, tapRowsMax)),
    )
    const fresh: TapRow[] = []
    answers.forEach((answer, worker) => {
      this.next += answer.skipped
      this.cursors[worker] = answer.last
      fresh.push(...answer.rows)
    })
    fresh.sort((a, b) => a.at - b.at)
    for (const row of fresh) this.kept.push({ ...row, sequence: this.next++ })
    if (this.kept.length > tapRowsMax) this.kept = this.kept.slice(-tapRowsMax)
  }
}
