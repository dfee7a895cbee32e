/** What a subtask gives its operator: outputs that keep batches behind watermarks, journalled clock, verdicts, wake-ups. */
import type { Clock, Random } from '@millrace/base'
import { assert } from '@millrace/base'
import type { Batch, Element } from '@millrace/schemas'
import type { PhysicalOperator } from '../plan/physical.ts'
import type { OutputChannel } from './channel.ts'
import { type EdgeSender, edgeSender, type OutputEdge } from './exchange.ts'
import type { Journal } from './journal.ts'
import { keyGroupRange } from './key-groups.ts'
import {
  type DropRecord,
  emptyCounters,
  type OperatorCounters,
  type RecentDrop,
} from './metrics.ts'
import type { Output, SourceContext } from './operator.ts'

/** Verdicts kept for a subtask's status; the oldest leaves first. */
export const recentDropsMax = 200

export type TapListener = (batch: Batch) => void

export interface ContextOptions {
  spec: PhysicalOperator
  subtask: number
  clock: Clock
  random: Random
  journal: Journal
  /** By output, then by edge. */
  outputs: readonly (readonly OutputEdge[])[]
}

export class SubtaskContext implements SourceContext {
  readonly spec: PhysicalOperator
  readonly subtask: number
  readonly keyGroups: { start: number; end: number }
  readonly outputs: readonly SubtaskOutput[]
  readonly counters: OperatorCounters
  readonly clock: Clock
  readonly random: Random
  readonly recentDrops: RecentDrop[] = []
  readonly wallClock: Clock
  private readonly journal: Journal
  private readonly channels: readonly OutputChannel[]
  /** Control elements that wait for room; while one waits, no output has room for batches. */
  private readonly control: Element[] = []
  private wakeTime: number | undefined
  private woken = false
  private failure: { error: unknown } | undefined
  /** Something was handed to a channel since `takeMoved`. */
  moved = false
  currentWatermark = Number.NEGATIVE_INFINITY
  sourceIdle = false

  constructor(options: ContextOptions) {
    const { spec, subtask, journal } = options
    this.spec = spec
    this.subtask = subtask
    this.keyGroups = keyGroupRange(subtask, spec.parallelism)
    this.counters = emptyCounters(spec.outputs.length)
    this.random = options.random
    this.journal = journal
    this.wallClock = options.clock
    this.clock = journalledClock(options.clock, journal)
    this.outputs = spec.outputs.map((output, index) => {
      const senders = (options.outputs[index] ?? []).map((edge) => edgeSender(edge, output.row))
      return new SubtaskOutput({ context: this, index, senders })
    })
    this.channels = this.outputs.flatMap((output) => output.channels)
  }

  watermark(): number {
    return this.currentWatermark
  }

  wakeAt(time: number): void {
    if (this.wakeTime === undefined || time < this.wakeTime) this.wakeTime = time
  }

  wake(): void {
    this.woken = true
  }

  dropped(record: DropRecord): void {
    if (this.recentDrops.length === recentDropsMax) this.recentDrops.shift()
    this.recentDrops.push({ ...record, at: this.wallClock.now() })
  }

  fail(error: unknown): void {
    this.failure ??= { error }
  }

  emitWatermark(time: number): void {
    assert(time >= this.currentWatermark, 'a source sent its watermark back in time')
    if (time === this.currentWatermark) return
    this.currentWatermark = time
    this.sendControl({ is: 'watermark', time })
  }

  setIdle(idle: boolean): void {
    if (idle === this.sourceIdle) return
    this.sourceIdle = idle
    this.sendControl(idle ? { is: 'idle' } : { is: 'active' })
  }

  /** Queues a control element behind everything emitted so far. */
  sendControl(element: Element): void {
    if (element.is === 'watermark') this.journal.watermark(element.time)
    if (element.is === 'idle' || element.is === 'active') this.journal.status(element.is === 'idle')
    this.control.push(element)
    this.flushControl()
  }

  /** Sends what waits; true: nothing is left. An element goes to all channels at once or to none. */
  flushControl(): boolean {
    for (const channel of this.channels) channel.flush()
    while (this.control.length > 0) {
      if (!this.channelsHaveRoom()) return false
      const element = this.control.shift()
      assert(element, 'a control element vanished')
      for (const channel of this.channels) channel.push(element)
      this.moved = true
    }
    return true
  }

  get controlWaits(): boolean {
    return this.control.length > 0
  }

  channelsHaveRoom(): boolean {
    for (const channel of this.channels) if (!channel.hasRoom()) return false
    return true
  }

  nextWakeTime(): number | undefined {
    return this.wakeTime
  }

  /** The requested wall-clock time if it has come; the request is then spent. */
  takeDueWake(): number | undefined {
    if (this.wakeTime === undefined) return undefined
    const now = this.wallClock.now()
    if (now < this.wakeTime) return undefined
    this.wakeTime = undefined
    this.journal.timer(now)
    return now
  }

  takeMoved(): boolean {
    const moved = this.moved
    this.moved = false
    return moved
  }

  takeWoken(): boolean {
    const woken = this.woken
    this.woken = false
    return woken
  }

  throwIfFailed(): void {
    if (this.failure) throw this.failure.error
  }
}

export class SubtaskOutput implements Output {
  readonly channels: readonly OutputChannel[]
  private readonly context: SubtaskContext
  private readonly index: number
  private readonly senders: readonly EdgeSender[]
  private taps: TapListener[] = []

  constructor(options: { context: SubtaskContext; index: number; senders: readonly EdgeSender[] }) {
    this.context = options.context
    this.index = options.index
    this.senders = options.senders
    this.channels = options.senders.flatMap((sender) => sender.channels)
  }

  hasRoom(): boolean {
    if (this.context.controlWaits) return false
    for (const channel of this.channels) if (!channel.hasRoom()) return false
    return true
  }

  emit(batch: Batch): void {
    if (batch.length === 0) return
    assert(this.hasRoom(), 'an operator emitted without room in its output')
    this.context.counters.rowsOut[this.index] += batch.length
    this.context.moved = true
    for (const tap of this.taps) tap(batch)
    for (const sender of this.senders) sender.send(batch)
  }

  /** Sees every batch that passes from now on. Returns the end of it. */
  tap(listener: TapListener): () => void {
    this.taps.push(listener)
    return () => {
      this.taps = this.taps.filter((other) => other !== listener)
    }
  }
}

function journalledClock(clock: Clock, journal: Journal): Clock {
  return {
    now() {
      const now = clock.now()
      journal.clock(now)
      return now
    },
    monotonic: () => clock.monotonic(),
  }
}
