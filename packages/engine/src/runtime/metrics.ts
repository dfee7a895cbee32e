/** What operators count, why rows were dropped, and what a job reports. Plain JSON: it crosses threads and the network. */

/** Exact, cumulative since the state began (counters are part of the checkpoint). */
export interface OperatorCounters {
  rowsIn: number
  /** By output index. */
  rowsOut: number[]
  /** Went on as themselves: rows of a filter's or projection's main output, records a source decoded. */
  passedOn: number
  /** Dropped by a condition. */
  filtered: number
  /** Went into a result that was or will be emitted. */
  absorbed: number
  /** Too late for every window. */
  late: number
  /** Could not be decoded or computed; sent to the dead letters with their bytes. */
  deadLetters: number
  /** Rows held in state now (not yet part of a result that left). */
  held: number
  /** Late, but accepted: its window fired again. Counted in `absorbed` too. */
  lateAccepted: number
  /** Had no event time where one was needed, and were dropped with that verdict. */
  noEventTime: number
}

/** Why a row went no further: the verdict is made where the row is dropped. */
export type DropRecord =
  | {
      why: 'too-late'
      eventTime: number
      /** The watermark it met, ms. */
      watermark: number
      windowStart: number
      windowEnd: number
      /** window end − 1 + allowed lateness: the last watermark that would have admitted it is one below. */
      admittedUntil: number
      missedByMs: number
      key: string
      partition: number | null
      offset: number | null
    }
  | {
      why: 'dead-letter'
      message: string
      topic: string | null
      partition: number | null
      offset: number | null
    }
  | { why: 'no-event-time'; partition: number | null; offset: number | null }

/** A verdict with the wall clock at which it was made, ms: for the studio's picture, never for results. */
export type RecentDrop = DropRecord & { at: number }

export interface SourcePartitionStatus {
  partition: number
  /** Next offset to read. */
  offset: number
  /** End of what may be read (high watermark). */
  endOffset: number
  /** Largest event time seen, ms; null: none. */
  maxEventTime: number | null
  /** The record that set it. */
  maxEventTimeOffset: number | null
  watermark: number | null
  idle: boolean
  /** Wall clock of its last row, ms; null: none since the start. */
  lastRowAt: number | null
}

export interface WindowStatus {
  start: number
  end: number
  /** open: not fired · fired: fired, still takes late rows. */
  state: 'open' | 'fired'
  keys: number
}

export interface SubtaskStatus {
  subtask: number
  counters: OperatorCounters
  /** Combined input watermark, or a source's own; null before the first. */
  watermark: number | null
  idle: boolean
  /** Share of the last interval spent working, 0 to 1. */
  busy: number
  /** An output had no room for this share of the last interval. */
  blocked: number
  stateBytes: number
  /** Fill of its fullest input queue, 0 to 1. */
  queueFill: number
  partitions?: readonly SourcePartitionStatus[]
  /** The oldest few windows that are not final. */
  windows?: readonly WindowStatus[]
  openWindows?: number
  /** Event time of late rows seen lately against the watermark they met: the arrival picture. */
  recentDrops: readonly RecentDrop[]
}

export interface OperatorStatus {
  operator: string
  node: string
  type: string
  /** Port name of each output. */
  ports: readonly (string | null)[]
  subtasks: readonly SubtaskStatus[]
}

export type JobState =
  | 'starting'
  | 'running'
  | 'restarting'
  | 'stopping'
  | 'stopped'
  | 'failed'
  | 'finished'

export interface CheckpointStatus {
  id: number
  state: 'running' | 'complete' | 'failed'
  startedAt: number
  durationMs: number | null
  bytes: number | null
  /** Why it failed. */
  cause: string | null
}

export interface JobFailure {
  at: number
  message: string
  node: string | null
  /** Line of the user's code. */
  line: number | null
  record: { topic: string; partition: number; offset: number } | null
  code: string
}

/** A job as the studio shows it, at one instant. */
export interface JobStatus {
  pipeline: string
  version: number
  state: JobState
  /** Wall clock of this report, ms. */
  at: number
  startedAt: number
  /** The checkpoint it was restored from. */
  restoredFrom: number | null
  restarts: number
  operators: readonly OperatorStatus[]
  checkpoints: readonly CheckpointStatus[]
  failure: JobFailure | null
}

export function emptyCounters(outputs: number): OperatorCounters {
  return {
    rowsIn: 0,
    rowsOut: new Array<number>(outputs).fill(0),
    passedOn: 0,
    filtered: 0,
    absorbed: 0,
    late: 0,
    deadLetters: 0,
    held: 0,
    lateAccepted: 0,
    noEventTime: 0,
  }
}

/**
 * The ledger: in = passed on + filtered + absorbed + late + dead letters + held + without event time. The rows that are
 * not accounted for; anything but 0 is a bug.
 */
export function unaccountedRows(counters: OperatorCounters): number {
  const { passedOn, filtered, absorbed, late, deadLetters, held, noEventTime } = counters
  return counters.rowsIn - passedOn - filtered - absorbed - late - deadLetters - held - noEventTime
}

/** Adds `from` to `into`: counters of one operator over its subtasks. */
export function addCounters(into: OperatorCounters, from: OperatorCounters): void {
  into.rowsIn += from.rowsIn
  for (let i = 0; i < from.rowsOut.length; i++) {
    into.rowsOut[i] = (into.rowsOut[i] ?? 0) + from.rowsOut[i]
  }
  into.passedOn += from.passedOn
  into.filtered += from.filtered
  into.absorbed += from.absorbed
  into.late += from.late
  into.deadLetters += from.deadLetters
  into.held += from.held
  into.lateAccepted += from.lateAccepted
  into.noEventTime += from.noEventTime
}
