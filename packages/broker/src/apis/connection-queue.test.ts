/** The order of answers on one connection, and what holds it up. */
import { concatBytes, type FileHandle, MemoryFs, type OpenMode } from '@millrace/base'
import { expect, it } from 'vitest'
import { batchOf } from '../log/testing/log-kit.ts'
import {
  apis,
  frameRequest,
  newFetchRequest,
  newFetchRequestPartition,
  newMetadataRequest,
  newProduceRequest,
} from '../protocol/index.ts'
import { ConnectionQueue, requestsQueuedMax } from './index.ts'
import { brokerKit } from './testing/broker-kit.ts'

/** Files whose sync ends when the test says so. */
class GatedFs extends MemoryFs {
  readonly gates: (() => void)[] = []
  override openSync(path: string, mode: OpenMode): FileHandle {
    const file = super.openSync(path, mode)
    if (path.endsWith('.log') && path.includes('topics')) {
      file.sync = () => new Promise((resolve) => this.gates.push(resolve))
    }
    return file
  }
}

async function queueKit(fs = new MemoryFs()) {
  const kit = await brokerKit({ fs })
  const configs = new Map([['millrace.durability', fs instanceof GatedFs ? 'fsync' : 'os']])
  kit.logs.createTopic({ name: 't', partitions: 1, configs })
  const answered: number[] = []
  const state = { failed: '', reading: true, writable: true }
  const queue = new ConnectionQueue(kit.services, kit.peer, {
    send: (parts) => {
      answered.push(new DataView(concatBytes(parts).buffer).getInt32(4))
      return state.writable
    },
    fail: (cause) => {
      state.failed = cause
    },
    setReading: (reading) => {
      state.reading = reading
    },
  })
  return { ...kit, queue, answered, state }
}

const settled = async () => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

function metadataFrame(correlationId: number): Uint8Array {
  const header = { version: 1, correlationId, clientId: null }
  return concatBytes(frameRequest(apis.metadata, header, newMetadataRequest())).subarray(4)
}

function produceFrame(correlationId: number): Uint8Array {
  const request = newProduceRequest({
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: 't', partitionData: [{ index: 0, records: batchOf(['x']) }] }],
  })
  const header = { version: 7, correlationId, clientId: null }
  return concatBytes(frameRequest(apis.produce, header, request)).subarray(4)
}

function fetchFrame(correlationId: number): Uint8Array {
  const partitions = [newFetchRequestPartition({ partitionMaxBytes: 1000 })]
  const topics = [{ topic: 't', partitions }]
  const request = newFetchRequest({ maxWaitMs: 500, minBytes: 1, topics })
  const header = { version: 4, correlationId, clientId: null }
  return concatBytes(frameRequest(apis.fetch, header, request)).subarray(4)
}

it('answers a waiting Fetch before what came behind it', async () => {
  const { queue, answered, time } = await queueKit()
  queue.push(fetchFrame(1))
  queue.push(metadataFrame(2))
  await settled()
  expect(answered).toEqual([])
  time.advance(500)
  await settled()
  expect(answered).toEqual([1, 2])
})

it('lets Produce requests in a row wait for one sync, and answers them in order', async () => {
  const fs = new GatedFs()
  const { queue, answered, logs } = await queueKit(fs)
  for (const id of [1, 2, 3]) queue.push(produceFrame(id))
  queue.push(metadataFrame(4))
  await settled()
  expect(logs.partition('t', 0)?.logEnd).toBe(3)
  expect(answered).toEqual([])
  while (fs.gates.length > 0) {
    fs.gates.shift()?.()
    await settled()
  }
  expect(answered).toEqual([1, 2, 3, 4])
})

it('starts nothing for a peer that does not read, until it does', async () => {
  const { queue, answered, state } = await queueKit()
  state.writable = false
  queue.push(metadataFrame(1))
  queue.push(metadataFrame(2))
  expect(answered).toEqual([1])
  state.writable = true
  queue.resume()
  expect(answered).toEqual([1, 2])
})

it('stops reading when too many requests wait, and goes on when there is room', async () => {
  const { queue, answered, state, time } = await queueKit()
  queue.push(fetchFrame(0))
  for (let id = 1; id <= requestsQueuedMax; id++) queue.push(metadataFrame(id))
  expect(state.reading).toBe(false)
  time.advance(500)
  await settled()
  expect(answered).toHaveLength(requestsQueuedMax + 1)
  expect(state.reading).toBe(true)
})

it('ends the connection on a malformed request and answers nothing more', async () => {
  const { queue, answered, state } = await queueKit()
  queue.push(metadataFrame(1))
  queue.push(Uint8Array.of(0, 3, 0, 1, 0, 0, 0, 2, 255, 255, 9, 9, 9, 9))
  queue.push(metadataFrame(3))
  expect(answered).toEqual([1])
  expect(state.failed).toContain('bad request')
})
