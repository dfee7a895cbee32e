/** The producer: order, idempotence over broken connections, limits. */
import { AppError, encodeUtf8 } from '@millrace/base'
import { expect, it } from 'vitest'
import type { PartitionLog } from '../log/api.ts'
import { recordsIn } from '../log/testing/log-kit.ts'
import { partitionForKey } from './index.ts'
import { clientKit, type Fate } from './testing/client-kit.ts'

function valuesOf(log: PartitionLog | undefined): string[] {
  const read = log?.read(0, { maxBytes: 1 << 26, atLeastOneBatch: true })
  return read?.error === 'NONE' ? recordsIn(read.bytes).map((text) => text.split(':')[1]) : []
}

it('answers the position of each record', async () => {
  const { client, run, logs } = await clientKit()
  logs.createTopic({ name: 't', partitions: 3 })
  const producer = await run(client.producer())
  const key = encodeUtf8('some key')
  const positions = await run(
    producer.send('t', [
      { key, value: encodeUtf8('a') },
      { partition: 2, value: encodeUtf8('b') },
      { key, value: encodeUtf8('c') },
    ]),
  )
  const home = partitionForKey(key, 3)
  expect(home).not.toBe(2)
  expect(positions).toEqual([
    { partition: home, offset: 0 },
    { partition: 2, offset: 0 },
    { partition: home, offset: 1 },
  ])
  expect(valuesOf(logs.partition('t', home))).toEqual(['a', 'c'])
})

it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)(
  'writes %s batches',
  async (compression) => {
    const { client, run, logs } = await clientKit()
    logs.createTopic({ name: 't', partitions: 1 })
    const producer = await run(client.producer({ compression }))
    for (let i = 0; i < 100; i++) producer.append('t', 0, { value: encodeUtf8(`${i}`) })
    await run(producer.flush())
    expect(valuesOf(logs.partition('t', 0))).toEqual(Array.from({ length: 100 }, (_, i) => `${i}`))
  },
)

it('writes again what it did not hear of, once: the request or the answer was lost', async () => {
  for (const side of ['request', 'answer'] as const) {
    let messages = 0
    // ApiVersions, InitProducerId and Metadata come before the first batch.
    const decide = (direction: string): Fate =>
      direction === side && ++messages === 4 ? 'lost' : 'arrives'
    const { client, run, logs } = await clientKit({ faults: { decide } })
    logs.createTopic({ name: 't', partitions: 1 })
    const producer = await run(client.producer())
    const [position] = await run(producer.send('t', [{ value: encodeUtf8('once') }]))
    expect(messages).toBeGreaterThan(4)
    expect(position).toEqual({ partition: 0, offset: 0 })
    expect(valuesOf(logs.partition('t', 0))).toEqual(['once'])
  }
})

it('refuses records when its buffer is full, and takes them again when there is room', async () => {
  const { client, run, logs } = await clientKit()
  logs.createTopic({ name: 't', partitions: 1 })
  const producer = await run(client.producer({ bufferBytesMax: 1000, batchBytes: 100_000 }))
  const value = new Uint8Array(300)
  let taken = 0
  while (producer.append('t', 0, { value })) taken++
  expect(taken).toBe(4)
  await run(producer.whenRoom())
  expect(producer.append('t', 0, { value })).toBe(true)
  await run(producer.flush())
  expect(producer.buffered).toBe(0)
})

it('sends a batch when its first record is old enough, without a flush', async () => {
  const { client, run, logs, time } = await clientKit()
  logs.createTopic({ name: 't', partitions: 1 })
  const producer = await run(client.producer({ lingerMs: 20 }))
  await run(producer.partitionsOf('t'))
  producer.append('t', 0, { value: encodeUtf8('a') })
  time.advance(19)
  for (let i = 0; i < 20; i++) await Promise.resolve()
  expect(logs.partition('t', 0)?.logEnd).toBe(0)
  time.advance(1)
  for (let i = 0; i < 20; i++) await Promise.resolve()
  expect(logs.partition('t', 0)?.logEnd).toBe(1)
})

it('fails for good, with the place, when a batch is refused', async () => {
  const { client, run, logs } = await clientKit()
  const configs = new Map([['max.message.bytes', '200']])
  logs.createTopic({ name: 't', partitions: 1, configs })
  const producer = await run(client.producer())
  producer.append('t', 0, { value: new Uint8Array(500) })
  const failure = await run(producer.flush().catch((error: AppError) => error))
  expect(failure).toBeInstanceOf(AppError)
  expect(failure).toMatchObject({ code: 'kafka-message-too-large', retriable: false })
  expect(() => producer.append('t', 0, { value: null })).toThrow('Writing to t/0')
})

it('gives up after the delivery timeout', async () => {
  const decide = (): Fate => 'lost'
  let broken = false
  const faults = { decide: () => (broken ? decide() : 'arrives') } as const
  const { client, run, logs } = await clientKit({ faults })
  logs.createTopic({ name: 't', partitions: 1 })
  const producer = await run(client.producer({ deliveryTimeoutMs: 5_000 }))
  await run(producer.partitionsOf('t'))
  broken = true
  producer.append('t', 0, { value: null })
  const failure = await run(producer.flush().catch((error: AppError) => error))
  expect(failure).toMatchObject({ retriable: true })
})

it('does not wait long for a topic that is gone', async () => {
  const { client, run, logs, time } = await clientKit()
  logs.createTopic({ name: 't', partitions: 1 })
  const producer = await run(client.producer())
  await run(producer.send('t', [{ value: null }]))
  logs.deleteTopic('t')
  const before = time.now()
  const failure = await run(producer.send('t', [{ value: null }]).catch((error: AppError) => error))
  expect(failure).toMatchObject({ code: 'kafka-unknown-topic-or-partition' })
  expect(time.now() - before).toBeLessThan(5_000)
})
