/** Topics for the studio: the broker's facts, with who writes and reads them. */
import type { TopicDescription as TopicDescriptionOfKafka } from '@millrace/broker/client'
import type { Registry } from '@millrace/schemas/registry'
import type {
  BrowsePage,
  FillRecipe,
  ImportResult,
  Inference,
  KnownTopic,
  ProduceResult,
  RawMessage,
  TailBatch,
  TopicDescription,
  TopicSample,
  TopicSummary,
  TopicTime,
} from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { counted } from '../runs/words.ts'
import { schemaLookup, schemaName } from '../schemas/schema-service.ts'
import type { NewMessage, SampleRequest, TopicService } from '../services.ts'
import { polled } from '../store/broadcast.ts'
import { isInternalTopic } from '../store/topic-names.ts'
import { type BrowseRequest, browse } from './browse.ts'
import type { MessageDecoder, TimeOfTopic } from './decode-message.ts'
import { fillRecipes } from './fill-recipes.ts'
import { inferTopic } from './infer-topic.ts'
import {
  declaredTimes,
  formatOfTopic,
  type KnownPipeline,
  pipelineOfGroup,
  readersOf,
  writersOf,
} from './references.ts'
import { sampleTopics } from './sample-topics.ts'
import { type TailRequest, tail } from './tail.ts'
import { TopicCleanup } from './topic-cleanup.ts'
import { TopicClocks } from './topic-clocks.ts'
import {
  creationRefused,
  keptByMillrace,
  noPartition,
  refuseIfUsed,
  reservedName,
  unknownTopic,
  writeRefused,
} from './topic-errors.ts'
import { fillFrom, type ImportRequest, importInto } from './topic-fill.ts'
import { TopicGroups } from './topic-groups.ts'
import { rawMessage, recordOf } from './topic-records.ts'
import { type SpanClock, spanClock, TopicSpans } from './topic-spans.ts'
import { skewOf, type TopicState, TopicStats } from './topic-stats.ts'
import { likeliest, type TopicTimeRequest, topicTime } from './topic-time.ts'

const liveIntervalMs = 1000

export interface TopicServiceOptions {
  kafka: KafkaAccess
  registry: Registry
  /** The broker's directory. */
  directory: string
  pipelines(): readonly KnownPipeline[]
  audit(action: string, subject: string, words: string): void
}

export class Topics implements TopicService {
  private readonly options: TopicServiceOptions
  private readonly kafka: KafkaAccess
  private readonly stats: TopicStats
  private readonly groups: TopicGroups
  private readonly spans: TopicSpans
  private readonly clocks: TopicClocks
  private readonly cleanup: TopicCleanup

  constructor(options: TopicServiceOptions) {
    this.options = options
    this.kafka = options.kafka
    this.stats = new TopicStats(options.kafka, options.directory)
    this.groups = new TopicGroups(options.kafka)
    this.spans = new TopicSpans(options.kafka)
    this.cleanup = new TopicCleanup(options.kafka)
    this.clocks = new TopicClocks({
      pipelines: options.pipelines,
      infer: async (topic) => likeliest(await this.infer(topic)),
    })
  }

