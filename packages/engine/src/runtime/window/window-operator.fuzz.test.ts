/**
 * Random rows of every type through every aggregate, at parallelism 1 to 3, with incremental snapshots, aborted ones,
 * and restores at another parallelism. Invariants: the last firing of each (key, window) equals a plain computation over
 * the rows that were not late; every row is in a result or late; nothing is left at the end.
 */
import { type Random, randomInteger, seededRandom } from '@millrace/base'
import { type CellValue, type DataType, field, type RowType, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import type { PhysicalAggregate } from '../../plan/operator-configs.ts'
import { hashPartitioner } from '../exchange.ts'
import { batchOf, rowsOf, type TestRow } from '../testing/batches.ts'
import { OperatorHarness, type Outputs } from '../testing/operator-harness.ts'
import { countAll, windowSpec } from '../testing/plans.ts'
import { testRegistry } from '../testing/test-operators.ts'
import { windowAggregateWith } from './index.ts'

const seeds = 200
const decimal = types.decimal(10, 2)
const input: RowType = {
  fields: [
    field('key', types.string),
    field('int', types.int),
    field('bigint', types.bigint),
    field('double', types.double),
    field('decimal', decimal),
    field('string', types.string),
    field('time', types.timestamp),
    field('flag', types.boolean),
  ],
}

const aggregates: PhysicalAggregate[] = [countAll]
function add(
  name: PhysicalAggregate['function'],
  argument: number,
  type: DataType,
  more: Partial<PhysicalAggregate> = {},
): void {
  aggregates.push({ ...countAll, name, function: name, argument, type, ...more })
}
for (let column = 1; column <= 7; column++) {
  const { type } = input.fields[column]
  add('count', column, types.bigint)
  add('count', column, types.bigint, { distinct: true })
  if (column !== 7) add('min', column, type)
  if (column !== 7) add('max', column, type, { filter: 7 })
}
add('sum', 1, types.int)
add('sum', 2, types.bigint)
add('sum', 2, types.bigint, { distinct: true })
add('sum', 3, types.double)
add('sum', 4, types.decimal(18, 2))
add('avg', 1, types.int)
add('avg', 2, types.bigint)
add('avg', 4, types.decimal(18, 6))
add('bool-or', 7, types.boolean)
add('bool-and', 7, types.boolean)

/** Cells as a plain computation sees them: DECIMAL is its scaled integer. */
function randomCells(random: Random): CellValue[] {
  const maybe = (value: CellValue): CellValue => (random.next() < 0.15 ? null : value)
  const big = BigInt.asIntN(64, (BigInt(random.uint32()) << 40n) * 3n + BigInt(random.uint32()))
  return [
    maybe(`k${randomInteger(random, 0, 5)}`),
    maybe(random.next() < 0.1 ? 2 ** 31 - 1 : randomInteger(random, -50, 50)),
    maybe(random.next() < 0.2 ? big : BigInt(randomInteger(random, -9, 9))),
    maybe(randomInteger(random, -100, 100) / 4),
    maybe(BigInt(randomInteger(random, -5000, 5000))),
    maybe(`s${randomInteger(random, 0, 20)}`),
    maybe(randomInteger(random, 0, 1000)),
    maybe(random.next() < 0.5),
  ]
}

function modelOf(rows: readonly TestRow[]): CellValue[] {
  return aggregates.map((aggregate) => {
    const { argument, filter, distinct } = aggregate
    const seen = filter === null ? rows : rows.filter(({ cells }) => cells[filter] === true)
    if (argument === null) return BigInt(seen.length)
    const present = seen.flatMap(({ cells }) => (cells[argument] === null ? [] : [cells[argument]]))
    return resultOf(aggregate, distinct ? [...new Set(present)] : present)
  })
}

function resultOf({ function: name, argument }: PhysicalAggregate, values: CellValue[]): CellValue {
  if (name === 'count') return BigInt(values.length)
  if (values.length === 0) return null
  if (name === 'min') return values.reduce((a, b) => ((b ?? 0) < (a ?? 0) ? b : a))
  if (name === 'max') return values.reduce((a, b) => ((b ?? 0) > (a ?? 0) ? b : a))
  if (name === 'bool-or') return values.includes(true)
  if (name === 'bool-and') return !values.includes(false)
  if (argument === 3) return (values as number[]).reduce((sum, value) => sum + value, 0)
  const total = values.reduce<bigint>((sum, value) => sum + BigInt(value as bigint | number), 0n)
  const sum = BigInt.asIntN(64, total)
  if (name === 'sum') return argument === 1 ? Number(BigInt.asIntN(32, sum)) : sum
  const count = BigInt(values.length)
  if (argument !== 4) return argument === 1 ? Number(sum / count) : sum / count
  const scaled = sum * 10_000n
  const half = scaled < 0n ? -count : count
  return (scaled * 2n + half) / (count * 2n)
}

/** Result cells as texts; DECIMAL cells come back as text with a point. */
function resultTexts(cells: readonly CellValue[]): string {
  return cells.map((cell) => (cell === null ? 'NULL' : String(cell))).join(' ')
}

function modelTexts(rows: readonly TestRow[]): string {
  const cells = modelOf(rows).map((cell, index) => {
    const { type } = aggregates[index]
    if (type.kind !== 'DECIMAL' || cell === null) return cell
    const digits = String(BigInt(cell as bigint) < 0n ? -(cell as bigint) : cell)
    const padded = digits.padStart(type.scale + 1, '0')
    const sign = (cell as bigint) < 0n ? '-' : ''
    return `${sign}${padded.slice(0, -type.scale)}.${padded.slice(-type.scale)}`
  })
  return resultTexts(cells)
}

class Run {
  private readonly random: Random
  private readonly registry = testRegistry([])
  private readonly sizeMs: number
  private readonly latenessMs: number
  private harnesses: OperatorHarness[]
  private watermark = 0
  private rowsFed = 0
  private readonly accepted = new Map<string, TestRow[]>()
  readonly last = new Map<string, string>()
  late = 0

  constructor(seed: number) {
    this.random = seededRandom(seed)
    const window = windowAggregateWith({ wholeEntriesMax: 3 })
    this.registry = {
      ...this.registry,
      operators: { ...this.registry.operators, 'window-aggregate': window },
    }
    this.sizeMs = randomInteger(this.random, 5, 60)
    this.latenessMs = this.random.next() < 0.5 ? 0 : randomInteger(this.random, 1, 40)
    this.harnesses = this.build(randomInteger(this.random, 1, 3))
  }

  play(): void {
    for (let step = 0; step < 30; step++) {
      const dice = this.random.next()
      if (dice < 0.6) this.feedRows()
      else if (dice < 0.8) this.advance(this.watermark + randomInteger(this.random, 0, 25))
      else if (dice < 0.9) for (const harness of this.harnesses) harness.checkpoint()
      else if (dice < 0.93) for (const harness of this.harnesses) harness.abortedCheckpoint()
      else this.restore()
    }
    this.advance(1_000_000)
  }

  check(): void {
    const expected = [...this.accepted].map(([window, rows]) => [window, modelTexts(rows)])
    expect(Object.fromEntries(this.last)).toEqual(Object.fromEntries(expected))
    let accounted = this.late
    for (const rows of this.accepted.values()) accounted += rows.length
    expect(accounted).toBe(this.rowsFed)
    for (const { subtask, error } of this.harnesses) {
      expect(error).toBeUndefined()
      expect(subtask.status()).toMatchObject({ openWindows: 0, stateBytes: 0 })
    }
  }

  private spec(parallelism: number) {
    return windowSpec({
      sizeMs: this.sizeMs,
      allowedLatenessMs: this.latenessMs,
      aggregates,
      input,
      parallelism,
    })
  }

  private build(
    parallelism: number,
    former?: ConstructorParameters<typeof OperatorHarness>[0]['former'],
  ) {
    const spec = this.spec(parallelism)
    return Array.from(
      { length: parallelism },
      (_, subtask) => new OperatorHarness({ spec, registry: this.registry, subtask, former }),
    )
  }

  private feedRows(): void {
    const rows = Array.from({ length: randomInteger(this.random, 1, 12) }, () => ({
      cells: randomCells(this.random),
      time: Math.max(0, this.watermark + randomInteger(this.random, -60, 80)),
    }))
    this.rowsFed += rows.length
    for (const row of rows) {
      const start = Math.floor(row.time / this.sizeMs) * this.sizeMs
      if (start + this.sizeMs - 1 + this.latenessMs <= this.watermark) continue
      const window = `${row.cells[0] ?? 'NULL'} ${start}`
      this.accepted.set(window, [...(this.accepted.get(window) ?? []), row])
    }
    const exchange = { is: 'hash', columns: [0], hash: 'flink' } as const
    const split = hashPartitioner(exchange, input, this.harnesses.length)
    for (const [subtask, batch] of split(batchOf(input, rows)).entries()) {
      if (batch) this.take(this.harnesses[subtask].feed({ is: 'batch', batch }))
    }
  }

  private advance(time: number): void {
    this.watermark = Math.max(this.watermark, time)
    for (const harness of this.harnesses) {
      this.take(harness.feed({ is: 'watermark', time: this.watermark }))
    }
  }

  private restore(): void {
    const files = this.harnesses.map((harness) => harness.checkpoint())
    const former = { parallelism: this.harnesses.length, files }
    this.harnesses = this.build(randomInteger(this.random, 1, 3), former)
  }

  private take(outputs: Outputs): void {
    const [results] = this.spec(1).outputs
    for (const element of outputs[0]) {
      if (element.is !== 'batch') continue
      for (const { cells } of rowsOf(results.row, element.batch)) {
        const [key, start] = cells
        this.last.set(
          `${key ?? 'NULL'} ${start}`,
          resultTexts(cells.slice(4, 4 + aggregates.length)),
        )
      }
    }
    for (const element of outputs[1]) {
      if (element.is === 'batch') this.late += element.batch.length
    }
  }
}

const patienceMs = 60_000

describe('window operator', () => {
  it(
    `agrees with a plain computation over ${seeds} random runs`,
    () => {
      for (let seed = 1; seed <= seeds; seed++) {
        const run = new Run(seed)
        try {
          run.play()
          run.check()
        } catch (error) {
          throw new Error(`seed ${seed}`, { cause: error })
        }
      }
    },
    patienceMs,
  )
})
