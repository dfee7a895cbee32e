/**
 * The driver of one operator instance: takes its input, calls the operator in small steps, forwards watermarks, barriers
 * and the end after the operator drained, and writes its snapshots. It never waits: `runSome` says why nothing happened.
 */
import { assert } from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import type { PhysicalOperator } from '../plan/physical.ts'
import { asReady } from './input-choice.ts'
import { type InputEvent, InputMux } from './input-mux.ts'
import { type Decision, type DecisionLog, Journal } from './journal.ts'
import type { OperatorCounters, SubtaskStatus } from './metrics.ts'
import type { KeptRow, Operator, Snapshot, Source } from './operator.ts'
import type { Replay } from './replay.ts'
import {
  driverParts,
  restoredWatermark,
  SnapshotWriter,
  takeDriverStates,
} from './snapshot-writer.ts'
import { SubtaskContext, type TapListener } from './subtask-context.ts'
import {
  type RunResult,
  type SubtaskListener,
  type SubtaskOptions,
  snapshotSliceBytes,
} from './subtask-options.ts'
import { callFor, factoryOf, type Work } from './subtask-work.ts'
import { TimeShare } from './time-share.ts'

export class Subtask {
  readonly spec: PhysicalOperator
  readonly subtask: number
  private readonly listener: SubtaskListener
  private readonly journal: DecisionLog
  private readonly replay: Replay | null
  private readonly context: SubtaskContext
  private readonly mux: InputMux
  private readonly writer: SnapshotWriter
  private readonly operator: Operator | null
  private readonly source: Source | null
  private work: Work | null = null
  private state: 'running' | 'draining' | 'ended' | 'failed' = 'running'
  /** The checkpoint asked for and not yet frozen. */
  private requested: CheckpointId | null = null
  private waitsFor: 'nothing' | 'room' | 'answer' = 'nothing'
  private readonly share: TimeShare

  constructor(options: SubtaskOptions) {
    const { spec, subtask, registry, listener } = options
    this.spec = spec
    this.subtask = subtask
    this.listener = listener
    this.share = new TimeShare(options.clock)
    this.writer = new SnapshotWriter(listener)
    this.replay = options.replay ?? null
    this.journal = this.replay ?? new Journal()
    this.context = new SubtaskContext({ ...options, journal: this.journal })
    const isSource = spec.inputs.length === 0
    const restored = options.restored
      ? takeDriverStates(options.restored, this.context.counters)
      : null
    if (options.restored && !isSource) {
      this.context.currentWatermark = restoredWatermark(options.restored)
    }
    this.mux = new InputMux({
      inputs: options.inputs,
      choice: this.replay ?? options.choice ?? asReady(),
      journal: this.journal,
      watermark: this.context.currentWatermark,
      resume: this.replay?.start,
    })
    this.source = isSource ? factoryOf(registry.sources, spec)(this.context, restored) : null
    this.operator = isSource ? null : factoryOf(registry.operators, spec)(this.context, restored)
  }

  /** Works for about `rowsMax` rows, then returns. Never throws: a failure is reported to the listener. */
  runSome(rowsMax: number): RunResult {
    if (this.state === 'failed') return 'failed'
    const start = this.share.begin()
    let result: RunResult
    try {
      result = this.run(rowsMax)
      this.context.throwIfFailed()
      // What was handed on, or made room, may give somebody work who has just said that there is none.
      const moved = this.context.takeMoved()
      if (this.mux.takeTaken() || moved) result = 'progress'
    } catch (error) {
      this.state = 'failed'
      this.work = null
      this.listener.onFailed(error)
      result = 'failed'
    }
    this.share.finish(start, result)
    return result
  }

  /** A source freezes before its next row; others wait for barriers and only answer here if they have ended. */
  requestCheckpoint(checkpoint: CheckpointId): void {
    this.requested = checkpoint
  }

  completeCheckpoint(checkpoint: CheckpointId): void {
    this.journal.completed(checkpoint)
    this.guarded(() => (this.operator ?? this.source)?.onCheckpointComplete(checkpoint))
  }

  /** Given up elsewhere: channels that wait for its barriers are freed, unwritten parts are dropped. */
  abortCheckpoint(checkpoint: CheckpointId): void {
    if (this.requested === checkpoint) this.requested = null
    this.writer.abort(checkpoint)
    this.journal.decide({ is: 'cancel', checkpoint })
    this.mux.cancel(checkpoint)
    this.guarded(() => (this.operator ?? this.source)?.onCheckpointAborted(checkpoint))
  }

  /** Wall-clock time at which `runSome` will have something to do by itself. */
  wakeTime(): number | undefined {
    return this.context.nextWakeTime()
  }

  /** Sees every batch of this output from now on. Returns the end of it. */
  tap(output: number, listener: TapListener): () => void {
    return this.context.outputs[output].tap(listener)
  }

  get ended(): boolean {
    return this.state === 'ended'
  }

  get counters(): Readonly<OperatorCounters> {
    return this.context.counters
  }

  status(): SubtaskStatus {
    const { context } = this
    const { stateBytes, ...rest } = (this.operator ?? this.source)?.report?.() ?? { stateBytes: 0 }
    const watermark = context.currentWatermark
    return {
      subtask: this.subtask,
      counters: { ...context.counters, rowsOut: [...context.counters.rowsOut] },
      watermark: Number.isFinite(watermark) ? watermark : null,
      idle: this.source ? context.sourceIdle : this.mux.idle,
      ...this.share.take(),
      stateBytes,
      queueFill: this.mux.fill(),
      ...rest,
      recentDrops: [...context.recentDrops],
    }
  }

