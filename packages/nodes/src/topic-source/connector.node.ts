/** The topic source on the embedded broker: reads segments in its own thread and decodes straight into needed columns. */
import { AppError, messageOf } from '@millrace/base'
import type { LogReader, RecordBlock } from '@millrace/broker/log'
import type { Connector, ConnectorEnvironment } from '@millrace/engine/host-node'
import { stateNames, type TopicSourceConfig } from '@millrace/engine/plan'
import type {
  OperatorReport,
  PollResult,
  RestoredState,
  Snapshot,
  Source,
  SourceContext,
  SourceOffset,
} from '@millrace/engine/runtime'
import { batchRowsMax, type CheckpointId } from '@millrace/schemas'
import type { SchemaFound } from '@millrace/schemas/formats'
import { type Emission, SliceDecoder } from './decode-slice.ts'
import {
  combinedWatermark,
  decodeProgress,
  encodeProgress,
  PartitionChoice,
  type PartitionProgress,
  sentBefore,
} from './partition-progress.ts'
import { startOffsets } from './start-offsets.ts'

/** Bytes asked of the log at a time: they stay in the processor's cache until they are decoded. A larger record batch is read whole. */
export const readBytesMax = 640 * 1024
/** Fetched schemas of one source; more than that in one topic is a mistake of its producers. */
export const schemasMax = 1000

export const connector: Connector = {
  sources: {
    'topic-source': (environment) => (context, restored) =>
      new TopicSource({ environment, context, restored }),
  },
}

interface OpenPartition {
  progress: PartitionProgress
  reader: LogReader
  /** What was read and not yet decoded. */
  block: RecordBlock | null
  at: number
  lastRowAt: number | null
  /** Wall clock of the last row, or of the start. */
  activeAt: number
}

class TopicSource implements Source {
  private readonly environment: ConnectorEnvironment
  private readonly context: SourceContext
  private readonly config: TopicSourceConfig
  private readonly decoder: SliceDecoder
  private readonly choice = new PartitionChoice()
  private readonly schemas = new Map<number, SchemaFound>()
  private readonly offsetsOf = new Map<CheckpointId, SourceOffset[]>()
  private partitions: OpenPartition[] = []
  private state: 'starting' | 'running' | 'closed' = 'starting'
  /** Decoded, waiting for room. */
  private emissions: { partition: OpenPartition; emission: Emission }[] = []
  private readonly restored: PartitionProgress[] | null

  constructor(options: {
    environment: ConnectorEnvironment
    context: SourceContext
    restored: RestoredState | null
  }) {
    const { environment, context, restored } = options
    this.environment = environment
    this.context = context
    this.config = context.spec.config as TopicSourceConfig
    this.restored = restored
      ? restored
          .filter((part) => part.state === stateNames.sourcePartitions)
          .flatMap((part) => decodeProgress(part.bytes))
      : null
    this.decoder = new SliceDecoder({
      config: this.config,
      schemas: { find: (id) => this.findSchema(id) },
      origins: context.spec.outputs[0].origins,
      deadLetterEventTime: context.spec.outputs[1]?.eventTime ?? false,
    })
    void this.start().catch((error: unknown) => {
      context.fail(error)
      context.wake()
    })
  }

  private async start(): Promise<void> {
    const { context, config, environment } = this
    const starts = await startOffsets({
      admin: environment.kafka.admin,
      config,
      node: context.spec.node,
      restored: this.restored,
    })
    if (this.state === 'closed') return
    const now = environment.clock.now()
    for (const progress of starts) {
      if (progress.partition % context.spec.parallelism !== context.subtask) continue
      const { topic, partition, offset } = progress
      const reader = environment.openLog({ topic, partition, offset })
      const opened = { progress, reader, block: null, at: 0, lastRowAt: null, activeAt: now }
      this.partitions.push(opened)
    }
    this.state = 'running'
    const sent = sentBefore(this.partitions.map(({ progress }) => progress))
    if (Number.isFinite(sent)) context.emitWatermark(sent)
    this.advance()
    if (config.idleAfterMs !== null) context.wakeAt(now + config.idleAfterMs)
    context.wake()
  }