  async list(internal: boolean): Promise<TopicSummary[]> {
    const states = await this.stats.states()
    const shown = states.filter((state) => internal || !isInternalTopic(state.name))
    const summaries = await Promise.all(shown.map((state) => this.summaryOf(state)))
    return summaries.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  live(internal: boolean, signal: AbortSignal): AsyncGenerator<TopicSummary[]> {
    return polled(() => this.list(internal), liveIntervalMs, signal)
  }

  private async summaryOf(state: TopicState): Promise<TopicSummary> {
    const pipelines = this.options.pipelines()
    const { name, partitions } = state
    const subject = `${name}-value`
    const latest = this.options.registry.latest(subject)
    return {
      name,
      internal: isInternalTopic(name),
      partitions: partitions.length,
      records: partitions.reduce((sum, each) => sum + each.end - each.start, 0),
      bytes: partitions.reduce((sum, each) => sum + each.bytes, 0),
      skew: skewOf(partitions),
      rowsPerSecond: this.stats.rowsPerSecond(name),
      bytesPerSecond: this.stats.bytesPerSecond(name),
      sparkline: this.stats.sparkline(name),
      timeSpan: await this.spans.of(state, this.spanClockOf(state)),
      ...(await this.cleanup.of(state)),
      schema: latest ? { subject, version: latest.version, type: 'AVRO' } : null,
      format: latest ? 'avro' : (formatOfTopic(name, pipelines) ?? this.clocks.formatOf(state)),
      writtenBy: writersOf(name, pipelines),
      readBy: readersOf(name, pipelines),
      groups: (await this.groups.namesOf(name)).filter((each) => !pipelineOfGroup(each, pipelines)),
    }
  }

  private spanClockOf(state: TopicState): SpanClock | null {
    const time = isInternalTopic(state.name) ? null : this.clocks.now(state)
    return time && spanClock(time, this.decoder(time))
  }

  async known(): Promise<KnownTopic[]> {
    const states = await this.stats.states()
    const pipelines = this.options.pipelines()
    return states
      .filter((state) => !isInternalTopic(state.name))
      .map(({ name, partitions }) => {
        const hasSchema = this.options.registry.latest(`${name}-value`) !== undefined
        const format = hasSchema ? 'avro' : formatOfTopic(name, pipelines)
        return { name, partitions: partitions.length, ...(format ? { format } : {}) }
      })
  }

  async create(input: {
    name: string
    partitions: number
    configs: Record<string, string>
  }): Promise<TopicSummary> {
    const { name, partitions, configs } = input
    if (isInternalTopic(name)) throw reservedName(name)
    await this.kafka.admin.createTopic(name, { partitions, configs }).catch((error: unknown) => {
      throw creationRefused(name, error)
    })
    this.stats.changed()
    const size = counted(partitions, 'partition')
    this.options.audit('create-topic', name, `Created topic ${name} with ${size}.`)
    return this.summaryOf(await this.stateOf(name))
  }

  async delete(name: string, force: boolean): Promise<void> {
    if (isInternalTopic(name)) throw keptByMillrace(name)
    await this.requireTopic(name)
    if (!force) refuseIfUsed(name, this.options.pipelines())
    await this.kafka.admin.deleteTopic(name)
    this.kafka.forgetTopic(name)
    this.spans.forget(name)
    this.stats.changed()
    this.options.audit('delete-topic', name, `Deleted topic ${name}.`)
  }

  /** Deletes those that exist and that no pipeline reads or writes; says which. */
  async deleteUnused(names: readonly string[]): Promise<string[]> {
    const { unused } = await this.usedWithout(names, [])
    for (const name of unused) await this.delete(name, true)
    return unused
  }

  /** Of the topics that exist: which would a pipeline still read or write if these pipelines were gone? */
  async usedWithout(
    names: readonly string[],
    gone: readonly string[],
  ): Promise<{ used: string[]; unused: string[] }> {
    const left = this.options.pipelines().filter(({ id }) => !gone.includes(id))
    const used: string[] = []
    const unused: string[] = []
    for (const name of names) {
      if (isInternalTopic(name) || !(await this.kafka.admin.describeTopic(name))) continue
      const users = readersOf(name, left).length + writersOf(name, left).length
      ;(users > 0 ? used : unused).push(name)
    }
    return { used, unused }
  }

  /** Topics were made or written by others in this process: the next answer knows of them. */
  written(): void {
    this.stats.changed()
  }

  async describe(name: string): Promise<TopicDescription> {
    const state = await this.stateOf(name)
    const configs = await this.kafka.admin.topicConfigs(name)
    if (!isInternalTopic(name)) await this.clocks.of(state)
    return {
      summary: await this.summaryOf(state),
      partitions: state.partitions.map(({ start, end, bytes }, partition) => ({
        partition,
        start,
        end,
        records: end - start,
        bytes,
        rowsPerSecond: this.stats.rowsPerSecond(name, partition),
      })),
      config: configs.map(({ name: config, value, isDefault, readOnly }) => ({
        name: config,
        value,
        isDefault,
        readOnly,
      })),
      groups: await this.groups.of(name, {
        starts: state.partitions.map(({ start }) => start),
        ends: state.partitions.map(({ end }) => end),
        pipelineOf: (group) => pipelineOfGroup(group, this.options.pipelines()),
      }),
    }
  }

  async browse(request: BrowseRequest): Promise<BrowsePage> {
    await this.requireTopic(request.name)
    const time = await this.clocks.of(await this.stateOf(request.name))
    return browse(this.kafka, request, this.decoder(time))
  }

  private decoder(time: TimeOfTopic | null): MessageDecoder {
    const { registry } = this.options
    return {
      schemas: schemaLookup(registry),
      nameOfSchema: (id) => schemaName(registry.schemaById(id)),
      time,
    }
  }

  async raw(name: string, partition: number, offset: number): Promise<RawMessage> {
    await this.requireTopic(name)
    return rawMessage(this.kafka, { name, partition, offset })
  }

  async *tail(request: TailRequest, signal: AbortSignal): AsyncGenerator<TailBatch> {
    await this.requireTopic(request.name)
    const decoder = async () => this.decoder(this.clocks.now(await this.stateOf(request.name)))
    yield* tail(this.kafka, request, { decoder, signal })
  }

  async produce(name: string, messages: NewMessage[]): Promise<ProduceResult> {
    const { partitions } = await this.requireWritable(name)
    const beyond = messages.find(({ partition }) => (partition ?? 0) >= partitions.length)
    if (beyond) throw noPartition(name, beyond.partition ?? 0, partitions.length)
    const offsets = await this.kafka.send(name, messages.map(recordOf)).catch((error: unknown) => {
      throw writeRefused(name, error)
    })
    this.stats.written()
    return { offsets }
  }

  async infer(name: string): Promise<Inference> {
    await this.requireTopic(name)
    const { registry } = this.options
    const subject = `${name}-value`
    return inferTopic(this.kafka, name, {
      schemas: schemaLookup(registry),
      subject: registry.latest(subject) ? subject : null,
    })
  }

  async time(request: TopicTimeRequest): Promise<TopicTime> {
    const { name } = request
    const inference = await this.infer(name)
    const declared = declaredTimes(name, this.options.pipelines())
    return topicTime(this.kafka, request, { inference, declared, decoder: this.decoder(null) })
  }

  async importText(input: ImportRequest): Promise<ImportResult> {
    const { name } = input
    await this.requireWritable(name)
    const result = await importInto(this.kafka, input)
    this.stats.written()
    if (result.imported > 0) {
      const count = counted(result.imported, 'record')
      this.options.audit('import', name, `Imported ${count} into ${name}.`)
    }
    return result
  }

  fillRecipes(): FillRecipe[] {
    return [...fillRecipes]
  }

  async fill(input: { name: string; recipe: string; count: number }): Promise<{ written: number }> {
    const { name } = input
    await this.requireWritable(name)
    const written = await fillFrom(this.kafka, input)
    this.stats.written()
    this.options.audit('fill', name, `Filled ${name} with ${counted(written, 'record')}.`)
    return { written }
  }

  async sample(request: SampleRequest): Promise<TopicSample> {
    for (const { topic } of request.topics) await this.requireTopic(topic)
    return sampleTopics(this.kafka, request, schemaLookup(this.options.registry))
  }

  private async stateOf(name: string): Promise<TopicState> {
    const isIt = (each: TopicState) => each.name === name
    const known = (await this.stats.states()).find(isIt)
    if (known) return known
    this.stats.changed()
    const found = (await this.stats.states()).find(isIt)
    if (!found) throw unknownTopic(name)
    return found
  }

  private async requireTopic(name: string): Promise<TopicDescriptionOfKafka> {
    const found = await this.kafka.admin.describeTopic(name)
    if (!found) throw unknownTopic(name)
    return found
  }

  /** What the server keeps its own things in is looked at, never written by hand. */
  private async requireWritable(name: string): Promise<TopicDescriptionOfKafka> {
    if (isInternalTopic(name)) throw keptByMillrace(name)
    return this.requireTopic(name)
  }
}
