/** Topic sink: writes rows as records of a topic. */
import type { InferContext, Inferred, Problem, TopicSinkConfig } from '@millrace/engine/plan'
import { columnIndexes, columnNames, defineNode } from '@millrace/engine/plan'
import type { EdgeType } from '@millrace/schemas'
import { avroSchemaOf } from '@millrace/schemas/formats'
import { z } from 'zod'
import { keyColumns, meta } from '../form-meta.ts'
import { missingColumns } from '../input-problems.ts'
import { sinkTopicProblem } from '../topic-names.ts'

const config = z.strictObject({
  topic: z
    .string()
    .max(249)
    .meta(
      meta({
        title: 'Topic',
        description: 'Created when the pipeline starts, if it does not exist.',
        widget: 'topic',
        allowNew: true,
        placeholder: 'orders.per-minute',
      }),
    ),
  format: z
    .enum(['json', 'avro'])
    .default('json')
    .meta(
      meta({
        title: 'Format',
        widget: 'choice',
        labels: { json: 'JSON', avro: 'Avro' },
        help: {
          json: 'One JSON object a record.',
          avro: "Confluent's wire format; the schema is registered under <topic>-value.",
        },
      }),
    ),
  keyColumns: keyColumns
    .nullable()
    .default(null)
    .meta(
      meta({
        title: 'Message key',
        description: 'Records with the same key go to the same partition, in order.',
        widget: 'key-columns',
        none: 'no key',
      }),
    ),
  mode: z
    .enum(['append', 'upsert'])
    .default('append')
    .meta(
      meta({
        title: 'Rows that replace earlier ones',
        widget: 'choice',
        labels: { append: 'Are refused', upsert: 'Are written under the same key' },
        help: {
          append: 'Every row is a record of its own.',
          upsert:
            'A newer record of a key replaces the older; a deletion is a record without value.',
        },
      }),
    ),
  partitions: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .meta(
      meta({
        title: 'Partitions',
        description: 'Of the topic, if it has to be created.',
        widget: 'number',
        advanced: true,
      }),
    ),
  guarantee: z
    .literal('at-least-once')
    .default('at-least-once')
    .meta(
      meta({
        title: 'Guarantee',
        description: 'After a crash, rows since the last checkpoint may be written a second time.',
        widget: 'choice',
        labels: { 'at-least-once': 'At least once' },
        advanced: true,
      }),
    ),
})

type Config = z.infer<typeof config>

/** The chosen key, else the unique key, else how the rows are spread. */
function keysOf(settings: Config, input: EdgeType): readonly string[] {
  return settings.keyColumns ?? input.uniqueKey ?? input.partitionedBy ?? []
}

/** A plain sink behind rows that replace earlier ones: the reader of the topic would count both. */
function appendBehindUpsert(context: InferContext<Config>): Problem {
  const { id } = context.node
  return {
    code: 'input-upsert-into-append',
    severity: 'error',
    node: id,
    message:
      'These rows replace earlier ones, because a window before accepts late rows. Write them under their key, or set its "accept late" to 0.',
    fixes: [
      {
        label: 'Write them under their key',
        edits: [{ is: 'set-config', node: id, field: 'mode', value: 'upsert' }],
      },
      ...context.replacingNodes().fixes,
    ],
  }
}

function avroProblem(context: InferContext<Config>, input: EdgeType): Problem[] {
  const bad = columnNames(input.row).find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
  if (context.config.format !== 'avro' || bad === undefined) return []
  return [
    {
      code: 'avro-name',
      severity: 'error',
      node: context.node.id,
      field: 'format',
      message: `Avro has no field called ${bad}: names are letters, digits and _. Rename it in a Select node, or write JSON.`,
      fixes: [
        {
          label: 'Write JSON',
          edits: [{ is: 'set-config', node: context.node.id, field: 'format', value: 'json' }],
        },
      ],
    },
  ]
}

