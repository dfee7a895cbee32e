/** Owns one data directory: its topics, their partitions, and what must survive the process. */
import { AppError, assert, type Cancel, messageOf, parentPath } from '@millrace/base'
import type {
  CreateTopicOptions,
  CreateTopicResult,
  LogEnvironment,
  LogManager,
  LogManagerOptions,
  PartitionLog,
  TopicInfo,
} from './api.ts'
import { FileCache } from './file-cache.ts'
import { IndexCache } from './index-cache.ts'
import type { LogContext } from './log-context.ts'
import { createLogDoor, type ServedDoor } from './log-door.ts'
import { MetadataStore, type StoredTopic } from './metadata-store.ts'
import { newTopicProblem } from './new-topic.ts'
import { openPartitionLog, type StoredPartitionLog } from './partition-log.ts'
import { type RecoveryPoints, readRecoveryPoints, writeRecoveryPoints } from './recovery-points.ts'
import { parseTopicConfig } from './topic-config.ts'
import { newId, topicDirectory } from './topic-identity.ts'
import { comparableName } from './topic-name.ts'

export const fileHandlesDefault = 512
/** Between two writes of the recovery points. */
export const recoveryPointIntervalMs = 60_000
/** After a topic is deleted its files wait so long for in-process readers. */
export const leaseDeadlineMs = 30_000
/** Producer ids made durable at a time. */
const producerIdBlock = 1000

const internalTopics: ReadonlySet<string> = new Set(['__consumer_offsets', '__transaction_state'])

/** Opens or creates the data directory; partitions open when they are first used. Throws `AppError` `fs-…`. */
export function openLogManager(options: LogManagerOptions): LogManager {
  return new StoredLogManager(options)
}

class StoredLogManager implements LogManager {
  readonly cleanStart: boolean
  readonly clusterId: string
  readonly door: ServedDoor
  private readonly environment: LogEnvironment
  private readonly options: LogManagerOptions
  private readonly context: LogContext
  private readonly metadata: MetadataStore
  private readonly points: RecoveryPoints
  private readonly byName = new Map<string, TopicInfo>()
  private readonly byId = new Map<string, TopicInfo>()
  /** By `comparableName`. */
  private readonly comparableNames = new Map<string, string>()
  private readonly open = new Map<string, StoredPartitionLog>()
  private readonly listeners = new Set<() => void>()
  private nextProducerId: number
  private partitionCount = 0
  private closed = false
  private cancelTimer: Cancel = () => undefined

  constructor(options: LogManagerOptions) {
    this.options = options
    this.environment = options.environment
    const { fs, random } = options.environment
    const files = new FileCache(fs, options.fileHandlesMax ?? fileHandlesDefault)
    const indexes = new IndexCache(options.environment, files)
    this.context = { environment: options.environment, files, indexes }
    fs.makeDirectorySync(this.path('topics'))
    this.metadata = new MetadataStore(options.environment, this.path('metadata.log'))
    fs.syncDirectorySync(options.directory)
    fs.syncDirectorySync(parentPath(options.directory))
    this.cleanStart = this.metadata.clusterId === undefined || fs.existsSync(this.path('clean'))
    fs.removeSync(this.path('clean'))
    if (!this.metadata.clusterId) this.metadata.write({ type: 'cluster', id: newId(random) })
    this.clusterId = this.metadata.clusterId ?? ''
    this.nextProducerId = this.metadata.producerIdsBelow
    this.points = readRecoveryPoints(fs, this.path('recovery-points.json'))
    for (const topic of this.metadata.topics.values()) this.register(topic)
    this.removeDeleted()
    this.door = createLogDoor({ partition: (topic, index) => this.stored(topic, index) })
    this.scheduleCheckpoint()
  }

  private path(name: string): string {
    return `${this.options.directory}/${name}`
  }

  topics(): readonly TopicInfo[] {
    return [...this.byName.values()]
  }

  topic(name: string): TopicInfo | undefined {
    return this.byName.get(name)
  }

  topicById(id: string): TopicInfo | undefined {
    return this.byId.get(id)
  }

  createTopic(options: CreateTopicOptions): CreateTopicResult {
    const { name, partitions } = options
    const present = { names: this.comparableNames, partitions: this.partitionCount }
    const problem = newTopicProblem(options, present)
    if (problem) return problem
    const parsed = parseTopicConfig(options.configs ?? new Map(), this.configDefaults())
    if (!parsed.ok) return { error: 'INVALID_CONFIG', message: parsed.message }
    const id = newId(this.environment.random)
    const configs = Object.fromEntries(parsed.config.given)
    const stored: StoredTopic = { name, id, partitions, configs }
    if (options.validateOnly) return { error: 'NONE', topic: this.describe(stored) }
    try {
      this.metadata.write({ type: 'topic', topic: stored })
    } catch (error) {
      return { error: 'KAFKA_STORAGE_ERROR', message: messageOf(error) }
    }
    const topic = this.register(stored)
    this.changed()
    return { error: 'NONE', topic }
  }

