/**
 * `npm run bench`: JSON events produced over TCP into 6 partitions, then topic → 10 s tumbling count and sum for each
 * user → topic with one engine worker; every result row is checked. Rate: events over the time from the start of the
 * job to its last result in the topic. Flags: `--events N --runs N --workers N --quick --cpu-prof DIR`.
 */
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import { entryFile } from '@millrace/base/node'
import { KafkaClient } from '@millrace/broker/client'
import { nodeClientParts } from '@millrace/broker/host-node'
import type { PhysicalPlan } from '@millrace/engine/plan'
import { type Answer, events } from './events.ts'
import { benchPlan } from './plan.ts'
import { watchRss } from './process-tree.ts'

const partitions = 6
const { values: flags } = parseArgs({
  options: {
    events: { type: 'string' },
    runs: { type: 'string' },
    workers: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
})
const count = Number(flags.events ?? (flags.quick ? 1_000_000 : 5_000_000))
const runs = Number(flags.runs ?? (flags.quick ? 3 : 5))
const workers = Number(flags.workers)
/** Events per second that a run of this kind must reach. */
const floor = flags.quick ? 700_000 : 1_000_000

const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
const { file, env } = entryFile(new URL('./host.ts', import.meta.url))
const child = fork(file, {
  env: { ...process.env, ...env, MILLRACE_BENCH_DATA: directory },
  execArgv: flags['cpu-prof']
    ? ['--cpu-prof', `--cpu-prof-dir=${flags['cpu-prof']}`, '--cpu-prof-interval=200']
    : [],
})
let stopping = false
const exited = new Promise<void>((resolve) => {
  child.once('exit', (code) => {
    if (!stopping) throw new Error(`The host ended with code ${code}.`)
    resolve()
  })
})

interface FromHost {
  is: 'ready' | 'started' | 'stopped'
  port: number
}

function heard(kind: FromHost['is']): Promise<FromHost> {
  return new Promise((resolve) => {
    const listen = (message: FromHost) => {
      if (message.is !== kind) return
      child.off('message', listen)
      resolve(message)
    }
    child.on('message', listen)
  })
}

const { port } = await heard('ready')
const client = new KafkaClient({
  ...(await nodeClientParts()),
  bootstrap: [{ host: '127.0.0.1', port }],
})
await client.admin.createTopic('bench-orders', { partitions })
const rss = watchRss(child.pid ?? 0)
const answers = await produce()
const rates: number[] = []
for (let run = 1; run <= runs; run++) {
  const rate = await measure(run)
  rates.push(rate)
  console.log(`run ${run}: ${mega(rate)} M events/s`)
}
const rssBytes = rss.stop()
client.close()
stopping = true
child.send({ is: 'stop' })
await exited
rmSync(directory, { recursive: true, force: true })

const sorted = [...rates].sort((a, b) => a - b)
const median = sorted[sorted.length >> 1]
console.log(
  `${count} events, ${partitions} partitions, ${workers} engine worker(s): median ${mega(median)} M events/s, ` +
    `min ${mega(sorted[0])}, max ${mega(sorted[sorted.length - 1])}, ` +
    `RSS of the process tree ${Math.round(rssBytes / 1048576)} MiB`,
)
if (median < floor) {
  console.error(`Below the floor of ${mega(floor)} M events/s.`)
  process.exitCode = 1
}

function mega(rate: number): string {
  return (rate / 1e6).toFixed(2)
}

async function produce(): Promise<Map<string, Answer>> {
  const producer = await client.producer({ batchBytes: 512 * 1024, lingerMs: 20 })
  const answers = new Map<string, Answer>()
  const start = performance.now()
  let bytes = 0
  for (const { partition, json } of events(
    { count, partitions, keys: 2000, windows: 50 },
    answers,
  )) {
    const value = encodeUtf8(json)
    bytes += value.length
    while (!producer.append('bench-orders', partition, { value })) await producer.whenRoom()
  }
  await producer.close()
  const seconds = (performance.now() - start) / 1000
  console.log(
    `produced ${count} events of ${Math.round(bytes / count)} bytes on average over TCP in ${seconds.toFixed(1)} s`,
  )
  return answers
}

async function measure(run: number): Promise<number> {
  const to = `bench-totals-${run}`
  await client.admin.createTopic(to, { partitions })
  const plan: PhysicalPlan = benchPlan({
    pipeline: `bench-${run}`,
    from: 'bench-orders',
    to,
    parallelism: workers,
  })
  const start = performance.now()
  child.send({ is: 'start', plan })
  await heard('started')
  const started = performance.now()
  const end = await allResults(to)
  child.send({ is: 'stop-job' })
  await heard('stopped')
  console.log(`  started in ${Math.round(started - start)} ms`)
  return count / ((end - start) / 1000)
}

interface Result {
  user_id: string
  window_start: string
  orders: number
  total: number
}

/** Reads the results until all are there and right; answers when the last one was. */
async function allResults(topic: string): Promise<number> {
  const missing = new Map(answers)
  const readers = Array.from({ length: partitions }, (_, partition) =>
    client.reader({ topic, partition, offset: 0, waitMsMax: 20 }),
  )
  while (missing.size > 0) {
    const records = await Promise.all(
      readers.map(async (reader) => reader.decode(await reader.read())),
    )
    for (const record of records.flat())
      check(decodeUtf8(record.value ?? new Uint8Array(0)), missing)
  }
  const end = performance.now()
  for (const reader of readers) reader.close()
  return end
}

function check(text: string, missing: Map<string, Answer>): void {
  const { user_id, window_start, orders, total } = JSON.parse(text) as Result
  const key = `${user_id} ${Date.parse(window_start)}`
  const expected = missing.get(key)
  if (!expected || expected.orders !== orders || expected.total !== total) {
    throw new Error(`A wrong result: ${text}, expected ${JSON.stringify(expected)}`)
  }
  missing.delete(key)
}
