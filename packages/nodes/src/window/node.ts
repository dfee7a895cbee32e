/** Window: aggregates over spans of event time, for each key. */
import type { CompileContext, InferContext, Inferred, Problem } from '@millrace/engine/plan'
import { columnNames, defineNode, expressionProblem } from '@millrace/engine/plan'
import type { EdgeType, Field } from '@millrace/schemas'
import { field, types } from '@millrace/schemas'
import { formatDuration } from '../form-meta.ts'
import {
  isAppend,
  missingColumns,
  nameProblems,
  noEventTime,
  notAppend,
} from '../input-problems.ts'
import { computedAggregates, readByAggregates } from './aggregates.ts'
import { compileWindow } from './compile.ts'
import { type WindowConfig, windowConfig } from './config.ts'

export const windowColumns = ['window_start', 'window_end', 'window_time'] as const

function outputType(
  context: InferContext<WindowConfig>,
  input: EdgeType,
  aggregates: Field[],
): EdgeType {
  const { forEach, allowedLatenessMs } = context.config
  const keys = forEach.flatMap((name) => input.row.fields.filter((f) => f.name === name))
  const fires = allowedLatenessMs > 0
  return {
    row: {
      fields: [
        ...keys,
        ...windowColumns.map((name) => field(name, types.timestamp, false)),
        ...aggregates,
        ...(fires ? [field('firing', types.int, false)] : []),
      ],
    },
    time: { column: 'window_time' },
    changelog: fires ? 'upsert' : 'append',
    uniqueKey: [...forEach, 'window_start', 'window_end'],
    ...(forEach.length > 0 ? { partitionedBy: forEach } : {}),
  }
}

function settingProblems(context: InferContext<WindowConfig>): Problem[] {
  const { compute, sizeMs, offsetMs, forEach, allowedLatenessMs } = context.config
  const { id } = context.node
  const problems: Problem[] = []
  const reserved = new Set<string>([...windowColumns, ...forEach])
  if (allowedLatenessMs > 0) reserved.add('firing')
  compute.forEach(({ name }, i) => {
    if (reserved.has(name))
      problems.push({
        code: 'column-name',
        severity: 'error',
        node: id,
        field: `compute.${i}.name`,
        message: `The name ${name} is taken: the result already has a column of that name. Choose another.`,
        fixes: [],
      })
  })
  problems.push(
    ...nameProblems(
      context,
      'compute',
      compute.map(({ name }) => name),
    ),
  )
  if (compute.length === 0)
    problems.push({
      code: 'no-aggregates',
      severity: 'error',
      node: id,
      field: 'compute',
      message: 'The window computes nothing yet. Add COUNT(*) or SUM of a column.',
      fixes: [
        {
          label: 'Count the rows',
          edits: [
            {
              is: 'set-config',
              node: id,
              field: 'compute',
              value: [{ name: 'row_count', expression: 'COUNT(*)' }],
            },
          ],
        },
      ],
    })
  if (offsetMs >= sizeMs)
    problems.push({
      code: 'offset',
      severity: 'error',
      node: id,
      field: 'offsetMs',
      message: `The offset must be shorter than the window (${formatDuration(sizeMs)}).`,
      fixes: [
        {
          label: 'No offset',
          edits: [{ is: 'set-config', node: id, field: 'offsetMs', value: 0 }],
        },
      ],
    })
  return problems
}

/** By default late rows are gone unnoticed; nobody should find out from a wrong total. */
function latePortProblem(context: InferContext<WindowConfig>): Problem[] {
  const { lateRows, allowedLatenessMs } = context.config
  const { id, name } = context.node
  if (lateRows === 'count' || allowedLatenessMs > 0 || context.wired.has('late')) return []
  return [
    {
      code: 'late-rows-dropped',
      severity: 'warning',
      node: id,
      field: 'lateRows',
      message: `Rows that come too late for '${name}' are dropped: connect its late port to a topic, accept them late, or say that counting them is enough.`,
      fixes: [
        {
          label: 'Count them only',
          edits: [{ is: 'set-config', node: id, field: 'lateRows', value: 'count' }],
        },
      ],
    },
  ]
}

