import { MemoryFs, seededRandom, VirtualTime } from '@millrace/base'
import type { GeneratorSourceConfig } from '@millrace/engine/plan'
import { CheckpointStore, InlineJob, unaccountedRows } from '@millrace/engine/runtime'
import { field, type RowType, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { deadLetterRow } from '../../../engine/src/plan/operator-configs.ts'
import { rowText } from '../../../engine/src/runtime/testing/batches.ts'
import { planOf, sinkSpec } from '../../../engine/src/runtime/testing/plans.ts'
import {
  type Collected,
  takenBefore,
  testRegistry,
} from '../../../engine/src/runtime/testing/test-operators.ts'
import { sources } from './operator.ts'

const row: RowType = {
  fields: [
    field('id', types.string, false),
    field('user', types.string, false),
    field('amount', types.decimal(10, 2)),
    field('at', types.timestamp, false),
  ],
}

const config: GeneratorSourceConfig = {
  rowsPerSecond: 100,
  seed: 7,
  columns: [
    {
      name: 'id',
      type: types.string,
      nullable: false,
      generator: { is: 'sequence', start: 1, prefix: 'o' },
      nullShare: 0,
    },
    {
      name: 'user',
      type: types.string,
      nullable: false,
      generator: { is: 'key', count: 10, prefix: 'u', skew: 1 },
      nullShare: 0,
    },
    {
      name: 'amount',
      type: types.decimal(10, 2),
      nullable: true,
      generator: { is: 'decimal', low: 1, high: 99 },
      nullShare: 0.1,
    },
    {
      name: 'at',
      type: types.timestamp,
      nullable: false,
      generator: { is: 'event-time' },
      nullShare: 0,
    },
  ],
  produced: [0, 1, 2, 3],
  partitions: 2,
  disorder: { share: 0.2, maxMs: 500 },
  badShare: 0.05,
  historyMs: 10_000,
  time: { column: 3, waitMs: 500 },
  rowsMax: null,
}

function planFor(changes: Partial<GeneratorSourceConfig>, parallelism = 1) {
  const source = {
    id: 'source',
    node: 'source',
    type: 'generator-source',
    config: { ...config, ...changes },
    inputs: [],
    outputs: [
      { port: 'rows', row, eventTime: true, origins: false },
      { port: 'dead-letters', row: deadLetterRow, eventTime: false, origins: false },
    ],
    parallelism,
    state: [
      {
        node: 'source',
        name: 'partitions',
        version: 1,
        scope: 'union' as const,
        keyTypes: [],
        schema: 'partition',
        hash: null,
      },
    ],
  }
  const forward = { is: 'forward' as const }
  return planOf(
    [source, sinkSpec('rows', row, parallelism), sinkSpec('bad', deadLetterRow, parallelism)],
    [
      {
        from: { operator: 'source', output: 0 },
        to: { operator: 'rows', input: 0 },
        exchange: forward,
      },
      {
        from: { operator: 'source', output: 1 },
        to: { operator: 'bad', input: 0 },
        exchange: forward,
      },
    ],
  )
}

function start(changes: Partial<GeneratorSourceConfig> = {}, parallelism = 1) {
  const clock = new VirtualTime(1_000_000)
  const collected: Collected[] = []
  const registry = { ...testRegistry(collected), sources }
  const options = { registry, clock, random: seededRandom(1) }
  const job = new InlineJob({ plan: planFor(changes, parallelism), ...options })
  return { clock, collected, job, options }
}

const texts = (collected: readonly Collected[]) =>
  collected.flatMap((one) => ('row' in one ? [`${one.operator} ${rowText(one.row)}`] : []))

describe('generator source', () => {
  it('writes its history at once, then one row at a time as the clock goes on', () => {
    const { clock, collected, job } = start()
    job.runUntilIdle()
    const history = texts(collected).length
    expect(history).toBeGreaterThanOrEqual(975)
    expect(history).toBeLessThanOrEqual(1001)
    for (let i = 0; i < 20; i++) {
      const due = job.wakeTime()
      expect(due).toBeDefined()
      clock.advanceTo(due ?? 0)
      job.runUntilIdle()
    }
    expect(texts(collected).length).toBeGreaterThan(history + 200)
  })

  it('keeps event times inside its disorder and sends watermarks behind them', () => {
    const { collected, job } = start()
    job.runUntilIdle()
    let watermark = Number.NEGATIVE_INFINITY
    let behind = 0
    for (const one of collected) {
      if ('watermark' in one && one.operator === 'rows') watermark = one.watermark
      if ('row' in one && one.operator === 'rows' && (one.row.time ?? 0) <= watermark) behind++
    }
    expect(watermark).toBeGreaterThan(1_000_000 - 2000)
    expect(behind).toBe(0)
  })

  it('makes the same rows from the same seed and others from another', () => {
    const rowsOf = (seed: number) => {
      const { collected, job } = start({ seed })
      job.runUntilIdle()
      return texts(collected)
    }
    expect(rowsOf(7)).toEqual(rowsOf(7))
    expect(rowsOf(8)).not.toEqual(rowsOf(7))
  })

  it('makes the same rows at any parallelism', () => {
    const rowsOf = (parallelism: number) => {
      const { collected, job } = start({ rowsMax: 700 }, parallelism)
      job.runUntilIdle()
      expect(job.state).toBe('finished')
      return texts(collected).sort()
    }
    expect(rowsOf(1)).toHaveLength(700)
    expect(rowsOf(2)).toEqual(rowsOf(1))
  })

  it('sends bad records to the dead letters, with a cause, and accounts for all', () => {
    const { collected, job } = start()
    job.runUntilIdle()
    const bad = collected.filter((one) => 'row' in one && one.operator === 'bad')
    expect(bad.length).toBeGreaterThan(20)
    const [source] = job.status().operators
    const { counters, recentDrops } = source.subtasks[0]
    expect(counters.deadLetters).toBe(bad.length)
    expect(unaccountedRows(counters)).toBe(0)
    expect(recentDrops[0]).toMatchObject({ why: 'dead-letter', partition: expect.any(Number) })
  })

  it('goes on after a restore with the next row, and makes none twice', () => {
    for (let steps = 0; steps < 60; steps += 7) {
      const whole = start({ rowsMax: 500 })
      whole.job.runUntilIdle()
      const store = new CheckpointStore(new MemoryFs(), 'checkpoints')
      const first = start({ rowsMax: 500 })
      const plan = planFor({ rowsMax: 500 })
      const before = new InlineJob({ plan, ...first.options, store })
      for (let i = 0; i < steps; i++) before.step()
      const manifest = before.completeCheckpoint()
      const kept = texts(takenBefore(first.collected, manifest.id))
      const second = start({ rowsMax: 500 })
      second.clock.advance(5000)
      const after = new InlineJob({ plan, ...second.options, store, restore: manifest })
      after.runUntilIdle()
      const all = [...kept, ...texts(second.collected)]
      expect(all.sort(), `after ${steps} steps`).toEqual(texts(whole.collected).sort())
    }
  })

  it('skews its keys', () => {
    const { collected, job } = start({ badShare: 0 })
    job.runUntilIdle()
    const users = collected.flatMap((one) => ('row' in one ? [String(one.row.cells[1])] : []))
    const share = (user: string) => users.filter((one) => one === user).length / users.length
    // Ten keys of weight 1/k: the first has 34 % of the rows, the tenth 3.4 %.
    expect(share('u1')).toBeGreaterThan(0.28)
    expect(share('u10')).toBeLessThan(0.07)
  })
})
