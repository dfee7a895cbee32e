/**
 * Event-time windows with allowed lateness: the processor of policy + aggregates. Lateness, firing and cleaning up follow
 * Flink's `WindowOperator` with `EventTimeTrigger`: a window fires when the watermark reaches end − 1, a row for a window
 * that has fired fires its key again at once, and a window goes when the watermark reaches end − 1 + allowed lateness.
 */
import { assert } from '@millrace/base'
import { type Batch, batchRowsMax, type CheckpointId } from '@millrace/schemas'
import type { WindowAggregateConfig } from '../../plan/operator-configs.ts'
import { stateNames } from '../../plan/operator-configs.ts'
import { KeyEncoder, keyGrouper } from '../key-encoder.ts'
import type {
  Operator,
  OperatorContext,
  OperatorReport,
  RestoredState,
  Snapshot,
  StepResult,
} from '../operator.ts'
import { takeRows } from '../take-rows.ts'
import { type Pane, paneLayout } from './pane.ts'
import { ResultWriter } from './result-writer.ts'
import { tumblingPolicy, type WindowPolicy } from './tumbling-policy.ts'
import { LateVerdicts } from './verdicts.ts'
import { WindowAssigner } from './window-assigner.ts'
import type { WindowBackend } from './window-backend.ts'
import { WindowStore, wholeSnapshotEntriesMax } from './window-store.ts'

/** Results that one call emits at most before it lets others have a turn. */
export const firingRowsMax = 16_384

/** Windows named in a status. */
const reportedWindowsMax = 8

export interface WindowLimits {
  /** Up to so many entries, every snapshot is whole. */
  wholeEntriesMax: number
}

/** What is left to do for a batch whose rows are in the state. */
interface BatchRest {
  /** Rows of windows that have fired: each fires again, in order. */
  next: number
  count: number
  late: Batch | null
  /** Counted when the batch is done, so that the ledger balances at every step. */
  held: number
  lateRows: number
  withoutTime: number
}

export class WindowOperator implements Operator {
  private readonly context: OperatorContext
  private readonly config: WindowAggregateConfig
  private readonly policy: WindowPolicy
  private readonly encoder: KeyEncoder
  private readonly store: WindowBackend
  private readonly results: ResultWriter
  private readonly assigner: WindowAssigner
  private readonly verdicts: LateVerdicts
  private rest: BatchRest | null = null
  /** Where a firing stopped: the next entry of the first pane that is due. */
  private firingEntry = 0

  constructor(
    context: OperatorContext,
    restored: RestoredState | null,
    limits: WindowLimits = { wholeEntriesMax: wholeSnapshotEntriesMax },
  ) {
    this.context = context
    const { spec } = context
    this.config = spec.config as WindowAggregateConfig
    const { keys, sizeMs, offsetMs, aggregates } = this.config
    const row = spec.inputs[0]
    const keyTypes = keys.map((index) => row.fields[index].type)
    const declared = spec.state.find((state) => state.name === stateNames.windows)
    this.policy = tumblingPolicy(sizeMs, offsetMs)
    this.encoder = new KeyEncoder(keys, keyTypes)
    this.store = new WindowStore({
      state: stateNames.windows,
      subtask: context.subtask,
      sizeMs,
      layout: paneLayout(aggregates, row, keyGrouper(declared?.hash ?? 'v1', keyTypes)),
      ...limits,
    })
    this.results = new ResultWriter({ context, encoder: this.encoder, keyCount: keys.length })
    this.assigner = new WindowAssigner(this.policy)
    this.verdicts = new LateVerdicts(context, this.config)
    if (restored) this.store.restore(restored, context.keyGroups)
  }

  onBatch(_input: number, batch: Batch): StepResult {
    assert(batch.length <= batchRowsMax, 'a batch has more rows than a batch may have')
    this.rest ??= this.takeBatch(batch)
    if (!this.finishBatch(this.rest, batch)) return 'blocked'
    this.count(this.rest)
    this.rest = null
    return 'done'
  }

  onWatermark(time: number): StepResult {
    let budget = firingRowsMax
    for (;;) {
      const pane = this.firstDue(time)
      if (!pane) break
      const fired = this.fire(pane, budget)
      if (fired === null) return 'blocked'
      budget -= fired
      if (this.firingEntry < pane.count) return 'more'
      this.finishFiring(pane)
    }
    if (!this.results.flush()) return 'blocked'
    const { allowedLatenessMs } = this.config
    while (this.store.panes.length > 0) {
      const oldest = this.store.panes[0]
      if (oldest.end - 1 + allowedLatenessMs > time) break
      this.store.drop(oldest)
    }
    return 'done'
  }

