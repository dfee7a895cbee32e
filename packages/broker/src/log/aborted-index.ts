/** The aborted transactions of one partition, by the offsets they cover: what read-committed fetches must be told. */
import type { AbortedTransaction } from './api.ts'

export interface AbortedRange extends AbortedTransaction {
  /** Offset of the abort marker. */
  lastOffset: number
}

/** Ranges come in the order of their abort markers. Empty as long as the broker takes no transactions. */
export class AbortedIndex {
  private readonly ranges: AbortedRange[] = []

  add(range: AbortedRange): void {
    this.ranges.push(range)
  }

  /** Those with a record in [from, to), as Fetch lists them. */
  overlapping(from: number, to: number): AbortedTransaction[] {
    return this.ranges
      .filter((range) => range.lastOffset >= from && range.firstOffset < to)
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  }
}
