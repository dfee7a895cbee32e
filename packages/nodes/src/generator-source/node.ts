/** Generator source: made-up rows, with disorder, skew and bad records as real ones have. */
import type {
  CompileContext,
  CompiledNode,
  GeneratorSourceConfig,
  InferContext,
  Inferred,
  Problem,
} from '@millrace/engine/plan'
import {
  deadLetterPort,
  deadLetterRow,
  deadLetterSink,
  defineNode,
  stateNames,
} from '@millrace/engine/plan'
import type { DataType } from '@millrace/schemas'
import { formatDuration, typeOfText } from '../form-meta.ts'
import {
  columnProblems,
  producedIndexes,
  sourceFields,
  sourceType,
  timeFixesOf,
} from '../source-columns.ts'
import { config, type GeneratorSettings } from './config.ts'

type Context = InferContext<GeneratorSettings>
type Generator = GeneratorSettings['columns'][number]['generator']

/** Types that each way of making values can fill. */
const fits: Readonly<Record<Generator['is'], readonly DataType['kind'][]>> = {
  sequence: ['INT', 'BIGINT', 'STRING'],
  uuid: ['STRING'],
  pick: ['STRING', 'INT', 'BIGINT', 'DOUBLE', 'DECIMAL', 'BOOLEAN'],
  key: ['STRING', 'INT', 'BIGINT'],
  integer: ['INT', 'BIGINT', 'DOUBLE', 'DECIMAL'],
  decimal: ['DECIMAL', 'DOUBLE'],
  boolean: ['BOOLEAN'],
  'event-time': ['TIMESTAMP', 'BIGINT'],
}

function generatorProblems(context: Context): Problem[] {
  return context.config.columns.flatMap(({ name, type, generator }, index): Problem[] => {
    const problem = (field: string, message: string): Problem => ({
      code: 'generator',
      severity: 'error',
      node: context.node.id,
      field: `columns.${index}.${field}`,
      message,
      fixes: [],
    })
    const kind = typeOfText(type).kind
    if (!fits[generator.is].includes(kind))
      return [
        problem(
          'generator',
          `${name} is ${type}, which '${generator.is}' cannot fill. Choose another way to make its values, or ${fits[generator.is].join(' or ')} as type.`,
        ),
      ]
    if ('low' in generator && generator.low > generator.high)
      return [
        problem('generator.low', `${name}: the lowest value is above the highest. Swap them.`),
      ]
    if (
      generator.is === 'pick' &&
      generator.weights &&
      generator.weights.length !== generator.values.length
    )
      return [
        problem(
          'generator.weights',
          `${name} has ${generator.values.length} values and ${generator.weights.length} weights. Give each value one.`,
        ),
      ]
    return []
  })
}

function timeProblems(context: Context): Problem[] {
  const { time, columns } = context.config
  const column = columns.find(({ name }) => name === time?.column)
  if (!column || column.generator.is === 'event-time') return []
  return [
    {
      code: 'time-column',
      severity: 'error',
      node: context.node.id,
      field: 'time.column',
      message: `${column.name} is not made from the event time. Choose the column whose values are 'event-time'.`,
      fixes: timeFixes(context.node, context.config),
    },
  ]
}

function timeFixes(node: Context['node'], settings: GeneratorSettings) {
  const columns = settings.columns.filter(({ generator }) => generator.is === 'event-time')
  return timeFixesOf(
    node,
    columns.map(({ name }) => ({ name, type: 'TIMESTAMP(3)', nullable: false })),
    () => undefined,
  )
}

function infer(context: Context): Inferred {
  const { columns, time } = context.config
  return {
    outputs: {
      rows: sourceType(columns, time?.column),
      [deadLetterPort]: { row: deadLetterRow, changelog: 'append' },
    },
    problems: [
      ...columnProblems(context, columns, time?.column),
      ...generatorProblems(context),
      ...timeProblems(context),
    ],
  }
}

/** History is three of the pipeline's longest windows, and never less than three minutes: closed windows from the start. */
const historyWindows = 3
const historyMsMin = 180_000

