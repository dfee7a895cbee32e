/** The topic sink and the dead-letter sink: rows become records of the broker's topics, over TCP. */
import { AppError, encodeUtf8 } from '@millrace/base'
import { partitionForKey } from '@millrace/broker/client'
import type { Connector, ConnectorEnvironment } from '@millrace/engine/host-node'
import type { DeadLetterSinkConfig, TopicSinkConfig } from '@millrace/engine/plan'
import type { Operator, OperatorContext, Snapshot, StepResult } from '@millrace/engine/runtime'
import { type Batch, type Column, cellAt, isValid, type RowType, rowKind } from '@millrace/schemas'
import {
  type BatchEncoder,
  createEncoder,
  createKeyEncoder,
  type RecordSlices,
} from '@millrace/schemas/formats'
import { type OpenTopic, type OutRecord, TopicWriter } from './topic-writer.ts'

export const connector: Connector = {
  operators: {
    'topic-sink': (environment) => (context) => new TopicSink(environment, context),
    'dead-letter-sink': (environment) => (context) => new DeadLetterSink(environment, context),
  },
}

/** What both sinks do alike: append row by row, remember where they stopped, flush before a checkpoint. */
abstract class RecordSink implements Operator {
  protected readonly context: OperatorContext
  protected readonly writer: TopicWriter
  private cursor = 0

  constructor(context: OperatorContext, topic: string, open: () => Promise<OpenTopic>) {
    this.context = context
    this.writer = new TopicWriter({
      topic,
      open,
      wake: () => context.wake(),
      fail: (error) => context.fail(error),
    })
  }

  /** Called once before the rows of a batch. */
  protected begin(_batch: Batch): void {}

  /** The record of a row and its partition; undefined: the row is not written. */
  protected abstract recordOf(
    batch: Batch,
    row: number,
    partitions: number,
  ): { partition: number; record: OutRecord } | undefined

  onBatch(_input: number, batch: Batch): StepResult {
    const { partitions } = this.writer
    if (partitions === undefined) return 'blocked'
    if (this.cursor === 0) this.begin(batch)
    for (; this.cursor < batch.length; this.cursor++) {
      const place = this.recordOf(batch, this.cursor, partitions)
      if (place && !this.writer.append(place.partition, place.record)) return 'blocked'
    }
    this.cursor = 0
    this.context.counters.passedOn += batch.length
    return 'done'
  }

  onWatermark(_time: number): StepResult {
    return 'done'
  }

  onProcessingTime(_now: number): StepResult {
    return 'done'
  }

  onEnd(): StepResult {
    return this.writer.flush()
  }

  onBarrier(): StepResult {
    return this.writer.flush()
  }

  freeze(): Snapshot {
    return { write: () => [] }
  }

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  close(): void {
    this.writer.close()
  }
}

class TopicSink extends RecordSink {
  private readonly config: TopicSinkConfig
  private readonly rowType: RowType
  private values: BatchEncoder | undefined
  private readonly keys: BatchEncoder | null
  private value: RecordSlices | undefined
  private key: RecordSlices | null = null
  /** Records without a key: one partition after the other, batch by batch. */
  private turn: number

  constructor(environment: ConnectorEnvironment, context: OperatorContext) {
    const config = context.spec.config as TopicSinkConfig
    super(context, config.topic, async () => {
      const opened = await openTopic(environment, config.topic, config.partitions)
      this.values = await this.makeEncoder(environment)
      return opened
    })
    this.config = config
    this.rowType = context.spec.inputs[0]
    this.keys = config.keys.length > 0 ? createKeyEncoder(this.rowType, config.keys) : null
    this.turn = context.subtask
  }

  private async makeEncoder(environment: ConnectorEnvironment): Promise<BatchEncoder> {
    const { format, avro } = this.config
    if (format === 'json') return createEncoder({ format, row: this.rowType })
    if (!avro) {
      throw new AppError(`The sink of topic ${this.config.topic} writes Avro and has no schema.`, {
        code: 'sink-schema-missing',
        origin: 'internal',
        details: { node: this.context.spec.node },
      })
    }
    const schemaId = await environment.registry.register(avro.subject, avro.schema)
    return createEncoder({ format, row: this.rowType, schemaId })
  }

  protected override begin(batch: Batch): void {
    this.value = this.values?.encode(batch)
    this.key = this.keys?.encode(batch) ?? null
    this.turn++
  }

  protected override recordOf(batch: Batch, row: number, partitions: number) {
    const kind = batch.rowKinds?.[row] ?? rowKind.insert
    if (kind === rowKind.updateBefore) return undefined
    const key = this.key && sliceOf(this.key, row)
    const partition = key ? partitionForKey(key, partitions) : this.turn % partitions
    const value = kind === rowKind.delete || !this.value ? null : sliceOf(this.value, row)
    const time = this.config.eventTimestamps ? batch.eventTimes?.[row] : undefined
    const timestamp = time !== undefined && Number.isFinite(time) ? Math.trunc(time) : undefined
    return { partition, record: { key, value, timestamp } }
  }
}

/** `deadLetterRow`s: key and value bytes untouched, the rest as headers. */
class DeadLetterSink extends RecordSink {
  private readonly rowType: RowType
  private readonly nodeName: Uint8Array

  constructor(environment: ConnectorEnvironment, context: OperatorContext) {
    const config = context.spec.config as DeadLetterSinkConfig
    super(context, config.topic, () => openTopic(environment, config.topic, 1))
    this.rowType = context.spec.inputs[0]
    this.nodeName = encodeUtf8(config.node)
  }

  protected override recordOf(batch: Batch, row: number) {
    const headers: { key: Uint8Array; value: Uint8Array }[] = []
    for (const [index, name] of deadLetterHeaders.entries()) {
      const cell = cellAt(batch.columns[index], this.rowType.fields[index].type, row)
      if (cell !== null) headers.push({ key: name, value: encodeUtf8(String(cell)) })
    }
    headers.push({ key: nodeHeader, value: this.nodeName })
    const key = bytesAt(batch.columns[5], row)
    const value = bytesAt(batch.columns[6], row)
    return { partition: 0, record: { key, value, headers } }
  }
}

/** By column of `deadLetterRow`. */
const deadLetterHeaders = [
  'millrace.error',
  'millrace.topic',
  'millrace.partition',
  'millrace.offset',
  'millrace.timestamp',
].map(encodeUtf8)
const nodeHeader = encodeUtf8('millrace.node')

function bytesAt(column: Column, row: number): Uint8Array | null {
  if (column.rep !== 'bytes' || !isValid(column.valid, row)) return null
  return column.data.subarray(column.starts[row], column.ends[row])
}

function sliceOf(slices: RecordSlices, row: number): Uint8Array | null {
  const start = slices.starts[row]
  const end = slices.ends[row]
  return end < start ? null : slices.data.subarray(start, end)
}

async function openTopic(
  environment: ConnectorEnvironment,
  topic: string,
  partitions: number,
): Promise<OpenTopic> {
  const { kafka } = environment
  if (!(await kafka.admin.describeTopic(topic))) {
    await kafka.admin.createTopic(topic, { partitions }).catch((error: unknown) => {
      // Another subtask was faster.
      if (!(error instanceof AppError) || error.code !== 'kafka-topic-already-exists') throw error
    })
  }
  const producer = await kafka.producer()
  return { producer, partitions: await producer.partitionsOf(topic) }
}
