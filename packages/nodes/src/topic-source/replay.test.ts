/**
 * Random runs over a real broker: several partitions, disorder, silent partitions, processing time, random numbers,
 * checkpoints that are given up, any order of subtasks and inputs. The slice between two checkpoints is replayed from its journal although the log holds
 * more by then, and everything is the same: what every subtask emits, batch by batch, and the watermark before each.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInThisContext } from 'node:vm'
import { receiveMessageOnPort } from 'node:worker_threads'
import {
  assert,
  encodeUtf8,
  MemoryFs,
  type Random,
  randomInteger,
  seededRandom,
  VirtualTime,
} from '@millrace/base'
import { nodeFs } from '@millrace/base/node'
import { systemEnvironment } from '@millrace/base/platform'
import { KafkaClient } from '@millrace/broker/client'
import { type BrokerHandle, nodeClientParts, startBroker } from '@millrace/broker/host-node'
import { createReaderHub } from '@millrace/broker/log'
import { createLocalCodeHost } from '@millrace/engine/code'
import type { ConnectorEnvironment } from '@millrace/engine/host-node'
import { compilePipeline, type PhysicalPlan } from '@millrace/engine/plan'
import {
  type CheckpointManifest,
  CheckpointStore,
  type Decision,
  InlineJob,
  type InlineJobOptions,
  Replay,
  seededChoice,
} from '@millrace/engine/runtime'
import { rowAt } from '@millrace/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../catalogue.gen.ts'
import { operators, processFunctionOn } from '../operators.gen.ts'
import { documentOf, nodeOf, ordersSource } from '../testing/documents.ts'
import { sampleSink } from '../topic-sink/sample-sink.ts'
import { connector } from './connector.node.ts'

const partitions = 4
const code = `export const fn = processFunction({
  state: { seen: value<bigint>() },
  onElement(row, ctx) {
    ctx.state.seen.set((ctx.state.seen.get() ?? 0n) + 1n)
    ctx.timers.processingTime(ctx.now() + 20)
    ctx.emit({ user_id: row.user_id, what: 'row ' + Math.random(), at: ctx.now() })
  },
  onTimer(time, ctx) {
    ctx.emit({ user_id: ctx.key, what: 'timer ' + ctx.state.seen.get(), at: time })
  },
})`

let directory: string
let broker: BrokerHandle
let kafka: KafkaClient
let hub: ReturnType<typeof createReaderHub>

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-replay-'))
  broker = await startBroker({ dataDir: directory, port: 0 })
  const parts = await nodeClientParts()
  kafka = new KafkaClient({ ...parts, bootstrap: [{ host: broker.host, port: broker.port }] })
  const port = broker.leasePort()
  hub = createReaderHub({
    fs: nodeFs,
    codecs: parts.codecs,
    port: {
      postMessage: (message) => port.postMessage(message),
      receive: () => receiveMessageOnPort(port)?.message,
      close: () => port.close(),
    },
  })
}, 30_000)

afterAll(async () => {
  hub.close()
  kafka.close()
  await broker.close()
  rmSync(directory, { recursive: true, force: true })
})

function planOver(topic: string): PhysicalPlan {
  const document = documentOf(
    [
      ordersSource('orders', {
        topic,
        idleAfterMs: 100,
        time: { column: 'placed_at', unit: 'ms', waitMs: 20 },
      }),
      nodeOf('per-user', 'window', {
        sizeMs: 100,
        forEach: ['user_id'],
        compute: [{ name: 'n', expression: 'COUNT(*)' }],
      }),
      nodeOf('watch', 'process-function', {
        forEach: ['user_id'],
        code,
        columns: [
          { name: 'user_id', type: 'STRING' },
          { name: 'what', type: 'STRING' },
          { name: 'at', type: 'TIMESTAMP(3)' },
        ],
      }),
      nodeOf('late', 'topic-sink', { topic: 'late' }),
      nodeOf('counts', 'topic-sink', { topic: 'counts' }),
      nodeOf('watched', 'topic-sink', { topic: 'watched' }),
    ],
    [
      'orders -> per-user',
      'orders -> watch',
      'per-user -> counts',
      'per-user.late -> late',
      'watch -> watched',
    ],
    { parallelism: 2, checkpointTimeoutMs: 1000, checkpointsRetained: 50 },
  )
  const { plan, problems } = compilePipeline(document, catalogue, { topics: new Map() })
  assert(plan, JSON.stringify(problems))
  return plan
}

/** A job over the broker, with what every subtask emitted. */
function open(plan: PhysicalPlan, clock: VirtualTime, options: Partial<InlineJobOptions>) {
  const environment: ConnectorEnvironment = {
    ...systemEnvironment,
    clock,
    kafka,
    openLog: (at) => hub.open(at),
    // The records are JSON.
    registry: { schema: () => Promise.resolve(undefined), register: () => Promise.resolve(1) },
    pipeline: 'replay',
    log: () => undefined,
  }
  const source = connector.sources?.['topic-source']
  assert(source, 'the topic source has no factory')
  const host = createLocalCodeHost(() => (text) => runInThisContext(text))
  const sinks = { 'topic-sink': sampleSink, 'dead-letter-sink': sampleSink }
  const job = new InlineJob({
    plan,
    clock,
    random: seededRandom(1),
    registry: {
      operators: { ...operators, ...sinks, 'process-function': processFunctionOn(host) },
      sources: { 'topic-source': source(environment) },
    },
    ...options,
  })
  const seen: Record<string, string[]> = {}
  for (const spec of plan.operators) {
    for (const subtask of job.subtasks(spec.id)) {
      spec.outputs.forEach((output, index) => {
        const into: string[] = (seen[`${spec.id} ${subtask.subtask} ${index}`] = [])
        subtask.tap(index, (batch) => {
          const rows = Array.from({ length: batch.length }, (_, row) => [
            Object.values(rowAt(batch, output.row, row)).map(String),
            batch.eventTimes?.[row],
          ])
          into.push(JSON.stringify([subtask.status().watermark, rows]))
        })
      })
    }
  }
  return { job, seen }
}

