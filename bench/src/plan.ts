/** The benchmark's pipeline: topic → 10 s tumbling count and sum for each user → topic. */
import type { PhysicalPlan, TopicSinkConfig, TopicSourceConfig } from '@millrace/engine/plan'
import { deadLetterRow } from '@millrace/engine/plan'
import { type Field, field, pipelineSettings, type RowType, types } from '@millrace/schemas'
import { disorderMs, windowMs } from './events.ts'

const orders: RowType = {
  fields: [
    field('user_id', types.string),
    field('amount', types.bigint),
    field('placed_at', types.timestamp),
  ],
}

const unused: readonly Field[] = [
  field('order_id', types.string),
  field('item_id', types.int),
  field('currency', types.string),
  field('country', types.string),
  field('express', types.boolean),
  field('session', types.string),
  field('note', types.string),
]

const results: RowType = {
  fields: [
    field('user_id', types.string),
    field('window_start', types.timestamp, false),
    field('window_end', types.timestamp, false),
    field('window_time', types.timestamp, false),
    field('orders', types.bigint, false),
    field('total', types.bigint),
  ],
}

export function benchPlan(options: {
  pipeline: string
  from: string
  to: string
  parallelism: number
}): PhysicalPlan {
  const { pipeline, from, to, parallelism } = options
  const source: TopicSourceConfig = {
    topic: from,
    format: 'json',
    columns: [...orders.fields, ...unused],
    // The time column is read for event times; no operator uses it as a column.
    produced: [0, 1],
    time: { column: 2, unit: 'ms', waitMs: disorderMs },
    start: 'earliest',
    idleAfterMs: null,
    group: `millrace-${pipeline}`,
    invalidUtf8: 'dead-letter',
  }
  const read: RowType = { fields: orders.fields.slice(0, 2) }
  const sink: TopicSinkConfig = {
    topic: to,
    format: 'json',
    keys: [0],
    guarantee: 'at-least-once',
    partitions: 6,
    eventTimestamps: true,
    changelog: 'append',
    avro: null,
  }
  const output = (row: RowType, port: string) => ({ port, row, eventTime: true, origins: false })
  const edge = (from_: string, output_: number, to_: string, hashed: boolean) => ({
    from: { operator: from_, output: output_ },
    to: { operator: to_, input: 0 },
    exchange: hashed
      ? ({ is: 'hash', columns: [0], hash: 'flink' } as const)
      : ({ is: 'forward' } as const),
  })
  const aggregate = { distinct: false, filter: null, type: types.bigint }
  return {
    format: 'millrace.plan/1',
    pipeline,
    pipelineName: 'benchmark',
    version: 1,
    settings: pipelineSettings.parse({ parallelism }),
    operators: [
      {
        id: 'orders',
        node: 'orders',
        type: 'topic-source',
        config: source,
        inputs: [],
        outputs: [
          output(read, 'rows'),
          { ...output(deadLetterRow, 'dead-letters'), eventTime: false },
        ],
        parallelism,
        state: [
          {
            node: 'orders',
            name: 'partitions',
            version: 1,
            scope: 'union',
            keyTypes: [],
            schema: 'offsets',
            hash: null,
          },
        ],
      },
      {
        id: 'window',
        node: 'window',
        type: 'window-aggregate',
        config: {
          shape: 'tumbling',
          keys: [0],
          sizeMs: windowMs,
          offsetMs: 0,
          allowedLatenessMs: 0,
          aggregates: [
            { name: 'orders', function: 'count', argument: null, ...aggregate },
            { name: 'total', function: 'sum', argument: 1, ...aggregate },
          ],
          firing: false,
          lateColumns: [0, 1],
        },
        inputs: [read],
        outputs: [output(results, 'rows'), output(read, 'late')],
        parallelism,
        state: [
          {
            node: 'window',
            name: 'windows',
            version: 1,
            scope: 'keyed',
            keyTypes: ['STRING'],
            schema: 'count,sum',
            hash: 'flink',
          },
        ],
      },
      {
        id: 'sink',
        node: 'sink',
        type: 'topic-sink',
        config: sink,
        inputs: [results],
        outputs: [],
        parallelism,
        state: [],
      },
    ],
    edges: [edge('orders', 0, 'window', true), edge('window', 0, 'sink', false)],
  }
}
