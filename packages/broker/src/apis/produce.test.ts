/** Produce: acknowledgements, repeats, refusals. */
import { type FileHandle, MemoryFs, type OpenMode } from '@millrace/base'
import { expect, it } from 'vitest'
import { batchOf } from '../log/testing/log-kit.ts'
import { apis, newProduceRequest, ProtocolError } from '../protocol/index.ts'
import { brokerKit, present } from './testing/broker-kit.ts'

function produce(
  records: Uint8Array | null,
  options: { acks?: number; topic?: string; index?: number } = {},
) {
  const { acks = -1, topic = 't', index = 0 } = options
  return newProduceRequest({
    acks,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index, records }] }],
  })
}

async function kitWithTopic(fs = new MemoryFs(), configs: [string, string][] = []) {
  const kit = await brokerKit({ fs })
  kit.logs.createTopic({ name: 't', partitions: 1, configs: new Map(configs) })
  const write = async (...args: Parameters<typeof produce>) =>
    present(await kit.ask(apis.produce, produce(...args))).responses[0].partitionResponses[0]
  return { ...kit, write }
}

it('answers the base offset of each batch', async () => {
  const { write } = await kitWithTopic()
  expect(await write(batchOf(['a', 'b']))).toMatchObject({ errorCode: 0, baseOffset: 0 })
  expect(await write(batchOf(['c']))).toMatchObject({
    errorCode: 0,
    baseOffset: 2,
    logStartOffset: 0,
  })
})

it('keeps silent for acks=0, and closes the connection when that fails', async () => {
  const { ask, logs } = await kitWithTopic()
  expect(await ask(apis.produce, produce(batchOf(['a']), { acks: 0 }))).toBeUndefined()
  expect(logs.partition('t', 0)?.highWatermark).toBe(1)
  const bad = produce(batchOf(['a']), { acks: 0, topic: 'none' })
  await expect(ask(apis.produce, bad)).rejects.toThrow(ProtocolError)
})

it('answers a repeat of an idempotent batch with the first offset, and names a gap', async () => {
  const { write } = await kitWithTopic()
  const batch = (baseSequence: number) =>
    batchOf(['a', 'b'], { producerId: 5, producerEpoch: 0, baseSequence })
  expect(await write(batch(0))).toMatchObject({ errorCode: 0, baseOffset: 0 })
  expect(await write(batch(2))).toMatchObject({ errorCode: 0, baseOffset: 2 })
  expect(await write(batch(0))).toMatchObject({ errorCode: 0, baseOffset: 0 })
  expect(await write(batch(6))).toMatchObject({ errorCode: 45 })
})

it('refuses by name: unknown partitions, odd acks, no records, corrupt records, old formats', async () => {
  const { write } = await kitWithTopic()
  expect(await write(batchOf(['a']), { index: 1 })).toMatchObject({ errorCode: 3, baseOffset: -1 })
  expect(await write(batchOf(['a']), { topic: 'none' })).toMatchObject({ errorCode: 3 })
  expect(await write(batchOf(['a']), { acks: 2 })).toMatchObject({ errorCode: 21 })
  expect(await write(null)).toMatchObject({ errorCode: 87 })
  const corrupt = batchOf(['a'])
  corrupt[corrupt.length - 2] ^= 1
  expect(await write(corrupt)).toMatchObject({ errorCode: 2 })
  const old = batchOf(['a'])
  old[16] = 1
  expect(await write(old)).toMatchObject({ errorCode: 87 })
  // A retriable error would make clients send it again until their time is over.
  expect(await write(batchOf(['a']).subarray(0, 65))).toMatchObject({ errorCode: 87 })
})

it('refuses a transactional producer', async () => {
  const { ask } = await kitWithTopic()
  const request = { ...produce(batchOf(['a'])), transactionalId: 'tx' }
  const answer = present(await ask(apis.produce, request))
  expect(answer.responses[0].partitionResponses[0]).toMatchObject({ errorCode: 53 })
})

/** Files whose sync never ends. */
class StuckFs extends MemoryFs {
  override openSync(path: string, mode: OpenMode): FileHandle {
    const file = super.openSync(path, mode)
    if (path.endsWith('.log') && path.includes('topics')) file.sync = () => new Promise(() => {})
    return file
  }
}

it('waits for the disk with the fsync profile, and says so when it takes too long', async () => {
  const durable = await kitWithTopic(new MemoryFs(), [['millrace.durability', 'fsync']])
  expect(await durable.write(batchOf(['a']))).toMatchObject({ errorCode: 0, baseOffset: 0 })
  const stuck = await kitWithTopic(new StuckFs(), [['millrace.durability', 'fsync']])
  const answer = stuck.write(batchOf(['a']))
  await Promise.resolve()
  stuck.time.advance(1000)
  expect(await answer).toMatchObject({ errorCode: 7, baseOffset: -1 })
})
