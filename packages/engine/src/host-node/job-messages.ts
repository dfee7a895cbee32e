/** What the job host and the worker threads of a job say to each other. Rows travel in rings; here only what steers them. */
import type { MessagePort } from 'node:worker_threads'
import type { CheckpointId } from '@millrace/schemas'
import type { PhysicalPlan } from '../plan/index.ts'
import type { JobFailure, KeptRow, SubtaskAnswer, SubtaskStatus } from '../runtime/index.ts'
import type { TapRow } from './job-host.ts'
import type { Rings } from './wiring.ts'

/** `workerData` of an engine worker. */
export interface WorkerStart {
  plan: PhysicalPlan
  /** This worker's number: it runs subtask `worker` of every operator that has so many. */
  worker: number
  workers: number
  /** `[edge][sender][receiver]`: the ring between two workers; null where sender and receiver are one. */
  rings: Rings
  /** One doorbell word for each worker. */
  doorbells: SharedArrayBuffer
  /** Directory of this pipeline's checkpoints. */
  checkpointDirectory: string
  /** Restore from this checkpoint; null: begin anew. */
  restoreFrom: CheckpointId | null
  broker: { host: string; port: number }
  registry: string | null
  /** Control port of the log reader. */
  logPort: MessagePort
  statusIntervalMs: number
}

export interface OperatorReportMessage {
  operator: string
  status: SubtaskStatus
}

export type ToWorker =
  | { is: 'checkpoint'; checkpoint: CheckpointId }
  | { is: 'complete'; checkpoint: CheckpointId }
  | { is: 'abort'; checkpoint: CheckpointId }
  | { is: 'tap'; tap: number; operator: string; output: number }
  | { is: 'tap-close'; tap: number }
  | { is: 'tap-rows'; request: number; tap: number; after: number; limit: number }
  | { is: 'view'; request: number; operator: string }
  | { is: 'report'; request: number }
  | { is: 'close' }

export interface TapAnswer {
  rows: TapRow[]
  skipped: number
  last: number
}

export type FromWorker =
  | { is: 'ready' }
  | { is: 'status'; operators: OperatorReportMessage[] }
  | { is: 'snapshot'; checkpoint: CheckpointId; answer: SubtaskAnswer }
  | { is: 'snapshot-failed'; checkpoint: CheckpointId; cause: string }
  | { is: 'log'; message: string }
  | { is: 'failed'; failure: JobFailure; restartable: boolean }
  | { is: 'ended' }
  | { is: 'tap-rows'; request: number; answer: TapAnswer }
  | { is: 'view'; request: number; rows: readonly KeptRow[] }
  | { is: 'report'; request: number; operators: OperatorReportMessage[] }
  | { is: 'closed' }