  poll(budget: number): PollResult {
    if (this.state !== 'running') return 'waiting'
    if (this.emissions.length === 0 && !this.decodeSome(budget)) return 'waiting'
    return this.emitSome()
  }

  /** False: there is nothing to read now. */
  private decodeSome(budget: number): boolean {
    const ready = this.partitions.filter((open) => this.mayHaveRows(open))
    for (;;) {
      const progress = this.choice.choose(ready.map((open) => open.progress))
      const index = ready.findIndex((open) => open.progress === progress)
      if (index < 0) return false
      const open = ready[index]
      if (this.readBlock(open) && this.decodeBlock(open, open.block, budget)) return true
      ready.splice(index, 1)
    }
  }

  /** A reader whose lease is on its way learns of it only when it is asked to read. */
  private mayHaveRows(open: OpenPartition): boolean {
    return open.block !== null || open.reader.bounds() === undefined || open.reader.available() > 0
  }

  private readBlock(open: OpenPartition): open is OpenPartition & { block: RecordBlock } {
    if (open.block !== null) return true
    const result = open.reader.read(readBytesMax)
    switch (result.is) {
      case 'records':
        open.block = result.block
        open.at = 0
        return true
      case 'end':
        open.progress = { ...open.progress, offset: result.nextOffset }
        return false
      case 'waiting':
        return false
      case 'out-of-range':
        throw this.outOfRange(open.progress, result)
      case 'failed':
        throw new AppError(
          `Cannot read ${this.place(open.progress)}: ${messageOf(result.error)}`,
          this.errorOptions('source-read-failed', open.progress, result.error),
        )
    }
  }

  private decodeBlock(open: OpenPartition, block: RecordBlock, budget: number): boolean {
    const to = Math.min(block.count, open.at + Math.min(budget, batchRowsMax))
    const slice = this.decoder.decode(block, { from: open.at, to }, open.progress)
    if (slice.awaiting !== null) this.fetchSchema(slice.awaiting)
    if (slice.consumed === 0) return false
    open.at += slice.consumed
    if (open.at === block.count) {
      const last = slice.emissions[slice.emissions.length - 1]
      last.after = { ...last.after, offset: block.nextOffset }
      open.block = null
    }
    for (const emission of slice.emissions) this.emissions.push({ partition: open, emission })
    return true
  }

  private emitSome(): PollResult {
    const { outputs, counters, clock } = this.context
    while (this.emissions.length > 0) {
      for (const output of outputs) if (!output.hasRoom()) return 'blocked'
      const { partition, emission } = this.emissions[0]
      const { rows, deadLetters, after } = emission
      this.emissions.shift()
      const good = rows?.length ?? 0
      const bad = deadLetters?.length ?? 0
      counters.rowsIn += good + bad
      counters.passedOn += good
      counters.deadLetters += bad
      if (rows) outputs[0].emit(rows)
      if (deadLetters) outputs[1].emit(deadLetters)
      partition.progress = { ...after, idle: false, sent: partition.progress.sent }
      if (good > 0) partition.lastRowAt = partition.activeAt = clock.now()
      this.advance()
    }
    return 'more'
  }

  /** Sends the combined watermark if it moved, and idleness if it changed. */
  private advance(): void {
    const entries = this.partitions.map((open) => open.progress)
    const combined = combinedWatermark(entries)
    this.context.setIdle(combined === null)
    if (combined === null || !(combined > this.context.watermark())) return
    this.context.emitWatermark(combined)
    for (const open of this.partitions) open.progress.sent = combined
  }

  onProcessingTime(now: number): void {
    const { idleAfterMs } = this.config
    if (idleAfterMs === null) return
    let next = now + idleAfterMs
    for (const open of this.partitions) {
      if (open.progress.idle) continue
      const due = open.activeAt + idleAfterMs
      // A partition with something to read is not idle, only not yet read.
      const behind = open.block !== null || open.reader.available() > 0
      if (due <= now && !behind) open.progress = { ...open.progress, idle: true }
      else next = Math.min(next, Math.max(due, now + 1))
    }
    this.advance()
    this.context.wakeAt(next)
  }