/** Orders of random partitions with disorder beyond what is waited for; one partition falls silent now and then. */
async function produce(topic: string, random: Random, from: number): Promise<void> {
  const producer = await kafka.producer()
  const silent = randomInteger(random, 0, partitions)
  for (let i = randomInteger(random, 1, 6); i > 0; i--) {
    const partition = randomInteger(random, 0, partitions - 1)
    if (partition === silent) continue
    const records = Array.from({ length: randomInteger(random, 1, 30) }, (_, row) => {
      const placedAt = from + row * 5 - randomInteger(random, 0, 60)
      const userId = `u${randomInteger(random, 0, 7)}`
      const text = `{"order_id":"o","user_id":"${userId}","total_cents":1,"placed_at":${placedAt}}`
      return { partition, value: encodeUtf8(random.next() < 0.05 ? text.slice(0, 20) : text) }
    })
    await producer.send(topic, records)
  }
  await producer.close()
}

/** Lets answers of the broker come. */
const breathe = () => new Promise((resolve) => setImmediate(resolve))

async function runSome(job: InlineJob, random: Random, clock: VirtualTime): Promise<void> {
  for (let i = randomInteger(random, 5, 40); i > 0; i--) {
    for (let steps = randomInteger(random, 0, 30); steps > 0; steps--)
      job.step(randomInteger(random, 1, 200))
    if (random.next() < 0.3) clock.advance(randomInteger(random, 1, 60))
    await breathe()
  }
  expect(job.status().failure).toBeNull()
}

/** So that what is seen around a checkpoint is on one side of its barriers. */
async function rest(job: InlineJob): Promise<void> {
  for (let quiet = 0; quiet < 50; quiet++) {
    if (job.step()) quiet = 0
    await breathe()
  }
}

/** A checkpoint that is under way when its time is over: some subtasks have seen its barrier. */
function giveUpCheckpoint(job: InlineJob, random: Random, clock: VirtualTime): void {
  job.checkpoint()
  for (let steps = randomInteger(random, 0, 9); steps > 0; steps--) job.step(50)
  clock.advance(1001)
  job.tick()
}

interface Recorded {
  plan: PhysicalPlan
  store: CheckpointStore
  first: CheckpointManifest
  second: CheckpointManifest
  seen: Record<string, string[]>
}

async function record(seed: number): Promise<Recorded> {
  const random = seededRandom(seed)
  const topic = `orders-${seed}`
  await kafka.admin.createTopic(topic, { partitions })
  const plan = planOver(topic)
  const clock = new VirtualTime(1_000)
  const store = new CheckpointStore(new MemoryFs(), 'checkpoints')
  const { job, seen } = open(plan, clock, {
    store,
    random,
    schedule: random,
    choiceFor: () => seededChoice(random),
  })
  let at = 0
  const rounds = async () => {
    for (let round = randomInteger(random, 1, 5); round > 0; round--) {
      await produce(topic, random, (at += 80))
      await runSome(job, random, clock)
      if (random.next() < 0.5) giveUpCheckpoint(job, random, clock)
    }
    await rest(job)
  }
  await rounds()
  const first = job.completeCheckpoint()
  for (const list of Object.values(seen)) list.length = 0
  await rounds()
  const second = job.completeCheckpoint()
  const before = Object.fromEntries(Object.entries(seen).map(([name, list]) => [name, [...list]]))
  job.close()
  await produce(topic, random, at)
  return { plan, store, first, second, seen: before }
}

let attempts = 0
type Change = (operator: string, subtask: number, decisions: Decision[]) => Decision[]

async function replay(recorded: Recorded, change: Change = (_, __, same) => same) {
  const { plan, store, first, second } = recorded
  const replays: Replay[] = []
  const { job, seen } = open(plan, new VirtualTime(1_000_000), {
    store,
    restore: first,
    nextCheckpoint: second.id + 1 + attempts++,
    schedule: seededRandom(99),
    replayFor: (operator, subtask) => {
      const one = new Replay(change(operator, subtask, store.journal(second, operator, subtask)))
      replays.push(one)
      return one
    },
  })
  // The sources send its barrier when they have replayed what was recorded: the slice ends with one.
  job.checkpoint()
  let quiet = 0
  while (!replays.every((one) => one.ended) && job.state === 'running' && quiet < 50_000) {
    quiet = job.step() ? 0 : quiet + 1
    if (quiet > 0) await breathe()
  }
  const { failure } = job.status()
  const ended = replays.every((one) => one.ended)
  job.close()
  return { seen, failure, ended }
}

describe('a recorded slice of a run', { timeout: 60_000 }, () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('replays the same, seed %i', async (seed) => {
    const recorded = await record(seed)
    const again = await replay(recorded)
    expect(again.failure).toBeNull()
    expect(again.ended).toBe(true)
    expect(again.seen).toEqual(recorded.seen)
  })

  it('is not the same when one decision of its journal is missing', async () => {
    const recorded = await record(9)
    const victims = recorded.plan.operators.filter(({ parallelism }) => parallelism > 1)
    for (const { id } of victims) {
      const again = await replay(recorded, (operator, subtask, one) =>
        operator === id && subtask === 0 ? one.toSpliced(Math.floor(one.length / 2), 1) : one,
      )
      const same = JSON.stringify(again.seen) === JSON.stringify(recorded.seen)
      expect([id, same && again.ended && again.failure === null]).toEqual([id, false])
    }
  })
})
