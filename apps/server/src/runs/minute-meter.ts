/** Sums a job's facts into one record a minute; pure. */
import type { JobStatus } from '@millrace/engine/runtime'
import type { MinuteMetrics, RunFacts } from '../api-types.ts'
import { noTotals, type RunTotals } from './run-model.ts'
import type { Topology } from './topology.ts'

export const minuteMs = 60_000

interface Counts {
  rowsIn: number
  rowsOut: number
  late: number
  deadLetters: number
}

const noCounts: Counts = { rowsIn: 0, rowsOut: 0, late: 0, deadLetters: 0 }

export class MinuteMeter {
  private minute: number | null = null
  private atStart: Counts | null = null
  private latest: { facts: RunFacts; status: JobStatus; counts: Counts } | null = null
  private first: Counts | null = null
  private busy = 0
  private readonly extremes = { maxRowsBehind: 0, maxTimeBehindMs: null as number | null }
  private readonly topology: Topology

  /** `restored`: the counters begin with what a checkpoint brought back, which is no part of this run. */
  constructor(topology: Topology, restored: boolean) {
    this.topology = topology
    if (!restored) this.first = noCounts
  }

  /** Takes a status; returns the record of the minute that has just ended, if one has. */
  add(status: JobStatus, facts: RunFacts): MinuteMetrics | null {
    const minute = Math.floor(status.at / minuteMs) * minuteMs
    const counts = countsOf(facts, this.topology)
    this.first ??= counts
    const ended = this.minute !== null && minute !== this.minute ? this.finish() : null
    if (this.minute !== minute) {
      this.minute = minute
      this.atStart = this.latest?.counts ?? this.first
      this.busy = 0
    }
    this.latest = { facts, status, counts }
    for (const node of Object.values(facts.nodes)) this.busy = Math.max(this.busy, node.busy)
    this.extremes.maxRowsBehind = Math.max(this.extremes.maxRowsBehind, facts.rowsBehind)
    if (facts.timeBehindMs !== null) {
      this.extremes.maxTimeBehindMs = Math.max(
        this.extremes.maxTimeBehindMs ?? 0,
        facts.timeBehindMs,
      )
    }
    return ended
  }

  /** Of the minute so far; null before the first status. */
  finish(): MinuteMetrics | null {
    if (!this.latest || this.minute === null || !this.atStart) return null
    const { facts, status, counts } = this.latest
    const from = this.minute
    const within = status.checkpoints.filter(
      (each) => each.startedAt >= from && each.startedAt < from + minuteMs,
    )
    const complete = within.filter((each) => each.state === 'complete')
    return {
      at: from,
      rowsIn: Math.max(0, counts.rowsIn - this.atStart.rowsIn),
      rowsOut: Math.max(0, counts.rowsOut - this.atStart.rowsOut),
      late: Math.max(0, counts.late - this.atStart.late),
      deadLetters: Math.max(0, counts.deadLetters - this.atStart.deadLetters),
      rowsBehind: facts.rowsBehind,
      timeBehindMs: facts.timeBehindMs,
      checkpoints: complete.length,
      failedCheckpoints: within.filter((each) => each.state === 'failed').length,
      checkpointMs: complete.length === 0 ? null : complete[complete.length - 1].durationMs,
      stateBytes: Object.values(facts.nodes).reduce((sum, node) => sum + node.stateBytes, 0),
      busy: this.busy,
    }
  }

  /** Of the run so far. */
  totals(): RunTotals {
    if (!this.latest || !this.first) return noTotals
    const { counts, facts } = this.latest
    return {
      rowsIn: Math.max(0, counts.rowsIn - this.first.rowsIn),
      rowsOut: Math.max(0, counts.rowsOut - this.first.rowsOut),
      late: Math.max(0, counts.late - this.first.late),
      deadLetters: Math.max(0, counts.deadLetters - this.first.deadLetters),
      ledgerBalanced: facts.ledgerBalanced,
      ...this.extremes,
    }
  }
}

function countsOf(facts: RunFacts, topology: Topology): Counts {
  const counts = { ...noCounts }
  for (const { node, ledger } of Object.values(facts.nodes)) {
    const shape = topology.nodes.get(node)
    if (shape?.isSource) counts.rowsIn += ledger.in
    if (shape?.isSink) counts.rowsOut += ledger.in
    counts.late += ledger.late
    counts.deadLetters += ledger.deadLetters
  }
  return counts
}
