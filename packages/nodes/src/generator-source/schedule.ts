/**
 * When a generator's rows are due. Row n of partition p belongs to the moment `start − history + (n · partitions + p) /
 * rate`: those in the past are the history and come as fast as they can, the others when their moment comes. Rows leave in
 * groups of fixed size, so batches and watermarks are the same in every run.
 */

export interface ScheduleOptions {
  rowsPerSecond: number
  partitions: number
  historyMs: number
  rowsMax: number | null
  /** Wall clock of the job's first start, ms. */
  startedAt: number
}

/** Rows of one group span about this much time, so that a slow generator still moves the watermark often. */
export const groupMs = 250
export const groupRowsMax = 4096

export class Schedule {
  readonly groupRows: number
  private readonly options: ScheduleOptions
  private readonly rowMs: number

  constructor(options: ScheduleOptions) {
    this.options = options
    this.rowMs = 1000 / options.rowsPerSecond
    const perGroup = groupMs / (this.rowMs * options.partitions)
    this.groupRows = Math.max(1, Math.min(groupRowsMax, Math.round(perGroup)))
  }

  /** The moment of a row, ms. */
  momentOf(partition: number, row: number): number {
    const { startedAt, historyMs, partitions } = this.options
    return startedAt - historyMs + (row * partitions + partition) * this.rowMs
  }

  /** First row behind the group that `row` is in; never behind the last row of all. */
  groupEnd(partition: number, row: number): number {
    const end = (Math.floor(row / this.groupRows) + 1) * this.groupRows
    return Math.min(end, this.rowsOf(partition))
  }

  /** Rows that the partition will ever have. */
  rowsOf(partition: number): number {
    const { rowsMax, partitions } = this.options
    if (rowsMax === null) return Number.POSITIVE_INFINITY
    return Math.max(0, Math.ceil((rowsMax - partition) / partitions))
  }
}
