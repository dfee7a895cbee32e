/** Select: computes the columns of each row. */
import {
  canFail,
  checkExpression,
  columnsOf,
  printName,
  type TypedExpression,
} from '@millrace/engine/expressions'
import type { CompileContext, InferContext, Inferred, Problem } from '@millrace/engine/plan'
import { calcOperators, defineNode, expressionProblem } from '@millrace/engine/plan'
import type { EdgeType, RowType } from '@millrace/schemas'
import { z } from 'zod'
import { meta, namedExpressions } from '../form-meta.ts'
import { isAppend, nameProblems, notAppend } from '../input-problems.ts'

const config = z.strictObject({
  columns: namedExpressions.meta(
    meta({
      title: 'Columns',
      description: 'Name and expression of each column, in order.',
      widget: 'projections',
      expects: 'value',
      placeholder: 'price * quantity',
    }),
  ),
  keepInput: z
    .boolean()
    .default(false)
    .meta(
      meta({
        title: 'Keep the other columns',
        description:
          'All columns that arrive stay; those above are added, or replace one of their name.',
        widget: 'switch',
      }),
    ),
})

type Config = z.infer<typeof config>

/** The projections as text, the kept input columns first. */
function projectionsOf(
  settings: Config,
  row: RowType,
): { name: string; text: string; at: number }[] {
  const listed = settings.columns.map(({ name, expression }, at) => ({
    name,
    text: expression,
    at,
  }))
  if (!settings.keepInput) return listed
  const replaced = new Map(listed.map((column) => [column.name, column]))
  const kept = row.fields.map(
    ({ name }) => replaced.get(name) ?? { name, text: printName(name), at: -1 },
  )
  const names = new Set(kept.map((column) => column.name))
  return [...kept, ...listed.filter((column) => !names.has(column.name))]
}

interface Projected {
  projections: { name: string; expression: TypedExpression }[]
  problems: Problem[]
}

function project(context: InferContext<Config>, row: RowType): Projected {
  const result: Projected = { projections: [], problems: [] }
  for (const { name, text, at } of projectionsOf(context.config, row)) {
    const checked = checkExpression(text, row)
    if (checked.ok) result.projections.push({ name, expression: checked.value })
    else
      result.problems.push(
        expressionProblem(context, `columns.${at}.expression`, text, checked.problem),
      )
  }
  return result
}

/** Names under which an input column leaves unchanged. */
function renamed(projected: Projected, row: RowType, column: string): string | undefined {
  return projected.projections.find(
    ({ expression }) => expression.op === 'column' && row.fields[expression.index].name === column,
  )?.name
}

function renamedAll(projected: Projected, row: RowType, columns: readonly string[] | undefined) {
  const names = columns?.map((column) => renamed(projected, row, column))
  return names?.every((name) => name !== undefined) ? (names as string[]) : undefined
}

function outputType(input: EdgeType, projected: Projected): EdgeType {
  const time = input.time && renamed(projected, input.row, input.time.column)
  const uniqueKey = renamedAll(projected, input.row, input.uniqueKey)
  const partitionedBy = renamedAll(projected, input.row, input.partitionedBy)
  return {
    row: {
      fields: projected.projections.map(({ name, expression }) => ({
        name,
        type: expression.type,
        nullable: expression.nullable,
      })),
    },
    ...(time === undefined ? {} : { time: { column: time } }),
    changelog: input.changelog,
    ...(uniqueKey ? { uniqueKey } : {}),
    ...(partitionedBy ? { partitionedBy } : {}),
  }
}

