/** What a process function is, what is asked of it, and what it answers: data that may cross a process border. */
import type { Batch, CellValue, RowType } from '@millrace/schemas'

/** One output of the code: the main one first, then its side outputs. */
export interface CodeOutput {
  /** `null`: the main output. */
  side: string | null
  row: RowType
}

/** The code of one node, ready to run. */
export interface CodeProgram {
  /** Logical node, for messages. */
  node: string
  /** Emitted JavaScript, line for line with the TypeScript. */
  javascript: string
  input: RowType
  /** Indexes of the key columns in `input`. */
  keys: readonly number[]
  outputs: readonly CodeOutput[]
}

export type TimerDomain = 'event' | 'processing'

/** Encoded values of one key, by state name; absent: never set or cleared. See `value-codec.ts`. */
export type KeyState = Record<string, string>

/** A batch of rows, or timers that are due, with the state of every key they touch. */
export interface CodeRequest {
  id: number
  /** Current watermark, ms; -Infinity before the first. */
  watermark: number
  /** The clock's reading for this request, ms: what `Date.now` and `ctx.now` answer. */
  now: number
  /** Seed of `Math.random` for this request. */
  seed: number
  keys: readonly { values: readonly CellValue[]; state: KeyState }[]
  /** Rows in order; `keyOf[i]` indexes `keys`. */
  rows: { batch: Batch; keyOf: Int32Array } | null
  /** Due timers, or null for a request with rows. */
  due: DueTimers | null
}

/**
 * Every timer of one domain up to `until`. Timers that firing code sets up to `until` fire in the same request, in order
 * of time; later ones are in the answer. After Flink's `InternalTimerServiceImpl.advanceWatermark`.
 */
export interface DueTimers {
  domain: TimerDomain
  until: number
  /** In firing order. */
  timers: readonly { key: number; time: number }[]
}

export interface TimerChange {
  key: number
  domain: TimerDomain
  time: number
  set: boolean
}

export interface CodeFailure {
  message: string
  /** Line of the user's TypeScript, from 1; null: not known. */
  line: number | null
  /** Row of the request that was being processed; null: a timer, or before the first row. */
  row: number | null
  code:
    | 'user-code-threw'
    | 'user-code-endless'
    | 'user-code-memory'
    | 'user-code-crashed'
    | 'user-code-invalid'
}

export interface CodeAnswer {
  id: number
  failure: CodeFailure | null
  /** By output: batches in order of emission. */
  outputs: readonly (readonly Batch[])[]
  /** Changed states only; `null` clears one. */
  states: readonly { key: number; name: string; value: string | null }[]
  timers: readonly TimerChange[]
}

/** A place where programs run. Answers come in the order of requests. */
export interface CodeHost {
  open(program: CodeProgram): CodeSession
  close(): void
}

export interface CodeSession {
  /** `onAnswer` is called once, at once or later, from the caller's own thread. */
  run(request: CodeRequest, onAnswer: (answer: CodeAnswer) => void): void
  close(): void
}

/** Most rows of one request: bounds memory and the deadline's meaning. */
export const codeRequestRowsMax = 1024

/** Most rows that one request may emit: what comes back is held in memory until it has left. */
export const codeEmittedRowsMax = 1_000_000
