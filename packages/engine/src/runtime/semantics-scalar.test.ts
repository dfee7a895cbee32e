/** The reference cases that are one Flink SELECT with neither window nor join: Nexmark's conversion and selection. */
import { field, type RowType, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { type Checked, checkCondition, checkExpression } from '../expressions/index.ts'
import type { CalcConfig } from '../plan/operator-configs.ts'
import { calc } from './calc-operator.ts'
import { batchOf, rowsOf } from './testing/batches.ts'
import { OperatorHarness } from './testing/operator-harness.ts'
import { semanticCase } from './testing/semantic-cases.ts'
import { testRegistry } from './testing/test-operators.ts'

const registry = { ...testRegistry([]) }
registry.operators = { ...registry.operators, calc }

const bid: RowType = {
  fields: ['auction', 'bidder', 'price', 'ts'].map((name) => field(name, types.bigint)),
}

const cases = [
  {
    id: 'nexmark-q1',
    condition: null,
    columns: ['auction', 'bidder', 'CAST(0.908 * price AS DOUBLE)'],
  },
  { id: 'nexmark-q2', condition: 'MOD(auction, 123) = 0', columns: ['auction', 'price'] },
]

function made<T>(checked: Checked<T>): T {
  if (!checked.ok) throw new Error(checked.problem.message)
  return checked.value
}

function harnessOf(condition: string | null, columns: readonly string[]) {
  const projections = columns.map((text, index) => ({
    name: `c${index}`,
    expression: made(checkExpression(text, bid)),
  }))
  const config: CalcConfig = {
    condition: condition === null ? null : made(checkCondition(condition, bid)),
    projections,
  }
  const row: RowType = {
    fields: projections.map(({ name, expression }) => field(name, expression.type)),
  }
  const spec = {
    id: 'select',
    node: 'select',
    type: 'calc',
    config,
    inputs: [bid],
    outputs: [{ port: 'rows', row, eventTime: true, origins: false }],
    parallelism: 1,
    state: [],
  }
  return { row, target: new OperatorHarness({ spec, registry }) }
}

describe.each(cases)('$id', ({ id, condition, columns }) => {
  it('gives what Flink SQL gives, row by row', () => {
    const { row, target } = harnessOf(condition, columns)
    for (const step of semanticCase(id).steps) {
      const cells = (step.in.row as number[]).map(BigInt)
      const batch = batchOf(bid, [{ cells, time: Number(cells[3]) }])
      const results = target
        .feed({ is: 'batch', batch })[0]
        .flatMap((out) => (out.is === 'batch' ? rowsOf(row, out.batch) : []))
        .map((result) => result.cells.map(Number))
      expect(results).toEqual(step.out.map((out) => out.row))
    }
  })
})
