/** CreateTopics, DeleteTopics, DescribeConfigs, ListOffsets, FindCoordinator, InitProducerId. */
import { expect, it } from 'vitest'
import { batchOf } from '../log/testing/log-kit.ts'
import {
  apis,
  type CreateTopicsRequestTopic,
  newCreateTopicsRequest,
  newCreateTopicsRequestTopic,
  newDeleteTopicsRequest,
  newDescribeConfigsRequest,
  newFindCoordinatorRequest,
  newInitProducerIdRequest,
  newListOffsetsRequest,
  newListOffsetsRequestPartition,
  zeroUuid,
} from '../protocol/index.ts'
import { brokerKit, present } from './testing/broker-kit.ts'

type Kit = Awaited<ReturnType<typeof brokerKit>>

async function create(kit: Kit, fields: Partial<CreateTopicsRequestTopic>, validateOnly = false) {
  const topic = newCreateTopicsRequestTopic({
    name: 't',
    numPartitions: -1,
    replicationFactor: -1,
    ...fields,
  })
  const request = newCreateTopicsRequest({ topics: [topic], validateOnly })
  return present(await kit.ask(apis.createTopics, request)).topics[0]
}

it('creates topics with defaults, and answers their configs', async () => {
  const kit = await brokerKit({ settings: { defaultPartitions: 3 } })
  const configs = [{ name: 'segment.bytes', value: '1048576' }]
  const answer = await create(kit, { configs })
  expect(answer).toMatchObject({ errorCode: 0, numPartitions: 3, replicationFactor: 1 })
  expect(answer.topicId).toBe(kit.logs.topic('t')?.id)
  const segment = answer.configs?.find((config) => config.name === 'segment.bytes')
  expect(segment).toMatchObject({ value: '1048576', configSource: 1 })
  expect(await create(kit, {})).toMatchObject({ errorCode: 36 })
})

it('only checks when asked to', async () => {
  const kit = await brokerKit()
  expect(await create(kit, { numPartitions: 2 }, true)).toMatchObject({ errorCode: 0 })
  expect(kit.logs.topic('t')).toBeUndefined()
})

it('refuses by name what it cannot keep', async () => {
  const kit = await brokerKit()
  const retention = await create(kit, { configs: [{ name: 'retention.ms', value: '1000' }] })
  expect(retention).toMatchObject({ errorCode: 40 })
  expect(retention.errorMessage).toContain('retention.ms')
  const unknown = await create(kit, { configs: [{ name: 'no.such.key', value: '1' }] })
  expect(unknown).toMatchObject({ errorCode: 40 })
  expect(unknown.errorMessage).toContain('Supported: segment.bytes')
  expect(await create(kit, { replicationFactor: 3 })).toMatchObject({ errorCode: 38 })
  expect(await create(kit, { numPartitions: 0 })).toMatchObject({ errorCode: 37 })
  expect(await create(kit, { name: 'a/b' })).toMatchObject({ errorCode: 17 })
})

it('refuses a name that differs from another in dots and underscores alone, until that is gone', async () => {
  const kit = await brokerKit()
  expect(await create(kit, { name: 'a.b_c' })).toMatchObject({ errorCode: 0 })
  const alike = await create(kit, { name: 'a_b.c' })
  expect(alike).toMatchObject({ errorCode: 17, configs: [] })
  expect(alike.errorMessage).toContain('a.b_c')
  await kit.ask(apis.deleteTopics, newDeleteTopicsRequest({ topicNames: ['a.b_c'] }), 5)
  expect(await create(kit, { name: 'a_b.c' })).toMatchObject({ errorCode: 0 })
})

it('refuses a config without a value', async () => {
  const answer = await create(await brokerKit(), { configs: [{ name: 'segment.ms', value: null }] })
  expect(answer).toMatchObject({ errorCode: 40 })
  expect(answer.errorMessage).toContain('segment.ms')
})

