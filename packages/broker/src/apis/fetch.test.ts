/** Fetch: limits, long poll, offsets inside batches, sessions. */
import { expect, it } from 'vitest'
import { batchOf, recordsIn } from '../log/testing/log-kit.ts'
import {
  apis,
  type FetchRequest,
  newFetchRequest,
  newFetchRequestPartition,
} from '../protocol/index.ts'
import { brokerKit, present } from './testing/broker-kit.ts'

function fetch(
  fetchOffset: number,
  fields: Partial<FetchRequest> = {},
  partitionMaxBytes = 1 << 20,
) {
  const partitions = [newFetchRequestPartition({ fetchOffset, partitionMaxBytes })]
  return newFetchRequest({
    maxWaitMs: 500,
    minBytes: 1,
    topics: [{ topic: 't', partitions }],
    ...fields,
  })
}

async function kitWithTopic() {
  const kit = await brokerKit()
  kit.logs.createTopic({ name: 't', partitions: 2 })
  const log = present(kit.logs.partition('t', 0))
  const read = async (...args: Parameters<typeof fetch>) =>
    present(await kit.ask(apis.fetch, fetch(...args))).responses[0].partitions[0]
  return { ...kit, log, read }
}

it('answers whole batches, also for an offset inside one', async () => {
  const { log, read } = await kitWithTopic()
  log.append(batchOf(['a', 'b', 'c']))
  log.append(batchOf(['d']))
  const answer = await read(1)
  expect(recordsIn(present(answer.records))).toEqual(['0:a', '1:b', '2:c', '3:d'])
  expect(answer).toMatchObject({ highWatermark: 4, lastStableOffset: 4, logStartOffset: 0 })
})

it('answers at least one batch even over the limits', async () => {
  const { log, read } = await kitWithTopic()
  log.append(batchOf(['a', 'b', 'c']))
  log.append(batchOf(['d']))
  const limits = [
    await read(0, { maxBytes: 1 }),
    await read(0, {}, 1),
    await read(0, { maxBytes: 0 }),
  ]
  for (const answer of limits) {
    expect(recordsIn(present(answer.records))).toEqual(['0:a', '1:b', '2:c'])
  }
})

it('waits at the end of the log and wakes on new data', async () => {
  const { log, read, peer } = await kitWithTopic()
  const answer = read(0)
  await Promise.resolve()
  expect(peer.waiting).toBe(1)
  log.append(batchOf(['a']))
  expect(recordsIn(present((await answer).records))).toEqual(['0:a'])
  expect(peer.waiting).toBe(0)
})

it('waits until min_bytes are there, and gives what there is when max_wait is over', async () => {
  const { log, read, time } = await kitWithTopic()
  const both = read(0, { minBytes: 2 * batchOf(['a']).length })
  log.append(batchOf(['a']))
  await Promise.resolve()
  log.append(batchOf(['b']))
  expect(recordsIn(present((await both).records))).toEqual(['0:a', '1:b'])
  const late = read(1, { minBytes: 100_000 })
  await Promise.resolve()
  time.advance(499)
  log.append(batchOf(['c']))
  time.advance(1)
  expect(recordsIn(present((await late).records))).toEqual(['1:b', '2:c'])
})

it('gives up waiting when the connection is gone', async () => {
  const { read, peer } = await kitWithTopic()
  const answer = read(0).catch(() => 'gone')
  await Promise.resolve()
  peer.close()
  expect(await answer).toBe('gone')
  expect(peer.waiting).toBe(0)
})

it('answers errors at once: offsets out of range, unknown partitions, later epochs', async () => {
  const { ask, read } = await kitWithTopic()
  expect(await read(5)).toMatchObject({ errorCode: 1, highWatermark: 0, logStartOffset: 0 })
  const one = (partition: number, currentLeaderEpoch: number) =>
    fetch(0, {
      topics: [
        { topic: 't', partitions: [newFetchRequestPartition({ partition, currentLeaderEpoch })] },
      ],
    })
  const code = async (request: FetchRequest) =>
    present(await ask(apis.fetch, request)).responses[0].partitions[0].errorCode
  expect(await code(one(7, -1))).toBe(3)
  expect(await code(one(0, 1))).toBe(75)
})

it('tells a waiting client that its topic was deleted', async () => {
  const { read, logs } = await kitWithTopic()
  const answer = read(0)
  await Promise.resolve()
  logs.deleteTopic('t')
  expect(await answer).toMatchObject({ errorCode: 3 })
})

it('declines fetch sessions with id 0, and refuses one that it never gave', async () => {
  const { ask } = await kitWithTopic()
  const first = fetch(0, { sessionEpoch: 0, maxWaitMs: 0 })
  expect(await ask(apis.fetch, first)).toMatchObject({ errorCode: 0, sessionId: 0 })
  const next = fetch(0, { sessionId: 3, sessionEpoch: 1 })
  expect(await ask(apis.fetch, next)).toMatchObject({ errorCode: 70, responses: [] })
  // Epoch -1 leaves whatever session there was.
  const last = fetch(0, { sessionId: 3, sessionEpoch: -1, maxWaitMs: 0 })
  expect(await ask(apis.fetch, last)).toMatchObject({ errorCode: 0, sessionId: 0 })
})

it('lists aborted transactions for READ_COMMITTED and null otherwise', async () => {
  const { log, read } = await kitWithTopic()
  log.append(batchOf(['a']))
  expect((await read(0, { isolationLevel: 1 })).abortedTransactions).toEqual([])
  expect((await read(0)).abortedTransactions).toBeNull()
})
