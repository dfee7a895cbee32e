/** A topic of the embedded broker as a store: replayed at start, appended to afterwards, acknowledged when it is on disk. */
import { decodeUtf8, encodeUtf8, messageOf } from '@millrace/base'
import type { Producer } from '@millrace/broker/client'
import type { KafkaAccess } from '../kafka/kafka-access.ts'

const readBytes = 4 * 1024 * 1024
/** Largest record: a document of 4 million characters with its plan. */
const messageBytesMax = 64 * 1024 * 1024

export interface Journal<R> {
  /** Resolves when the record is durable. Records are written in the order of the calls. */
  append(key: string, record: R | null): Promise<void>
  close(): Promise<void>
}

export interface JournalOptions<R> {
  kafka: KafkaAccess
  topic: string
  /** `fsync` for what must outlive a power loss. */
  durability: 'os' | 'fsync'
  /** Called for each record in the topic, oldest first, before this resolves. A null record deletes its key. Throws for a strange one. */
  replay(record: R | null, key: string): void
  /** Told of a record that is none of ours: another client wrote it, and the studio starts all the same. */
  strange(message: string): void
  /** The newest records only: how many. */
  newest?: number
  /** Only the newest record of each key counts: the others are not even parsed, as compaction would leave them out. */
  byKey?: boolean
}

/** Creates the topic if absent, then replays it. */
export async function openJournal<R>(options: JournalOptions<R>): Promise<Journal<R>> {
  const { kafka, topic, durability } = options
  if (!(await kafka.admin.describeTopic(topic))) {
    await kafka.admin.createTopic(topic, {
      partitions: 1,
      configs: {
        'millrace.durability': durability,
        'max.message.bytes': String(messageBytesMax),
      },
    })
  } else {
    await replayAll(options)
  }
  return new TopicJournal<R>(kafka, topic)
}

async function replayAll<R>(options: JournalOptions<R>): Promise<void> {
  const { topic, replay, byKey, strange } = options
  const give = ({ key, value, offset }: RawRecord) => {
    try {
      replay(value ? (JSON.parse(decodeUtf8(value)) as R) : null, key)
    } catch (cause) {
      strange(
        `Passed over a record of ${topic} at offset ${offset} that Millrace did not write: ${messageOf(cause)}`,
      )
    }
  }
  const newest = new Map<string, RawRecord>()
  for await (const record of rawRecords(options)) {
    if (!byKey) {
      give(record)
      continue
    }
    // Taken out first, so that the map stays in the order of the offsets.
    newest.delete(record.key)
    newest.set(record.key, { ...record, value: record.value?.slice() ?? null })
  }
  for (const record of newest.values()) give(record)
}

interface RawRecord {
  key: string
  value: Uint8Array | null
  offset: number
}

async function* rawRecords<R>(options: JournalOptions<R>): AsyncGenerator<RawRecord> {
  const { kafka, topic, newest } = options
  const [start] = await kafka.admin.listOffsets(topic, 'earliest')
  const [end] = await kafka.admin.listOffsets(topic, 'latest')
  let offset = newest === undefined ? start : Math.max(start, end - newest)
  while (offset < end) {
    const chunk = await kafka.read(topic, 0, { offset, maxBytes: readBytes })
    for (const record of chunk.records) {
      const key = record.key ? decodeUtf8(record.key) : ''
      yield { key, value: record.value, offset: record.offset }
    }
    if (chunk.nextOffset <= offset) break
    offset = chunk.nextOffset
  }
}

class TopicJournal<R> implements Journal<R> {
  private readonly kafka: KafkaAccess
  private readonly topic: string
  private producer: Promise<Producer> | undefined
  private last: Promise<unknown> = Promise.resolve()

  constructor(kafka: KafkaAccess, topic: string) {
    this.kafka = kafka
    this.topic = topic
  }

  append(key: string, record: R | null): Promise<void> {
    const value = record === null ? null : encodeUtf8(JSON.stringify(record))
    const written = this.last.then(() => this.write(encodeUtf8(key), value))
    this.last = written.catch(() => undefined)
    return written
  }

  private async write(key: Uint8Array, value: Uint8Array | null): Promise<void> {
    this.producer ??= this.kafka.producer({ compression: 'gzip', lingerMs: 0 })
    try {
      await (await this.producer).send(this.topic, [{ partition: 0, key, value }])
    } catch (error) {
      // A failed producer takes nothing more; the next record begins with a new one.
      this.producer = undefined
      throw error
    }
  }

  async close(): Promise<void> {
    await this.last
    if (this.producer) await (await this.producer).close()
  }
}
