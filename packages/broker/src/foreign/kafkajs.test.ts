/** kafkajs against our broker: every compression, groups of three with rebalances, admin, idempotence, resumed offsets. */
import kafkajs, { type Consumer, type Kafka } from 'kafkajs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillKafkajsCodecs } from './testing/kafkajs-codecs.ts'
import { startTestBroker, type TestBroker } from './testing/test-broker.ts'

let broker: TestBroker
let kafka: Kafka
beforeAll(async () => {
  await fillKafkajsCodecs()
  broker = await startTestBroker()
  kafka = new kafkajs.Kafka({
    clientId: 'test',
    brokers: [broker.address],
    logLevel: kafkajs.logLevel.NOTHING,
  })
})
afterAll(() => broker.close())

async function createTopic(topic: string, numPartitions: number): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions }] })
  await admin.disconnect()
}

async function produce(
  topic: string,
  messages: { key?: string; value: string; partition?: number }[],
  compression = kafkajs.CompressionTypes.None,
): Promise<void> {
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic, messages, compression })
  await producer.disconnect()
}

function newConsumer(groupId: string): Consumer {
  return kafka.consumer({
    groupId,
    heartbeatInterval: 200,
    sessionTimeout: 6000,
    maxWaitTimeInMs: 100,
  })
}

/** Consumes until `count` messages are there. */
async function consume(consumer: Consumer, topic: string, count: number): Promise<string[]> {
  const values: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: async ({ message }) => {
          values.push(String(message.value))
          if (values.length === count) resolve()
        },
      })
      .catch(reject)
  })
  return values
}

/** The partitions that the consumer gets in its next generation that satisfies `wanted`. */
function nextAssignment(
  consumer: Consumer,
  topic: string,
  wanted: (partitions: number[]) => boolean,
): Promise<number[]> {
  return new Promise((resolve) => {
    const remove = consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const partitions = payload.memberAssignment[topic] ?? []
      if (!wanted(partitions)) return
      remove()
      resolve(partitions)
    })
  })
}

it.each(['None', 'GZIP', 'Snappy', 'LZ4', 'ZSTD'] as const)(
  'reads back what it wrote with %s',
  async (name) => {
    const topic = `codec-${name}`
    const values = Array.from({ length: 300 }, (_, i) => `message ${i} in ${name}`)
    await createTopic(topic, 1)
    await produce(
      topic,
      values.map((value) => ({ value })),
      kafkajs.CompressionTypes[name],
    )
    const consumer = newConsumer(`readers-${name}`)
    expect(await consume(consumer, topic, values.length)).toEqual(values)
    await consumer.disconnect()
  },
)

it('creates a topic that a producer names', async () => {
  await produce('made-on-demand', [{ value: 'hello' }])
  const consumer = newConsumer('on-demand')
  expect(await consume(consumer, 'made-on-demand', 1)).toEqual(['hello'])
  await consumer.disconnect()
})

it('keeps keys, headers, timestamps and null values', async () => {
  await createTopic('shapes', 1)
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({
    topic: 'shapes',
    messages: [{ key: 'k', value: null, headers: { trace: '7' }, timestamp: '1700000000123' }],
  })
  await producer.disconnect()
  const consumer = newConsumer('shapes')
  await consumer.connect()
  await consumer.subscribe({ topic: 'shapes', fromBeginning: true })
  const message = await new Promise<kafkajs.KafkaMessage>((resolve) => {
    void consumer.run({ eachMessage: async ({ message: one }) => resolve(one) })
  })
  expect(message).toMatchObject({ value: null, timestamp: '1700000000123', offset: '0' })
  expect(String(message.key)).toBe('k')
  expect(String(message.headers?.trace)).toBe('7')
  await consumer.disconnect()
})

