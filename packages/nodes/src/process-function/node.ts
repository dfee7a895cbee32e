/** Process function: the user's own TypeScript, for each key, with state and timers. */
import type { InferContext, Inferred, Problem } from '@millrace/engine/plan'
import { columnNames, defineNode } from '@millrace/engine/plan'
import type { EdgeType, RowType } from '@millrace/schemas'
import { fieldIndex } from '@millrace/schemas'
import { isAppend, missingColumns, nameProblems, notAppend } from '../input-problems.ts'
import { compileProcessFunction } from './compile.ts'
import { config, type ProcessConfig, rowOf } from './config.ts'
import { emitted } from './emit.ts'

const startingCode = `export const fn = processFunction({
  state: { count: value<number>() },

  onElement(row, ctx) {
    const count = (ctx.state.count.get() ?? 0) + 1
    ctx.state.count.set(count)
    ctx.emit({ count: BigInt(count) })
  },
})
`

function timeProblems(context: InferContext<ProcessConfig>, row: RowType): Problem[] {
  const { timeColumn } = context.config
  if (timeColumn === null) return []
  const index = fieldIndex(row, timeColumn)
  if (index >= 0 && row.fields[index].type.kind === 'TIMESTAMP') return []
  return [
    {
      code: 'time-column',
      severity: 'error',
      node: context.node.id,
      field: 'timeColumn',
      message:
        index < 0
          ? `The output has no column ${timeColumn}: choose one of its TIMESTAMP columns as event time, or none.`
          : `${timeColumn} is no TIMESTAMP: only such a column can be the event time of the output.`,
      fixes: [
        {
          label: 'No event time',
          edits: [{ is: 'set-config', node: context.node.id, field: 'timeColumn', value: null }],
        },
      ],
    },
  ]
}