function physicalConfig(context: CompileContext<GeneratorSettings>): GeneratorSourceConfig {
  const { columns, time, rowsPerSecond, seed, partitions, disorder, badShare } = context.config
  const fields = sourceFields(columns, time?.column)
  return {
    rowsPerSecond,
    seed,
    columns: columns.map(({ generator, nullShare }, index) => ({
      ...fields[index],
      generator,
      nullShare: fields[index].nullable ? nullShare : 0,
    })),
    produced: producedIndexes(columns, context.neededColumns('rows')),
    partitions,
    disorder,
    badShare,
    historyMs: Math.max(historyMsMin, historyWindows * context.longestWindowMs),
    time: time && {
      column: columns.findIndex(({ name }) => name === time.column),
      waitMs: time.waitMs,
    },
    rowsMax: null,
  }
}

function compile(context: CompileContext<GeneratorSettings>): CompiledNode {
  const { id } = context.node
  const settings = physicalConfig(context)
  const fields = settings.produced.map((index) => {
    const { name, type, nullable } = settings.columns[index]
    return { name, type, nullable }
  })
  const letters = deadLetterSink(context, id, 1)
  return {
    operators: [
      {
        id,
        node: id,
        type: 'generator-source',
        config: settings,
        inputs: [],
        outputs: [
          {
            port: 'rows',
            row: { fields },
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
            schema: 'generator',
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

export const node = defineNode<GeneratorSettings>({
  kind: 'generator-source',
  version: 1,
  group: 'source',
  title: 'Generator',
  icon: 'sparkles',
  tagline: 'Makes up rows, with disorder, skew and bad records as real ones have.',
  config,
  initial: () => ({
    rowsPerSecond: 50,
    columns: [
      {
        name: 'id',
        type: 'BIGINT',
        nullable: false,
        generator: { is: 'sequence', start: 1, prefix: '' },
        nullShare: 0,
      },
      {
        name: 'user_id',
        type: 'STRING',
        nullable: false,
        generator: { is: 'key', count: 20, prefix: 'user-', skew: 1 },
        nullShare: 0,
      },
      {
        name: 'amount',
        type: 'BIGINT',
        nullable: false,
        generator: { is: 'integer', low: 1, high: 100 },
        nullShare: 0,
      },
      {
        name: 'at',
        type: 'TIMESTAMP(3)',
        nullable: false,
        generator: { is: 'event-time' },
        nullShare: 0,
      },
    ],
    time: { column: 'at', waitMs: 2000 },
    disorder: { share: 0.1, maxMs: 1500 },
    badShare: 0,
    partitions: 2,
    seed: 1,
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
  describe({ rowsPerSecond, columns, time, disorder }) {
    const clock = time ? `event time ${time.column}` : 'no event time'
    const late =
      disorder && disorder.share > 0
        ? ` · ${Math.round(disorder.share * 100)} % up to ${formatDuration(disorder.maxMs)} late`
        : ''
    return [`${rowsPerSecond} rows/s · ${columns.map(({ name }) => name).join(', ')}`, clock + late]
  },
  infer,
  readColumns: () => new Set(),
  origins: () => 'passes',
  timeFixes,
  compile,
  docs: `A generator makes up rows: for trying things out, for demonstrations, and for seeing what disorder does to a window.

When the pipeline starts it first writes a **history** of three of the pipeline's longest windows (three minutes at least), as
fast as it can, and then goes on live: closed windows are there within seconds.

## Example

| column | type | values |
| --- | --- | --- |
| user_id | STRING | one of 20 keys, \`user-1\` far more often than \`user-20\` (skew 1) |
| amount | BIGINT | a whole number from 1 to 100 |
| at | TIMESTAMP(3) | the event time |

With *10 % out of order by up to 10 s* and a wait of 5 s, some rows come too late: look at the window's late port.

## Good to know

- The same seed makes the same rows, so a run can be repeated.
- *Bad records* go to the dead letters like any record that does not decode.
- Skew s gives key k the weight 1 / k^s: 0 is even, 1 is what words in a text do.
`,
})
