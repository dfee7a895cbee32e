/** The topic source over records in memory, for the preview: same decoding, batching and watermarks, bounded. */
import type { TopicSourceConfig } from '@millrace/engine/plan'
import type {
  PollResult,
  Snapshot,
  Source,
  SourceContext,
  SourceFactory,
} from '@millrace/engine/runtime'
import { SourceTime } from '@millrace/engine/runtime'
import type { SchemaLookup } from '@millrace/schemas/formats'
import { type Emission, type Records, SliceDecoder } from './decode-slice.ts'
import { PartitionChoice } from './partition-choice.ts'

export interface SampledRecord {
  partition: number
  offset: number
  timestamp: number
  key: Uint8Array | null
  value: Uint8Array | null
}

/** Sampled records by topic, each partition's in order of offset. */
export type SampledTopics = ReadonlyMap<string, readonly SampledRecord[]>

/** Records that stand for one record batch of a sample, whose real batches are thinned out. */
export const sampleBatchRecords = 50

/** A source that reads what was sampled of its topic and then ends. */
export function sampleSource(topics: SampledTopics, schemas: SchemaLookup): SourceFactory {
  return (context) => new SampleSource(context, topics, schemas)
}

interface Partition {
  partition: number
  records: Records
  at: number
}

class SampleSource implements Source {
  private readonly context: SourceContext
  private readonly decoder: SliceDecoder
  private readonly partitions: Partition[]
  private readonly choice = new PartitionChoice()
  private readonly time: SourceTime
  private started = false
  private waiting: { partition: Partition; emission: Emission }[] = []

  constructor(context: SourceContext, topics: SampledTopics, schemas: SchemaLookup) {
    this.context = context
    const config = context.spec.config as TopicSourceConfig
    this.decoder = new SliceDecoder({
      config,
      schemas,
      origins: context.spec.outputs[0].origins,
      deadLetterEventTime: context.spec.outputs[1]?.eventTime ?? false,
    })
    this.partitions = partitionsOf(topics.get(config.topic) ?? []).filter(
      ({ partition }) => partition % context.spec.parallelism === context.subtask,
    )
    this.time = new SourceTime(context, { waitMs: config.time?.waitMs ?? null, idleAfterMs: null })
    for (const { partition, records } of this.partitions) {
      this.time.add(partition, { offset: records.offsets[0] })
    }
  }

  poll(): PollResult {
    if (!this.started) {
      this.started = true
      this.time.start()
    }
    if (this.waiting.length === 0 && !this.decodeNext()) return 'ended'
    const { outputs, counters } = this.context
    while (this.waiting.length > 0) {
      if (outputs.some((output) => !output.hasRoom())) return 'blocked'
      const { partition, emission } = this.waiting[0]
      this.waiting.shift()
      const { rows, deadLetters, after } = emission
      counters.rowsIn += (rows?.length ?? 0) + (deadLetters?.length ?? 0)
      counters.passedOn += rows?.length ?? 0
      counters.deadLetters += deadLetters?.length ?? 0
      if (rows) outputs[0].emit(rows)
      if (deadLetters) outputs[1].emit(deadLetters)
      this.time.onPosition(partition.partition, after)
      if (rows && rows.length > 0) this.time.onAlive(partition.partition)
      // A partition whose sample is used up does not hold the others.
      const usedUp = partition.at >= partition.records.count && this.waiting.length === 0
      if (usedUp) this.time.markIdle(partition.partition)
      this.time.advance()
    }
    return 'more'
  }

  freeze(): Snapshot {
    return { write: () => [] }
  }

  onProcessingTime(): void {}

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  close(): void {}

  private decodeNext(): boolean {
    const ready = this.partitions.filter(({ at, records }) => at < records.count)
    const chosen = this.choice.choose(ready.map(({ partition }) => this.time.stateOf(partition)))
    const partition = ready.find((one) => one.partition === chosen?.partition)
    if (!partition) return false
    const to = Math.min(partition.records.count, partition.at + sampleBatchRecords)
    const slice = this.decoder.decode(
      partition.records,
      { from: partition.at, to },
      this.time.stateOf(partition.partition),
    )
    partition.at += Math.max(1, slice.consumed)
    for (const emission of slice.emissions) this.waiting.push({ partition, emission })
    return true
  }
}

function partitionsOf(records: readonly SampledRecord[]): Partition[] {
  const byPartition = new Map<number, SampledRecord[]>()
  for (const record of records) {
    const list = byPartition.get(record.partition)
    if (list) list.push(record)
    else byPartition.set(record.partition, [record])
  }
  return [...byPartition].map(([partition, list]) => ({
    partition,
    records: layOut(list),
    at: 0,
  }))
}

/** Records as positions into one byte array, as a log reader gives them. */
function layOut(list: readonly SampledRecord[]): Records {
  const count = list.length
  const size = list.reduce(
    (sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0),
    0,
  )
  const records: Records = {
    count,
    bytes: new Uint8Array(size),
    offsets: Float64Array.from(list, ({ offset }) => offset),
    timestamps: Float64Array.from(list, ({ timestamp }) => timestamp),
    keyStart: new Int32Array(count).fill(-1),
    keyEnd: new Int32Array(count).fill(-1),
    valueStart: new Int32Array(count).fill(-1),
    valueEnd: new Int32Array(count).fill(-1),
    batchCount: Math.ceil(count / sampleBatchRecords),
    batchEnd: Int32Array.from({ length: Math.ceil(count / sampleBatchRecords) }, (_, i) =>
      Math.min(count, (i + 1) * sampleBatchRecords),
    ),
  }
  let at = 0
  const put = (bytes: Uint8Array | null, starts: Int32Array, ends: Int32Array, i: number) => {
    if (bytes === null) return
    records.bytes.set(bytes, at)
    starts[i] = at
    at += bytes.length
    ends[i] = at
  }
  for (let i = 0; i < count; i++) {
    put(list[i].key, records.keyStart, records.keyEnd, i)
    put(list[i].value, records.valueStart, records.valueEnd, i)
  }
  return records
}
