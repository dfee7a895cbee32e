/** Topics for the studio: the broker's facts, with who writes and reads them. */
import { AppError, encodeUtf8 } from '@millrace/base'
import type { ProducerRecord } from '@millrace/broker/client'
import type { Registry } from '@millrace/schemas/registry'
import type { TopicDescription, TopicSummary } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { counted, listed } from '../runs/words.ts'
import { schemaLookup, schemaName } from '../schemas/schema-service.ts'
import type { NewMessage, TopicService } from '../services.ts'
import { polled } from '../store/broadcast.ts'
import { isInternalTopic } from '../store/topic-names.ts'
import { browse } from './browse.ts'
import type { MessageDecoder } from './decode-message.ts'
import { fillRecipes, fillRecords } from './fill-recipes.ts'
import { importLines } from './import-lines.ts'
import { inferTopic } from './infer-topic.ts'
import {
  formatOfTopic,
  type KnownPipeline,
  readersOf,
  timeOfTopic,
  writersOf,
} from './references.ts'
import { base64, sampleTopics } from './sample-topics.ts'
import { tail } from './tail.ts'
import { TopicGroups } from './topic-groups.ts'
import { TopicSpans } from './topic-spans.ts'
import { type TopicState, TopicStats } from './topic-stats.ts'

const liveIntervalMs = 1000
/** Records that go to the broker in one call. */
const sendRecordsMax = 5000

export interface TopicServiceOptions {
  kafka: KafkaAccess
  registry: Registry
  /** The broker's directory. */
  directory: string
  pipelines(): readonly KnownPipeline[]
  audit(action: string, subject: string, words: string): void
}

