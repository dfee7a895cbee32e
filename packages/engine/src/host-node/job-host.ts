/** Runs jobs on this machine: what the server asks for, and what it is told. */
import type { RowType } from '@millrace/schemas'
import type { PhysicalPlan } from '../plan/index.ts'
import type { JobStatus } from '../runtime/index.ts'

export interface StartJob {
  plan: PhysicalPlan
  /** Restore from the newest complete checkpoint if there is one; false: begin anew and forget the old ones. */
  restore: boolean
}

export interface TapRow {
  /** Position in the tap, for "nothing dropped while paused". */
  sequence: number
  at: number
  eventTime: number | null
  kind: '+I' | '-U' | '+U' | '-D'
  /** Cells as JSON; BIGINT beyond 2^53 and DECIMAL as strings, BYTES as base64. */
  cells: readonly unknown[]
}

export interface Tap {
  row: RowType
  /** Rows since `sequence` (exclusive), at most `limit`; older ones than the tap keeps are counted, not lost silently. */
  rows(after: number, limit: number): Promise<{ rows: TapRow[]; skipped: number; last: number }>
  close(): void
}

/** Latest rows of a view sink. */
export interface ViewRow {
  key: readonly unknown[]
  cells: readonly unknown[]
  eventTime: number | null
}

export interface JobHandle {
  readonly pipeline: string
  status(): JobStatus
  /** Called at least once a second while running, and at every change of state. Returns the unsubscriber. */
  onStatus(listener: (status: JobStatus) => void): () => void
  /** Takes a last checkpoint, then stops; resumable. */
  stop(): Promise<void>
  checkpoint(): Promise<number>
  /** Rows passing an output port of a node from now on. */
  tap(node: string, port: string): Promise<Tap>
  view(node: string): Promise<{ row: RowType; keys: readonly string[]; rows: ViewRow[] }>
}

export interface JobHost {
  start(request: StartJob): Promise<JobHandle>
  /** The newest checkpoint that a start with `restore` would take. */
  latestCheckpoint(pipeline: string): { id: number; at: number; version: number } | undefined
  /** Removes the checkpoints of a pipeline. */
  forget(pipeline: string): void
  close(): Promise<void>
}
