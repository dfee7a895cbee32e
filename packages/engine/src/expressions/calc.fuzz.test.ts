/**
 * Invariants, over random expressions and batches with NULLs and edge values:
 * 1. the generated loops give what the interpreter gives, row by row: values, NULLs and failures;
 * 2. no name and no string of the document occurs in a generated function.
 */
import { seededRandom } from '@millrace/base'
import type { RowType } from '@millrace/schemas'
import { types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { compileCalc } from './calc.ts'
import { checkCondition, checkExpression } from './check.ts'
import { evaluate, valuesAt } from './interpret.ts'
import { RowFailure, type Value } from './kernel.ts'
import { sizeOf } from './kernels.ts'
import { loopNodesMax } from './loops.ts'
import {
  allKinds,
  randomBatch,
  randomText,
  sampleRow,
  sampleTypes,
} from './testing/random-expressions.ts'
import type { TypedExpression } from './typed.ts'

const seeds = 400

function outcome(expression: TypedExpression, row: readonly Value[]): Value | { failed: string } {
  try {
    return evaluate(expression, row)
  } catch (error) {
    if (error instanceof RowFailure) return { failed: error.message }
    throw error
  }
}

function typed(text: string): TypedExpression {
  const checked = checkExpression(text, sampleRow)
  if (!checked.ok) throw new Error(`${text}: ${checked.problem.message}`)
  return checked.value
}

function checkSeed(seed: number): number {
  const random = seededRandom(seed)
  const kind = allKinds[seed % allKinds.length]
  const texts = [randomText(random, kind, 3), randomText(random, 'string', 2)]
  const conditionText = randomText(random, 'bool', 2)
  const condition = checkCondition(conditionText, sampleRow)
  if (!condition.ok) throw new Error(`${conditionText}: ${condition.problem.message}`)
  const expressions = texts.map(typed)
  const output: RowType = {
    fields: expressions.map(({ type, nullable }, i) => ({ name: `x${i}`, type, nullable })),
  }
  const run = compileCalc(
    {
      condition: condition.value,
      projections: expressions.map((expression, i) => ({ name: `x${i}`, expression })),
    },
    output,
    { origins: true },
  )
  const batch = randomBatch(random, 40)
  const result = run(batch)
  const expectedRows: Value[][] = []
  const expectedFaults: { row: number; message: string }[] = []
  let filtered = 0
  for (let row = 0; row < batch.length; row++) {
    const values = valuesAt(batch, sampleTypes, row)
    const passed = outcome(condition.value, values)
    if (typeof passed === 'object' && passed !== null && 'failed' in passed) {
      expectedFaults.push({ row, message: passed.failed })
      continue
    }
    if (passed !== true) {
      filtered++
      continue
    }
    const cells = expressions.map((expression) => outcome(expression, values))
    const failed = cells.find(
      (cell): cell is { failed: string } =>
        typeof cell === 'object' && cell !== null && 'failed' in cell,
    )
    if (failed) expectedFaults.push({ row, message: failed.failed })
    else expectedRows.push(cells as Value[])
  }
  const outputTypes = output.fields.map(({ type }) => type)
  const actualRows = Array.from({ length: result.batch.length }, (_, row) =>
    valuesAt(result.batch, outputTypes, row),
  )
  const shown = `seed ${seed}: ${texts.join(' ; ')} WHERE ${conditionText}`
  expect(result.faults, shown).toEqual(expectedFaults)
  expect(result.filtered, shown).toBe(filtered)
  expect(actualRows, shown).toEqual(expectedRows)
  return actualRows.length
}

describe('generated loops', () => {
  it(`equal the interpreter for ${seeds} seeds`, () => {
    let rows = 0
    for (let seed = 1; seed <= seeds; seed++) rows += checkSeed(seed)
    expect(rows).toBeGreaterThan(1000)
  })

  it('are cut where they would grow too large to be optimised', () => {
    const text = `CASE ${'WHEN small + 1 > big THEN UPPER(word) '.repeat(20)}ELSE word END`
    const expression = typed(text)
    const sources: string[] = []
    const fields = Array.from({ length: 12 }, (_, i) => ({
      name: `x${i}`,
      type: types.string,
      nullable: true,
    }))
    const run = compileCalc(
      { condition: null, projections: fields.map(({ name }) => ({ name, expression })) },
      { fields },
      { origins: false, onSource: (source) => sources.push(source) },
    )
    const nodes = sizeOf(expression)
    expect(sources).toHaveLength(Math.ceil(12 / Math.floor(loopNodesMax / nodes)))
    const batch = randomBatch(seededRandom(7), 20)
    const result = run(batch)
    for (let row = 0; row < batch.length; row++) {
      const expected = evaluate(expression, valuesAt(batch, sampleTypes, row))
      const cells = valuesAt(
        result.batch,
        fields.map(({ type }) => type),
        row,
      )
      expect(cells).toEqual(cells.map(() => expected))
    }
  })

  it('never hold a name or a string of the document', () => {
    const marker = 'zqxj'
    const row: RowType = {
      fields: [
        { name: `${marker}_number`, type: types.bigint, nullable: true },
        { name: `${marker} text\`; throw 1 //`, type: types.string, nullable: true },
      ],
    }
    const name = `\`${marker} text\`\`; throw 1 //\``
    const sources: string[] = []
    const texts = [
      `${name} || '${marker}''); process.exit() //'`,
      `CASE WHEN ${name} LIKE '%${marker}%' THEN REPLACE(${name}, '${marker}', 'x') ELSE '${marker}' END`,
      `LPAD(${name}, 77123, '${marker}')`,
      `${marker}_number + 77123`,
      `DATE_FORMAT(TO_TIMESTAMP_LTZ(${marker}_number, 3), '''${marker}''')`,
      `CONCAT_WS('${marker}', ${name}, ${name}) IN ('${marker}', 'b')`,
    ]
    for (const text of texts) {
      const checked = checkExpression(text, row)
      if (!checked.ok) throw new Error(`${text}: ${checked.problem.message}`)
      const { type, nullable } = checked.value
      compileCalc(
        { condition: null, projections: [{ name: marker, expression: checked.value }] },
        { fields: [{ name: marker, type, nullable }] },
        { origins: false, onSource: (source) => sources.push(source) },
      )
    }
    expect(sources).toHaveLength(texts.length)
    for (const source of sources) {
      expect(source).not.toContain(marker)
      expect(source).not.toContain('77123')
      expect(source).not.toMatch(/['"`]/)
    }
  })
})