function codeProblems(context: InferContext<ProcessConfig>): Problem[] {
  const { code } = context.config
  const problem = (message: string): Problem => ({
    code: 'code',
    severity: 'error',
    node: context.node.id,
    field: 'code',
    message,
    fixes: [],
  })
  if (!/\bprocessFunction\s*\(/.test(code))
    return [
      problem(
        'The code exports no process function. Write: export const fn = processFunction({ onElement(row, ctx) { … } }).',
      ),
    ]
  const result = emitted(code)
  if (result.ok) return []
  const { line } = result.mistake
  const message = result.mistake.message.replace(/[^.]$/, '$&.')
  return [problem(line === null ? message : `Line ${line} of the code: ${message}`)]
}

function infer(context: InferContext<ProcessConfig>): Inferred {
  const [input] = context.inputs
  const { columns, sideOutputs, timeColumn, forEach } = context.config
  const row = rowOf(columns)
  const problems: Problem[] = [
    ...codeProblems(context),
    ...nameProblems(
      context,
      'columns',
      columns.map(({ name }) => name),
    ),
    ...timeProblems(context, row),
  ]
  if (columns.length === 0)
    problems.push({
      code: 'no-columns',
      severity: 'error',
      node: context.node.id,
      field: 'columns',
      message: 'The output has no columns yet. Declare what ctx.emit(row) sends.',
      fixes: [],
    })
  sideOutputs.forEach(({ name, columns: own }, i) => {
    const names = own.map((column) => column.name)
    problems.push(...nameProblems(context, `sideOutputs.${i}.columns`, names))
    if (sideOutputs.findIndex((other) => other.name === name) < i)
      problems.push({
        code: 'side-output',
        severity: 'error',
        node: context.node.id,
        field: `sideOutputs.${i}.name`,
        message: `Two side outputs are called ${name}. Choose another name.`,
        fixes: [],
      })
  })
  if (input) {
    problems.push(...missingColumns(context, 'forEach', forEach, input.row))
    if (!isAppend(input))
      problems.push(
        notAppend(
          context,
          'A process function',
          'Set "accept late" of the window before it to 0, so that each result comes once.',
        ),
      )
  }
  const hasTime = timeColumn !== null && fieldIndex(row, timeColumn) >= 0
  const main: EdgeType = {
    row,
    ...(hasTime ? { time: { column: timeColumn } } : {}),
    changelog: 'append',
  }
  const outputs: Record<string, EdgeType> = { rows: main }
  for (const side of sideOutputs)
    outputs[side.name] = { row: rowOf(side.columns), changelog: 'append' }
  return { outputs, problems }
}

export const node = defineNode<ProcessConfig>({
  kind: 'process-function',
  version: 1,
  group: 'code',
  title: 'Process function',
  icon: 'square-function',
  tagline: 'Your own TypeScript for each row, with state and timers for each key.',
  config,
  initial: () => ({
    forEach: [],
    code: startingCode,
    columns: [{ name: 'count', type: 'BIGINT', nullable: false }],
    sideOutputs: [],
    timeColumn: null,
  }),
  migrations: [],
  inputs: [{ name: 'in', title: 'Rows', role: 'main' }],
  outputs: ({ sideOutputs }) => [
    { name: 'rows', title: 'Rows that the code emits', role: 'main' },
    ...(sideOutputs ?? []).map(({ name }) => ({
      name,
      title: `Side output ${name}`,
      role: 'fate' as const,
      fate: 'side' as const,
    })),
  ],
  describe({ forEach, columns }) {
    const keys = forEach.length > 0 ? `for each ${forEach.join(', ')}` : 'over the whole stream'
    return [keys, `emits ${columns.map(({ name }) => name).join(', ') || 'nothing yet'}`]
  },
  forEach: ({ forEach }) => forEach,
  infer,
  readColumns: (context) => new Set(columnNames(context.inputs[0]?.row ?? { fields: [] })),
  origins: () => 'reads',
  compile: compileProcessFunction,
  docs: `A process function is your own TypeScript. It sees one row at a time, keeps values for each key, and can set timers.

## Example

\`\`\`ts
export const fn = processFunction({
  state: { seen: value<number>() },

  onElement(row, ctx) {
    const seen = (ctx.state.seen.get() ?? 0) + 1
    ctx.state.seen.set(seen)
    ctx.timers.eventTime(row.at + 3_600_000)
    if (seen === 3) ctx.emit({ user_id: row.user_id, at: row.at })
  },

  onTimer(time, ctx) {
    ctx.state.seen.clear()
  },
})
\`\`\`

## What the code may use

| | |
| --- | --- |
| \`row.column\` | BIGINT is a \`bigint\`, DECIMAL a string with all digits, TIMESTAMP a number of milliseconds |
| \`ctx.key\` | the value of the *for each* column (several: an object) |
| \`ctx.state.x.get() / set(v) / clear()\` | one value for each key, kept in checkpoints |
| \`ctx.timers.eventTime(t)\`, \`processingTime(t)\` | calls \`onTimer(t, ctx)\` once the watermark, or the wall clock, reaches t; \`deleteEventTime(t)\` and \`deleteProcessingTime(t)\` take it back |
| \`ctx.emit(row)\`, \`ctx.side('name', row)\` | sends a row to the output, or to a side output |
| \`ctx.watermark()\`, \`ctx.now()\`, \`ctx.eventTime\` | the times |

## Good to know

- The code runs sealed in a process of its own: no network, no files. \`Date.now\` and \`Math.random\` come from the engine,
  so that a run can be repeated.
- Code that throws fails the job and names node, line and record. Endless loops and memory hogs are ended and named.
- The code is synchronous: what onElement or onTimer does must be done when it returns, without async and await.
- A timer in *event time* follows the data; one in *processing time* follows the wall clock, so a replay of yesterday's
  records behaves differently from yesterday.
- What is kept for a key stays until it is cleared: set a timer that clears it.
`,
})
