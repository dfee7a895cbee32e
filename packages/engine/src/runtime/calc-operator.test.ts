import { field, type RowType } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { checkCondition, checkExpression } from '../expressions/index.ts'
import { type CalcConfig, deadLetterRow } from '../plan/operator-configs.ts'
import { calc } from './calc-operator.ts'
import { readDeadLetters } from './dead-letter.ts'
import { unaccountedRows } from './metrics.ts'
import { batchOf, rowsOf } from './testing/batches.ts'
import { OperatorHarness } from './testing/operator-harness.ts'
import { keyValueRow } from './testing/plans.ts'
import { testRegistry } from './testing/test-operators.ts'
import { verifyOperator } from './testing/verify-operator.ts'

const registry = { ...testRegistry([]) }
registry.operators = { ...registry.operators, calc }

function harness(condition: string | null, projections: string[] | null, outputRoom?: number) {
  const typed = (text: string, check: typeof checkExpression) => {
    const checked = check(text, keyValueRow)
    if (!checked.ok) throw new Error(checked.problem.message)
    return checked.value
  }
  const columns = projections?.map((text, index) => ({
    name: `c${index}`,
    expression: typed(text, checkExpression),
  }))
  const config: CalcConfig = {
    condition: condition === null ? null : typed(condition, checkCondition),
    projections: columns ?? null,
  }
  const row: RowType = columns
    ? { fields: columns.map(({ name, expression }) => field(name, expression.type)) }
    : keyValueRow
  const spec = {
    id: 'calc',
    node: 'calc',
    type: 'calc',
    config,
    inputs: [keyValueRow],
    outputs: [
      { port: 'rows', row, eventTime: true, origins: true },
      { port: 'dead-letters', row: deadLetterRow, eventTime: false, origins: false },
    ],
    parallelism: 1,
    state: [],
  }
  return { row, spec, target: new OperatorHarness({ spec, registry, outputRoom }) }
}

const rows = [0, 1, 2, 3].map((value) => ({
  cells: [value === 3 ? null : `k${value}`, BigInt(value)],
  time: value,
  origin: { partition: 2, offset: 100 + value },
}))

describe('calc operator', () => {
  it('drops what does not pass, computes the rest, and keeps event times and origins', () => {
    const { row, target } = harness('`value` > 0', ['`key`', '`value` * 10'])
    const [out] = target.feed({ is: 'batch', batch: batchOf(keyValueRow, rows) })
    const [element] = out
    if (element?.is !== 'batch') throw new Error('no batch came')
    expect(rowsOf(row, element.batch)).toEqual([
      { cells: ['k1', 10n], time: 1 },
      { cells: ['k2', 20n], time: 2 },
      { cells: [null, 30n], time: 3 },
    ])
    expect([...(element.batch.origins?.offset ?? [])].slice(0, 3)).toEqual([101, 102, 103])
    const { counters } = target.subtask.status()
    expect(counters).toMatchObject({ rowsIn: 4, passedOn: 3, filtered: 1, deadLetters: 0 })
  })

  it('does the same row by row, with full outputs and after restores', () => {
    const { spec } = harness('`value` > 0', ['`key`', '`value` * 10'])
    verifyOperator(spec, registry)
      .input(...rows.map((row) => ({ row })), { watermark: 9 })
      .expect(['k1 10 @1', 'k2 20 @2', 'NULL 30 @3', 'watermark 9'], ['watermark 9'])
  })

  it('gives rows that cannot be computed to the dead letters, with a verdict', () => {
    for (const outputRoom of [100, 1]) {
      const { target } = harness(null, ['6 / `value`'], outputRoom)
      const [, dead] = target.feed({ is: 'batch', batch: batchOf(keyValueRow, rows) })
      const [element] = dead
      if (element?.is !== 'batch') throw new Error('no dead letter came')
      const [letter] = readDeadLetters(element.batch)
      expect(letter).toMatchObject({ partition: 2, offset: 100 })
      expect(new TextDecoder().decode(letter.value ?? undefined)).toContain('"k0"')
      const { counters, recentDrops } = target.subtask.status()
      expect(counters).toMatchObject({ rowsIn: 4, passedOn: 3, deadLetters: 1 })
      expect(unaccountedRows(counters)).toBe(0)
      expect(recentDrops[0]).toMatchObject({ why: 'dead-letter', offset: 100 })
    }
  })
})
