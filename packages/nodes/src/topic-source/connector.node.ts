/** The topic source on the embedded broker: reads segments in its own thread and decodes straight into needed columns. */
import { assert, messageOf } from '@millrace/base'
import type { LogReader, RecordBlock } from '@millrace/broker/log'
import type { Connector, ConnectorEnvironment } from '@millrace/engine/host-node'
import type { TopicSourceConfig } from '@millrace/engine/plan'
import type {
  OperatorReport,
  PartitionState,
  PollResult,
  RestoredState,
  Snapshot,
  Source,
  SourceContext,
  SourceOffset,
  SourceTake,
} from '@millrace/engine/runtime'
import { partitionsPart, restoredPartitions, SourceTime } from '@millrace/engine/runtime'
import { batchRowsMax, type CheckpointId } from '@millrace/schemas'
import type { SchemaFound } from '@millrace/schemas/formats'
import { type Emission, SliceDecoder } from './decode-slice.ts'
import { PartitionChoice } from './partition-choice.ts'
import { outOfRange, type ReadPlace, readFailed } from './read-errors.ts'
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
  partition: number
  reader: LogReader
  /** What was read and not yet decoded. */
  block: RecordBlock | null
  at: number
}

class TopicSource implements Source {
  private readonly environment: ConnectorEnvironment
  private readonly context: SourceContext
  private readonly config: TopicSourceConfig
  private readonly decoder: SliceDecoder
  private readonly choice = new PartitionChoice()
  private readonly time: SourceTime
  private readonly schemas = new Map<number, SchemaFound>()
  private readonly offsetsOf = new Map<CheckpointId, SourceOffset[]>()
  private partitions: OpenPartition[] = []
  private state: 'starting' | 'running' | 'closed' = 'starting'
  /** Decoded, waiting for room. */
  private emissions: { open: OpenPartition; emission: Emission }[] = []
  private readonly restored: PartitionState[]

  constructor(options: {
    environment: ConnectorEnvironment
    context: SourceContext
    restored: RestoredState | null
  }) {
    const { environment, context, restored } = options
    this.environment = environment
    this.context = context
    this.config = context.spec.config as TopicSourceConfig
    this.restored = restoredPartitions(restored)
    const { idleAfterMs, time } = this.config
    this.time = new SourceTime(context, {
      waitMs: time?.waitMs ?? null,
      idleAfterMs,
      isBehind: (partition) => this.isBehind(partition),
    })
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
    for (const state of starts) {
      const { topic = config.topic, partition, offset } = state
      if (partition % context.spec.parallelism !== context.subtask) continue
      this.time.add(partition, state)
      const reader = environment.openLog({ topic, partition, offset })
      this.partitions.push({ partition, reader, block: null, at: 0 })
    }
    this.state = 'running'
    this.time.start()
    context.wake()
  }

  isReady(): boolean {
    return this.state !== 'starting'
  }

  poll(budget: number): PollResult {
    if (this.state !== 'running') return 'waiting'
    if (this.emissions.length === 0) {
      const replayed = this.context.nextTake()
      if (replayed === 'none') return 'waiting'
      const decoded = replayed ? this.decodeExactly(replayed) : this.decodeSome(budget)
      if (!decoded) return 'waiting'
    }
    return this.emitSome()
  }

  /** What a recorded run took: one emission, whatever the log holds by now. */
  private decodeExactly({ partition, records }: SourceTake): boolean {
    const open = this.partitions.find((one) => one.partition === partition)
    assert(open, `partition ${partition} of a recorded run is not read here`)
    if (open.block !== null && open.block.count - open.at < records) this.reopen(open)
    return this.readBlock(open) && this.decodeBlock(open, open.block, records)
  }

  /** Reads ahead from where the partition is, so that a block begins there. */
  private reopen(open: OpenPartition): void {
    const { topic } = this.config
    const { partition } = open
    open.reader.close()
    open.reader = this.environment.openLog({
      topic,
      partition,
      offset: this.time.offsetOf(partition),
    })
    open.block = null
  }

