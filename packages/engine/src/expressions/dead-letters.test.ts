import { BatchBuilder, field, rowAt, types } from '@millrace/schemas'
import { expect, it } from 'vitest'
import { deadLetterRow } from '../plan/operator-configs.ts'
import { compileCalc } from './calc.ts'
import { checkExpression } from './check.ts'
import { deadLettersOf } from './dead-letters.ts'

const input = {
  fields: [field('a', types.bigint), field('b', types.bigint), field('s', types.string)],
}

it('a row that cannot be computed becomes a dead letter with its origin; the others go on', () => {
  const builder = new BatchBuilder(input, { capacity: 4, withEventTime: true })
  for (const [i, [a, b, s]] of (
    [
      [6n, 3n, 'x'],
      [1n, 0n, 'bad "one"'],
      [8n, 2n, 'y'],
      [1n, null, 'z'],
    ] as const
  ).entries()) {
    const row = builder.addRow(1000 + i)
    builder.setOrigin(row, 2, 50 + i)
    builder.setCell(0, row, a)
    builder.setCell(1, row, b)
    builder.setCell(2, row, s)
  }
  const batch = builder.take()
  const checked = checkExpression('a / b', input)
  if (!checked.ok) throw new Error(checked.problem.message)
  const output = { fields: [field('ratio', types.bigint)] }
  const run = compileCalc(
    { condition: null, projections: [{ name: 'ratio', expression: checked.value }] },
    output,
    { origins: true },
  )
  const result = run(batch)
  expect([0, 1, 2].map((row) => rowAt(result.batch, output, row).ratio)).toEqual([2n, 4n, null])
  expect(Array.from(result.batch.origins?.offset ?? [])).toEqual([50, 52, 53])
  expect(result.faults.map(({ row }) => row)).toEqual([1])

  const letters = deadLettersOf(result.faults, batch, input)
  const { value, ...letter } = rowAt(letters, deadLetterRow, 0)
  expect(letter).toEqual({
    error: 'Division by zero. Guard it: a / NULLIF(b, 0) gives NULL where b is 0.',
    topic: null,
    partition: 2,
    offset: 51n,
    timestamp: 1001,
    key: null,
  })
  expect(new TextDecoder().decode(value as Uint8Array)).toBe('{"a":1,"b":0,"s":"bad \\"one\\""}')
})
