/** Run history: changed only by `applyRun`, which replays the records of `_millrace_runs`. */
import type { JobFailure } from '@millrace/engine/runtime'
import type { MinuteMetrics, RunRecord } from '../api-types.ts'

/** One record of the topic. */
export type RunLogRecord =
  | {
      is: 'started'
      pipeline: string
      run: number
      version: number
      at: number
      restoredFrom: number | null
    }
  | { is: 'restarted'; pipeline: string; run: number; at: number; failure: JobFailure | null }
  | { is: 'minute'; pipeline: string; run: number; metrics: MinuteMetrics; totals: RunTotals }
  | {
      is: 'ended'
      pipeline: string
      run: number
      at: number
      end: Exclude<RunRecord['end'], null>
      failure: JobFailure | null
      totals: RunTotals
    }
  | { is: 'forgotten'; pipeline: string }

/** What a run summed up to so far. */
export interface RunTotals {
  rowsIn: number
  rowsOut: number
  late: number
  deadLetters: number
  ledgerBalanced: boolean
  maxRowsBehind: number
  maxTimeBehindMs: number | null
}

export const noTotals: RunTotals = {
  rowsIn: 0,
  rowsOut: 0,
  late: 0,
  deadLetters: 0,
  ledgerBalanced: true,
  maxRowsBehind: 0,
  maxTimeBehindMs: null,
}

/** Kept in memory for each pipeline; older ones stay in the topic. */
export const runsKept = 200
export const minutesKept = 1440
export const failuresKept = 50

export interface PipelineRuns {
  /** Oldest first. */
  runs: RunRecord[]
  minutes: MinuteMetrics[]
  /** Times of restarts, wall clock. */
  restarts: number[]
}

export type RunModel = Map<string, PipelineRuns>

/** The only place that changes the model. */
export function applyRun(model: RunModel, record: RunLogRecord): void {
  if (record.is === 'forgotten') {
    model.delete(record.pipeline)
    return
  }
  const history = historyOf(model, record.pipeline)
  if (record.is === 'started') {
    interrupted(history)
    history.runs.push(newRun(record))
    if (history.runs.length > runsKept) history.runs.shift()
    return
  }
  const run = history.runs.find((each) => each.run === record.run)
  if (!run) return
  switch (record.is) {
    case 'restarted':
      run.restarts++
      history.restarts.push(record.at)
      if (history.restarts.length > minutesKept) history.restarts.shift()
      addFailure(run, record.failure)
      return
    case 'minute':
      history.minutes.push(record.metrics)
      if (history.minutes.length > minutesKept) history.minutes.shift()
      Object.assign(run, record.totals)
      return
    case 'ended':
      run.endedAt = record.at
      run.end = record.end
      addFailure(run, record.failure)
      Object.assign(run, record.totals)
      return
  }
}

function historyOf(model: RunModel, pipeline: string): PipelineRuns {
  let history = model.get(pipeline)
  if (!history) {
    history = { runs: [], minutes: [], restarts: [] }
    model.set(pipeline, history)
  }
  return history
}

/** A run without an end, followed by another one: the process died in between. */
function interrupted(history: PipelineRuns): void {
  const last = history.runs[history.runs.length - 1]
  if (last && last.end === null) {
    last.end = 'interrupted'
    last.endedAt = history.minutes[history.minutes.length - 1]?.at ?? last.startedAt
  }
}

function newRun(record: Extract<RunLogRecord, { is: 'started' }>): RunRecord {
  const { pipeline, run, version, at, restoredFrom } = record
  return {
    run,
    pipeline,
    version,
    startedAt: at,
    endedAt: null,
    end: null,
    restoredFrom,
    restarts: 0,
    failures: [],
    ...noTotals,
  }
}

function addFailure(run: RunRecord, failure: JobFailure | null): void {
  if (failure && run.failures.length < failuresKept) run.failures.push(failure)
}

export function restartsSince(model: RunModel, pipeline: string, since: number): number {
  return (model.get(pipeline)?.restarts ?? []).filter((at) => at >= since).length
}
