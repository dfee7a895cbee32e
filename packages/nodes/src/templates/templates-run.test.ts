import { runInThisContext } from 'node:vm'
import { seededRandom, VirtualTime } from '@millrace/base'
import { createLocalCodeHost } from '@millrace/engine/code'
import { compilePipeline } from '@millrace/engine/plan'
import { InlineJob } from '@millrace/engine/runtime'
import type { Batch, CellValue, RowType } from '@millrace/schemas'
import { rowAt } from '@millrace/schemas'
import { expect, it } from 'vitest'
import { catalogue } from '../catalogue.gen.ts'
import { operators, processFunctionOn, sources } from '../operators.gen.ts'
import { sampleSink } from '../topic-sink/sample-sink.ts'
import { templates } from './index.ts'

type Row = Record<string, CellValue>

/** Runs a template for a while of virtual time and collects what leaves each port. */
function run(id: string, forMs: number, parallelism = 1): (port: string) => Row[] {
  const template = templates.find((candidate) => candidate.id === id)
  if (!template) throw new Error(`no template ${id}`)
  const { document } = template
  const settings = { ...document.settings, parallelism }
  const { plan } = compilePipeline({ ...document, settings }, catalogue, { topics: new Map() })
  if (!plan) throw new Error('no plan')
  const time = new VirtualTime(1_764_000_000_000)
  const host = createLocalCodeHost(() => (source) => runInThisContext(source))
  const job = new InlineJob({
    plan,
    registry: {
      operators: {
        ...operators,
        'process-function': processFunctionOn(host),
        'topic-sink': sampleSink,
        'dead-letter-sink': sampleSink,
      },
      sources,
    },
    clock: time,
    random: seededRandom(1),
  })
  const rows = new Map<string, Row[]>()
  for (const operator of plan.operators)
    for (const { port, row } of operator.outputs)
      if (port !== null) collect(job, rows, { node: operator.node, port, row })
  for (let elapsed = 0; elapsed < forMs; elapsed += 100) {
    job.runUntilIdle()
    time.advance(100)
  }
  expect(job.status().failure).toBeNull()
  job.close()
  return (port) => rows.get(port) ?? []
}

function collect(
  job: InlineJob,
  rows: Map<string, Row[]>,
  place: { node: string; port: string; row: RowType },
): void {
  const into: Row[] = []
  rows.set(`${place.node}.${place.port}`, into)
  job.tap(place.node, place.port, (batch: Batch) => {
    for (let i = 0; i < batch.length; i++) into.push(rowAt(batch, place.row, i))
  })
}

it('orders per minute: closed minutes add up to the orders that are older', () => {
  const port = run('orders-per-minute', 3000)
  const minutes = port('per-minute.rows')
  expect(minutes.length).toBeGreaterThanOrEqual(2)
  const lastEnd = Math.max(...minutes.map((row) => Number(row.window_end)))
  const counted = minutes.reduce((sum, row) => sum + Number(row.total_orders), 0)
  expect(counted).toBeGreaterThan(2000)
  expect(lastEnd).toBeLessThanOrEqual(1_764_000_003_000)
  for (const row of minutes)
    expect(BigInt(row.total_revenue_cents as bigint) / BigInt(row.total_orders as bigint)).toBe(
      row.avg_order_cents,
    )
})

it.each(['orders-per-minute', 'clicks-per-user'])('%s: two subtasks give what one gives', (id) => {
  const results = (parallelism: number) => {
    const rows = run(
      id,
      3000,
      parallelism,
    )(id === 'orders-per-minute' ? 'per-minute.rows' : 'per-user.rows')
    const first = rows.filter((row) => row.firing === undefined || row.firing === 1)
    return first.map((row) => `${row.window_start} ${row.user_id ?? ''}`).sort()
  }
  const one = results(1)
  expect(one.length).toBeGreaterThan(1)
  expect(results(2)).toEqual(one)
})

it('fraud velocity: alerts only for spans of 60 s, and large payments aside', () => {
  const port = run('fraud-velocity', 3000)
  const alerts = port('detector.rows')
  expect(alerts.length).toBeGreaterThan(0)
  expect(new Set(alerts.map((row) => row.user_id)).size).toBeLessThan(20)
  for (const alert of alerts)
    expect(Number(alert.payments) > 10 || Number(alert.total_cents) > 100_000).toBe(true)
  expect(Math.max(...alerts.map((row) => Number(row.payments)))).toBeLessThan(40)
  const large = port('detector.large-payments')
  expect(large.length).toBeGreaterThan(0)
  expect(large.every((row) => row.amount_cents === 75_000n)).toBe(true)
})

it('fraud velocity as printed: a replayed history is counted all together, the trap it names', () => {
  const port = run('fraud-velocity-as-printed', 3000)
  // Three minutes of payments arrive within a second of wall-clock time: no timer fires between them.
  expect(Math.max(...port('detector.rows').map((row) => Number(row.payments)))).toBeGreaterThan(40)
})

it('clicks: windows fire again for late rows, and the too-late ones leave by their port', () => {
  const port = run('clicks-per-user', 5000)
  const results = port('per-user.rows')
  expect(results.some((row) => Number(row.firing) > 1)).toBe(true)
  expect(port('per-user.late').length).toBeGreaterThan(0)
  expect(Object.keys(port('per-user.late')[0])).toEqual(['user_id', 'page', 'clicked_at'])
})
