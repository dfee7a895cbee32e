/** Topic source: records of a topic as rows. */
import type {
  CompileContext,
  CompiledNode,
  DeclaredColumn,
  InferContext,
  Inferred,
  Problem,
  TopicSourceConfig,
} from '@millrace/engine/plan'
import {
  deadLetterPort,
  deadLetterRow,
  deadLetterSink,
  defineNode,
  stateNames,
} from '@millrace/engine/plan'
import { formatType } from '@millrace/schemas'
import { formatDuration, typeOfText } from '../form-meta.ts'
import {
  columnProblems,
  producedIndexes,
  sourceFields,
  sourceType,
  timeFixesOf,
} from '../source-columns.ts'
import { topicNameProblem } from '../topic-names.ts'
import { config, type TopicSourceSettings } from './config.ts'

type Context = InferContext<TopicSourceSettings>

function missingTopic(context: Context): Problem[] {
  const { topic } = context.config
  if (topic === '' || context.topics.size === 0 || context.topics.has(topic)) return []
  return [
    {
      code: 'unknown-topic',
      severity: 'warning',
      node: context.node.id,
      field: 'topic',
      message: `There is no topic ${topic} yet. Create it and fill it, or choose another.`,
      fixes: [],
    },
  ]
}

/** Traps of STUDIO section 4: T15 (latest skips history) and T13 (a time that nobody declared). */
function traps(context: Context): Problem[] {
  const { start, time, columns } = context.config
  const { id } = context.node
  const problems: Problem[] = []
  if (start === 'latest')
    problems.push({
      code: 'start-latest',
      severity: 'warning',
      node: id,
      field: 'start',
      message:
        'Starting with new records only silently skips everything the topic already holds. Start at the oldest record unless that is meant.',
      fixes: [
        {
          label: 'Start at the oldest record',
          edits: [{ is: 'set-config', node: id, field: 'start', value: 'earliest' }],
        },
      ],
    })
  const fixes = timeFixes(context.node, context.config)
  if (time === null && fixes.length > 0)
    problems.push({
      code: 'no-time-attribute',
      severity: 'warning',
      node: id,
      field: 'time',
      message: `No column is the event time, though ${columns.length > 0 ? 'one looks like it' : 'one may be'}. Windows need it; choose it here.`,
      fixes,
    })
  return problems
}

function unitOf({ type, name }: { type: string; name: string }): string {
  if (typeOfText(type).kind === 'STRING') return 'iso8601'
  return /(_s|_sec|_seconds)$/i.test(name) ? 's' : /(_us|_micros)$/i.test(name) ? 'us' : 'ms'
}

function timeFixes(node: Context['node'], settings: TopicSourceSettings) {
  return timeFixesOf(node, settings.columns, (column) => {
    const declared = settings.columns.find(({ name }) => name === column.name)
    if (declared?.unit) return declared.unit
    return typeOfText(column.type).kind === 'TIMESTAMP'
      ? settings.format === 'avro'
        ? 'ms'
        : 'iso8601'
      : unitOf(column)
  })
}

function infer(context: Context): Inferred {
  const { columns, time, topic, start, startTimestampMs } = context.config
  const { id } = context.node
  const problems: Problem[] = [
    ...topicNameProblem(context, topic),
    ...missingTopic(context),
    ...columnProblems(context, columns, time?.column),
  ]
  if (columns.length === 0)
    problems.push({
      code: 'no-columns',
      severity: 'error',
      node: id,
      field: 'columns',
      message: 'The columns are not known. Take them from recent records, or write them down.',
      fixes: [],
    })
  if (start === 'timestamp' && startTimestampMs === null)
    problems.push({
      code: 'no-start-time',
      severity: 'error',
      node: id,
      field: 'startTimestampMs',
      message: 'The point in time to start from is missing.',
      fixes: [],
    })
  problems.push(...traps(context))
  const letters = { row: deadLetterRow, changelog: 'append' as const }
  if (columns.length === 0) return { outputs: { [deadLetterPort]: letters }, problems }
  return {
    outputs: { rows: sourceType(columns, time?.column), [deadLetterPort]: letters },
    problems,
  }
}

/** `user.address.city` to its keys; `\.` is a dot of the key itself. */
function pathOf(path: string | undefined): { path?: string[] } {
  if (path === undefined || path === '') return {}
  const keys = path.match(/(?:\\.|[^.\\])+/g) ?? [path]
  return { path: keys.map((key) => key.replace(/\\(.)/g, '$1')) }
}

function declaredColumns(settings: TopicSourceSettings): DeclaredColumn[] {
  const fields = sourceFields(settings.columns, settings.time?.column)
  return settings.columns.map(({ path, unit, name }, index) => {
    const isTime = name === settings.time?.column
    const written = isTime ? settings.time?.unit : unit
    const isTimestamp = fields[index].type.kind === 'TIMESTAMP'
    return {
      ...fields[index],
      ...pathOf(path),
      ...(isTimestamp && written ? { unit: written } : {}),
    }
  })
}

