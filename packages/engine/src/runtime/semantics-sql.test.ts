/** The reference cases that are Flink SQL: a tumbling window over whatever a filter lets through. */
import { type CellValue, type Element, field, type RowType, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { checkCondition, type TypedExpression } from '../expressions/index.ts'
import type { CalcConfig, PhysicalAggregate } from '../plan/operator-configs.ts'
import type { PhysicalOperator } from '../plan/physical.ts'
import { calc } from './calc-operator.ts'
import { batchOf, rowsOf } from './testing/batches.ts'
import { OperatorHarness } from './testing/operator-harness.ts'
import { countAll, sumValue, type TestWindow, windowSpec } from './testing/plans.ts'
import { semanticCase } from './testing/semantic-cases.ts'
import { testRegistry } from './testing/test-operators.ts'

const registry = { ...testRegistry([]) }
registry.operators = { ...registry.operators, calc }

interface SqlCase {
  id: string
  row: RowType
  condition?: string
  window: TestWindow
  /** Result columns as the query selects them, by index into the window's output. */
  selected: readonly number[]
}

const aggregate = (
  name: PhysicalAggregate['function'],
  argument: number,
  type = types.bigint,
): PhysicalAggregate => ({ ...countAll, name, function: name, argument, type })

const string = (name: string) => field(name, types.string)
const bigint = (name: string) => field(name, types.bigint)

const cases: readonly SqlCase[] = [
  {
    id: 'sqlwm-001',
    row: { fields: [bigint('foo'), bigint('ts')] },
    window: { sizeMs: 3_600_000, keys: [], aggregates: [aggregate('max', 0)] },
    selected: [0, 3],
  },
  {
    id: 'sqlwin-tumble-001',
    row: { fields: [string('key'), bigint('value'), bigint('ts')] },
    window: { sizeMs: 3000, aggregates: [countAll, sumValue] },
    selected: [0, 1, 2, 4, 5],
  },
  {
    id: 'seed-orders-002',
    row: { fields: [string('order_id'), string('user_id'), bigint('total_cents'), bigint('ts')] },
    window: {
      sizeMs: 60_000,
      keys: [],
      aggregates: [countAll, aggregate('sum', 2), aggregate('avg', 2)],
    },
    selected: [0, 1, 3, 4, 5],
  },
  {
    id: 'seed-revenue-001',
    row: {
      fields: [
        bigint('order_id'),
        string('user_id'),
        field('amount', types.double),
        string('status'),
        string('op'),
        bigint('ts'),
      ],
    },
    condition: "status = 'completed' AND op IN ('c', 'r')",
    window: {
      sizeMs: 3_600_000,
      keys: [1],
      aggregates: [countAll, aggregate('sum', 2, types.double)],
    },
    selected: [0, 1, 4, 5],
  },
]

function typed(condition: string, row: RowType): TypedExpression {
  const checked = checkCondition(condition, row)
  if (checked.ok) return checked.value
  throw new Error(checked.problem.message)
}

function filterSpec(row: RowType, condition: string | undefined): PhysicalOperator {
  const config: CalcConfig = {
    condition: condition ? typed(condition, row) : null,
    projections: null,
  }
  return {
    id: 'filter',
    node: 'filter',
    type: 'calc',
    config,
    inputs: [row],
    outputs: [{ port: 'rows', row, eventTime: true, origins: false }],
    parallelism: 1,
    state: [],
  }
}

describe.each(cases.map((one) => [one.id, one] as const))('%s', (id, one) => {
  it('gives what Flink SQL gives, step by step and at the end of the input', () => {
    const { steps, atEndOfInput } = semanticCase(id)
    const filter = new OperatorHarness({ spec: filterSpec(one.row, one.condition), registry })
    const spec = windowSpec({ ...one.window, input: one.row })
    const window = new OperatorHarness({ spec, registry })
    const results = (element: Element) =>
      filter
        .feed(element)[0]
        .flatMap((passed) => window.feed(passed)[0])
        .flatMap((out) => (out.is === 'batch' ? rowsOf(spec.outputs[0].row, out.batch) : []))
        .map(({ cells }) => one.selected.map((index) => plain(cells[index])))
        .sort()
    for (const step of steps) {
      const { row, wm } = step.in as { row?: (string | number)[]; wm?: number }
      const time = row?.at(-1)
      const element: Element = row
        ? { is: 'batch', batch: batchOf(one.row, [{ cells: row, time: Number(time) }]) }
        : { is: 'watermark', time: Number(wm) }
      expect(results(element)).toEqual(step.out.map((out) => out.row).sort())
    }
    const left = atEndOfInput?.map((out) => out.row)
    if (left) expect(results({ is: 'end' })).toEqual(left)
  })
})

function plain(cell: CellValue): unknown {
  return typeof cell === 'bigint' ? Number(cell) : cell
}
