/** The compute list of a window: typed aggregates, and the columns they read. */
import {
  checkAggregate,
  columnsOf,
  type ExpressionProblem,
  type TypedAggregate,
} from '@millrace/engine/expressions'
import type { RowType } from '@millrace/schemas'

export interface NamedText {
  name: string
  expression: string
}

export interface ComputedAggregates {
  aggregates: { name: string; typed: TypedAggregate }[]
  problems: { index: number; text: string; problem: ExpressionProblem }[]
}

export function computedAggregates(
  compute: readonly NamedText[],
  row: RowType,
): ComputedAggregates {
  const result: ComputedAggregates = { aggregates: [], problems: [] }
  compute.forEach(({ name, expression }, index) => {
    const checked = checkAggregate(expression, row)
    if (checked.ok) result.aggregates.push({ name, typed: checked.value })
    else result.problems.push({ index, text: expression, problem: checked.problem })
  })
  return result
}

export function readByAggregates(compute: readonly NamedText[], row: RowType): string[] {
  const names = new Set<string>()
  for (const { typed } of computedAggregates(compute, row).aggregates) {
    for (const part of [typed.argument, typed.filter]) {
      if (!part) continue
      for (const index of columnsOf(part)) names.add(row.fields[index].name)
    }
  }
  return [...names]
}
