import { runInThisContext } from 'node:vm'
import { assert, seededRandom, VirtualTime } from '@millrace/base'
import { createLocalCodeHost, transpile } from '@millrace/engine/code'
import { type PhysicalOperator, stateNames } from '@millrace/engine/plan'
import {
  emptyCounters,
  keyGroupRange,
  type Operator,
  type OperatorContext,
  type SnapshotPart,
} from '@millrace/engine/runtime'
import { type Batch, BatchBuilder, field, type RowType, rowAt, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { processFunctionOn } from './operator.ts'
import cases from './testing/keyed-process-cases.json' with { type: 'json' }

const input: RowType = {
  fields: [field('key', types.string), field('value', types.bigint), field('do', types.string)],
}
const element: RowType = { fields: [field('key', types.string), field('value', types.bigint)] }
const timerRow: RowType = {
  fields: [
    field('timer', types.timestamp),
    field('key', types.string),
    field('domain', types.string),
    field('currentWatermark', types.double),
    field('state', types.string),
  ],
}
const countRow: RowType = { fields: [field('key', types.string), field('count', types.bigint)] }
const alertRow: RowType = {
  fields: [
    field('alert', types.string),
    field('count', types.bigint),
    field('amountCents', types.bigint),
  ],
}

/** The scripted function of the reference cases: commands in the row say what to do. */
const scripted = `export const fn = processFunction({
  state: { value: value<string>() },
  onElement(row, ctx) {
    for (const command of (row.do ?? '').split(';')) {
      const [name, argument] = command.split(':')
      if (name === 'et') ctx.timers.eventTime(Number(argument))
      if (name === 'put') ctx.state.value.set(argument)
      if (name === 'pt') ctx.timers.processingTime(Number(argument))
      if (name === 'emit') ctx.emit({ key: row.key, value: row.value })
      if (name === 'side') ctx.side('side', { key: row.key, value: row.value })
    }
  },
  onTimer(time, ctx, domain) {
    if (REARM && time < 40) ctx.timers.eventTime(time + 10)
    ctx.side('timers', { timer: time, key: ctx.key, domain, currentWatermark: ctx.watermark(), state: ctx.state.value.get() })
  },
})`

/** Flink's documentation example: a count, emitted 60 s of event time after the key's last element. */
const countWithTimeout = `export const fn = processFunction({
  state: { seen: value<{ count: bigint; last: number }>() },
  onElement(row, ctx) {
    const last = ctx.eventTime
    ctx.state.seen.set({ count: (ctx.state.seen.get()?.count ?? 0n) + 1n, last })
    ctx.timers.eventTime(last + 60_000)
  },
  onTimer(time, ctx) {
    const seen = ctx.state.seen.get()
    if (time === seen.last + 60_000) ctx.emit({ key: ctx.key, count: seen.count })
  },
})`

/** The velocity check of the article: a processing-time timer that every transaction pushes back. */
const fraudVelocity = `export const fn = processFunction({
  state: { count: value<bigint>(), amount: value<bigint>(), timer: value<number>() },
  onElement(row, ctx) {
    const count = (ctx.state.count.get() ?? 0n) + 1n
    const amount = (ctx.state.amount.get() ?? 0n) + row.value
    ctx.state.count.set(count)
    ctx.state.amount.set(amount)
    const timer = ctx.now() + 60_000
    const before = ctx.state.timer.get()
    if (before !== undefined) ctx.timers.deleteProcessingTime(before)
    ctx.timers.processingTime(timer)
    ctx.state.timer.set(timer)
    if (count > 10n || amount > 100_000n) ctx.emit({ alert: ctx.key, count, amountCents: amount })
  },
  onTimer(time, ctx) {
    ctx.state.count.clear()
    ctx.state.amount.clear()
    ctx.state.timer.clear()
  },
})`

interface Step {
  in: {
    el?: { key: string; value: number; do?: string; ts?: number }
    wm?: number
    pt?: number
    restore?: string
    rescale?: number
  }
  out: Record<string, unknown>[]
}

/** Of one subtask among several: its keys, and the state it begins with. */
interface Place {
  keyGroups?: { start: number; end: number }
  restored?: SnapshotPart[] | null
}

/** An operator with its outputs collected, over a clock that moves only when told. */
class Bench {
  private readonly time = new VirtualTime(0)
  private readonly spec: PhysicalOperator
  private readonly outputs: RowType[]
  private readonly keyGroups: { start: number; end: number }
  private operator: Operator
  private wake = Number.POSITIVE_INFINITY
  private watermark = Number.NEGATIVE_INFINITY
  private out: Record<string, unknown>[] = []
  failure: unknown = null

  constructor(
    typescript: string,
    outputs: RowType[],
    sideOutputs: string[],
    { keyGroups = { start: 0, end: 128 }, restored = null }: Place = {},
  ) {
    const transpiled = transpile(typescript)
    assert(transpiled.ok, 'the test function does not transpile')
    this.outputs = outputs
    this.keyGroups = keyGroups
    this.spec = {
      id: 'fn',
      node: 'fn',
      type: 'process-function',
      config: { code: { typescript, javascript: transpiled.javascript }, keys: [0], sideOutputs },
      inputs: [input],
      outputs: outputs.map((row) => ({ port: null, row, eventTime: true, origins: false })),
      parallelism: 1,
      state: (['values', 'timers'] as const).map((name) => ({
        node: 'fn',
        name: stateNames[name],
        version: 1,
        scope: 'keyed',
        keyTypes: ['STRING'],
        schema: name,
        hash: 'flink',
      })),
    }
    this.operator = this.make(restored)
  }

  element(row: NonNullable<Step['in']['el']>): void {
    const builder = new BatchBuilder(input, { capacity: 1, withEventTime: true })
    const at = builder.addRow(row.ts ?? Number.NaN)
    builder.setCell(0, at, row.key)
    builder.setCell(1, at, BigInt(row.value))
    builder.setCell(2, at, row.do ?? null)
    expect(this.operator.onBatch(0, builder.take())).toBe('done')
  }

  moveWatermark(time: number): void {
    this.watermark = time
    expect(this.operator.onWatermark(time)).toBe('done')
    this.out.push({ wm: time })
  }

  moveClock(to: number): void {
    while (this.wake <= to) {
      const due = this.wake
      this.wake = Number.POSITIVE_INFINITY
      this.time.advanceTo(due)
      expect(this.operator.onProcessingTime(due)).toBe('done')
    }
    this.time.advanceTo(to)
  }

  /** The state, as the operator leaves it when it ends. */
  stop(): SnapshotPart[] {
    expect(this.operator.onBarrier(1)).toBe('done')
    const parts = [...this.operator.freeze(1).write()]
    this.operator.close()
    return parts
  }

  restore(): void {
    const parts = this.stop()
    this.wake = Number.POSITIVE_INFINITY
    this.operator = this.make(parts)
  }

  take(): Record<string, unknown>[] {
    const taken = this.out
    this.out = []
    return taken
  }

  get stateParts(): number {
    return [...this.operator.freeze(1).write()].length
  }

  private make(restored: SnapshotPart[] | null): Operator {
    const context: OperatorContext = {
      spec: this.spec,
      subtask: 0,
      keyGroups: this.keyGroups,
      outputs: this.outputs.map((row, index) => ({
        hasRoom: () => true,
        emit: (batch) => this.collect(index, row, batch),
      })),
      counters: emptyCounters(this.outputs.length),
      clock: this.time,
      random: seededRandom(1),
      watermark: () => this.watermark,
      wakeAt: (time) => {
        this.wake = Math.min(this.wake, time)
      },
      wake() {},
      dropped() {},
      fail: (error) => {
        this.failure = error
      },
    }
    const host = createLocalCodeHost(() => (source) => runInThisContext(source) as unknown)
    return processFunctionOn(host)(context, restored)
  }

  private collect(index: number, type: RowType, batch: Batch): void {
    for (let row = 0; row < batch.length; row++) {
      const cells = rowAt(batch, type, row)
      const time = batch.eventTimes?.[row] ?? Number.NaN
      const plain = Object.fromEntries(
        Object.entries(cells).map(([name, cell]) => [
          name,
          typeof cell === 'bigint' ? Number(cell) : cell,
        ]),
      )
      const shown = Number.isNaN(time) ? plain : { ...plain, ts: time }
      this.out.push(this.spec.outputs.length > 1 && index === 1 ? { side: shown } : shown)
    }
  }
}

function benchFor(pipeline: { function: string }, id: string, place?: Place): Bench {
  if (pipeline.function === 'countWithTimeout') return new Bench(countWithTimeout, [countRow], [])
  if (pipeline.function === 'fraudVelocity') return new Bench(fraudVelocity, [alertRow], [])
  const code = scripted.replace('REARM', String(id === 'timer-007'))
  return new Bench(code, [element, element, timerRow], ['side', 'timers'], place)
}

/** Long.MIN_VALUE is how Flink says "no watermark yet"; counts of live timers are Flink's own bookkeeping. */
function expected(out: Step['out']): Record<string, unknown>[] {
  return out
    .filter((row) => !('eventTimers' in row))
    .map((row) =>
      row.currentWatermark === '-9223372036854775808'
        ? { ...row, currentWatermark: Number.NEGATIVE_INFINITY }
        : row,
    )
}

describe('a process function answers as Flink does', () => {
  for (const restoring of [false, true]) {
    const alone = cases.cases.filter((item) => item.pipeline.op === 'keyedProcess')
    it.each(alone.map((item) => [item.id, item] as const))(
      `%s${restoring ? ', restored before every step' : ''}`,
      (id, item) => {
        const bench = benchFor(item.pipeline as { function: string }, id)
        for (const step of item.steps as unknown as Step[]) {
          if (restoring || step.in.restore) bench.restore()
          if (step.in.el) bench.element(step.in.el)
          if (step.in.wm !== undefined) bench.moveWatermark(step.in.wm)
          if (step.in.pt !== undefined) bench.moveClock(step.in.pt)
          expect(bench.take(), JSON.stringify(step.in)).toEqual(expected(step.out))
        }
        expect(bench.failure).toBeNull()
      },
    )
  }
})

it('rescale-003: values and timers of both domains move with their key, none lost, none twice', () => {
  const rescaled = cases.cases.find((item) => item.id === 'rescale-003')
  assert(rescaled, 'the case is there')
  let benches = [benchFor({ function: 'commands' }, rescaled.id)]
  for (const step of rescaled.steps as unknown as Step[]) {
    const { el, wm, pt, rescale } = step.in
    if (rescale) {
      const restored = benches.flatMap((bench) => bench.stop())
      benches = Array.from({ length: rescale }, (_, subtask) =>
        benchFor({ function: 'commands' }, rescaled.id, {
          keyGroups: keyGroupRange(subtask, rescale),
          restored,
        }),
      )
    }
    if (el) benches[0].element(el)
    const outputs = benches.flatMap((bench, subtask) => {
      if (wm !== undefined) bench.moveWatermark(wm)
      if (pt !== undefined) bench.moveClock(pt)
      return bench.take().flatMap((row) => ('wm' in row ? [] : [{ ...row, subtask }]))
    })
    const wanted = expected(step.out).map((row) => ({ ...row, state: String(row.state) }))
    expect(outputs, JSON.stringify(step.in)).toEqual(wanted)
  }
})

it('keeps nothing of a key whose values were cleared and whose timers fired', () => {
  const bench = new Bench(fraudVelocity, [alertRow], [])
  bench.element({ key: 'u1', value: 100, ts: 0 })
  expect(bench.stateParts).toBeGreaterThan(0)
  bench.moveClock(60_000)
  expect(bench.stateParts).toBe(0)
})
