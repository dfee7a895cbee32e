/** A source over a simulated topic, made of the production parts: partition states, watermarks, offsets in the manifest. */
import {
  type PollResult,
  type RestoredState,
  restoredPartitions,
  type Source,
  type SourceContext,
  type SourceFactory,
  SourceTime,
} from '@millrace/engine/runtime'
import type { TopicLog } from './topic-log.ts'

/** Records of one batch: as in a log, where a batch ends does not depend on when it is read. */
const batchRecords = 4

export interface LogSourceOptions {
  log: TopicLog
  waitMs: number
  topic: string
}

export function logSource(options: LogSourceOptions): SourceFactory {
  return (context, restored) => new LogSource(context, restored, options)
}

class LogSource implements Source {
  private readonly context: SourceContext
  private readonly options: LogSourceOptions
  private readonly time: SourceTime
  private readonly mine: number[] = []
  private turn = 0
  private started = false

  constructor(context: SourceContext, restored: RestoredState | null, options: LogSourceOptions) {
    this.context = context
    this.options = options
    this.time = new SourceTime(context, { waitMs: options.waitMs, idleAfterMs: null })
    const saved = restoredPartitions(restored)
    const { partitions } = options.log
    for (let partition = context.subtask; partition < partitions.length; ) {
      const state = saved.find((one) => one.partition === partition)
      this.time.add(partition, state ?? { offset: 0 })
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
    const { log } = this.options
    for (let i = 0; i < this.mine.length; i++) {
      const partition = this.mine[(this.turn + i) % this.mine.length]
      const from = this.time.offsetOf(partition)
      const whole = from - (from % batchRecords) + batchRecords
      const to = Math.min(whole, log.end(partition))
      if (to <= from || (to < whole && !log.complete)) continue
      if (!this.context.outputs[0].hasRoom()) return 'blocked'
      this.turn = (this.turn + i + 1) % this.mine.length
      this.emit(partition, from, to)
      return 'more'
    }
    if (!log.complete) return 'waiting'
    return this.mine.every((one) => this.time.offsetOf(one) >= log.end(one)) ? 'ended' : 'waiting'
  }

  freeze() {
    const parts = this.time.snapshot()
    const { topic } = this.options
    const sourceOffsets = this.mine.map((partition) => ({
      topic,
      partition,
      offset: this.time.offsetOf(partition),
    }))
    return { write: () => parts, sourceOffsets }
  }

  onProcessingTime(): void {}

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  close(): void {}

  private emit(partition: number, from: number, to: number): void {
    const batch = this.options.log.batch(partition, from, to)
    this.context.outputs[0].emit(batch)
    this.context.counters.rowsIn += batch.length
    this.context.counters.passedOn += batch.length
    this.time.onBatch(partition, batch, to)
    this.time.advance()
  }
}