function infer(context: InferContext<Config>): Inferred {
  const [input] = context.inputs
  const problems: Problem[] = sinkTopicProblem(context, context.config.topic)
  if (!input) return { outputs: {}, problems }
  if (context.config.keyColumns)
    problems.push(...missingColumns(context, 'keyColumns', context.config.keyColumns, input.row))
  if (input.changelog !== 'append' && context.config.mode === 'append')
    problems.push(appendBehindUpsert(context))
  if (context.config.mode === 'upsert' && keysOf(context.config, input).length === 0)
    problems.push({
      code: 'no-key',
      severity: 'error',
      node: context.node.id,
      field: 'keyColumns',
      message: 'Rows can replace earlier ones only under a key. Choose the key columns.',
      fixes: [
        {
          label: 'Write each row on its own',
          edits: [{ is: 'set-config', node: context.node.id, field: 'mode', value: 'append' }],
        },
      ],
    })
  problems.push(...avroProblem(context, input))
  return { outputs: {}, problems }
}

export const node = defineNode<Config>({
  kind: 'topic-sink',
  version: 1,
  group: 'sink',
  title: 'Topic sink',
  icon: 'inbox',
  tagline: 'Writes rows as records of a topic.',
  config,
  initial: () => ({
    topic: '',
    format: 'json',
    keyColumns: null,
    mode: 'append',
    partitions: 1,
    guarantee: 'at-least-once',
  }),
  migrations: [],
  inputs: [{ name: 'in', title: 'Rows', role: 'main' }],
  outputs: () => [],
  describe({ topic, format, keyColumns: keys, mode }) {
    const key = keys === null || keys === undefined ? '' : ` · key ${keys.join(', ') || 'none'}`
    return [
      topic ? `to ${topic}` : 'no topic yet',
      `${format === 'avro' ? 'Avro' : 'JSON'} · at least once${mode === 'upsert' ? ' · upsert' : ''}${key}`,
    ]
  },
  infer,
  readColumns: (context) => new Set(columnNames(context.inputs[0]?.row ?? { fields: [] })),
  compile(context) {
    const { id } = context.node
    const [input] = context.rows
    const [type] = context.inputs
    const { topic, format, partitions, mode, guarantee } = context.config
    const sink: TopicSinkConfig = {
      topic,
      format,
      keys: columnIndexes(input, type ? keysOf(context.config, type) : []),
      guarantee,
      partitions,
      eventTimestamps: type?.time !== undefined,
      changelog: mode,
      avro:
        format === 'avro'
          ? { schema: avroSchemaOf(input, recordName(topic)), subject: `${topic}-value` }
          : null,
    }
    return {
      operators: [
        {
          id,
          node: id,
          type: 'topic-sink',
          config: sink,
          inputs: [input],
          outputs: [],
          parallelism: context.settings.parallelism,
          state: [],
        },
      ],
      edges: [],
      inputs: [{ operator: id, input: 0, exchange: { is: 'forward' } }],
      outputs: {},
    }
  },
  docs: `A topic sink writes each row as one record. The topic is created if there is none of that name.

The **message key** decides the partition. If you choose none, it is what makes the rows unique (a window's *for each*
columns and bounds), else the columns by which they are spread. A key of one column is its text; of several, a JSON object.

## Example

A window *every 1 min for each country* writes, under the key \`{"country":"SE","window_start":…,"window_end":…}\`:

\`\`\`json
{"country":"SE","window_start":"2026-11-22T10:00:00.000Z","window_end":"2026-11-22T10:01:00.000Z","window_time":"2026-11-22T10:00:59.999Z","orders":18}
\`\`\`

## Good to know

- **At least once**: after a crash the rows since the last checkpoint are written again. Their values are the same, so a reader
  that keeps the last record of each key sees no difference.
- A window that accepts late rows replaces its results. Then choose *written under the same key*.
- Records carry their row's event time as timestamp.
- BIGINT and DECIMAL are written with all their digits; some JSON readers round numbers beyond 2^53.
`,
})

/** A record name for Avro: letters, digits and _. */
function recordName(topic: string): string {
  const name = topic.replace(/[^A-Za-z0-9_]/g, '_')
  return /^[A-Za-z_]/.test(name) ? name : `_${name}`
}