function physicalConfig(context: CompileContext<TopicSourceSettings>): TopicSourceConfig {
  const { topic, format, time, start, startTimestampMs, group, idleAfterMs, invalidUtf8, columns } =
    context.config
  return {
    topic,
    format,
    columns: declaredColumns(context.config),
    produced: producedIndexes(columns, context.neededColumns('rows')),
    time: time && {
      column: columns.findIndex(({ name }) => name === time.column),
      unit: time.unit,
      waitMs: time.waitMs,
    },
    start: start === 'timestamp' ? { timestampMs: startTimestampMs ?? 0 } : start,
    idleAfterMs,
    group: group || `millrace.${context.pipeline}`,
    invalidUtf8,
  }
}

function compile(context: CompileContext<TopicSourceSettings>): CompiledNode {
  const { id } = context.node
  const settings = physicalConfig(context)
  const row = { fields: settings.produced.map((index) => fieldOf(settings.columns[index])) }
  const letters = deadLetterSink(context, id, 1)
  return {
    operators: [
      {
        id,
        node: id,
        type: 'topic-source',
        config: settings,
        inputs: [],
        outputs: [
          {
            port: 'rows',
            row,
            eventTime: settings.time !== null,
            origins: context.originsNeeded,
          },
          { port: deadLetterPort, row: deadLetterRow, eventTime: false, origins: false },
        ],
        parallelism: context.settings.parallelism,
        state: [
          {
            node: id,
            name: stateNames.sourcePartitions,
            version: 1,
            scope: 'union',
            keyTypes: [],
            schema: `topic ${settings.topic}`,
            hash: null,
          },
        ],
      },
      letters.operator,
    ],
    edges: [letters.edge],
    inputs: [],
    outputs: {
      rows: { operator: id, output: 0 },
      [deadLetterPort]: { operator: id, output: 1 },
    },
  }
}

function fieldOf({ name, type, nullable }: DeclaredColumn) {
  return { name, type, nullable }
}

export const node = defineNode<TopicSourceSettings>({
  kind: 'topic-source',
  version: 1,
  group: 'source',
  title: 'Topic source',
  icon: 'database',
  tagline: 'Reads the records of a topic as rows.',
  config,
  initial: () => ({
    topic: '',
    format: 'json',
    columns: [],
    time: null,
    start: 'earliest',
    startTimestampMs: null,
    group: '',
    idleAfterMs: 15_000,
    invalidUtf8: 'dead-letter',
  }),
  migrations: [],
  inputs: [],
  outputs: () => [
    { name: 'rows', title: 'Rows', role: 'main' },
    {
      name: deadLetterPort,
      title: 'Records that could not be decoded',
      role: 'fate',
      fate: 'dead-letters',
    },
  ],
  describe({ topic, format, time }) {
    const clock = time
      ? `event time ${time.column} · wait ${formatDuration(time.waitMs)}`
      : 'no event time'
    return [`${topic || 'no topic yet'} · ${format === 'avro' ? 'Avro' : 'JSON'}`, clock]
  },
  infer,
  readColumns: () => new Set(),
  origins: () => 'passes',
  timeFixes,
  compile,
  docs: `A topic source turns the records of a topic into rows. It reads every partition, remembers its offsets in the checkpoint and
goes on there after a restart.

## Example

\`\`\`json
{"order_id": "o-17", "user_id": "ada", "total_cents": 4990, "placed_at": 1732270800123}
\`\`\`

| column | type | |
| --- | --- | --- |
| order_id | STRING | |
| user_id | STRING | |
| total_cents | BIGINT | |
| placed_at | BIGINT | event time in milliseconds, wait 5 s |

*From recent records* reads the last 500 records and proposes columns and event time.

## Event time and waiting

The event time says when something happened, not when it arrived. *Wait* is how far a record may lag behind the newest one of
its partition and still be in time: the watermark is the newest event time less the wait. The column chosen as event time is a
TIMESTAMP(3) from here on, whatever the record writes.

## Good to know

- JSON follows Flink's rules: a missing field is NULL, an unknown one is ignored, a value of the wrong type makes the record a
  **dead letter**. Dead letters never stop the pipeline: they go, byte for byte, to the topic \`<pipeline>.dead-letters\` with
  the reason in their headers.
- Only the columns that the pipeline uses are decoded.
- A partition without records holds time back until it is *idle*.
- Types: ${['BOOLEAN', 'INT', 'BIGINT', 'DOUBLE', 'DECIMAL(p, s)', 'STRING', 'BYTES', 'DATE', formatType({ kind: 'TIMESTAMP', precision: 3 })].join(', ')}.
`,
})
