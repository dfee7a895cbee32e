/** From when to when the records of a topic are, in event time where it is known; read only where a partition changed. */
import type { KafkaRecord } from '@millrace/broker/client'
import type { TimeSpan } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { decodeMessage, type MessageDecoder, type TimeOfTopic } from './decode-message.ts'
import type { TopicState } from './topic-stats.ts'

/** Topics with more partitions are left out: each costs two reads. */
const partitionsMax = 64
/** A span is read again after so long, if records came. */
const spanMaxAgeMs = 5000
const oneRecordBytes = 1024

interface KnownSpan {
  readAt: number
  ends: string
  /** The column of event time that was known then. */
  column: string | null
  span: TimeSpan | null
}

/** How the event time of a record is read, and from which column. */
export interface SpanClock {
  column: string
  timeOf(record: KafkaRecord): number | null
}

export function spanClock({ column }: TimeOfTopic, decoder: MessageDecoder): SpanClock {
  return { column, timeOf: (record) => decodeMessage(0, record, decoder).eventTime }
}

export class TopicSpans {
  private readonly kafka: KafkaAccess
  private readonly known = new Map<string, KnownSpan>()

  constructor(kafka: KafkaAccess) {
    this.kafka = kafka
  }

  /** `clock` null: by record timestamps. */
  async of(state: TopicState, clock: SpanClock | null): Promise<TimeSpan | null> {
    if (state.partitions.length > partitionsMax) return null
    const column = clock?.column ?? null
    const ends = `${state.id} ${state.partitions.map(({ start, end }) => `${start}-${end}`).join()}`
    const before = this.known.get(state.name)
    if (before?.column === column) {
      const isYoung = Date.now() - before.readAt < spanMaxAgeMs
      if (isYoung || before.ends === ends) return before.span
    }
    const span = await this.read(state, clock)
    this.known.set(state.name, { readAt: Date.now(), ends, column, span })
    return span
  }

  forget(topic: string): void {
    this.known.delete(topic)
  }

  private async read(state: TopicState, clock: SpanClock | null): Promise<TimeSpan | null> {
    const records: KafkaRecord[] = []
    for (const [partition, { start, end }] of state.partitions.entries()) {
      if (end <= start) continue
      for (const offset of [start, end - 1]) {
        const record = await this.recordAt(state.name, partition, offset)
        if (record) records.push(record)
      }
    }
    const events = clock ? records.map((each) => clock.timeOf(each)).filter(isTime) : []
    const times = events.length > 0 ? events : records.map(({ timestamp }) => timestamp)
    if (times.length === 0) return null
    const column = events.length > 0 && clock ? clock.column : null
    return { from: Math.min(...times), to: Math.max(...times), column }
  }

  private async recordAt(
    topic: string,
    partition: number,
    offset: number,
  ): Promise<KafkaRecord | undefined> {
    try {
      const { records } = await this.kafka.read(topic, partition, {
        offset,
        maxBytes: oneRecordBytes,
      })
      return records.find((record) => record.offset >= offset)
    } catch {
      // Deleted meanwhile.
      return undefined
    }
  }
}

function isTime(time: number | null): time is number {
  return time !== null
}
