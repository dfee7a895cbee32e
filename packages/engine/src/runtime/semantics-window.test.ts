/** The reference cases of windows, lateness and rescaling: plain, batched, with restores, at other parallelisms, permuted. */
import { randomInteger, seededRandom } from '@millrace/base'
import type { Element } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import type { PhysicalOperator } from '../plan/physical.ts'
import { KeyEncoder, keyGrouper } from './key-encoder.ts'
import { subtaskOf } from './key-groups.ts'
import { batchOf, rowsOf, rowText, type TestRow } from './testing/batches.ts'
import { OperatorHarness, type Outputs, type SnapshotFiles } from './testing/operator-harness.ts'
import { keyValueRow, windowSpec } from './testing/plans.ts'
import {
  type SemanticCase,
  type SemanticStep,
  semanticCase,
  semanticCases,
} from './testing/semantic-cases.ts'
import { testRegistry } from './testing/test-operators.ts'

const registry = testRegistry([])

interface WindowPipeline {
  assigner: { size: number; offset: number }
  allowedLateness?: number
}

type Event =
  | { is: 'row'; row: TestRow; step: number }
  | { is: 'watermark'; time: number; step: number }
  | { is: 'restore'; parallelism: number; step: number }

/** Main results, late rows and watermarks of one step, as texts. */
type StepTexts = string[]

function specOf(pipeline: WindowPipeline, parallelism: number): PhysicalOperator {
  return windowSpec({
    sizeMs: pipeline.assigner.size,
    offsetMs: pipeline.assigner.offset,
    allowedLatenessMs: pipeline.allowedLateness ?? 0,
    parallelism,
  })
}

function eventsOf(one: SemanticCase): Event[] {
  return one.steps.flatMap((step, index): Event[] => {
    const { el, wm, restore, rescale } = step.in as {
      el?: { key: string; value: number; ts?: number }
      wm?: number
      restore?: string
      rescale?: number
    }
    if (el) {
      const cells = [el.key, BigInt(el.value)]
      return [{ is: 'row', row: { cells, time: el.ts }, step: index }]
    }
    if (wm !== undefined) return [{ is: 'watermark', time: wm, step: index }]
    if (restore) return [{ is: 'restore', parallelism: 1, step: index }]
    return rescale === undefined ? [] : [{ is: 'restore', parallelism: rescale, step: index }]
  })
}

function expectedTexts({ out }: SemanticStep): StepTexts {
  return out
    .flatMap((one) => {
      const { key, start, end, count, sum, ts, late } = one as Record<string, never>
      if (late) {
        const { key: lateKey, value, ts: time } = late as Record<string, unknown>
        return [`late ${lateKey} ${value} @${time}`]
      }
      return key === undefined ? [] : [`${key} ${start} ${end} ${count} ${sum} @${ts}`]
    })
    .sort()
}

/** A row of subtasks with one exchange before it, rebuilt at each restore. */
class Rescalable {
  private readonly pipeline: WindowPipeline
  private harnesses: OperatorHarness[]
  private readonly encoder = new KeyEncoder([0], [keyValueRow.fields[0].type])
  private readonly groupOf = keyGrouper('flink', [keyValueRow.fields[0].type])
  private lastWatermark: number | null = null

  constructor(pipeline: WindowPipeline, parallelism: number) {
    this.pipeline = pipeline
    this.harnesses = this.build(parallelism)
  }

  rows(rows: readonly TestRow[]): StepTexts {
    return this.harnesses.flatMap((harness, subtask) => {
      const mine = rows.filter((row) => this.ownerOf(row) === subtask)
      if (mine.length === 0) return []
      return this.texts(harness.feed({ is: 'batch', batch: batchOf(keyValueRow, mine) }))
    })
  }

  watermark(time: number): StepTexts {
    this.lastWatermark = time
    return this.harnesses.flatMap((harness) => this.texts(harness.feed({ is: 'watermark', time })))
  }

  /** Sends the last watermark again, as our sources do before their first row. */
  restore(parallelism: number): StepTexts {
    const former = {
      parallelism: this.harnesses.length,
      files: this.harnesses.map((harness) => harness.checkpoint()),
    }
    this.harnesses = this.build(parallelism, former)
    return this.lastWatermark === null ? [] : this.watermark(this.lastWatermark)
  }

  get parallelism(): number {
    return this.harnesses.length
  }

  expectNoState(): void {
    for (const { subtask } of this.harnesses) {
      expect(subtask.status()).toMatchObject({ stateBytes: 0, openWindows: 0 })
    }
  }

  private build(
    parallelism: number,
    former?: { parallelism: number; files: SnapshotFiles[] },
  ): OperatorHarness[] {
    const spec = specOf(this.pipeline, parallelism)
    return Array.from(
      { length: parallelism },
      (_, subtask) => new OperatorHarness({ spec, registry, subtask, former }),
    )
  }

  private ownerOf(row: TestRow): number {
    const { data, starts, ends } = this.encoder.encode(batchOf(keyValueRow, [row]))
    const group = this.groupOf({ data, start: starts[0], end: ends[0] })
    return subtaskOf(group, this.harnesses.length)
  }

  private texts(outputs: Outputs): StepTexts {
    const { outputs: types } = specOf(this.pipeline, 1)
    const textsOf = (index: number, element: Element) =>
      element.is === 'batch' ? rowsOf(types[index].row, element.batch) : []
    const results = outputs[0].flatMap((element) => textsOf(0, element))
    const late = outputs[1].flatMap((element) => textsOf(1, element))
    return [
      ...results.map((row) => rowText({ ...withoutWindowTime(row), kind: 0 })),
      ...late.map((row) => `late ${rowText(row)}`),
    ]
  }
}

