/** View sink: the latest row of each key, as a live table and chart. */
import type { InferContext, Inferred, Problem, ViewSinkConfig } from '@millrace/engine/plan'
import { columnIndexes, columnNames, defineNode, stateNames } from '@millrace/engine/plan'
import type { EdgeType } from '@millrace/schemas'
import { fieldIndex, formatField, formatType } from '@millrace/schemas'
import { z } from 'zod'
import { keyColumns, meta } from '../form-meta.ts'
import { missingColumns } from '../input-problems.ts'

const config = z.strictObject({
  view: z
    .string()
    .max(63)
    .meta(
      meta({
        title: 'Name',
        description: 'Rows are served at /views/NAME?key=…',
        widget: 'text',
        placeholder: 'orders-per-minute',
      }),
    ),
  keyColumns: keyColumns
    .nullable()
    .default(null)
    .meta(
      meta({
        title: 'One row for each',
        description: 'A newer row replaces the one with the same values here.',
        widget: 'key-columns',
        none: 'no key: the last rows',
      }),
    ),
  rowsMax: z
    .int()
    .min(1)
    .max(100_000)
    .default(1000)
    .meta(
      meta({
        title: 'Rows kept',
        description: 'The oldest leave first.',
        widget: 'number',
        unit: 'rows',
        advanced: true,
      }),
    ),
})

type Config = z.infer<typeof config>

function keysOf(settings: Config, input: EdgeType): readonly string[] {
  return settings.keyColumns ?? input.uniqueKey ?? []
}

function infer(context: InferContext<Config>): Inferred {
  const [input] = context.inputs
  const { view } = context.config
  const problems: Problem[] = []
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(view))
    problems.push({
      code: 'view-name',
      severity: 'error',
      node: context.node.id,
      field: 'view',
      message:
        view === ''
          ? 'The view has no name. Give it one, such as orders-per-minute.'
          : `${view} cannot be a view's name: small letters, digits, dot, _ and - only.`,
      fixes: [],
    })
  if (!input) return { outputs: {}, problems }
  if (context.config.keyColumns)
    problems.push(...missingColumns(context, 'keyColumns', context.config.keyColumns, input.row))
  if (input.changelog !== 'append' && keysOf(context.config, input).length === 0)
    problems.push({
      code: 'no-key',
      severity: 'error',
      node: context.node.id,
      field: 'keyColumns',
      message: 'Rows that replace earlier ones need a key. Choose the key columns.',
      fixes: [],
    })
  return { outputs: {}, problems }
}

export const node = defineNode<Config>({
  kind: 'view-sink',
  version: 1,
  group: 'sink',
  title: 'View',
  icon: 'table-2',
  tagline: 'Shows the latest row of each key as a live table and chart.',
  config,
  initial: () => ({ view: '', keyColumns: null, rowsMax: 1000 }),
  migrations: [],
  inputs: [{ name: 'in', title: 'Rows', role: 'main' }],
  outputs: () => [],
  describe({ view, keyColumns: keys, rowsMax }) {
    const key = keys && keys.length > 0 ? ` for each ${keys.join(', ')}` : ''
    return [view || 'no name yet', `latest rows${key} · keeps ${rowsMax}`]
  },
  infer,
  readColumns: (context) => new Set(columnNames(context.inputs[0]?.row ?? { fields: [] })),
  compile(context) {
    const { id } = context.node
    const [input] = context.rows
    const [type] = context.inputs
    const keys = columnIndexes(input, type ? keysOf(context.config, type) : [])
    const timeIndex = type?.time ? fieldIndex(input, type.time.column) : -1
    const sink: ViewSinkConfig = {
      view: context.config.view,
      keys,
      rowsMax: context.config.rowsMax,
      timeColumn: timeIndex < 0 ? null : timeIndex,
    }
    return {
      operators: [
        {
          id,
          node: id,
          type: 'view-sink',
          config: sink,
          inputs: [input],
          outputs: [],
          // One table in one place.
          parallelism: 1,
          state: [
            {
              node: id,
              name: stateNames.viewRows,
              version: 1,
              scope: 'list',
              keyTypes: keys.map((index) => formatType(input.fields[index].type)),
              schema: input.fields.map(formatField).join(', '),
              hash: null,
            },
          ],
        },
      ],
      edges: [],
      inputs: [
        {
          operator: id,
          input: 0,
          exchange: context.settings.parallelism === 1 ? { is: 'forward' } : { is: 'rebalance' },
        },
      ],
      outputs: {},
    }
  },
  docs: `A view keeps the latest row of each key in memory and shows it live: as a table, as a chart over event time, and at
\`GET /views/NAME?key=…\` for programs.

## Example

Behind a window *every 1 min for each country* the view \`orders-per-minute\` holds a row for each minute and country, the newest
1000 of them.

## Good to know

- The key is what makes the rows unique, unless you choose other columns: with \`country\` alone the view holds each country's
  newest minute.
- A view is part of the checkpoint, but it is no storage: write to a topic what must be kept.
`,
})
