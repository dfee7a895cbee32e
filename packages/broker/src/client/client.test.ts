/** Admin, readers and connections of our client against the broker in the same thread. */
import { type Connection, encodeUtf8 } from '@millrace/base'
import { expect, it } from 'vitest'
import { batchOf } from '../log/testing/log-kit.ts'
import { clientKit, type Fate } from './testing/client-kit.ts'

const text = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes))

it('creates, describes, lists and deletes topics', async () => {
  const { client, run } = await clientKit()
  const { admin } = client
  await run(admin.createTopic('orders', { partitions: 2, configs: { 'segment.bytes': '2048' } }))
  const described = await run(admin.describeTopic('orders'))
  expect(described).toMatchObject({ name: 'orders', internal: false })
  expect(described?.partitions.map(({ partition, leader }) => [partition, leader])).toEqual([
    [0, 1],
    [1, 1],
  ])
  const configs = await run(admin.topicConfigs('orders'))
  expect(configs.find((config) => config.name === 'segment.bytes')).toMatchObject({
    value: '2048',
    isDefault: false,
  })
  expect((await run(admin.listTopics())).map((topic) => topic.name)).toContain('orders')
  await expect(run(admin.createTopic('orders'))).rejects.toMatchObject({
    code: 'kafka-topic-already-exists',
  })
  await run(admin.deleteTopic('orders'))
  expect(await run(admin.describeTopic('orders'))).toBeUndefined()
})

it('names the config that is refused', async () => {
  const { client, run } = await clientKit()
  const refused = client.admin.createTopic('t', { configs: { 'retention.ms': '1' } })
  await expect(run(refused)).rejects.toThrow(/retention\.ms/)
})

it('lists offsets: earliest, latest, and by time with the end where nothing is as late', async () => {
  const { client, run, logs } = await clientKit()
  logs.createTopic({ name: 't', partitions: 2 })
  logs.partition('t', 0)?.append(batchOf(['a', 'b', 'c'], { timestamp: 1000 }))
  logs.partition('t', 1)?.append(batchOf(['d'], { timestamp: 10 }))
  expect(await run(client.admin.listOffsets('t', 'earliest'))).toEqual([0, 0])
  expect(await run(client.admin.listOffsets('t', 'latest'))).toEqual([3, 1])
  expect(await run(client.admin.listOffsets('t', 'last-stable'))).toEqual([3, 1])
  expect(await run(client.admin.listOffsets('t', 1001))).toEqual([1, 1])
})

it('commits and reads offsets of a group that has no members', async () => {
  const { client, run, logs } = await clientKit()
  logs.createTopic({ name: 't', partitions: 2 })
  expect(await run(client.admin.fetchOffsets('g'))).toEqual([])
  const offsets = [
    { topic: 't', partition: 0, offset: 7 },
    { topic: 't', partition: 1, offset: 9, metadata: 'checkpoint 3' },
  ]
  await run(client.admin.commitOffsets('g', offsets))
  expect(await run(client.admin.fetchOffsets('g'))).toEqual(offsets)
  expect((await run(client.admin.listGroups())).map((group) => group.groupId)).toEqual(['g'])
  expect(await run(client.admin.describeGroup('g'))).toMatchObject({ state: 'Empty', members: [] })
  expect(await run(client.admin.describeGroup('none'))).toMatchObject({ state: 'Dead' })
})

it('reads batches as they lie in the log, and decodes records from the offset asked for', async () => {
  const { client, run, logs } = await clientKit()
  logs.createTopic({ name: 't', partitions: 1 })
  const producer = await run(client.producer({ compression: 'lz4' }))
  const headers = [{ key: encodeUtf8('h'), value: encodeUtf8('1') }]
  const records = ['a', 'b', 'c'].map((value) => ({
    key: encodeUtf8(`key ${value}`),
    value: encodeUtf8(value),
    timestamp: 5000,
    headers,
  }))
  await run(producer.send('t', [...records, { value: null, timestamp: 6000, partition: 0 }]))
  const reader = client.reader({ topic: 't', partition: 0, offset: 1 })
  const chunk = await run(reader.read())
  expect(chunk).toMatchObject({ offset: 1, nextOffset: 4, highWatermark: 4, logStart: 0 })
  const decoded = reader.decode(chunk)
  expect(decoded.map((r) => [r.offset, r.timestamp, text(r.key), text(r.value)])).toEqual([
    [1, 5000, 'key b', 'b'],
    [2, 5000, 'key c', 'c'],
    [3, 6000, null, null],
  ])
  expect(text(decoded[0].headers[0].value)).toBe('1')
  const empty = await run(reader.read())
  expect(empty).toMatchObject({ bytes: new Uint8Array(0), offset: 4, nextOffset: 4 })
})

it('follows a partition as records come', async () => {
  const { client, run, logs } = await clientKit()
  logs.createTopic({ name: 't', partitions: 1 })
  const reader = client.reader({ topic: 't', partition: 0, offset: 0 })
  const stream = reader.follow()
  const first = stream.next()
  logs.partition('t', 0)?.append(batchOf(['a', 'b']))
  const { value } = await run(first)
  expect((value ?? []).map((record) => text(record.value))).toEqual(['a', 'b'])
  reader.close()
})

it('says when an offset is out of range, and when there is no such topic', async () => {
  const { client, run, logs } = await clientKit({ client: { retriesMax: 2 } })
  logs.createTopic({ name: 't', partitions: 1 })
  const beyond = client.reader({ topic: 't', partition: 0, offset: 5 })
  await expect(run(beyond.read())).rejects.toMatchObject({ code: 'kafka-offset-out-of-range' })
  const nowhere = client.reader({ topic: 'none', partition: 0, offset: 0 })
  await expect(run(nowhere.read())).rejects.toMatchObject({
    code: 'kafka-unknown-topic-or-partition',
  })
})

it('asks again after a connection broke', async () => {
  let answers = 0
  const decide = (direction: string): Fate =>
    direction === 'answer' && ++answers === 3 ? 'lost' : 'arrives'
  const { client, run, logs } = await clientKit({ faults: { decide } })
  logs.createTopic({ name: 't', partitions: 1 })
  expect(await run(client.admin.listOffsets('t', 'latest'))).toEqual([0])
  expect(answers).toBeGreaterThan(3)
})

it('ends a connection that does not answer in time', async () => {
  const silent = { send: () => {}, onData: () => {}, onClose: () => {}, close: () => {} }
  const { client, run } = await clientKit({
    client: { transport: { connect: async () => silent }, retriesMax: 0, requestTimeoutMs: 100 },
  })
  await expect(run(client.admin.listTopics())).rejects.toMatchObject({
    code: 'kafka-timeout',
    retriable: true,
  })
})

it('opens one connection for many requests at once, and closes it', async () => {
  const open = new Set<Connection>()
  let opened = 0
  const watch = (connection: Connection): Connection => {
    opened++
    open.add(connection)
    const close = () => {
      open.delete(connection)
      connection.close()
    }
    return { ...connection, close }
  }
  const { client, run } = await clientKit({ watch })
  await run(Promise.all(Array.from({ length: 10 }, () => client.admin.listTopics())))
  expect([opened, open.size]).toEqual([1, 1])
  client.close()
  await Promise.resolve()
  await Promise.resolve()
  expect(open.size).toBe(0)
})
