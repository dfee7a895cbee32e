/** The one seam that decides which input channel a subtask takes from next: as ready, seeded, or from a journal. */
import type { Random } from '@millrace/base'

export interface InputChoice {
  /**
   * Picks one of `ready` (channel numbers, ascending, never empty). Undefined: none of them yet, because the journal
   * says that another one came first.
   */
  choose(ready: readonly number[]): number | undefined
}

/** Takes turns among the channels that have something. */
export function asReady(): InputChoice {
  let last = -1
  return {
    choose(ready) {
      const chosen = ready.find((channel) => channel > last) ?? ready[0]
      last = chosen
      return chosen
    },
  }
}

/** Any order that the seed says: what a simulation varies. */
export function seededChoice(random: Random): InputChoice {
  return {
    choose: (ready) => ready[Math.floor(random.next() * ready.length)],
  }
}
