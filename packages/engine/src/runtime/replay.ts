/**
 * Replays what a journal recorded: every decision of the subtask is taken from it, and everything that it does is held
 * against it. A run that does something else fails with `replay-diverged`.
 */
import { AppError } from '@millrace/base'
import type { InputChoice } from './input-choice.ts'
import type { Decision, DecisionLog } from './journal.ts'
import type { ValveState } from './watermark-valve.ts'

export class Replay implements DecisionLog, InputChoice {
  /** Of the subtask when the slice began; null: the slice begins with an attempt of the job. */
  readonly start: ValveState | null
  private readonly decisions: readonly Decision[]
  private at = 0

  constructor(decisions: readonly Decision[]) {
    const [first, second] = decisions
    // Behind the checkpoint that the slice begins with.
    const begun = first?.is === 'barrier' && second?.is === 'state'
    this.start = begun ? second : null
    this.decisions = begun ? decisions.slice(2) : decisions
  }

  get ended(): boolean {
    return this.at === this.decisions.length
  }

  peek(): Decision | undefined {
    return this.decisions[this.at]
  }

  /** The next decision if it is of this kind. */
  next<K extends Decision['is']>(is: K): Extract<Decision, { is: K }> | undefined {
    const decision = this.peek()
    return decision?.is === is ? (decision as Extract<Decision, { is: K }>) : undefined
  }

  /** Throws `replay-diverged` if the journal says otherwise. */
  decide(decision: Decision): void {
    const recorded = this.peek()
    if (JSON.stringify(recorded) !== JSON.stringify(decision)) throw diverged(recorded, decision)
    this.at++
  }

  /** The barrier of a checkpoint that was given up, and the state behind it. */
  skipBarrier(): void {
    this.at += 2
  }

  choose(ready: readonly number[]): number | undefined {
    const take = this.next('take')
    return take && ready.includes(take.channel) ? take.channel : undefined
  }

  /** What was recorded after the slice is not here. */
  cut(): { bytes: Uint8Array; complete: boolean } {
    return { bytes: new Uint8Array(0), complete: false }
  }

  completed(): void {}
}

function diverged(recorded: Decision | undefined, decision: Decision): AppError {
  return new AppError(
    `The replay does something else than the recorded run: ${JSON.stringify(decision)} instead of ${JSON.stringify(recorded) ?? 'the end'}.`,
    { code: 'replay-diverged', origin: 'internal', details: { recorded, decision } },
  )
}
