/**
 * Operators and sources: resumable state machines that never wait. Three drivers run them: inline (browser, simulator),
 * worker loop, test. Nothing here touches Atomics, ports or promises.
 */
import type { Clock, Random } from '@millrace/base'
import type { Batch, CheckpointId } from '@millrace/schemas'
import type { PhysicalOperator } from '../plan/physical.ts'
import type {
  DropRecord,
  OperatorCounters,
  SourcePartitionStatus,
  WindowStatus,
} from './metrics.ts'

/**
 * `done`: the call's work is finished · `more`: the budget is used up, call again with the same argument ·
 * `blocked`: an output has no room or an answer is awaited, call again with the same argument once `wake` was called or
 * an output drained. A cursor inside the operator remembers where it stopped.
 */
export type StepResult = 'done' | 'more' | 'blocked'

export interface Output {
  /** Is there room for one more batch? An output without consumers always has room: it counts and drops. */
  hasRoom(): boolean
  /** Hands over a batch (immutable from now on); asserts room. Empty batches are ignored. */
  emit(batch: Batch): void
}

/** What every operator is given; the driver owns it. */
export interface OperatorContext {
  readonly spec: PhysicalOperator
  readonly subtask: number
  /** Half-open range of key groups of this subtask. */
  readonly keyGroups: { start: number; end: number }
  readonly outputs: readonly Output[]
  /**
   * The driver counts `rowsIn` (a batch counts once `onBatch` said `done`) and `rowsOut`; a source counts `rowsIn`
   * itself. Operator and source count the fates: after each call the ledger must balance (`unaccountedRows`).
   */
  readonly counters: OperatorCounters
  /** Wall clock; every read is journalled. */
  readonly clock: Clock
  /** Every number is journalled. */
  readonly random: Random
  /** Current combined watermark of the inputs, ms; -Infinity before the first. */
  watermark(): number
  /** Asks to be called with `onProcessingTime` at `time` (ms); the earliest request wins. */
  wakeAt(time: number): void
  /** Says that a `blocked` call may go on (an answer came). Safe to call at any time, from the operator's own thread. */
  wake(): void
  /** Records why a row was dropped: bounded and sampled; the counter is exact. */
  dropped(record: DropRecord): void
  /** Fails the job: names node and record. */
  fail(error: unknown): void
}

/** A frozen state that is written later, in slices; `write` may be called while the operator goes on. */
export interface Snapshot {
  /** The state's bytes by state name and, for keyed state, key group (-1 for non-keyed). */
  write(): Iterable<SnapshotPart>
  /**
   * Incremental snapshots: a restore needs the parts of every checkpoint from this one on, in order. Absent: this
   * snapshot stands alone. Read after `write` has ended.
   */
  readonly needsFrom?: CheckpointId
  /** Sources over a log: where a restore will go on reading. */
  readonly sourceOffsets?: readonly SourceOffset[]
}

/** The next offset that a source will read; a checkpoint beyond the end of its log is refused at recovery. */
export interface SourceOffset {
  topic: string
  partition: number
  offset: number
}

/** Most bytes of one part, unless a single entry is larger. */
export const snapshotPartBytes = 64 * 1024

/** `keyGroup` -1: not keyed, or entries of several key groups that each name their own. */
export interface SnapshotPart {
  state: string
  keyGroup: number
  bytes: Uint8Array
}

/**
 * What a restored operator is constructed with: every part that now belongs to this subtask, oldest checkpoint first.
 * After a change of parallelism keyed parts may hold entries of foreign key groups: they are to be skipped.
 */
export type RestoredState = readonly SnapshotPart[]

/** What an operator tells about itself for `SubtaskStatus`. */
export interface OperatorReport {
  stateBytes: number
  partitions?: readonly SourcePartitionStatus[]
  /** The oldest few windows that are not final. */
  windows?: readonly WindowStatus[]
  openWindows?: number
}

/** One row of a view: cells as JSON, BIGINT beyond 2^53 and DECIMAL as strings, BYTES as base64. */
export interface KeptRow {
  key: readonly unknown[]
  cells: readonly unknown[]
  eventTime: number | null
}

export interface Operator {
  /** Rows from `input`. */
  onBatch(input: number, batch: Batch): StepResult
  /** The combined watermark moved to `time`; the driver forwards it after `done`. */
  onWatermark(time: number): StepResult
  /** Wall-clock time requested by `wakeAt` has come. */
  onProcessingTime(now: number): StepResult
  /** All inputs have ended (bounded runs): emit what is left; the driver then ends the outputs. */
  onEnd(): StepResult
  /** Called before `freeze` until `done`: asynchronous operators drain their open requests. */
  onBarrier(checkpoint: CheckpointId): StepResult
  /** A bounded pause; the result is written afterwards. */
  freeze(checkpoint: CheckpointId): Snapshot
  onCheckpointComplete(checkpoint: CheckpointId): void
  onCheckpointAborted(checkpoint: CheckpointId): void
  report?(): OperatorReport
  /** The rows that a view keeps, for whoever asks. */
  viewRows?(): readonly KeptRow[]
  close(): void
}

/** `more`: emitted, call again · `blocked`: output full · `waiting`: no data now, `wake` will tell · `ended`: bounded and done. */
export type PollResult = 'more' | 'blocked' | 'waiting' | 'ended'

/** Where rows come from. It emits to output 0 and its fate outputs; watermarks and idleness go through `SourceContext`. */
export interface Source {
  /** False while it finds out where to begin: a replay waits. Absent: at once. */
  isReady?(): boolean
  /** Emits at most `budget` rows. */
  poll(budget: number): PollResult
  freeze(checkpoint: CheckpointId): Snapshot
  onProcessingTime(now: number): void
  onCheckpointComplete(checkpoint: CheckpointId): void
  onCheckpointAborted(checkpoint: CheckpointId): void
  report?(): OperatorReport
  close(): void
}

/** What a source reads next. */
export interface SourceTake {
  partition: number
  records: number
}

export interface SourceContext extends OperatorContext {
  /** Wall clock for what is only shown or waited for: nothing that leaves may depend on it. */
  readonly wallClock: Clock
  /** Replaying a recorded run: what the source has to take now, or `none` for now. Null: it decides. */
  nextTake(): SourceTake | 'none' | null
  /** Journals what is emitted in the next breath, which partition it comes from, and how many records it stands for. */
  took(take: SourceTake): void
  /** Journals the partitions that are silent from now on; replaying, it says which ones were then. */
  decideSilent(due: readonly number[]): readonly number[]
  /** The first element after a restore; `emitWatermark` but for a replay, where it had been sent before the slice. */
  resumeWatermark(time: number): void
  /** The minimum watermark of this subtask's partitions; never goes back. Sent after the batches emitted so far. */
  emitWatermark(time: number): void
  /** All partitions are idle (true), or one is active again. */
  setIdle(idle: boolean): void
}

export type OperatorFactory = (context: OperatorContext, restored: RestoredState | null) => Operator
export type SourceFactory = (context: SourceContext, restored: RestoredState | null) => Source

/** By `PhysicalOperator.type`: injected, so that preview, simulator and server choose their connectors. */
export interface OperatorRegistry {
  operators: Readonly<Record<string, OperatorFactory>>
  sources: Readonly<Record<string, SourceFactory>>
}
