/**
 * The generator source: rows straight into columns, each made from seed, partition and number alone, so that restoring is
 * a number. First a history of event times up to now, as fast as it can, then live, paced by the clock.
 */
import { assert, encodeUtf8 } from '@millrace/base'
import type { GeneratorSourceConfig } from '@millrace/engine/plan'
import type {
  OperatorReport,
  PollResult,
  RestoredState,
  Snapshot,
  Source,
  SourceContext,
  SourceFactory,
} from '@millrace/engine/runtime'
import { DeadLetterWriter, restoredPartitions, SourceTime } from '@millrace/engine/runtime'
import { BatchBuilder, type RowType, rowAt } from '@millrace/schemas'
import { type CellMaker, cellMaker, type RowPlace } from './column-generators.ts'
import { chance } from './counter-random.ts'
import { Schedule } from './schedule.ts'

export const sources: Readonly<Record<string, SourceFactory>> = {
  'generator-source': (context, restored) => new GeneratorSource(context, restored),
}

/** Salts of what is not a column; columns use 8 each from 0. */
const salt = { bad: 1_000_001, late: 1_000_002, behind: 1_000_003 } as const

class GeneratorSource implements Source {
  private readonly context: SourceContext
  private readonly config: GeneratorSourceConfig
  private readonly schedule: Schedule
  private readonly time: SourceTime
  private readonly deadLetters: DeadLetterWriter
  private readonly makers: readonly CellMaker[]
  private readonly mine: number[] = []
  private started = false

  constructor(context: SourceContext, restored: RestoredState | null) {
    this.context = context
    this.config = context.spec.config as GeneratorSourceConfig
    const { config } = this
    const { seed, partitions } = config
    assert(config.rowsPerSecond > 0, 'a generator makes at least some rows')
    const saved = restoredPartitions(restored)
    const startedAt = saved[0]?.startedAt ?? context.clock.now()
    this.schedule = new Schedule({ ...config, startedAt })
    this.makers = config.produced.map((index) =>
      cellMaker(config.columns[index], { seed, index, partitions }),
    )
    this.deadLetters = new DeadLetterWriter(context.outputs[1])
    this.time = new SourceTime(context, { waitMs: config.time?.waitMs ?? null, idleAfterMs: null })
    for (let partition = context.subtask; partition < partitions; ) {
      const state = saved.find((one) => one.partition === partition)
      this.time.add(partition, state ?? { offset: 0, startedAt })
      this.mine.push(partition)
      partition += context.spec.parallelism
    }
  }

  poll(): PollResult {
    if (!this.started) {
      this.started = true
      this.time.start()
      return 'more'
    }
    const replayed = this.context.nextTake()
    if (replayed === 'none') return 'waiting'
    const partition = replayed?.partition ?? this.nextPartition()
    if (partition === undefined) return 'ended'
    const from = this.time.offsetOf(partition)
    const to = this.schedule.groupEnd(partition, from)
    const due = this.schedule.momentOf(partition, to - 1)
    if (replayed === null && due > this.context.wallClock.now()) {
      this.context.wakeAt(Math.ceil(due))
      return 'waiting'
    }
    // Both at once: a checkpoint may come after this call, and nothing may wait outside of the state then.
    if (!this.context.outputs.every((output) => output.hasRoom())) return 'blocked'
    this.makeGroup(partition, from, to)
    return 'more'
  }

  freeze(): Snapshot {
    const parts = this.time.snapshot()
    return { write: () => parts }
  }

  onProcessingTime(): void {}

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  report(): OperatorReport {
    const { schedule } = this
    return {
      stateBytes: this.mine.length * 64,
      partitions: this.time.status((partition) => {
        const { rowsPerSecond, partitions } = this.config
        const elapsed = this.context.wallClock.now() - schedule.momentOf(partition, 0)
        const due = Math.max(0, Math.floor((elapsed * rowsPerSecond) / (1000 * partitions)) + 1)
        return Math.max(this.time.offsetOf(partition), Math.min(due, schedule.rowsOf(partition)))
      }),
    }
  }

  close(): void {}

  /** The partition whose next row comes first: they go in step, in every run the same way. */
  private nextPartition(): number | undefined {
    let next: number | undefined
    let soonest = Number.POSITIVE_INFINITY
    for (const partition of this.mine) {
      const row = this.time.offsetOf(partition)
      if (row >= this.schedule.rowsOf(partition)) continue
      const moment = this.schedule.momentOf(partition, row)
      if (moment >= soonest) continue
      soonest = moment
      next = partition
    }
    return next
  }

  private makeGroup(partition: number, from: number, to: number): void {
    const { context, config } = this
    const [output] = context.spec.outputs
    const builder = new BatchBuilder(output.row, { capacity: to - from, withEventTime: true })
    let latest: number | null = null
    let latestRow: number | null = null
    for (let row = from; row < to; row++) {
      const place = { partition, row, eventTime: this.eventTimeOf(partition, row) }
      if (chance(config.seed, partition, row, salt.bad) < config.badShare) {
        this.makeBad(place)
        continue
      }
      const at = this.makeRow(builder, place)
      if (output.origins) builder.setOrigin(at, partition, row)
      if (latest === null || place.eventTime > latest) {
        latest = place.eventTime
        latestRow = row
      }
    }
    const { counters, outputs } = context
    context.took({ partition, records: to - from })
    counters.rowsIn += to - from
    counters.passedOn += builder.length
    counters.deadLetters += to - from - builder.length
    outputs[0].emit(builder.take())
    assert(this.deadLetters.flush(), 'dead letters had no room although there was some')
    this.time.onRows(partition, {
      nextOffset: to,
      maxEventTime: config.time === null ? null : latest,
      maxEventTimeOffset: latestRow,
    })
    this.time.advance()
  }

  private makeRow(builder: BatchBuilder, place: RowPlace): number {
    const at = builder.addRow(this.config.time === null ? Number.NaN : place.eventTime)
    const cell = { index: 0, at }
    for (; cell.index < this.makers.length; cell.index++) {
      this.makers[cell.index](builder, cell, place)
    }
    return at
  }

  private eventTimeOf(partition: number, row: number): number {
    const { seed, disorder } = this.config
    const moment = Math.floor(this.schedule.momentOf(partition, row))
    if (chance(seed, partition, row, salt.late) >= disorder.share) return moment
    return moment - Math.floor(chance(seed, partition, row, salt.behind) * (disorder.maxMs + 1))
  }

  /** A record whose text breaks off in the middle. */
  private makeBad(place: RowPlace): void {
    const type: RowType = this.context.spec.outputs[0].row
    const builder = new BatchBuilder(type, { capacity: 1, withEventTime: true })
    this.makeRow(builder, place)
    const cells = rowAt(builder.take(), type, 0)
    const text = JSON.stringify(cells, (_, cell) =>
      typeof cell === 'bigint' ? Number(cell) : cell,
    )
    const broken = text.slice(0, Math.max(1, Math.floor(text.length * 0.6)))
    const error = `The JSON breaks off after ${broken.length} characters.`
    const { partition, row } = place
    this.deadLetters.add({
      error,
      topic: null,
      partition,
      offset: row,
      timestamp: place.eventTime,
      key: null,
      value: encodeUtf8(broken),
    })
    this.context.dropped({
      why: 'dead-letter',
      message: error,
      topic: null,
      partition,
      offset: row,
    })
  }
}