  deleteTopic(name: string): 'NONE' | 'UNKNOWN_TOPIC_OR_PARTITION' | 'KAFKA_STORAGE_ERROR' {
    const topic = this.byName.get(name)
    if (!topic) return 'UNKNOWN_TOPIC_OR_PARTITION'
    try {
      this.metadata.write({ type: 'delete-topic', id: topic.id })
    } catch {
      return 'KAFKA_STORAGE_ERROR'
    }
    this.byName.delete(name)
    this.comparableNames.delete(comparableName(name))
    this.byId.delete(topic.id)
    this.partitionCount -= topic.partitions
    for (let index = 0; index < topic.partitions; index++) {
      const directory = this.partitionDirectory(topic, index)
      this.points.delete(directory)
      this.open.get(directory)?.remove()
      this.open.delete(directory)
    }
    this.removeFiles(topic)
    this.changed()
    return 'NONE'
  }

  /** The mark lets the next start finish what this one does not. */
  private removeFiles(topic: TopicInfo): void {
    const { fs, scheduler } = this.environment
    const directory = this.path(topicDirectory(topic))
    if (!fs.existsSync(directory)) return
    fs.openSync(`${directory}/deleted`, 'append').close()
    fs.syncDirectorySync(directory)
    let cancelDeadline: Cancel = () => undefined
    const remove = () => {
      cancelDeadline()
      if (!this.closed) fs.removeTreeSync(directory)
    }
    if (this.door.whenReleased(topic.name, remove)) return
    cancelDeadline = scheduler.after(leaseDeadlineMs, () => {
      this.door.dropLeases(topic.name)
    })
  }

  private removeDeleted(): void {
    const { fs } = this.environment
    const topics = this.path('topics')
    for (const name of fs.listSync(topics)) {
      if (fs.existsSync(`${topics}/${name}/deleted`)) fs.removeTreeSync(`${topics}/${name}`)
    }
  }

  onTopicsChanged(listener: () => void): Cancel {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  partition(topic: string, partition: number): PartitionLog | undefined {
    return this.stored(topic, partition)
  }

  private stored(name: string, index: number): StoredPartitionLog | undefined {
    const topic = this.byName.get(name)
    if (!topic || !Number.isInteger(index) || index < 0 || index >= topic.partitions)
      return undefined
    const directory = this.partitionDirectory(topic, index)
    const known = this.open.get(directory)
    if (known) return known
    assert(!this.closed, 'a closed log manager opens no partition')
    const log = openPartitionLog(this.context, {
      topic: name,
      partition: index,
      directory: this.path(directory),
      config: topic.config,
      point: this.points.get(directory),
    })
    this.open.set(directory, log)
    return log
  }

  allocateProducerId(): number {
    if (this.nextProducerId >= this.metadata.producerIdsBelow) {
      this.metadata.write({ type: 'producer-ids', next: this.nextProducerId + producerIdBlock })
    }
    return this.nextProducerId++
  }

  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.cancelTimer()
    const { fs } = this.environment
    let failed = false
    for (const [directory, log] of this.open) {
      failed ||= log.failure !== undefined
      const point = await log.close()
      if (point) this.points.set(directory, point)
    }
    this.context.files.closeAll()
    this.metadata.close()
    if (!this.savePoints() || failed) return
    fs.openSync(this.path('clean'), 'append').close()
    fs.syncDirectorySync(this.options.directory)
  }

  private scheduleCheckpoint(): void {
    this.cancelTimer = this.environment.scheduler.after(recoveryPointIntervalMs, () => {
      this.checkpoint()
      this.scheduleCheckpoint()
    })
  }

  /** Written when a partition's point has moved. */
  private checkpoint(): void {
    let moved = false
    for (const [directory, log] of this.open) {
      const point = log.store.recoveryPoint()
      if (!point || this.points.get(directory)?.offset === point.offset) continue
      this.points.set(directory, point)
      moved = true
    }
    if (moved) this.savePoints()
  }

  /** When it fails, older points are as right as newer ones: the next start only looks at more. */
  private savePoints(): boolean {
    try {
      writeRecoveryPoints(this.environment.fs, this.path('recovery-points.json'), this.points)
      return true
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return false
    }
  }

  private configDefaults() {
    return { durability: this.options.durability ?? ('os' as const) }
  }

  private describe(stored: StoredTopic): TopicInfo {
    const parsed = parseTopicConfig(new Map(Object.entries(stored.configs)), this.configDefaults())
    if (!parsed.ok) {
      throw new AppError(`Topic ${stored.name}: ${parsed.message}`, {
        code: 'metadata-unreadable',
        origin: 'external',
      })
    }
    const { name, id, partitions } = stored
    return { name, id, partitions, config: parsed.config, internal: internalTopics.has(name) }
  }

  private register(stored: StoredTopic): TopicInfo {
    const topic = this.describe(stored)
    this.byName.set(topic.name, topic)
    this.comparableNames.set(comparableName(topic.name), topic.name)
    this.byId.set(topic.id, topic)
    this.partitionCount += topic.partitions
    return topic
  }

  private partitionDirectory(topic: TopicInfo, index: number): string {
    return `${topicDirectory(topic)}/${index}`
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener()
  }
}