function infer(context: InferContext<Config>): Inferred {
  const [input] = context.inputs
  const { columns, keepInput } = context.config
  const problems: Problem[] = nameProblems(
    context,
    'columns',
    columns.map((column) => column.name),
  )
  if (columns.length === 0 && !keepInput)
    problems.push({
      code: 'no-columns',
      severity: 'error',
      node: context.node.id,
      field: 'columns',
      message: 'No column is selected. Add one, or keep those that arrive.',
      fixes: [
        {
          label: 'Keep the columns that arrive',
          edits: [{ is: 'set-config', node: context.node.id, field: 'keepInput', value: true }],
        },
      ],
    })
  if (!input) return { outputs: {}, problems }
  const projected = project(context, input.row)
  problems.push(...projected.problems)
  if (projected.problems.length > 0) return { outputs: {}, problems }
  const output = outputType(input, projected)
  if (!isAppend(input) && !output.uniqueKey)
    problems.push(
      notAppend(
        context,
        'A Select without their key',
        `Keep ${input.uniqueKey?.join(', ') ?? 'the key'} among the columns.`,
      ),
    )
  return { outputs: { rows: output }, problems }
}

function readColumns(context: CompileContext<Config>): ReadonlySet<string> {
  const row = context.inputs[0]?.row ?? { fields: [] }
  const needed = context.neededColumns('rows')
  const read = new Set<string>()
  for (const { name, expression } of project(context, row).projections)
    if (needed.has(name) || canFail(expression))
      for (const index of columnsOf(expression)) read.add(row.fields[index].name)
  return read
}

export const node = defineNode<Config>({
  kind: 'select',
  version: 1,
  group: 'row',
  title: 'Select',
  icon: 'columns-3',
  tagline: 'Computes, renames and drops columns.',
  config,
  initial: () => ({ columns: [], keepInput: true }),
  migrations: [],
  inputs: [{ name: 'in', title: 'Rows', role: 'main' }],
  outputs: () => [{ name: 'rows', title: 'Rows', role: 'main' }],
  describe({ columns, keepInput }) {
    const names = columns.map(({ name }) => name).join(', ')
    if (columns.length === 0) return [keepInput ? 'all columns' : 'no columns yet']
    return [keepInput ? `all columns, and ${names}` : names]
  },
  infer,
  readColumns,
  origins(context) {
    const row = context.inputs[0]?.row ?? { fields: [] }
    const fails = project(context, row).projections.some(({ expression }) => canFail(expression))
    return fails ? 'reads' : 'passes'
  },
  compile(context) {
    const { id } = context.node
    const [input] = context.rows
    const needed = context.neededColumns('rows')
    // Typed again over what really arrives: expressions whose columns were pruned away are not needed.
    const projections = projectionsOf(context.config, context.inputs[0]?.row ?? input).flatMap(
      ({ name, text }) => {
        const checked = checkExpression(text, input)
        const wanted = checked.ok && (needed.has(name) || canFail(checked.value))
        return wanted ? [{ name, expression: checked.value }] : []
      },
    )
    const plan = calcOperators(context, {
      id,
      port: 'rows',
      config: { condition: null, projections },
      input,
      output: {
        fields: projections.map(({ name, expression }) => ({
          name,
          type: expression.type,
          nullable: expression.nullable,
        })),
      },
      eventTime: context.outputs.rows.time !== undefined,
    })
    return {
      ...plan,
      inputs: [{ operator: id, input: 0, exchange: { is: 'forward' } }],
      outputs: { rows: { operator: id, output: 0 } },
    }
  },
  docs: `Select makes each row anew: it computes columns, renames them, and drops what is not listed.

## Example

| name | expression |
| --- | --- |
| user_id | \`user_id\` |
| euros | \`CAST(total_cents AS DECIMAL(12, 2)) / 100\` |
| country | \`COALESCE(UPPER(country), '??')\` |

With *Keep the other columns* the list only adds or replaces.

## Good to know

- The event time stays with its column: as long as the time column is passed on (under any name), windows behind this node
  work. Computing it anew, as in \`placed_at + INTERVAL '1' HOUR\`, makes it an ordinary column.
- Text is joined with \`||\`, not \`+\`. Whole numbers divide to whole numbers: \`7 / 2\` is 3; write \`7 / 2.0\` for 3.5.
- Division by zero and text that is no number send the row to the dead letters; \`NULLIF\` and \`TRY_CAST\` give NULL instead.
`,
})
