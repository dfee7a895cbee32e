/**
 * Random plans: one or two sources, layers of operators with fan-out, diamonds, unions, every exchange and parallelism,
 * run in random order with checkpoints at random times, and restored from one of them at another parallelism.
 * Invariants: nobody waits for ever; every row reaches every sink once per path; what a sink had at the checkpoint and
 * what comes after the restore is the whole; watermarks never go back; the ledger balances.
 */
import { MemoryFs, type Random, randomInteger, seededRandom, VirtualTime } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import type { Exchange, PhysicalEdge, PhysicalOperator, PhysicalPlan } from '../plan/physical.ts'
import { calc } from './calc-operator.ts'
import { CheckpointStore } from './checkpoint-store.ts'
import { InlineJob } from './inline-job.ts'
import { seededChoice } from './input-choice.ts'
import { unaccountedRows } from './metrics.ts'
import { batchOf, rowsOf, rowText } from './testing/batches.ts'
import {
  keyValueRow,
  planOf,
  type ScriptElement,
  scriptSourceSpec,
  sinkSpec,
} from './testing/plans.ts'
import { type Collected, takenBefore, testRegistry } from './testing/test-operators.ts'

const seeds = 200

/** The shape of a plan without its parallelism: a restore may change that, and nothing else. */
interface Shape {
  layers: number[]
  /** For each operator of a layer, the operators before it that it reads. */
  reads: number[][][]
  scripts: ScriptElement[][]
  sources: number
}

function randomShape(random: Random): Shape {
  const sources = randomInteger(random, 1, 2)
  const layers = Array.from({ length: randomInteger(random, 1, 3) }, () =>
    randomInteger(random, 1, 3),
  )
  let before = sources
  const reads = layers.map((width) => {
    const known = before
    before += width
    return Array.from({ length: width }, () => {
      const picked = new Set<number>()
      for (let i = randomInteger(random, 1, 2); i > 0; i--) {
        picked.add(randomInteger(random, 0, known - 1))
      }
      return [...picked]
    })
  })
  const scripts = Array.from({ length: randomInteger(random, 1, 3) }, (_, partition) =>
    randomScript(random, partition),
  )
  return { layers, reads, scripts, sources }
}

function randomScript(random: Random, partition: number): ScriptElement[] {
  let time = 0
  return Array.from({ length: randomInteger(random, 5, 25) }, (_, index): ScriptElement => {
    if (random.next() < 0.3) {
      time += randomInteger(random, 1, 10)
      return { is: 'watermark', time }
    }
    const rows = Array.from({ length: randomInteger(random, 1, 4) }, (_, row) => ({
      cells: [`k${randomInteger(random, 0, 9)}`, BigInt(partition * 10_000 + index * 10 + row)],
      time: time + 20,
    }))
    return { is: 'batch', batch: batchOf(keyValueRow, rows) }
  })
}

function randomPlan(shape: Shape, random: Random): PhysicalPlan {
  const operators: PhysicalOperator[] = []
  const edges: PhysicalEdge[] = []
  const connect = (from: PhysicalOperator, to: PhysicalOperator) => {
    const exchange = randomExchange(random, from.parallelism === to.parallelism)
    edges.push({
      from: { operator: from.id, output: 0 },
      to: { operator: to.id, input: 0 },
      exchange,
    })
  }
  for (let i = 0; i < shape.sources; i++) {
    const spec = scriptSourceSpec(shape.scripts, { parallelism: randomInteger(random, 1, 3) })
    operators.push({ ...spec, id: `source-${i}`, node: `source-${i}` })
  }
  shape.reads.forEach((layer, depth) => {
    const made = layer.map((reads, index) => {
      const pass = passSpec(`pass-${depth}-${index}`, randomInteger(random, 1, 3))
      for (const read of reads) connect(operators[read], pass)
      return pass
    })
    operators.push(...made)
  })
  const readers = new Set(edges.map((edge) => edge.from.operator))
  const sink = sinkSpec('sink', keyValueRow, randomInteger(random, 1, 3))
  for (const operator of operators) if (!readers.has(operator.id)) connect(operator, sink)
  return planOf([...operators, sink], edges)
}