it('shows what gives a config its value: the topic first, then the broker config of the default', async () => {
  const kit = await brokerKit()
  await create(kit, { configs: [{ name: 'max.message.bytes', value: '1000' }] })
  const configurationKeys = ['max.message.bytes', 'segment.bytes', 'retention.ms']
  const resources = [{ resourceType: 2, resourceName: 't', configurationKeys }]
  const request = newDescribeConfigsRequest({ resources, includeSynonyms: true })
  const { configs } = present(await kit.ask(apis.describeConfigs, request)).results[0]
  expect(configs.map(({ synonyms }) => synonyms)).toEqual([
    [
      { name: 'max.message.bytes', value: '1000', source: 1 },
      { name: 'message.max.bytes', value: '1048588', source: 5 },
    ],
    [],
    [{ name: 'log.segment.bytes', value: '268435456', source: 5 }],
  ])
})

it('takes a manual assignment to this broker alone', async () => {
  const kit = await brokerKit()
  const assign = (...placed: [number, number[]][]) =>
    placed.map(([partitionIndex, brokerIds]) => ({ partitionIndex, brokerIds }))
  expect(await create(kit, { assignments: assign([0, [1]], [2, [1]]) })).toMatchObject({
    errorCode: 39,
  })
  expect(await create(kit, { assignments: assign([0, [1, 2]]) })).toMatchObject({ errorCode: 39 })
  expect(await create(kit, { assignments: assign([1, [1]], [0, [1]]) })).toMatchObject({
    errorCode: 0,
    numPartitions: 2,
  })
})

it('refuses a topic that is named twice in one request', async () => {
  const { ask } = await brokerKit()
  const topic = newCreateTopicsRequestTopic({ name: 't', numPartitions: 1, replicationFactor: 1 })
  const answer = present(
    await ask(apis.createTopics, newCreateTopicsRequest({ topics: [topic, topic] })),
  )
  expect(answer.topics).toMatchObject([{ name: 't', errorCode: 42 }])
})

it('deletes by name and by id, and keeps the offsets topic and those of Millrace', async () => {
  const { ask, logs } = await brokerKit()
  for (const name of ['a', 'b', 'c', '_schemas', '_millrace_pipelines'])
    logs.createTopic({ name, partitions: 1 })
  const byName = newDeleteTopicsRequest({
    topicNames: ['a', 'none', '__consumer_offsets', '_schemas', '_millrace_pipelines'],
  })
  expect(
    present(await ask(apis.deleteTopics, byName, 5)).responses.map((r) => r.errorCode),
  ).toEqual([0, 3, 17, 17, 17])
  const topics = [
    { name: 'b', topicId: zeroUuid },
    { name: null, topicId: present(logs.topic('c')).id },
    { name: null, topicId: 'BBBBBBBBBBBBBBBBBBBBBA' },
    { name: null, topicId: zeroUuid },
  ]
  const answer = present(await ask(apis.deleteTopics, newDeleteTopicsRequest({ topics }), 6))
  expect(answer.responses.map(({ name, errorCode }) => [name, errorCode])).toEqual([
    ['b', 0],
    ['c', 0],
    [null, 100],
    [null, 42],
  ])
  expect(
    logs
      .topics()
      .map((topic) => topic.name)
      .sort(),
  ).toEqual(['__consumer_offsets', '_millrace_pipelines', '_schemas'])
})

it('describes topic and broker configs, all keys or those asked for', async () => {
  const { ask, logs } = await brokerKit()
  logs.createTopic({ name: 't', partitions: 1 })
  const describe = async (resourceType: number, resourceName: string, keys: string[] | null) => {
    const resources = [{ resourceType, resourceName, configurationKeys: keys }]
    const request = newDescribeConfigsRequest({ resources, includeSynonyms: true })
    return present(await ask(apis.describeConfigs, request)).results[0]
  }
  const all = await describe(2, 't', null)
  const names = all.configs.map((config) => config.name)
  for (const name of [
    'cleanup.policy',
    'retention.ms',
    'min.insync.replicas',
    'max.message.bytes',
  ]) {
    expect(names).toContain(name)
  }
  const one = await describe(2, 't', ['retention.ms'])
  expect(one.configs).toMatchObject([
    { name: 'retention.ms', value: '-1', configSource: 5, synonyms: [] },
  ])
  expect((await describe(4, '1', ['num.partitions'])).configs).toMatchObject([{ value: '1' }])
  expect(await describe(4, '9', null)).toMatchObject({ errorCode: 42 })
  expect(await describe(2, 'none', null)).toMatchObject({ errorCode: 3 })
  expect(await describe(2, 'a b', null)).toMatchObject({ errorCode: 17 })
  expect(await describe(8, '1', null)).toMatchObject({ errorCode: 42 })
})

