/**
 * `npm run bench`: JSON events produced over TCP into 6 partitions of the running product, then the pipeline topic →
 * 10 s tumbling count and sum for each user → topic, deployed over its API with one engine worker; every result row is
 * checked. Rate: events over the time from the call of deploy to the last result in the output topic.
 * Flags: `--events N --runs N --workers N --quick --from-source --cpu-prof DIR`; `--idle` measures memory
 * instead, `--panning` the studio's frames.
 */
import { parseArgs } from 'node:util'
import { decodeUtf8, emptyBytes, encodeUtf8 } from '@millrace/base'
import { KafkaClient } from '@millrace/broker/client'
import { nodeClientParts } from '@millrace/broker/host-node'
import { type Answer, events } from './events.ts'
import { measureIdle } from './idle.ts'
import { measurePanning } from './panning.ts'
import { benchDocument } from './pipeline.ts'
import { watchRss } from './process-tree.ts'
import { startProduct } from './product.ts'

const partitions = 6
const inputTopic = 'bench-orders'
const { values: flags } = parseArgs({
  options: {
    events: { type: 'string' },
    runs: { type: 'string' },
    workers: { type: 'string', default: '1' },
    quick: { type: 'boolean', default: false },
    idle: { type: 'boolean', default: false },
    panning: { type: 'boolean', default: false },
    'from-source': { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
})
const count = Number(flags.events ?? (flags.quick ? 2_500_000 : 5_000_000))
const runs = Number(flags.runs ?? 5)
const workers = Number(flags.workers)
/** Events per second that a run of this kind must reach. */
const floor = flags.quick ? 700_000 : 1_000_000

if (flags.idle) {
  const kept = await measureIdle(flags['from-source'])
  if (!kept) console.error('Above the limit for an idle product.')
  process.exit(kept ? 0 : 1)
}

if (flags.panning) {
  const kept = await measurePanning(flags['from-source'])
  if (!kept) console.error('Slower than the limits for panning.')
  process.exit(kept ? 0 : 1)
}

const product = await startProduct({
  fromSource: flags['from-source'],
  nodeFlags: flags['cpu-prof']
    ? ['--cpu-prof', `--cpu-prof-dir=${flags['cpu-prof']}`, '--cpu-prof-interval=200']
    : [],
})
const client = new KafkaClient({ ...(await nodeClientParts()), bootstrap: [product.kafka] })
const rates: number[] = []
let rssBytes = 0
try {
  await client.admin.createTopic(inputTopic, { partitions })
  const rss = watchRss(product.pid)
  const answers = await produce()
  for (let run = 1; run <= runs; run++) {
    const rate = await measure(run, answers)
    rates.push(rate)
    console.log(`run ${run}: ${mega(rate)} M events/s`)
  }
  rssBytes = rss.stop()
} finally {
  client.close()
  await product.stop()
}
report()

function report(): void {
  const sorted = [...rates].sort((a, b) => a - b)
  const median = sorted[sorted.length >> 1]
  console.log(
    `${count} events, ${partitions} partitions, ${workers} engine worker(s): median ${mega(median)} M events/s, ` +
      `min ${mega(sorted[0])}, max ${mega(sorted[sorted.length - 1])}, ` +
      `RSS of the process tree at most ${Math.round(rssBytes / 1048576)} MiB`,
  )
  if (median >= floor) return
  console.error(`Below the floor of ${mega(floor)} M events/s.`)
  process.exitCode = 1
}

function mega(rate: number): string {
  return (rate / 1e6).toFixed(2)
}

async function produce(): Promise<Map<string, Answer>> {
  const producer = await client.producer({ batchBytes: 512 * 1024, lingerMs: 20 })
  const answers = new Map<string, Answer>()
  const input = { count, partitions, keys: 2000, windows: 50 }
  const start = performance.now()
  let bytes = 0
  for (const { partition, json } of events(input, answers)) {
    const value = encodeUtf8(json)
    bytes += value.length
    while (!producer.append(inputTopic, partition, { value })) await producer.whenRoom()
  }
  await producer.close()
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const size = Math.round(bytes / count)
  console.log(`produced ${count} events of ${size} bytes on average over TCP in ${seconds} s`)
  return answers
}

async function measure(run: number, answers: ReadonlyMap<string, Answer>): Promise<number> {
  const to = `bench-totals-${run}`
  await client.admin.createTopic(to, { partitions })
  const document = benchDocument({
    id: `bench-${run}`,
    from: inputTopic,
    to,
    parallelism: workers,
  })
  const { id, revision } = await product.api.create(document.name, document)
  const start = performance.now()
  const deployed = await product.api.deploy(id, revision)
  if (!deployed.ok) throw new Error(`The pipeline was refused: ${JSON.stringify(deployed)}`)
  const started = performance.now()
  const end = await allResults(to, answers)
  console.log(`  deployed in ${Math.round(started - start)} ms`)
  await product.api.stop(id)
  return count / ((end - start) / 1000)
}

/** Reads the results until all are there and right; answers when the last one was. */
async function allResults(topic: string, answers: ReadonlyMap<string, Answer>): Promise<number> {
  const missing = new Map(answers)
  const readers = Array.from({ length: partitions }, (_, partition) =>
    client.reader({ topic, partition, offset: 0, waitMsMax: 20 }),
  )
  while (missing.size > 0) {
    for (const reader of readers) {
      for (const record of reader.decode(await reader.read())) {
        checkResult(decodeUtf8(record.value ?? emptyBytes), missing)
      }
    }
  }
  const end = performance.now()
  for (const reader of readers) reader.close()
  return end
}

function checkResult(text: string, missing: Map<string, Answer>): void {
  const result = JSON.parse(text) as Answer & { user_id: string; window_start: string }
  const key = `${result.user_id} ${Date.parse(result.window_start)}`
  const expected = missing.get(key)
  if (!expected || expected.orders !== result.orders || expected.total !== result.total) {
    throw new Error(`A wrong result: ${text}, expected ${JSON.stringify(expected)}`)
  }
  missing.delete(key)
}
