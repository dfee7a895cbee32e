/** SIGKILL at twenty random times with two engine workers: every window at least once, every copy the same, nothing else. */
import { Api, addNode } from './support/api.ts'
import { createTopic, kafkaClient, type ReadRecord, readUntil } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

const kills = 20
const partitions = 4
const keys = 25
const chunkRecords = 400
const chunkMs = 5_000
const windowMs = 10_000
/** Longest time between a chunk's acknowledgement and the kill. */
const killWithinMs = 900

interface Event {
  key: string
  amount: number
  at: number
}

/** The records of a chunk; every key stays in one partition, times grow within each partition. */
function chunk(index: number): Event[] {
  return Array.from({ length: chunkRecords }, (_, i) => ({
    key: `k${(i * 7 + index) % keys}`,
    amount: index * 1000 + i,
    at: index * chunkMs + Math.floor((i * chunkMs) / chunkRecords),
  }))
}

function partitionOf(event: Event): number {
  return Number(event.key.slice(1)) % partitions
}

/** count and sum by "key window-start", computed apart from the product. */
function expectedWindows(events: readonly Event[]): Map<string, string> {
  const windows = new Map<string, { count: number; sum: number }>()
  for (const { key, amount, at } of events) {
    const name = `${key} ${at - (at % windowMs)}`
    const before = windows.get(name) ?? { count: 0, sum: 0 }
    windows.set(name, { count: before.count + 1, sum: before.sum + amount })
  }
  return new Map([...windows].map(([name, { count, sum }]) => [name, `${count} ${sum}`]))
}

function windowOf(record: ReadRecord): { name: string; value: string } {
  const row = JSON.parse(String(record.value)) as {
    key: string
    window_start: string
    n: number
    total: number
  }
  return { name: `${row.key} ${Date.parse(row.window_start)}`, value: `${row.n} ${row.total}` }
}

test('results survive SIGKILL at twenty random times with two workers', async ({ server }) => {
  test.setTimeout(300_000)
  const seed = Number(process.env.SEED ?? 20261122)
  console.log(`seed ${seed}`)
  let state = seed
  const random = () => {
    state = (state * 16807) % 2147483647
    return state / 2147483647
  }
  await createTopic(server.addresses.kafka, 'events', partitions)
  const api = new Api(server.addresses.studio)
  const id = await api.deploy('Survivor', (draft) => {
    draft.settings = { ...draft.settings, parallelism: 2, checkpointIntervalMs: 200 }
    const source = addNode(draft, 'topic-source', {
      topic: 'events',
      format: 'json',
      columns: [
        { name: 'key', type: 'STRING' },
        { name: 'amount', type: 'BIGINT' },
        { name: 'at', type: 'TIMESTAMP(3)' },
      ],
      time: { column: 'at', unit: 'ms', waitMs: 0 },
      start: 'earliest',
    })
    const compute = [
      { name: 'n', expression: 'COUNT(*)' },
      { name: 'total', expression: 'SUM(amount)' },
    ]
    const window = addNode(
      draft,
      'window',
      { sizeMs: windowMs, forEach: ['key'], compute, lateRows: 'count' },
      source,
    )
    addNode(draft, 'topic-sink', { topic: 'results', format: 'json' }, window)
  })

  const sent: Event[] = []
  for (let index = 0; index < kills; index++) {
    const events = chunk(index)
    await send(server.addresses.kafka, events)
    sent.push(...events)
    // The moment of the kill is the experiment: any instant after the acknowledgement.
    await new Promise((resolve) => setTimeout(resolve, random() * killWithinMs))
    await server.signal('SIGKILL')
    await server.start()
  }
  const last = kills * chunkMs + 10 * windowMs
  await send(
    server.addresses.kafka,
    Array.from({ length: keys }, (_, k) => ({ key: `k${k}`, amount: 0, at: last })),
  )

  const expected = expectedWindows(sent)
  const seen = new Map<string, string>()
  const records = await readUntil(server.addresses.kafka, 'results', (all) => {
    const { name, value } = windowOf(all[all.length - 1])
    seen.set(name, value)
    return seen.size >= expected.size
  })
  const copies = new Map<string, Set<string>>()
  for (const record of records) {
    const { name, value } = windowOf(record)
    copies.set(name, (copies.get(name) ?? new Set()).add(value))
  }
  expect([...copies.keys()].filter((name) => !expected.has(name))).toEqual([])
  expect([...copies].filter(([, values]) => values.size > 1)).toEqual([])
  expect(new Map([...copies].map(([name, values]) => [name, [...values][0]]))).toEqual(expected)
  const status = () => api.ask<RunStatus>('runs.status', { pipeline: id })
  const run = await status()
  expect(run.state).toBe('running')
  expect(run.status?.restoredFrom).not.toBeNull()
  await expect(async () => {
    const rows = rowsOfWorkers((await status()).status, 'window-aggregate')
    expect(rows).toHaveLength(2)
    expect(Math.min(...rows)).toBeGreaterThan(0)
  }).toPass({ timeout: 10_000 })
})

interface RunStatus {
  state: string
  status: {
    restoredFrom: number | null
    operators: { type: string; subtasks: { counters: { rowsIn: number } }[] }[]
  } | null
}

/** Rows that each subtask of an operator took since the last start. */
function rowsOfWorkers(job: RunStatus['status'], type: string): number[] {
  const operator = job?.operators.find((each) => each.type === type)
  return operator?.subtasks.map(({ counters }) => counters.rowsIn) ?? []
}

async function send(broker: string, events: readonly Event[]): Promise<void> {
  const producer = kafkaClient(broker).producer()
  await producer.connect()
  const messages = events.map((event) => ({
    key: event.key,
    value: JSON.stringify(event),
    partition: partitionOf(event),
  }))
  await producer.send({ topic: 'events', messages, acks: -1 })
  await producer.disconnect()
}