  /** The rows that a view keeps; none for other operators. */
  viewRows(): readonly KeptRow[] {
    return this.operator?.viewRows?.() ?? []
  }

  close(): void {
    this.operator?.close()
    this.source?.close()
  }

  private run(rowsMax: number): RunResult {
    let worked = this.writer.writeSome(snapshotSliceBytes)
    if (this.stillWaits()) return worked ? 'progress' : 'blocked'
    let budget = rowsMax
    while (budget > 0) {
      if (!this.context.flushControl()) return worked ? 'progress' : this.blocked()
      if (this.state === 'ended' || this.state === 'draining') return this.finish(worked)
      if (this.work === null && !this.nextWork()) {
        const polled = this.source ? this.poll(budget) : 'idle'
        if (polled === 'more') {
          worked = true
          break
        }
        if (polled === 'blocked') return worked ? 'progress' : this.blocked()
        if (polled === 'ended') this.end()
        else return worked ? 'progress' : 'idle'
      }
      if (this.work !== null) {
        const result = callFor(this.work, this.operator, this.source)
        if (result === 'blocked') return worked ? this.blocked('progress') : this.blocked()
        budget -= this.work.is === 'batch' ? this.work.batch.length : 1
        if (result === 'done') this.afterWork(this.work)
      }
      worked = true
    }
    return 'progress'
  }

  private stillWaits(): boolean {
    if (this.context.takeWoken()) this.waitsFor = 'nothing'
    if (
      this.waitsFor === 'room' &&
      this.context.flushControl() &&
      this.context.channelsHaveRoom()
    ) {
      this.waitsFor = 'nothing'
    }
    return this.waitsFor !== 'nothing'
  }

  private blocked(result: RunResult = 'blocked'): RunResult {
    const full = this.context.controlWaits || !this.context.channelsHaveRoom()
    this.waitsFor = full ? 'room' : 'answer'
    return result
  }

  /** Finds the next call; false: nothing to do. */
  private nextWork(): boolean {
    if (this.replay && this.source?.isReady?.() === false) return false
    const recorded = this.replay?.peek()
    if (this.source && this.requested !== null && recorded === undefined) {
      this.snapshot(this.requested)
      return true
    }
    // Events of one element stay together: a replay then knows what came before a timer.
    if (!this.mux.hasPending && this.nextByItself(recorded)) return true
    const event = this.mux.next()
    if (event) this.onEvent(event)
    return event !== undefined
  }

  /** What comes from nowhere: a timer, or what the journal says. */
  private nextByItself(recorded: Decision | undefined): boolean {
    if (recorded?.is === 'barrier') {
      this.replay?.skipBarrier()
      if (this.source) this.context.sendControl(recorded)
      return true
    }
    if (recorded?.is === 'cancel') {
      this.abortCheckpoint(recorded.checkpoint)
      return true
    }
    if (recorded?.is === 'end') {
      this.end()
      return true
    }
    const timer = this.replay?.next('timer')
    if (this.replay && !timer) return false
    const now = timer ? this.context.replayWake(timer.time) : this.context.takeDueWake()
    if (now !== undefined) this.work = { is: 'timer', now }
    return now !== undefined
  }

  private onEvent(event: InputEvent): void {
    switch (event.is) {
      case 'batch':
        this.work = event
        return
      case 'watermark':
        this.context.currentWatermark = event.time
        this.work = event
        return
      case 'idle':
      case 'active':
        this.context.sendControl(event)
        return
      case 'aligned':
        this.work = { is: 'barrier', checkpoint: event.checkpoint }
        return
      case 'aborted':
        this.operator?.onCheckpointAborted(event.checkpoint)
        return
      case 'end':
        this.work = { is: 'end' }
    }
  }

  private poll(budget: number): 'more' | 'blocked' | 'idle' | 'ended' {
    const result = this.source?.poll(budget) ?? 'ended'
    return result === 'waiting' ? 'idle' : result
  }

  private afterWork(work: Work): void {
    this.work = null
    if (work.is === 'batch') this.context.counters.rowsIn += work.batch.length
    else if (work.is === 'watermark') this.context.sendControl(work)
    else if (work.is === 'barrier') this.snapshot(work.checkpoint)
    else if (work.is === 'end') this.end()
  }

  private snapshot(checkpoint: CheckpointId): void {
    this.freeze(checkpoint)
    if (this.state === 'running') this.context.sendControl({ is: 'barrier', checkpoint })
  }

  private freeze(checkpoint: CheckpointId): void {
    if (this.requested !== null && this.requested <= checkpoint) this.requested = null
    const watermark = this.source ? null : this.context.currentWatermark
    const frozen: Snapshot | undefined = (this.operator ?? this.source)?.freeze(checkpoint)
    assert(frozen, 'a subtask has neither operator nor source')
    const { idle, channels } = this.mux.valveState
    const state = { idle: this.source ? this.context.sourceIdle : idle, channels }
    const cut = this.journal.cut(checkpoint, state)
    this.writer.add(checkpoint, frozen, driverParts(this.context.counters, cut, watermark))
  }

  private end(): void {
    if (this.source) this.journal.decide({ is: 'end' })
    this.state = 'draining'
    this.context.sendControl({ is: 'end' })
  }

  /** The end is sent. A checkpoint whose barrier never came here is answered with the final state. */
  private finish(worked: boolean): RunResult {
    this.state = 'ended'
    if (this.requested !== null) {
      this.freeze(this.requested)
      return 'progress'
    }
    return worked || this.writer.busy ? 'progress' : 'ended'
  }

  private guarded(call: () => void): void {
    if (this.state === 'failed') return
    try {
      call()
    } catch (error) {
      this.state = 'failed'
      this.listener.onFailed(error)
    }
  }
}
