import { MemoryFs, seededRandom, VirtualTime } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { CheckpointStore } from './checkpoint-store.ts'
import { InlineJob } from './inline-job.ts'
import { unaccountedRows } from './metrics.ts'
import { batchOf, rowText } from './testing/batches.ts'
import { keyValueRow, type ScriptElement, windowPlan } from './testing/plans.ts'
import { type Collected, takenBefore, testRegistry } from './testing/test-operators.ts'

const rows = (...list: [key: string, value: bigint, time: number][]): ScriptElement => ({
  is: 'batch',
  batch: batchOf(
    keyValueRow,
    list.map(([key, value, time]) => ({ cells: [key, value], time })),
  ),
})
const watermark = (time: number): ScriptElement => ({ is: 'watermark', time })

//   0 ────────── 10 ────────── 20 ────────── 30       windows of 10 ms
//   a1 b1  a2    |  a3         |  (a4 at 5: late)
const script = [
  rows(['a', 1n, 1], ['b', 1n, 2]),
  rows(['a', 2n, 9], ['a', 3n, 12]),
  watermark(10),
  rows(['a', 4n, 5], ['b', 5n, 19]),
  watermark(30),
]

const expected = [
  'results a 0 10 9 2 3 @9',
  'results b 0 10 9 1 1 @9',
  'late a 4 @5',
  'results a 10 20 19 1 3 @19',
  'results b 10 20 19 1 5 @19',
].sort()

function texts(collected: readonly Collected[]): string[] {
  return collected.flatMap((one) => ('row' in one ? [`${one.operator} ${rowText(one.row)}`] : []))
}

function environment() {
  return { clock: new VirtualTime(1000), random: seededRandom(1) }
}

describe('inline job', () => {
  it('runs source, window and sinks to the end at any parallelism', () => {
    for (const parallelism of [1, 2, 3]) {
      const collected: Collected[] = []
      const plan = windowPlan([script], { sizeMs: 10, parallelism })
      const job = new InlineJob({ plan, registry: testRegistry(collected), ...environment() })
      job.runUntilIdle()
      expect(job.state).toBe('finished')
      expect(texts(collected).sort()).toEqual(expected)
    }
  })

  it('goes on from any checkpoint, at another parallelism too, and gives the same results', () => {
    for (let steps = 0; steps < 25; steps++) {
      for (const [before, after] of [
        [1, 1],
        [1, 2],
        [3, 2],
        [2, 1],
      ]) {
        const store = new CheckpointStore(new MemoryFs(), 'checkpoints')
        const first: Collected[] = []
        const job = new InlineJob({
          plan: windowPlan([script], { sizeMs: 10, parallelism: before }),
          registry: testRegistry(first),
          store,
          ...environment(),
        })
        for (let i = 0; i < steps; i++) job.step()
        const manifest = job.completeCheckpoint()
        const kept = takenBefore(first, manifest.id)
        const second: Collected[] = []
        const resumed = new InlineJob({
          plan: windowPlan([script], { sizeMs: 10, parallelism: after }),
          registry: testRegistry(second),
          store,
          restore: manifest,
          nextCheckpoint: manifest.id + 1,
          ...environment(),
        })
        resumed.runUntilIdle()
        const all = [...texts(kept), ...texts(second)]
        expect(all.sort(), `${steps} steps, ${before} to ${after}`).toEqual(expected)
      }
    }
  })

  it('accounts for every row', () => {
    const plan = windowPlan([script], { sizeMs: 10, parallelism: 2 })
    const job = new InlineJob({ plan, registry: testRegistry([]), ...environment() })
    do {
      for (const { subtasks } of job.status().operators) {
        for (const { counters } of subtasks) expect(unaccountedRows(counters)).toBe(0)
      }
    } while (job.step())
    const window = job.status().operators[1].subtasks.map(({ counters }) => counters)
    expect(window.reduce((sum, counters) => sum + counters.late, 0)).toBe(1)
    expect(window.reduce((sum, counters) => sum + counters.absorbed, 0)).toBe(5)
  })

  it('shows the rows of a port to a tap', () => {
    const plan = windowPlan([script], { sizeMs: 10 })
    const job = new InlineJob({ plan, registry: testRegistry([]), ...environment() })
    let seen = 0
    job.tap('window', 'rows', (batch) => {
      seen += batch.length
    })
    expect(job.tap('window', 'no-such-port', () => undefined)).toBeUndefined()
    job.runUntilIdle()
    expect(seen).toBe(4)
  })

  it('fails with the node when an operator throws', () => {
    const plan = windowPlan([script], { sizeMs: 10 })
    const registry = testRegistry([])
    const job = new InlineJob({
      plan,
      registry: {
        ...registry,
        operators: {
          ...registry.operators,
          'window-aggregate': (context) => ({
            ...registry.operators['collecting-sink'](context, null),
            onBatch: () => {
              throw new Error('broken')
            },
          }),
        },
      },
      ...environment(),
    })
    job.runUntilIdle()
    expect(job.status()).toMatchObject({
      state: 'failed',
      failure: { node: 'window', message: 'broken', code: 'internal-error' },
    })
  })
})
