/** What a subtask gives its operator: outputs that keep batches behind watermarks, journalled clock, verdicts, wake-ups. */
import type { Clock, Random } from '@millrace/base'
import { assert } from '@millrace/base'
import type { Batch, Element } from '@millrace/schemas'
import type { PhysicalOperator } from '../plan/physical.ts'
import type { OutputChannel } from './channel.ts'
import { type EdgeSender, edgeSender, type OutputEdge } from './exchange.ts'
import type { DecisionLog } from './journal.ts'
import { keyGroupRange } from './key-groups.ts'
import {
  type DropRecord,
  emptyCounters,
  type OperatorCounters,
  type RecentDrop,
} from './metrics.ts'
import type { Output, SourceContext, SourceTake } from './operator.ts'
import { Replay } from './replay.ts'

/** Verdicts kept for a subtask's status; the oldest leaves first. */
export const recentDropsMax = 200

export type TapListener = (batch: Batch) => void

export interface ContextOptions {
  spec: PhysicalOperator
  subtask: number
  clock: Clock
  random: Random
  journal: DecisionLog
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
  private readonly journal: DecisionLog
  private readonly replay: Replay | null
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
    this.journal = journal
    this.replay = journal instanceof Replay ? journal : null
    this.sourceIdle = this.replay?.start?.idle ?? false
    this.wallClock = options.clock
    this.clock = this.journalledClock(options.clock)
    this.random = this.journalledRandom(options.random)
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

  resumeWatermark(time: number): void {
    const recorded = this.replay?.next('watermark')?.time === time
    if (this.replay === null || recorded) this.emitWatermark(time)
    else this.currentWatermark = time
  }

  nextTake(): SourceTake | 'none' | null {
    if (this.replay === null) return null
    const take = this.replay.next('take')
    return take ? { partition: take.channel, records: take.rows } : 'none'
  }

  took({ partition, records }: SourceTake): void {
    this.journal.decide({ is: 'take', channel: partition, rows: records })
  }

  decideSilent(due: readonly number[]): readonly number[] {
    if (this.replay === null) {
      for (const partition of due) this.journal.decide({ is: 'silent', partition })
      return due
    }
    const silent: number[] = []
    for (let next = this.replay.next('silent'); next; next = this.replay.next('silent')) {
      this.journal.decide(next)
      silent.push(next.partition)
    }
    return silent
  }

  setIdle(idle: boolean): void {
    if (idle === this.sourceIdle) return
    this.sourceIdle = idle
    this.sendControl(idle ? { is: 'idle' } : { is: 'active' })
  }

  /** Queues a control element behind everything emitted so far. */
  sendControl(element: Element): void {
    if (element.is === 'watermark') this.journal.decide({ is: 'watermark', time: element.time })
    if (element.is === 'idle' || element.is === 'active') this.journal.decide({ is: element.is })
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
    this.journal.decide({ is: 'timer', time: now })
    return now
  }

  /** The same when a recorded run is replayed. */
  replayWake(now: number): number {
    this.wakeTime = undefined
    this.journal.decide({ is: 'timer', time: now })
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

  private journalledClock(clock: Clock): Clock {
    return {
      now: () => {
        const time = this.replay ? (this.replay.next('clock')?.time ?? Number.NaN) : clock.now()
        this.journal.decide({ is: 'clock', time })
        return time
      },
      monotonic: () => clock.monotonic(),
    }
  }

  private journalledRandom(random: Random): Random {
    const uint32 = () => {
      const value = this.replay ? (this.replay.next('random')?.value ?? -1) : random.uint32()
      this.journal.decide({ is: 'random', value })
      return value
    }
    return { uint32, next: () => uint32() / 0x100000000 }
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
