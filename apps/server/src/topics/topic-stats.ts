/** Sizes, offsets and rates of topics, sampled when somebody asks, never more often than once a second. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TopicDescription as KafkaTopic } from '@millrace/broker/client'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { RateWindow } from '../runs/rate-window.ts'

/** A sample this young is used again. */
const sampleMaxAgeMs = 900
/** Sizes on disk change slowly and cost a walk. */
const sizesMaxAgeMs = 4000
const rateWindowMs = 5000
/** Topics that are asked about at the same time. */
const askedAtOnce = 32
const sparklineMs = 60_000

export interface TopicState {
  name: string
  id: string
  partitions: { start: number; end: number; bytes: number }[]
}

/** Largest partition over the mean, 1 = even; null: empty. */
export function skewOf(partitions: TopicState['partitions']): number | null {
  const counts = partitions.map(({ start, end }) => end - start)
  const total = counts.reduce((sum, count) => sum + count, 0)
  return total === 0 ? null : (Math.max(...counts) * counts.length) / total
}

export class TopicStats {
  private readonly kafka: KafkaAccess
  private readonly directory: string
  private readonly rates = new RateWindow(rateWindowMs)
  private readonly history = new RateWindow(sparklineMs)
  private topics: TopicState[] = []
  private sampledAt = 0
  private sampling: Promise<void> | undefined
  private sizes = new Map<string, number[]>()
  private sizesAt = 0

  /** `directory`: the broker's. */
  constructor(kafka: KafkaAccess, directory: string) {
    this.kafka = kafka
    this.directory = directory
  }

  async states(): Promise<readonly TopicState[]> {
    await this.refresh()
    return this.topics
  }

  rowsPerSecond(topic: string, partition?: number): number {
    return this.rates.perSecond(partition === undefined ? topic : `${topic}/${partition}`)
  }

  bytesPerSecond(topic: string): number {
    return this.rates.perSecond(`${topic} bytes`)
  }

  sparkline(topic: string): number[] {
    return this.history.series(topic).slice(-60)
  }

  /** Forgets the sample: the next answer knows of what was just created or deleted. */
  changed(): void {
    this.sampledAt = 0
    this.sizesAt = 0
  }

  /** Records were written by this server: the next answer counts them. */
  written(): void {
    this.sampledAt = 0
  }

  private refresh(): Promise<void> {
    if (Date.now() - this.sampledAt < sampleMaxAgeMs) return Promise.resolve()
    this.sampling ??= this.sample().finally(() => {
      this.sampling = undefined
    })
    return this.sampling
  }

  private async sample(): Promise<void> {
    const known = await this.kafka.admin.listTopics()
    await this.refreshSizes(known)
    const states: TopicState[] = []
    for (let at = 0; at < known.length; at += askedAtOnce) {
      const some = known.slice(at, at + askedAtOnce)
      const found = await Promise.all(some.map((topic) => this.stateOf(topic)))
      states.push(...found.filter((state) => state !== undefined))
    }
    const now = Date.now()
    const counts = countsOf(states)
    this.rates.push(now, counts)
    this.history.push(now, counts)
    this.topics = states
    this.sampledAt = now
  }

  private async stateOf(topic: KafkaTopic): Promise<TopicState | undefined> {
    try {
      const starts = await this.kafka.admin.listOffsets(topic.name, 'earliest')
      const ends = await this.kafka.admin.listOffsets(topic.name, 'latest')
      const sizes = this.sizes.get(topic.name) ?? []
      const partitions = ends.map((end, partition) => ({
        start: starts[partition],
        end,
        bytes: sizes[partition] ?? 0,
      }))
      return { name: topic.name, id: topic.id, partitions }
    } catch {
      // Deleted since it was listed.
      return undefined
    }
  }

  private async refreshSizes(topics: readonly KafkaTopic[]): Promise<void> {
    if (Date.now() - this.sizesAt < sizesMaxAgeMs) return
    const sizes = new Map<string, number[]>()
    for (const topic of topics) {
      const folder = join(this.directory, 'topics', folderOf(topic))
      const bytes: number[] = []
      for (const { partition } of topic.partitions) {
        bytes[partition] = await bytesIn(join(folder, String(partition)))
      }
      sizes.set(topic.name, bytes)
    }
    this.sizes = sizes
    this.sizesAt = Date.now()
  }
}

/** As the broker names them: the topic's name and twelve hexadecimal digits of its id. */
function folderOf({ name, id }: { name: string; id: string }): string {
  return `${name.slice(0, 200)}-${Buffer.from(id, 'base64url').toString('hex').slice(0, 12)}`
}

/** Bytes of the files in a directory and below; what vanishes meanwhile counts nothing. */
export async function bytesIn(directory: string): Promise<number> {
  let bytes = 0
  try {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name)
      bytes += entry.isDirectory() ? await bytesIn(path) : (await stat(path)).size
    }
  } catch {
    return bytes
  }
  return bytes
}

function countsOf(states: readonly TopicState[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { name, partitions } of states) {
    let rows = 0
    let bytes = 0
    partitions.forEach((partition, index) => {
      rows += partition.end
      bytes += partition.bytes
      counts.set(`${name}/${index}`, partition.end)
    })
    counts.set(name, rows)
    counts.set(`${name} bytes`, bytes)
  }
  return counts
}