function randomExchange(random: Random, mayForward: boolean): Exchange {
  const dice = random.next()
  if (mayForward && dice < 0.4) return { is: 'forward' }
  return dice < 0.7 ? { is: 'rebalance' } : { is: 'hash', columns: [0], hash: 'flink' }
}

function passSpec(id: string, parallelism: number): PhysicalOperator {
  return {
    id,
    node: id,
    type: 'calc',
    config: { condition: null, projections: null },
    inputs: [keyValueRow],
    outputs: [{ port: 'rows', row: keyValueRow, eventTime: true, origins: false }],
    parallelism,
    state: [],
  }
}

/** How often each row reaches the sink: the number of paths from the sources. */
function pathsToSink(shape: Shape): number {
  const paths: number[] = new Array<number>(shape.sources).fill(1)
  const read = new Set<number>()
  for (const layer of shape.reads) {
    paths.push(...layer.map((reads) => reads.reduce((sum, from) => sum + paths[from], 0)))
    for (const reads of layer) for (const from of reads) read.add(from)
  }
  return paths.reduce((sum, count, index) => sum + (read.has(index) ? 0 : count), 0)
}

function expectedTexts(shape: Shape): string[] {
  const rows = shape.scripts
    .flat()
    .flatMap((element) => (element.is === 'batch' ? rowsOf(keyValueRow, element.batch) : []))
    .map(rowText)
  return rows.flatMap((row) => new Array<string>(pathsToSink(shape)).fill(row)).sort()
}

function play(shape: Shape, random: Random): { texts: string[]; whole: string[] } {
  const store = new CheckpointStore(new MemoryFs(), 'checkpoints')
  const environment = { clock: new VirtualTime(0), random }
  const start = (collected: Collected[], restore: number | null) => {
    const registry = testRegistry(collected)
    return new InlineJob({
      plan: randomPlan(shape, random),
      registry: { ...registry, operators: { ...registry.operators, calc } },
      choiceFor: () => seededChoice(random),
      schedule: random,
      store,
      restore: restore === null ? null : store.manifest(restore),
      nextCheckpoint: (restore ?? 0) + 1,
      ...environment,
    })
  }
  const first: Collected[] = []
  const job = start(first, null)
  while (job.step(randomInteger(random, 1, 4))) if (random.next() < 0.05) job.checkpoint()
  check(job, first)
  const id = store.latest()?.id
  const whole = textsOf(first)
  if (id === undefined) return { texts: whole, whole }
  const second: Collected[] = []
  const resumed = start(second, id)
  resumed.runUntilIdle(100_000)
  check(resumed, second)
  return { texts: [...textsOf(takenBefore(first, id)), ...textsOf(second)].sort(), whole }
}

function check(job: InlineJob, collected: readonly Collected[]): void {
  expect(job.state).toBe('finished')
  for (const { subtasks } of job.status().operators) {
    for (const { counters } of subtasks) expect(unaccountedRows(counters)).toBe(0)
  }
  const last = new Map<number, number>()
  for (const one of collected) {
    if (!('watermark' in one)) continue
    expect(one.watermark).toBeGreaterThan(last.get(one.subtask) ?? Number.NEGATIVE_INFINITY)
    last.set(one.subtask, one.watermark)
  }
}

function textsOf(collected: readonly Collected[]): string[] {
  return collected.flatMap((one) => ('row' in one ? [rowText(one.row)] : [])).sort()
}

describe('inline job', () => {
  it(`runs ${seeds} random plans to their end, and again from a checkpoint`, () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const random = seededRandom(seed)
      const shape = randomShape(random)
      try {
        const { texts, whole } = play(shape, random)
        const expected = expectedTexts(shape)
        expect(whole).toEqual(expected)
        expect(texts).toEqual(expected)
      } catch (error) {
        throw new Error(`seed ${seed}`, { cause: error })
      }
    }
  })
})
