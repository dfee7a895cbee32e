/** Which partition a source reads next. */
import type { PartitionState } from '@millrace/engine/runtime'

/**
 * Which of the partitions with something to read comes next: the one whose event time is furthest behind, so that a
 * source that catches up does not run ahead in one partition; but none waits for more than `turnsMax` turns of another.
 */
export class PartitionChoice {
  private last = -1
  private turns = 0

  choose(ready: readonly PartitionState[]): PartitionState | undefined {
    let chosen: PartitionState | undefined
    for (const entry of ready) {
      if (ready.length > 1 && entry.partition === this.last && this.turns >= turnsMax) continue
      if (chosen === undefined || timeOf(entry) < timeOf(chosen)) chosen = entry
    }
    if (chosen === undefined) return undefined
    this.turns = chosen.partition === this.last ? this.turns + 1 : 1
    this.last = chosen.partition
    return chosen
  }
}

/** Batches that one partition may give in a row while another has some too. */
export const turnsMax = 16

function timeOf(entry: PartitionState): number {
  return entry.maxEventTime ?? Number.NEGATIVE_INFINITY
}
