/** What the `runs` router answers: a running job, why it is behind or silent, and its history. */
import type { JobFailure, JobStatus } from '@millrace/engine/runtime'
import type { RowType } from '@millrace/schemas'
import type { Milliseconds } from './common.ts'
import type { PipelineState } from './pipelines.ts'

export interface NodeRates {
  inPerSecond: number
  outPerSecond: number
  /** By output port. */
  ports: Record<string, number>
}

/** in = passed on + filtered + absorbed + late + dead letters + without event time + held; rows since the state began. */
export interface NodeLedger {
  in: number
  /** By output port. */
  out: Record<string, number>
  passedOn: number
  filtered: number
  absorbed: number
  late: number
  /** Late, but its window fired again; part of `absorbed`. */
  lateAccepted: number
  deadLetters: number
  noEventTime: number
  held: number
  /** 0: every row is accounted for. */
  difference: number
}

export interface NodeFacts {
  node: string
  rates: NodeRates
  ledger: NodeLedger
  /** Event-time watermark, ms; null before the first. */
  watermark: number | null
  /** Newest event time read upstream minus this node's watermark, ms. */
  timeBehindMs: Milliseconds | null
  /** Share of time spent working, of its busiest subtask, 0 to 1. */
  busy: number
  /** Share of time an output had no room, 0 to 1. */
  blocked: number
  stateBytes: number
  /** Fill of its fullest input queue, 0 to 1. */
  queueFill: number
  openWindows: number | null
  /** Rows in the log that it has not read yet; sources only. */
  rowsBehind: number | null
  /** Set when it has input and no output, or nothing arrives: one sentence, one button. */
  whyNoOutput: WhyNoOutput | null
}

export interface WhyNoOutput {
  code:
    | 'no-event-time'
    | 'partition-holds-time'
    | 'window-open'
    | 'all-filtered'
    | 'all-late'
    | 'nothing-arrives'
    | 'all-dead-letters'
  sentence: string
  action: WhyAction
  partition: number | null
  /** Event time, ms: a record later than this closes the first window. */
  neededEventTime: number | null
}

export type WhyAction =
  /** Open a node's form at a field. */
  | { is: 'edit-node'; label: string; node: string; field: string }
  /** Show the time tab. */
  | { is: 'show-time'; label: string; node: string }
  /** Show the rows that a node got. */
  | { is: 'show-data'; label: string; node: string }
  /** Open a topic (to produce, or to look). */
  | { is: 'open-topic'; label: string; topic: string }

/** Who holds event time back. */
export interface TimeHolder {
  /** "Partition 4 of user-clicks holds time: no row for 2 min 37 s." */
  words: string
  node: string
  partition: number | null
  topic: string | null
  /** Wall clock of the last row of that partition; null: it never had one. */
  since: Milliseconds | null
}

export interface RunFacts {
  rowsBehind: number
  timeBehindMs: Milliseconds | null
  /** The cause of `timeBehindMs`, when it is more than the pipeline's own waiting. */
  cause: TimeHolder | null
  /** Newest complete checkpoint. */
  checkpoint: {
    id: number
    at: Milliseconds
    durationMs: number | null
    bytes: number | null
  } | null
  /** Wall clock when the next checkpoint starts; null while none is planned. */
  nextCheckpointAt: Milliseconds | null
  /** Is every row of every node accounted for? */
  ledgerBalanced: boolean
  /** Newest event time read by any source, ms. */
  maxEventTime: number | null
  rowsInPerSecond: number
  rowsOutPerSecond: number
  nodes: Record<string, NodeFacts>
}

export interface RunView {
  pipeline: string
  state: PipelineState
  version: number | null
  /** Wall clock of this view. */
  at: Milliseconds
  /** Null while no job exists (never deployed, stopped before this start). */
  status: JobStatus | null
  facts: RunFacts | null
  resumedFrom: number | null
  failure: JobFailure | null
}

export interface RunRecord {
  /** Unique for the pipeline, grows. */
  run: number
  pipeline: string
  version: number
  startedAt: Milliseconds
  endedAt: Milliseconds | null
  /** null: running · `interrupted`: the server ended without saying so. */
  end: 'stopped' | 'failed' | 'finished' | 'interrupted' | 'shut-down' | null
  restoredFrom: number | null
  restarts: number
  failures: JobFailure[]
  rowsIn: number
  rowsOut: number
  late: number
  deadLetters: number
  ledgerBalanced: boolean
  maxRowsBehind: number
  maxTimeBehindMs: Milliseconds | null
}

export interface MinuteMetrics {
  /** Start of the minute, wall clock. */
  at: Milliseconds
  rowsIn: number
  rowsOut: number
  late: number
  deadLetters: number
  /** At the end of the minute. */
  rowsBehind: number
  timeBehindMs: Milliseconds | null
  checkpoints: number
  failedCheckpoints: number
  checkpointMs: number | null
  stateBytes: number
  /** Highest busy share of any node, 0 to 1. */
  busy: number
}

/** One message of the tap subscription. Cells are JSON; BIGINT beyond 2^53 and DECIMAL are strings, BYTES base64. */
export interface TapBatch {
  row: RowType
  rows: {
    sequence: number
    at: Milliseconds
    eventTime: number | null
    kind: '+I' | '-U' | '+U' | '-D'
    cells: readonly unknown[]
  }[]
  /** Rows that the tap no longer held when they were asked for. */
  skipped: number
  /** Cursor: hand it back as `after` to go on without a gap. */
  last: number
}

export interface ViewRows {
  row: RowType
  keys: string[]
  rows: { key: unknown[]; cells: unknown[]; eventTime: number | null }[]
  at: Milliseconds
}