it('lists the ends, the first record at a time, and the record with the highest time', async () => {
  const { ask, logs } = await brokerKit()
  logs.createTopic({ name: 't', partitions: 1 })
  const log = present(logs.partition('t', 0))
  log.append(batchOf(['a', 'b'], { timestamp: 1000 }))
  log.append(batchOf(['c'], { timestamp: 500 }))
  const look = async (timestamp: number, version = 7) => {
    const partitions = [newListOffsetsRequestPartition({ timestamp })]
    const request = newListOffsetsRequest({ topics: [{ name: 't', partitions }] })
    const {
      errorCode,
      offset,
      timestamp: time,
    } = present(await ask(apis.listOffsets, request, version)).topics[0].partitions[0]
    return [errorCode, offset, time]
  }
  expect(await look(-1)).toEqual([0, 3, -1])
  expect(await look(-2)).toEqual([0, 0, -1])
  expect(await look(-3)).toEqual([0, 1, 1001])
  expect(await look(-3, 6)).toEqual([35, -1, -1])
  expect(await look(1001)).toEqual([0, 1, 1001])
  expect(await look(2000)).toEqual([0, -1, -1])
  expect(await look(Number.MAX_SAFE_INTEGER)).toEqual([0, -1, -1])
})

it('coordinates every group and transaction itself, alone or in batches', async () => {
  const { ask } = await brokerKit()
  const here = { nodeId: 1, host: '127.0.0.1', port: 9092, errorCode: 0 }
  const one = newFindCoordinatorRequest({ key: 'g', keyType: 0 })
  expect(await ask(apis.findCoordinator, one, 2)).toMatchObject(here)
  const many = newFindCoordinatorRequest({ keyType: 1, coordinatorKeys: ['a', 'b'] })
  expect(await ask(apis.findCoordinator, many, 4)).toMatchObject({
    coordinators: [
      { key: 'a', ...here },
      { key: 'b', ...here },
    ],
  })
  const share = newFindCoordinatorRequest({ keyType: 2, coordinatorKeys: ['a'] })
  expect(await ask(apis.findCoordinator, share, 4)).toMatchObject({
    coordinators: [{ errorCode: 42 }],
  })
})

it('advertises the address it was told to, where it was told one', async () => {
  const { ask } = await brokerKit({ settings: { advertised: { host: 'kafka.test', port: 1234 } } })
  const request = newFindCoordinatorRequest({ key: 'g' })
  expect(await ask(apis.findCoordinator, request, 2)).toMatchObject({
    host: 'kafka.test',
    port: 1234,
  })
})

it('gives each idempotent producer its own id, and refuses a transactional one', async () => {
  const { ask, said } = await brokerKit()
  const idempotent = newInitProducerIdRequest({ transactionalId: null })
  const first = present(await ask(apis.initProducerId, idempotent))
  const second = present(await ask(apis.initProducerId, idempotent))
  expect(first).toMatchObject({ errorCode: 0, producerEpoch: 0 })
  expect(second.producerId).not.toBe(first.producerId)
  const half = newInitProducerIdRequest({ transactionalId: null, producerEpoch: 1 })
  expect(await ask(apis.initProducerId, half)).toMatchObject({ errorCode: 42, producerId: -1 })
  const transactional = newInitProducerIdRequest({ transactionalId: 'tx' })
  expect(await ask(apis.initProducerId, transactional)).toMatchObject({
    errorCode: 53,
    producerId: -1,
  })
  expect(said.join()).toContain('transactions are not offered')
})