/** key, start, end, count, sum: what the cases give. */
function withoutWindowTime(row: TestRow): TestRow {
  const [key, start, end, , count, sum] = row.cells
  return { ...row, cells: [key, start, end, count, sum] }
}

function stepTexts(one: SemanticCase, run: (event: Event) => StepTexts): StepTexts[] {
  const texts: StepTexts[] = one.steps.map(() => [])
  for (const event of eventsOf(one)) texts[event.step].push(...run(event))
  return texts.map((step) => step.sort())
}

function apply(target: Rescalable, event: Event, restoreTo = event): StepTexts {
  if (event.is === 'row') return target.rows([event.row])
  if (event.is === 'watermark') return target.watermark(event.time)
  return target.restore(restoreTo.is === 'restore' ? restoreTo.parallelism : 1)
}

function runSteps(one: SemanticCase, target: Rescalable): StepTexts[] {
  return stepTexts(one, (event) => apply(target, event))
}

const pipelineOf = (one: SemanticCase) =>
  (one.pipeline.inner ?? one.pipeline) as unknown as WindowPipeline
const decidedOtherwise = new Set(['win-edge-015', 'state-001', 'late-001'])
const windowCases = semanticCases('window').filter(({ id }) => !decidedOtherwise.has(id))

describe.each(windowCases.map((one) => [one.id, one] as const))('%s', (_, one) => {
  const expected = one.steps.map(expectedTexts)

  it(`${one.title}, step by step`, () => {
    const target = new Rescalable(pipelineOf(one), 1)
    expect(runSteps(one, target)).toEqual(expected)
    if (one.id === 'late-011') target.expectNoState()
  })

  it('with snapshot and restore before every step', () => {
    const target = new Rescalable(pipelineOf(one), 1)
    const texts = stepTexts(one, (event) => {
      expect(target.restore(1)).toEqual([])
      return apply(target, event)
    })
    expect(texts).toEqual(expected)
  })

  it('at parallelism 2 and 3', () => {
    for (const parallelism of [2, 3]) {
      const target = new Rescalable(pipelineOf(one), parallelism)
      const texts = stepTexts(one, (event) =>
        event.is === 'restore' ? target.restore(parallelism) : apply(target, event),
      )
      expect(texts).toEqual(expected)
    }
  })

  it('with all rows between two watermarks in one batch', () => {
    expect(batched(one, (rows) => rows)).toEqual(expected.flat().sort())
  })

  it('with the rows between two watermarks in any order, unless late rows fire', () => {
    if ((pipelineOf(one).allowedLateness ?? 0) > 0) return
    for (let seed = 1; seed <= 20; seed++) {
      const random = seededRandom(seed)
      expect(batched(one, (rows) => shuffled(rows, random))).toEqual(expected.flat().sort())
    }
  })
})

function batched(one: SemanticCase, order: (rows: TestRow[]) => TestRow[]): string[] {
  const target = new Rescalable(pipelineOf(one), 1)
  const texts: string[] = []
  let rows: TestRow[] = []
  for (const event of eventsOf(one)) {
    if (event.is === 'row') {
      rows.push(event.row)
      continue
    }
    texts.push(...target.rows(order(rows)), ...apply(target, event))
    rows = []
  }
  texts.push(...target.rows(order(rows)))
  return texts.sort()
}

function shuffled<T>(list: T[], random: ReturnType<typeof seededRandom>): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomInteger(random, 0, i)
    ;[result[i], result[j]] = [result[j], result[i]]
  }
  return result
}

describe('rescaling', () => {
  const rescaled = semanticCases('rescale')
  it.each(rescaled.map((one) => [one.id, one] as const))('%s', (_, one) => {
    const target = new Rescalable(pipelineOf(one), one.pipeline.parallelism as number)
    expect(runSteps(one, target)).toEqual(one.steps.map(expectedTexts))
  })
})

describe('where we decided otherwise', () => {
  it('win-edge-015: a row without event time is dropped with a verdict, and counted, instead of failing the job', () => {
    const target = new OperatorHarness({ spec: windowSpec({ sizeMs: 1000 }), registry })
    const row = { cells: ['a', 1n] }
    target.feed({ is: 'batch', batch: batchOf(keyValueRow, [row]) })
    expect(target.subtask.counters).toMatchObject({ noEventTime: 1, absorbed: 0, held: 0 })
  })

  it('state-001: the watermark is restored with the operator, so no closed window fires a second time', () => {
    const [one] = semanticCases('window').filter(({ id }) => id === 'state-001')
    const texts = runSteps(one, new Rescalable(pipelineOf(one), 1))
    expect(texts.slice(0, 4)).toEqual(one.steps.slice(0, 4).map(expectedTexts))
    expect(texts.slice(4)).toEqual([['late a 4 @300'], []])
  })

  it('late-001: no trigger purges, so a late row that is allowed fires all rows of its window, not itself alone', () => {
    const one = semanticCase('late-001')
    const texts = runSteps(one, new Rescalable(pipelineOf(one), 1))
    const purged = one.steps.map(expectedTexts)
    expect(texts).toEqual(purged.with(4, ['key2 0 2000 3 3 @1999']))
    expect(purged[4]).toEqual(['key2 0 2000 1 1 @1999'])
  })
})