it('shares a topic among three members, moves partitions when one leaves, and loses nothing', async () => {
  const topic = 'shared'
  await createTopic(topic, 6)
  const seen = new Set<string>()
  let allSeen = () => {}
  const join = async (): Promise<Consumer> => {
    const consumer = newConsumer('trio')
    await consumer.connect()
    await consumer.subscribe({ topic, fromBeginning: true })
    return consumer
  }
  const run = (consumer: Consumer) =>
    consumer.run({
      eachMessage: async ({ message }) => {
        seen.add(String(message.value))
        if (seen.size === 120) allSeen()
      },
    })
  const [a, b, c] = [await join(), await join(), await join()]
  const whole = nextAssignment(a, topic, (partitions) => partitions.length === 6)
  await run(a)
  expect(await whole).toHaveLength(6)

  const thirds = [a, b, c].map((one) => nextAssignment(one, topic, (p) => p.length === 2))
  await Promise.all([run(b), run(c)])
  const parts = await Promise.all(thirds)
  expect(parts.flat().sort()).toEqual([0, 1, 2, 3, 4, 5])
  await produce(
    topic,
    Array.from({ length: 60 }, (_, i) => ({ value: `${i}`, partition: i % 6 })),
  )

  const halves = [a, b].map((one) => nextAssignment(one, topic, (p) => p.length === 3))
  const complete = new Promise<void>((resolve) => {
    allSeen = resolve
  })
  await c.disconnect()
  expect((await Promise.all(halves)).flat().sort()).toEqual([0, 1, 2, 3, 4, 5])
  await produce(
    topic,
    Array.from({ length: 60 }, (_, i) => ({ value: `${60 + i}`, partition: i % 6 })),
  )
  await complete
  await Promise.all([a.disconnect(), b.disconnect()])
})

it('goes on where its group has committed, also after a restart of the broker', async () => {
  await createTopic('resumed', 1)
  await produce('resumed', [{ value: 'one' }, { value: 'two' }])
  const first = newConsumer('resuming')
  expect(await consume(first, 'resumed', 2)).toEqual(['one', 'two'])
  await first.disconnect()
  await broker.restart()
  await produce('resumed', [{ value: 'three' }])
  const second = newConsumer('resuming')
  expect(await consume(second, 'resumed', 1)).toEqual(['three'])
  await second.disconnect()
  const admin = kafka.admin()
  await admin.connect()
  const [offsets] = await admin.fetchOffsets({ groupId: 'resuming', topics: ['resumed'] })
  expect(offsets.partitions).toMatchObject([{ partition: 0, offset: '3' }])
  await admin.disconnect()
})

it('writes idempotently', async () => {
  await createTopic('idempotent', 1)
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  for (let i = 0; i < 20; i++)
    await producer.send({ topic: 'idempotent', messages: [{ value: `${i}` }] })
  await producer.disconnect()
  const consumer = newConsumer('idempotent')
  const values = await consume(consumer, 'idempotent', 20)
  expect(values).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`))
  await consumer.disconnect()
})

it('refuses a transactional producer at once', async () => {
  const producer = kafka.producer({
    transactionalId: 'tx',
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  await expect(producer.transaction()).rejects.toThrow('Transactional Id authorization failed')
  await producer.disconnect()
  await broker.logged('transactions are not offered')
})

it('administers topics, configs, offsets and groups', async () => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({
    topics: [
      {
        topic: 'managed',
        numPartitions: 3,
        configEntries: [{ name: 'segment.bytes', value: '1048576' }],
      },
    ],
  })
  const metadata = await admin.fetchTopicMetadata({ topics: ['managed'] })
  expect(metadata.topics[0].partitions).toHaveLength(3)
  const configs = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: 'managed' }],
  })
  const entries = Object.fromEntries(
    configs.resources[0].configEntries.map((entry) => [entry.configName, entry.configValue]),
  )
  expect(entries).toMatchObject({
    'segment.bytes': '1048576',
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'min.insync.replicas': '1',
  })
  await produce('managed', [{ value: 'x', partition: 1 }])
  const offsets = await admin.fetchTopicOffsets('managed')
  expect(offsets.map(({ partition, high }) => [partition, high]).sort()).toEqual([
    [0, '0'],
    [1, '1'],
    [2, '0'],
  ])
  await admin.setOffsets({
    groupId: 'manual',
    topic: 'managed',
    partitions: [{ partition: 1, offset: '1' }],
  })
  const { groups } = await admin.listGroups()
  expect(groups.map((group) => group.groupId)).toContain('manual')
  await expect(
    admin.createTopics({
      topics: [{ topic: 'odd', configEntries: [{ name: 'retention.ms', value: '1000' }] }],
    }),
  ).rejects.toThrow()
  await admin.deleteTopics({ topics: ['managed'] })
  expect(await admin.listTopics()).not.toContain('managed')
  await admin.disconnect()
})