export function createTopicService(options: TopicServiceOptions): TopicService {
  const { kafka, registry, audit } = options
  const stats = new TopicStats(kafka, options.directory)
  const groups = new TopicGroups(kafka)
  const spans = new TopicSpans(kafka)
  const schemas = schemaLookup(registry)
  const decoderOf = (topic: string): MessageDecoder => ({
    schemas,
    nameOfSchema: (id) => schemaName(registry.schemaById(id)),
    time: timeOfTopic(topic, options.pipelines()),
  })

  const summaryOf = async (state: TopicState): Promise<TopicSummary> => {
    const pipelines = options.pipelines()
    const { name, partitions } = state
    const latest = registry.latest(`${name}-value`)
    return {
      name,
      internal: isInternalTopic(name),
      partitions: partitions.length,
      records: partitions.reduce((sum, each) => sum + each.end - each.start, 0),
      bytes: partitions.reduce((sum, each) => sum + each.bytes, 0),
      skew: skewOf(partitions),
      rowsPerSecond: stats.rowsPerSecond(name),
      bytesPerSecond: stats.bytesPerSecond(name),
      sparkline: stats.sparkline(name),
      timeSpan: await spans.of(state),
      schema: latest ? { subject: `${name}-value`, version: latest.version, type: 'AVRO' } : null,
      format: latest ? 'avro' : (formatOfTopic(name, pipelines) ?? null),
      writtenBy: writersOf(name, pipelines),
      readBy: readersOf(name, pipelines),
      groups: await groups.namesOf(name),
    }
  }

  const list = async (internal: boolean): Promise<TopicSummary[]> => {
    const states = await stats.states()
    const shown = states.filter((state) => internal || !isInternalTopic(state.name))
    const summaries = await Promise.all(shown.map(summaryOf))
    return summaries.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  const stateOf = async (name: string): Promise<TopicState> => {
    const state = (await stats.states()).find((each) => each.name === name)
    if (state) return state
    stats.changed()
    const again = (await stats.states()).find((each) => each.name === name)
    if (!again) throw unknownTopic(name)
    return again
  }

  const requireTopic = async (name: string): Promise<void> => {
    if (!(await kafka.admin.describeTopic(name))) throw unknownTopic(name)
  }

  return {
    list,
    live: (internal, signal) => polled(() => list(internal), liveIntervalMs, signal),
    async known() {
      const states = await stats.states()
      const pipelines = options.pipelines()
      return states
        .filter((state) => !isInternalTopic(state.name))
        .map(({ name, partitions }) => {
          const hasSchema = registry.latest(`${name}-value`) !== undefined
          const format = hasSchema ? 'avro' : formatOfTopic(name, pipelines)
          return { name, partitions: partitions.length, ...(format ? { format } : {}) }
        })
    },
    async create({ name, partitions, configs }) {
      if (isInternalTopic(name)) throw reservedName(name)
      await kafka.admin.createTopic(name, { partitions, configs })
      stats.changed()
      audit('create-topic', name, `Created topic ${name} with ${counted(partitions, 'partition')}.`)
      return summaryOf(await stateOf(name))
    },
    async delete(name, force) {
      if (isInternalTopic(name)) throw reservedName(name)
      await requireTopic(name)
      if (!force) refuseIfUsed(name, options.pipelines())
      await kafka.admin.deleteTopic(name)
      kafka.forgetTopic(name)
      spans.forget(name)
      stats.changed()
      audit('delete-topic', name, `Deleted topic ${name}.`)
    },
    async describe(name): Promise<TopicDescription> {
      const state = await stateOf(name)
      const configs = await kafka.admin.topicConfigs(name)
      const summary = await summaryOf(state)
      return {
        summary,
        partitions: state.partitions.map(({ start, end, bytes }, partition) => ({
          partition,
          start,
          end,
          records: end - start,
          bytes,
          rowsPerSecond: stats.rowsPerSecond(name, partition),
        })),
        config: configs.map(({ name: config, value, isDefault, readOnly }) => ({
          name: config,
          value,
          isDefault,
          readOnly,
        })),
        groups: await groups.of(name, {
          starts: state.partitions.map(({ start }) => start),
          ends: state.partitions.map(({ end }) => end),
          pipelineOf: (group) => pipelineOfGroup(group, options.pipelines()),
        }),
      }
    },
    async browse(request) {
      await requireTopic(request.name)
      return browse(kafka, request, decoderOf(request.name))
    },
    async raw(name, partition, offset) {
      await requireTopic(name)
      return rawMessage(kafka, { name, partition, offset })
    },
    async *tail(request, signal) {
      await requireTopic(request.name)
      const decoder = async () => decoderOf(request.name)
      yield* tail(kafka, request, { decoder, signal })
    },
    async produce(name, messages) {
      await requireTopic(name)
      const offsets = await kafka.send(name, messages.map(recordOf))
      return { offsets: offsets.map(({ partition, offset }) => ({ partition, offset })) }
    },
    async infer(name) {
      await requireTopic(name)
      const subject = `${name}-value`
      return inferTopic(kafka, name, {
        schemas,
        subject: registry.latest(subject) ? subject : null,
      })
    },
    async importText({ name, text, format, keyField }) {
      await requireTopic(name)
      const { records, errors, errorCount } = importLines(text, format, keyField)
      await sendAll(
        kafka,
        name,
        records.map(({ key, value }) => ({
          key: key === null ? null : encodeUtf8(key),
          value: encodeUtf8(value),
        })),
      )
      if (records.length > 0) {
        audit('import', name, `Imported ${counted(records.length, 'record')} into ${name}.`)
      }
      return { imported: records.length, errors, errorCount }
    },
    fillRecipes: () => [...fillRecipes],
    async fill({ name, recipe, count }) {
      await requireTopic(name)
      if (!fillRecipes.some(({ id }) => id === recipe)) throw unknownRecipe(recipe)
      const now = Date.now()
      const records: ProducerRecord[] = []
      for (const { key, value, timestamp } of fillRecords(recipe, count, { now, seed: now })) {
        records.push({ key: encodeUtf8(key), value: encodeUtf8(value), timestamp })
      }
      await sendAll(kafka, name, records)
      audit('fill', name, `Filled ${name} with ${counted(count, 'record')}.`)
      return { written: records.length }
    },
    async sample(request) {
      for (const { topic } of request.topics) await requireTopic(topic)
      return sampleTopics(kafka, request, schemas)
    },
  }
}

function skewOf(partitions: TopicState['partitions']): number | null {
  const counts = partitions.map(({ start, end }) => end - start)
  const total = counts.reduce((sum, count) => sum + count, 0)
  return total === 0 ? null : (Math.max(...counts) * counts.length) / total
}

function pipelineOfGroup(group: string, pipelines: readonly KnownPipeline[]): string | null {
  return pipelines.find(({ id }) => group === id || group.startsWith(`millrace.${id}`))?.id ?? null
}

async function rawMessage(
  kafka: KafkaAccess,
  { name, partition, offset }: { name: string; partition: number; offset: number },
) {
  const ends = await kafka.admin.listOffsets(name, 'latest')
  if (partition >= ends.length || offset >= ends[partition]) throw noRecord(name, partition, offset)
  const chunk = await kafka.read(name, partition, { offset, maxBytes: 64 * 1024 })
  const record = chunk.records.find((each) => each.offset === offset)
  if (!record) throw noRecord(name, partition, offset)
  return {
    partition,
    offset,
    timestamp: record.timestamp,
    key: base64(record.key),
    value: base64(record.value),
    headers: record.headers.map((header) => ({
      name: Buffer.from(header.key).toString('utf8'),
      value: base64(header.value),
    })),
  }
}

function recordOf(message: NewMessage): ProducerRecord {
  const bytes = (text: string | null) =>
    text === null
      ? null
      : message.encoding === 'base64'
        ? new Uint8Array(Buffer.from(text, 'base64'))
        : encodeUtf8(text)
  return {
    ...(message.partition === null ? {} : { partition: message.partition }),
    ...(message.timestamp === null ? {} : { timestamp: message.timestamp }),
    key: bytes(message.key),
    value: bytes(message.value),
    headers: message.headers.map(({ name, value }) => ({
      key: encodeUtf8(name),
      value: encodeUtf8(value),
    })),
  }
}

async function sendAll(
  kafka: KafkaAccess,
  topic: string,
  records: readonly ProducerRecord[],
): Promise<void> {
  for (let at = 0; at < records.length; at += sendRecordsMax) {
    await kafka.send(topic, records.slice(at, at + sendRecordsMax))
  }
}

function refuseIfUsed(topic: string, pipelines: readonly KnownPipeline[]): void {
  const running = (references: { name: string; running: boolean }[]) => [
    ...new Set(references.filter((each) => each.running).map((each) => each.name)),
  ]
  const readers = running(readersOf(topic, pipelines))
  const writers = running(writersOf(topic, pipelines))
  if (readers.length + writers.length === 0) return
  const uses = [
    ...(readers.length > 0
      ? [`read by ${counted(readers.length, 'running pipeline')} (${listed(readers)})`]
      : []),
    ...(writers.length > 0
      ? [`written by ${counted(writers.length, 'running pipeline')} (${listed(writers)})`]
      : []),
  ]
  throw new AppError(`Topic ${topic} is ${uses.join(' and ')}. Stop them first.`, {
    code: 'topic-in-use',
    origin: 'user',
    details: { topic, readers, writers },
  })
}

function unknownTopic(name: string): AppError {
  return new AppError(`There is no topic ${name}.`, {
    code: 'topic-not-found',
    origin: 'user',
    details: { topic: name },
  })
}

function unknownRecipe(recipe: string): AppError {
  return new AppError(`There is no generator called ${recipe}.`, {
    code: 'recipe-not-found',
    origin: 'user',
    details: { recipe },
  })
}

function reservedName(name: string): AppError {
  return new AppError(`${name} is one of Millrace's own topics; choose another name.`, {
    code: 'topic-reserved',
    origin: 'user',
    details: { topic: name },
  })
}

function noRecord(topic: string, partition: number, offset: number): AppError {
  return new AppError(`${topic} has no record at partition ${partition}, offset ${offset}.`, {
    code: 'record-not-found',
    origin: 'user',
    details: { topic, partition, offset },
  })
}
