/** From when to when the records of a topic are, by their timestamps; read only where a partition changed. */
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import type { TopicState } from './topic-stats.ts'

/** Topics with more partitions are left out: each costs two reads. */
const partitionsMax = 64
/** A span is read again after so long, if records came. */
const spanMaxAgeMs = 5000
const oneRecordBytes = 1024

interface KnownSpan {
  readAt: number
  ends: string
  span: { from: number; to: number } | null
}

export class TopicSpans {
  private readonly kafka: KafkaAccess
  private readonly known = new Map<string, KnownSpan>()

  constructor(kafka: KafkaAccess) {
    this.kafka = kafka
  }

  async of(state: TopicState): Promise<{ from: number; to: number } | null> {
    if (state.partitions.length > partitionsMax) return null
    const ends = `${state.id} ${state.partitions.map(({ start, end }) => `${start}-${end}`).join()}`
    const before = this.known.get(state.name)
    if (before && (before.ends === ends || Date.now() - before.readAt < spanMaxAgeMs)) {
      return before.span
    }
    const span = await this.read(state)
    this.known.set(state.name, { readAt: Date.now(), ends, span })
    return span
  }

  forget(topic: string): void {
    this.known.delete(topic)
  }

  private async read(state: TopicState): Promise<{ from: number; to: number } | null> {
    const times: number[] = []
    for (const [partition, { start, end }] of state.partitions.entries()) {
      if (end <= start) continue
      for (const offset of [start, end - 1]) {
        const time = await this.timestampAt(state.name, partition, offset)
        if (time !== null) times.push(time)
      }
    }
    return times.length === 0 ? null : { from: Math.min(...times), to: Math.max(...times) }
  }

  private async timestampAt(
    topic: string,
    partition: number,
    offset: number,
  ): Promise<number | null> {
    try {
      const options = { offset, maxBytes: oneRecordBytes }
      const { records } = await this.kafka.read(topic, partition, options)
      return records[0]?.timestamp ?? null
    } catch {
      // Deleted meanwhile.
      return null
    }
  }
}