function infer(context: InferContext<WindowConfig>): Inferred {
  const [input] = context.inputs
  const problems = settingProblems(context)
  if (!input) return { outputs: {}, problems }
  if (!isAppend(input))
    problems.push(
      notAppend(
        context,
        'A window',
        'Set "accept late" of the window before it to 0, or aggregate only once.',
      ),
    )
  if (!input.time) problems.push(noEventTime(context, 'A window'))
  problems.push(...missingColumns(context, 'forEach', context.config.forEach, input.row))
  problems.push(...latePortProblem(context))
  const computed = computedAggregates(context.config.compute, input.row)
  for (const { index, text, problem } of computed.problems)
    problems.push(expressionProblem(context, `compute.${index}.expression`, text, problem))
  const late: EdgeType = { ...input }
  if (computed.problems.length > 0) return { outputs: { late }, problems }
  const fields = computed.aggregates.map(({ name, typed }) =>
    field(name, typed.type, typed.nullable),
  )
  return { outputs: { rows: outputType(context, input, fields), late }, problems }
}

function readColumns(context: CompileContext<WindowConfig>): ReadonlySet<string> {
  const input = context.inputs[0]?.row ?? { fields: [] }
  if (context.wired.has('late')) return new Set(columnNames(input))
  return new Set([...context.config.forEach, ...readByAggregates(context.config.compute, input)])
}

function sentence({ sizeMs, forEach, compute, allowedLatenessMs }: WindowConfig): string[] {
  const late = allowedLatenessMs > 0 ? ` · accept late ${formatDuration(allowedLatenessMs)}` : ''
  const keys = forEach.length > 0 ? ` for each ${forEach.join(', ')}` : ''
  const results = compute.map(({ expression }) => expression).join(', ')
  return [`every ${formatDuration(sizeMs)}${keys}${late}`, results || 'computes nothing yet']
}

export const node = defineNode<WindowConfig>({
  kind: 'window',
  version: 1,
  group: 'keyed',
  title: 'Window',
  icon: 'rectangle-ellipsis',
  tagline: 'Counts and sums over spans of event time, for each key.',
  config: windowConfig,
  initial: () => ({
    shape: 'tumbling',
    sizeMs: 60_000,
    forEach: [],
    compute: [{ name: 'row_count', expression: 'COUNT(*)' }],
    allowedLatenessMs: 0,
    offsetMs: 0,
    lateRows: 'warn',
  }),
  migrations: [],
  inputs: [{ name: 'in', title: 'Rows with event time', role: 'main' }],
  outputs: () => [
    { name: 'rows', title: 'A row for each window and key', role: 'main' },
    { name: 'late', title: 'Rows that came too late', role: 'fate', fate: 'late' },
  ],
  describe: sentence,
  forEach: ({ forEach }) => forEach,
  infer,
  readColumns,
  origins: () => 'reads',
  windowMs: ({ sizeMs }) => sizeMs,
  appendFixes: ({ id, name }) => [
    {
      label: `Accept no late rows in '${name}'`,
      edits: [{ is: 'set-config', node: id, field: 'allowedLatenessMs', value: 0 }],
    },
  ],
  compile: compileWindow,
  docs: `A window reads as a sentence: **every** 5 min **for each** user_id **compute** COUNT(*) **accept late** 2 min.

Each row falls into one window by its *event time*. When the watermark passes the window's end, one row leaves for each key:
the *for each* columns, \`window_start\`, \`window_end\`, \`window_time\` (the end less 1 ms, the result's own event time) and
what was computed.

## Example

| setting | value |
| --- | --- |
| Every | 1 min |
| For each | country |
| Compute | orders = \`COUNT(*)\`, revenue = \`SUM(total_cents)\`, big = \`COUNT(*) FILTER (WHERE total_cents > 10000)\` |

\`\`\`
country | window_start        | window_end          | orders | revenue | big
SE      | 2026-11-22 10:00:00 | 2026-11-22 10:01:00 |     18 |  240511 |   7
\`\`\`

## Late rows

A row behind the watermark is only *out of order*; it still counts while its window is open. Once the window has fired, the row
is *late*: within *accept late* the window fires again and its new result replaces the old one (the rows then carry \`firing\`:
1, 2, …). After that it is *too late* and leaves by the **late** port with all its columns.

## Good to know

- Windows are aligned to the epoch in UTC: every 1 h starts at full hours.
- \`SUM\` of whole numbers wraps at 64 bits, \`AVG\` of whole numbers is cut to a whole number, as in Flink. Write
  \`AVG(CAST(x AS DOUBLE))\` for a mean with a fraction.
- \`BOOL_OR\` and \`BOOL_AND\` do not exist in Flink under these names; on Flink they become MAX and MIN of a CASE.
- No output though rows come in? A window closes when a record with a *later* event time arrives in every partition that is
  not idle.
`,
})
