/** What a subtask is made of, and what it says of each turn. */
import type { Clock, Random } from '@millrace/base'
import type { PhysicalOperator } from '../plan/physical.ts'
import type { InputChannel } from './channel.ts'
import type { OutputEdge } from './exchange.ts'
import type { InputChoice } from './input-choice.ts'
import type { OperatorRegistry, RestoredState } from './operator.ts'
import type { Replay } from './replay.ts'
import type { SnapshotSink } from './snapshot-writer.ts'

/** Bytes of a snapshot written in one step, so that rows keep flowing. */
export const snapshotSliceBytes = 256 * 1024

/**
 * `progress`: call again · `idle`: nothing to do until an element arrives, `wakeTime` comes or an answer wakes it ·
 * `blocked`: an output has no room or an answer is awaited · `ended`: everything was sent · `failed`: see `onFailed`.
 */
export type RunResult = 'progress' | 'idle' | 'blocked' | 'ended' | 'failed'

export interface SubtaskListener extends SnapshotSink {
  /** The operator or source threw or called `fail`; the subtask does nothing more. */
  onFailed(error: unknown): void
}

export interface SubtaskOptions {
  spec: PhysicalOperator
  subtask: number
  registry: OperatorRegistry
  /** By input, then by sending subtask; sources have none. */
  inputs: readonly (readonly InputChannel[])[]
  /** By output, then by edge. */
  outputs: readonly (readonly OutputEdge[])[]
  clock: Clock
  random: Random
  listener: SubtaskListener
  /** Absent: as ready. */
  choice?: InputChoice
  /** A recorded slice that begins where `restored` ends: it decides everything. */
  replay?: Replay
  restored?: RestoredState | null
}