  /** False: there is nothing to read now. */
  private decodeSome(budget: number): boolean {
    const ready = this.partitions.filter((open) => this.mayHaveRows(open))
    // A reader learns that its topic is gone only when it is asked.
    if (ready.length === 0) for (const open of this.partitions) this.readBlock(open)
    for (;;) {
      const chosen = this.choice.choose(ready.map((open) => this.time.stateOf(open.partition)))
      const index = ready.findIndex((open) => open.partition === chosen?.partition)
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
        this.time.onGap(open.partition, result.nextOffset)
        return false
      case 'waiting':
        return false
      case 'out-of-range':
        throw outOfRange(this.placeOf(open.partition), result)
      case 'failed':
        throw readFailed(this.placeOf(open.partition), result.error)
    }
  }

  private decodeBlock(open: OpenPartition, block: RecordBlock, budget: number): boolean {
    const to = Math.min(block.count, open.at + Math.min(budget, batchRowsMax))
    const before = this.time.stateOf(open.partition)
    const slice = this.decoder.decode(block, { from: open.at, to }, before)
    if (slice.awaiting !== null) this.fetchSchema(slice.awaiting)
    // A replay waits for the schema that the recorded run had.
    const cutShort = slice.awaiting !== null && this.context.nextTake() !== null
    if (slice.consumed === 0 || cutShort) return false
    open.at += slice.consumed
    if (open.at === block.count) {
      const last = slice.emissions[slice.emissions.length - 1]
      last.after = { ...last.after, offset: block.nextOffset }
      open.block = null
    }
    for (const emission of slice.emissions) this.emissions.push({ open, emission })
    return true
  }

  private emitSome(): PollResult {
    const { outputs, counters } = this.context
    while (this.emissions.length > 0) {
      for (const output of outputs) if (!output.hasRoom()) return 'blocked'
      const { open, emission } = this.emissions[0]
      const { rows, deadLetters, after } = emission
      this.emissions.shift()
      this.context.took({ partition: open.partition, records: emission.records })
      const good = rows?.length ?? 0
      const bad = deadLetters?.length ?? 0
      counters.rowsIn += good + bad
      counters.passedOn += good
      counters.deadLetters += bad
      if (rows) outputs[0].emit(rows)
      if (deadLetters) outputs[1].emit(deadLetters)
      this.time.onPosition(open.partition, after)
      if (good > 0) this.time.onAlive(open.partition)
      this.time.advance()
    }
    return 'more'
  }

  onProcessingTime(now: number): void {
    this.time.onProcessingTime(now)
  }

  private isBehind(partition: number): boolean {
    const open = this.partitions.find((one) => one.partition === partition)
    return open !== undefined && (open.block !== null || open.reader.available() > 0)
  }

  freeze(checkpoint: CheckpointId): Snapshot {
    const { parallelism } = this.context.spec
    const mine = ({ partition }: PartitionState) => partition % parallelism === this.context.subtask
    const parts =
      this.state === 'starting'
        ? [partitionsPart(this.restored.filter(mine))]
        : this.time.snapshot()
    const sourceOffsets = this.partitions.map(({ partition }) => ({
      topic: this.config.topic,
      partition,
      offset: this.time.offsetOf(partition),
    }))
    this.offsetsOf.set(checkpoint, sourceOffsets)
    return {
      write: () => parts,
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
      partitions: this.time.status((partition) => {
        const open = this.partitions.find((one) => one.partition === partition)
        return open?.reader.bounds()?.highWatermark ?? this.time.offsetOf(partition)
      }),
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

  private placeOf(partition: number): ReadPlace {
    const { topic } = this.config
    return { node: this.context.spec.node, topic, partition, offset: this.time.offsetOf(partition) }
  }
}
