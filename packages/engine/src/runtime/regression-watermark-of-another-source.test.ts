import { MemoryFs, seededRandom, VirtualTime } from '@millrace/base'
import type { Element } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { CheckpointStore } from './checkpoint-store.ts'
import { InlineJob } from './inline-job.ts'
import type { InputChoice } from './input-choice.ts'
import { batchOf } from './testing/batches.ts'
import { keyValueRow, type ScriptElement, windowPlan } from './testing/plans.ts'
import { type Collected, testRegistry } from './testing/test-operators.ts'

const row = (time: number): ScriptElement & Element => ({
  is: 'batch',
  batch: batchOf(keyValueRow, [{ cells: ['a', 1n], time }]),
})
const watermark = (time: number): ScriptElement => ({ is: 'watermark', time })

//   0 ────── 10 ────── 20      source 0: row, watermark 15 | checkpoint | row at 5: late
//                              source 1: watermark 15
const scripts = [
  [row(1), watermark(15), row(5), watermark(30)],
  [watermark(15), watermark(30)],
]

/** Takes everything that source 0 sends before anything of source 1. */
const firstSourceFirst: InputChoice = { choose: (ready) => ready[0] }

describe('regression', () => {
  it('judges a row after a restore by the watermark of all sources, although one has not sent it again', () => {
    const store = new CheckpointStore(new MemoryFs(), 'checkpoints')
    const plan = windowPlan(scripts, { sizeMs: 10, parallelism: 1, sourceParallelism: 2 })
    const environment = { clock: new VirtualTime(0), random: seededRandom(1) }
    const first: Collected[] = []
    const job = new InlineJob({ plan, registry: testRegistry(first), store, ...environment })
    const firedOnce = () => first.some((one) => 'row' in one && one.operator === 'results')
    while (!firedOnce()) expect(job.step(1)).toBe(true)
    const manifest = job.completeCheckpoint()
    const second: Collected[] = []
    const resumed = new InlineJob({
      plan,
      registry: testRegistry(second),
      store,
      restore: manifest,
      choiceFor: () => firstSourceFirst,
      ...environment,
    })
    resumed.runUntilIdle()
    const rows = second.flatMap((one) => ('row' in one ? [one.operator] : []))
    expect(rows.filter((operator) => operator === 'results')).toEqual([])
  })
})
