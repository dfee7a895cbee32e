/** kafkajs, the foreign client by which the tests feed and read the broker. */
import { type IHeaders, Kafka, logLevel } from 'kafkajs'

export interface SentRecord {
  key?: string | Buffer | null
  value: string | Buffer | null
  partition?: number
  timestamp?: string
}

export interface ReadRecord {
  partition: number
  offset: string
  key: Buffer | null
  value: Buffer | null
  headers: IHeaders
}

export function kafkaClient(broker: string): Kafka {
  return new Kafka({
    clientId: 'e2e',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    retry: { retries: 20 },
  })
}

export async function createTopic(
  broker: string,
  topic: string,
  partitions: number,
): Promise<void> {
  const admin = kafkaClient(broker).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }] })
  await admin.disconnect()
}

export async function produce(
  broker: string,
  topic: string,
  messages: readonly SentRecord[],
): Promise<void> {
  const producer = kafkaClient(broker).producer()
  await producer.connect()
  await producer.send({ topic, messages: messages.map((message) => ({ ...message })) })
  await producer.disconnect()
}

/** Reads from the beginning until `enough` says so; one fresh group each time. */
export async function readUntil(
  broker: string,
  topic: string,
  enough: (records: readonly ReadRecord[]) => boolean,
): Promise<ReadRecord[]> {
  const groupId = `e2e-${topic}-${process.hrtime.bigint()}`
  const consumer = kafkaClient(broker).consumer({ groupId, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const records: ReadRecord[] = []
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ partition, message }) => {
          const { offset, key, value, headers } = message
          records.push({ partition, offset, key, value, headers: headers ?? {} })
          if (enough(records)) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  return records
}