  freeze(checkpoint: CheckpointId): Snapshot {
    const starting = this.state === 'starting' ? (this.restored ?? []) : []
    const entries = this.partitions.map((open) => ({ ...open.progress }))
    const own = starting.filter(
      (entry) => entry.partition % this.context.spec.parallelism === this.context.subtask,
    )
    const bytes = encodeProgress([...entries, ...own])
    const sourceOffsets = entries.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      offset,
    }))
    this.offsetsOf.set(checkpoint, sourceOffsets)
    return {
      write: () => [{ state: stateNames.sourcePartitions, keyGroup: -1, bytes }],
      sourceOffsets,
    }
  }

  onCheckpointComplete(checkpoint: CheckpointId): void {
    const offsets = this.offsetsOf.get(checkpoint)
    for (const id of [...this.offsetsOf.keys()]) if (id <= checkpoint) this.offsetsOf.delete(id)
    if (!offsets || offsets.length === 0) return
    // For lag tools only: a restore goes by the checkpoint. The next commit makes up for one that fails.
    this.environment.kafka.admin
      .commitOffsets(this.config.group, offsets)
      .catch((error: unknown) => this.environment.log(`Offsets not committed: ${messageOf(error)}`))
  }

  onCheckpointAborted(checkpoint: CheckpointId): void {
    this.offsetsOf.delete(checkpoint)
  }

  report(): OperatorReport {
    return {
      stateBytes: 0,
      partitions: this.partitions.map(({ progress, reader, lastRowAt }) => ({
        partition: progress.partition,
        offset: progress.offset,
        endOffset: reader.bounds()?.highWatermark ?? progress.offset,
        maxEventTime: progress.maxEventTime,
        maxEventTimeOffset: progress.maxEventTimeOffset,
        watermark: progress.watermark,
        idle: progress.idle,
        lastRowAt,
      })),
    }
  }

  close(): void {
    this.state = 'closed'
    for (const open of this.partitions) open.reader.close()
    this.partitions = []
  }

  private findSchema(id: number): SchemaFound {
    return this.schemas.get(id) ?? { is: 'wait' }
  }

  private fetchSchema(id: number): void {
    if (this.schemas.has(id) || this.fetching.has(id)) return
    this.fetching.add(id)
    this.environment.registry
      .schema(id)
      .then((text) => {
        if (this.schemas.size >= schemasMax) this.schemas.clear()
        this.schemas.set(id, text === undefined ? { is: 'unknown' } : { is: 'found', text })
      })
      .catch((error: unknown) => this.context.fail(error))
      .finally(() => {
        this.fetching.delete(id)
        this.context.wake()
      })
  }

  private readonly fetching = new Set<number>()

  private place({ topic, partition }: PartitionProgress): string {
    return `partition ${partition} of topic ${topic}`
  }

  private outOfRange(
    progress: PartitionProgress,
    bounds: { logStart: number; highWatermark: number },
  ): AppError {
    const { offset } = progress
    const why =
      offset > bounds.highWatermark
        ? `beyond the end of its log (${bounds.highWatermark}): the topic lost records or was made anew. Deploy without restoring to read what is there`
        : `before the start of its log (${bounds.logStart}): those records are gone. Deploy without restoring to read what is left`
    const code = offset > bounds.highWatermark ? 'offset-beyond-log-end' : 'offset-below-log-start'
    return new AppError(
      `Offset ${offset} of ${this.place(progress)} lies ${why}.`,
      this.errorOptions(code, progress),
    )
  }

  private errorOptions(
    code: string,
    { topic, partition, offset }: PartitionProgress,
    cause?: unknown,
  ) {
    const details = { node: this.context.spec.node, topic, partition, offset }
    return {
      code,
      origin: 'external' as const,
      retriable: code === 'source-read-failed',
      details,
      cause,
    }
  }
}
