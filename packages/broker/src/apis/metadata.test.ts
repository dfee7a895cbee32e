/** Metadata: which topics are meant, which are made. */
import { expect, it } from 'vitest'
import { apis, newMetadataRequest, newMetadataRequestTopic } from '../protocol/index.ts'
import { brokerKit, present } from './testing/broker-kit.ts'

/** Without those that the broker made for itself. */
const own = (names: (string | null)[]) => names.filter((name) => !name?.startsWith('__'))
const named = (...names: string[]) => names.map((name) => newMetadataRequestTopic({ name }))

it('answers all topics for null, none for empty, and in v0 all for empty', async () => {
  const { ask, logs } = await brokerKit()
  logs.createTopic({ name: 'a', partitions: 2 })
  const names = async (topics: null | [], version: number) =>
    own(
      present(await ask(apis.metadata, newMetadataRequest({ topics }), version)).topics.map(
        (topic) => topic.name,
      ),
    )
  expect(await names(null, 12)).toEqual(['a'])
  expect(await names([], 12)).toEqual([])
  expect(await names([], 1)).toEqual([])
  expect(await names([], 0)).toEqual(['a'])
})

it('names itself as the leader of every partition, the controller, and the address dialled', async () => {
  const { ask, logs } = await brokerKit()
  logs.createTopic({ name: 'a', partitions: 2 })
  expect(await ask(apis.metadata, newMetadataRequest({ topics: named('a') }))).toMatchObject({
    brokers: [{ nodeId: 1, host: '127.0.0.1', port: 9092 }],
    clusterId: logs.clusterId,
    controllerId: 1,
    topics: [
      {
        name: 'a',
        topicId: logs.topic('a')?.id,
        partitions: [0, 1].map((partitionIndex) => ({
          partitionIndex,
          leaderId: 1,
          leaderEpoch: 0,
          replicaNodes: [1],
          isrNodes: [1],
        })),
      },
    ],
  })
})

it('makes a topic that is asked for, unless the client or the broker forbids it', async () => {
  const { ask, logs } = await brokerKit({ settings: { defaultPartitions: 4 } })
  const request = (name: string, allowAutoTopicCreation: boolean) =>
    newMetadataRequest({ topics: named(name), allowAutoTopicCreation })
  const forbidden = present(await ask(apis.metadata, request('no', false), 8))
  expect(forbidden.topics).toMatchObject([{ errorCode: 3, name: 'no' }])
  const made = present(await ask(apis.metadata, request('yes', true), 8))
  expect(made.topics[0].partitions).toHaveLength(4)
  await ask(apis.metadata, request('old-clients-cannot-forbid', false), 3)
  expect(own(logs.topics().map((topic) => topic.name))).toEqual([
    'yes',
    'old-clients-cannot-forbid',
  ])
  const closed = await brokerKit({ settings: { autoCreateTopics: false } })
  const refused = present(await closed.ask(apis.metadata, request('no', true)))
  expect(refused.topics).toMatchObject([{ errorCode: 3 }])
})

it('refuses topic names that Kafka refuses', async () => {
  const { ask } = await brokerKit()
  const answer = present(
    await ask(apis.metadata, newMetadataRequest({ topics: named('a b', '..') })),
  )
  expect(answer.topics.map((topic) => topic.errorCode)).toEqual([17, 17])
  const asked = newMetadataRequest({ topics: named('a b'), allowAutoTopicCreation: false })
  expect(present(await ask(apis.metadata, asked)).topics).toMatchObject([{ errorCode: 17 }])
})

it('finds topics by id, and says when there is none with it', async () => {
  const { ask, logs } = await brokerKit()
  logs.createTopic({ name: 'a', partitions: 1 })
  const byId = (topicId: string) => newMetadataRequest({ topics: [{ name: null, topicId }] })
  const found = present(await ask(apis.metadata, byId(present(logs.topic('a')).id)))
  expect(found.topics).toMatchObject([{ errorCode: 0, name: 'a' }])
  const missing = present(await ask(apis.metadata, byId('BBBBBBBBBBBBBBBBBBBBBA'), 10))
  expect(missing.topics).toMatchObject([{ errorCode: 100 }])
})

it("flags internal topics: Kafka's own, the registry's and the studio's", async () => {
  const { ask, logs } = await brokerKit()
  for (const name of ['_schemas', '_millrace-runs', '_mine', 'plain']) {
    logs.createTopic({ name, partitions: 1 })
  }
  const { topics } = present(await ask(apis.metadata, newMetadataRequest({ topics: null })))
  const internal = topics.filter((topic) => topic.isInternal).map((topic) => topic.name)
  expect(internal.sort()).toEqual(['__consumer_offsets', '_millrace-runs', '_schemas'])
})