  onProcessingTime(): StepResult {
    return 'done'
  }

  onEnd(): StepResult {
    return this.onWatermark(Number.POSITIVE_INFINITY)
  }

  onBarrier(): StepResult {
    return 'done'
  }

  freeze(checkpoint: CheckpointId): Snapshot {
    return this.store.freeze(checkpoint)
  }

  onCheckpointComplete(checkpoint: CheckpointId): void {
    this.store.complete(checkpoint)
  }

  onCheckpointAborted(checkpoint: CheckpointId): void {
    this.store.abort(checkpoint)
  }

  report(): OperatorReport {
    const { panes } = this.store
    return {
      stateBytes: this.store.bytes,
      openWindows: panes.length,
      windows: panes.slice(0, reportedWindowsMax).map(({ start, end, fired, count }) => ({
        start,
        end,
        state: fired ? 'fired' : 'open',
        keys: count,
      })),
    }
  }

  close(): void {}

  /** Puts all rows of open windows into the state; says what is left for the others. */
  private takeBatch(batch: Batch): BatchRest {
    const watermark = this.context.watermark()
    const { allowedLatenessMs } = this.config
    const keys = this.encoder.encode(batch)
    const assigned = this.assigner.assign(batch, (start) => {
      const last = start + this.policy.sizeMs - 1
      if (last + allowedLatenessMs <= watermark) return 'late'
      // A restore may set time back behind a window that has fired: it never fires as a whole again.
      return last <= watermark || this.store.paneAt(start)?.fired ? 'fired' : 'open'
    })
    let held = 0
    for (const { start, selection } of assigned.open) {
      const pane = this.store.paneAt(start) ?? this.store.open(start)
      pane.add(batch, keys, selection, this.store.save)
      held += selection.count
    }
    const { late, without } = assigned
    if (without.count > 0) this.verdicts.withoutEventTime(batch, without)
    if (late.count > 0) this.verdicts.tooLate(batch, late, this.policy)
    const { lateColumns } = this.config
    return {
      next: 0,
      count: assigned.fired.count,
      late: late.count > 0 ? takeRows(batch, late.rows, late.count, lateColumns) : null,
      held,
      lateRows: late.count,
      withoutTime: without.count,
    }
  }

  private count(rest: BatchRest): void {
    const { counters } = this.context
    counters.held += rest.held
    counters.late += rest.lateRows
    counters.noEventTime += rest.withoutTime
    counters.absorbed += rest.count
    counters.lateAccepted += rest.count
  }

  /** False: an output has no room; call again. */
  private finishBatch(rest: BatchRest, batch: Batch): boolean {
    if (rest.next < rest.count) {
      const keys = this.encoder.encode(batch)
      for (; rest.next < rest.count; rest.next++) {
        if (this.results.isFull && !this.results.flush()) return false
        const row = this.assigner.firedRow(rest.next)
        const start = this.policy.startOf(batch.eventTimes?.[row] ?? Number.NaN)
        const pane = this.store.paneAt(start) ?? this.openFired(start)
        const selection = this.assigner.single(row)
        pane.add(batch, keys, selection, this.store.save)
        const entry = selection.entries[0]
        this.results.write(pane, entry, pane.countFiring(entry))
      }
    }
    if (!this.results.flush()) return false
    if (rest.late === null) return true
    const output = this.context.outputs[1]
    if (!output.hasRoom()) return false
    output.emit(rest.late)
    rest.late = null
    return true
  }

  /** A window whose first row comes when it should already have fired. */
  private openFired(start: number): Pane {
    const pane = this.store.open(start)
    pane.markFired()
    return pane
  }

  private firstDue(time: number): Pane | undefined {
    for (const pane of this.store.panes) {
      if (pane.end - 1 > time) return undefined
      if (!pane.fired) return pane
    }
    return undefined
  }

  /** Rows written, or null: no room. */
  private fire(pane: Pane, budget: number): number | null {
    const until = Math.min(pane.count, this.firingEntry + budget)
    const from = this.firingEntry
    for (; this.firingEntry < until; this.firingEntry++) {
      if (this.results.isFull && !this.results.flush()) return null
      this.results.write(pane, this.firingEntry, 1)
    }
    return until - from
  }

  private finishFiring(pane: Pane): void {
    assert(!pane.fired, 'a window fired twice')
    this.firingEntry = 0
    pane.markFired()
    const rows = pane.totalRows()
    this.context.counters.held -= rows
    this.context.counters.absorbed += rows
  }
}
