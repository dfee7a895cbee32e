/** Filter: keeps the rows for which a condition is true. */
import { canFail, checkCondition, columnsOf } from '@millrace/engine/expressions'
import type { CompileContext, InferContext, Inferred } from '@millrace/engine/plan'
import {
  calcOperators,
  columnIndexes,
  columnNames,
  defineNode,
  expressionProblem,
  pruneRow,
} from '@millrace/engine/plan'
import { z } from 'zod'
import { expressionText, meta } from '../form-meta.ts'
import { isAppend, notAppend } from '../input-problems.ts'

const config = z.strictObject({
  condition: expressionText.meta(
    meta({
      title: 'Keep rows where',
      description: 'A condition; rows for which it is false or NULL go no further.',
      widget: 'expression',
      expects: 'condition',
      placeholder: "status = 'paid' AND amount > 100",
    }),
  ),
})

type Config = z.infer<typeof config>

function infer(context: InferContext<Config>): Inferred {
  const [input] = context.inputs
  const { condition } = context.config
  if (condition.trim() === '') {
    const problem = {
      code: 'no-condition',
      severity: 'error' as const,
      node: context.node.id,
      field: 'condition',
      message: "Write the condition that rows must meet, such as status = 'paid'.",
      fixes: [],
    }
    return { outputs: input ? { rows: input } : {}, problems: [problem] }
  }
  if (!input) return { outputs: {}, problems: [] }
  if (!isAppend(input))
    return {
      outputs: { rows: input },
      problems: [
        notAppend(
          context,
          'A filter',
          'A replaced row that no longer passes could not be taken back. Filter in front of the window, or set its "accept late" to 0.',
        ),
      ],
    }
  const checked = checkCondition(condition, input.row)
  if (checked.ok) return { outputs: { rows: input }, problems: [] }
  return {
    outputs: { rows: input },
    problems: [expressionProblem(context, 'condition', condition, checked.problem)],
  }
}

function conditionOf(context: InferContext<Config>, row = context.inputs[0]?.row) {
  const checked = row ? checkCondition(context.config.condition, row) : undefined
  return checked?.ok ? checked.value : null
}

function readColumns(context: CompileContext<Config>): ReadonlySet<string> {
  const row = context.inputs[0]?.row ?? { fields: [] }
  const condition = conditionOf(context)
  const read = new Set(context.neededColumns('rows'))
  if (condition) for (const index of columnsOf(condition)) read.add(row.fields[index].name)
  return read
}

export const node = defineNode<Config>({
  kind: 'filter',
  version: 1,
  group: 'row',
  title: 'Filter',
  icon: 'funnel',
  tagline: 'Keeps the rows for which a condition is true.',
  config,
  initial: () => ({ condition: '' }),
  migrations: [],
  inputs: [{ name: 'in', title: 'Rows', role: 'main' }],
  outputs: () => [{ name: 'rows', title: 'Rows that pass', role: 'main' }],
  describe: ({ condition }) => [condition ? `where ${condition}` : 'no condition yet'],
  infer,
  readColumns,
  origins(context) {
    const condition = conditionOf(context)
    return condition && canFail(condition) ? 'reads' : 'passes'
  },
  compile(context) {
    const { id } = context.node
    const [input] = context.rows
    const output = pruneRow(input, context.neededColumns('rows'))
    const kept = columnNames(output)
    const indexes = columnIndexes(input, kept)
    const projections =
      output === input
        ? null
        : output.fields.map(({ name, type, nullable }, i) => ({
            name,
            expression: { op: 'column' as const, index: indexes[i], type, nullable },
          }))
    const plan = calcOperators(context, {
      id,
      port: 'rows',
      config: { condition: conditionOf(context, input), projections },
      input,
      output,
      eventTime: context.outputs.rows.time !== undefined,
    })
    return {
      ...plan,
      inputs: [{ operator: id, input: 0, exchange: { is: 'forward' } }],
      outputs: { rows: { operator: id, output: 0 } },
    }
  },
  docs: `A filter looks at each row by itself and keeps it if its condition is **true**. A condition that is false, or
unknown because a value is NULL, drops the row; the card counts those rows as *filtered*.

## Example

\`\`\`sql
status = 'paid' AND total_cents >= 10000
\`\`\`

Rows with a NULL \`status\` do not pass: \`NULL = 'paid'\` is unknown. Write \`status IS NULL OR …\` to keep them.

## Good to know

- Conditions are Flink SQL: \`=\`, \`<>\`, \`AND\`, \`OR\`, \`NOT\`, \`LIKE\`, \`IN\`, \`BETWEEN\`, \`IS NULL\`, \`CASE\`, \`CAST\` and the
  functions that completion offers. There is no clock in them: use the event-time column.
- A condition that fails for a row, such as a division by zero, sends that row to the dead letters and goes on.
- A filter in front of a window makes the window's state smaller; behind it, it only hides results.
`,
})
