/** Physical plans for tests, written by hand: topic → filter → window → topic. */
import { pipelineSettings, type RowType, types } from '@millrace/schemas'
import type {
  CalcConfig,
  PhysicalPlan,
  TopicSinkConfig,
  TopicSourceConfig,
  WindowAggregateConfig,
} from '../../plan/index.ts'

const orders: RowType = {
  fields: [
    { name: 'user', type: types.string, nullable: false },
    { name: 'amount', type: types.bigint, nullable: false },
    { name: 'at', type: types.timestamp, nullable: false },
  ],
}

const results: RowType = {
  fields: [
    { name: 'user', type: types.string, nullable: false },
    { name: 'window_start', type: types.timestamp, nullable: false },
    { name: 'window_end', type: types.timestamp, nullable: false },
    { name: 'window_time', type: types.timestamp, nullable: false },
    { name: 'orders', type: types.bigint, nullable: false },
    { name: 'total', type: types.bigint, nullable: true },
  ],
}

const deadLetters: RowType = {
  fields: [
    { name: 'error', type: types.string, nullable: false },
    { name: 'topic', type: types.string, nullable: true },
    { name: 'partition', type: types.int, nullable: true },
    { name: 'offset', type: types.bigint, nullable: true },
    { name: 'timestamp', type: types.timestamp, nullable: true },
    { name: 'key', type: types.bytes, nullable: true },
    { name: 'value', type: types.bytes, nullable: true },
  ],
}

export interface OrdersPlanOptions {
  pipeline: string
  from: string
  to: string
  parallelism?: number
  windowMs?: number
  checkpointIntervalMs?: number
  waitMs?: number
  idleAfterMs?: number | null
  /** `breakable` fails when a record says so. */
  filterType?: 'calc' | 'breakable'
}

/** Orders with an amount above 0, counted and added up for each user and window. */
export function ordersPlan(options: OrdersPlanOptions): PhysicalPlan {
  const { pipeline, from, to, parallelism = 1, windowMs = 10_000, waitMs = 0 } = options
  const plain = (row: RowType, port: string | null) => ({
    port,
    row,
    eventTime: true,
    origins: false,
  })
  const source: TopicSourceConfig = {
    topic: from,
    format: 'json',
    columns: orders.fields,
    produced: [0, 1, 2],
    time: { column: 2, unit: 'ms', waitMs },
    start: 'earliest',
    idleAfterMs: options.idleAfterMs ?? null,
    group: `millrace-${pipeline}`,
    invalidUtf8: 'dead-letter',
  }
  const filter: CalcConfig = {
    condition: {
      op: 'call',
      name: 'greater',
      args: [
        { op: 'column', index: 1, type: types.bigint, nullable: false },
        { op: 'literal', value: '0', type: types.bigint, nullable: false },
      ],
      type: types.boolean,
      nullable: false,
    },
    projections: null,
  }
  const aggregate = { distinct: false, filter: null, type: types.bigint }
  const window: WindowAggregateConfig = {
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
    lateColumns: [0, 1, 2],
  }
  const sink: TopicSinkConfig = {
    topic: to,
    format: 'json',
    keys: [0],
    guarantee: 'at-least-once',
    partitions: 2,
    eventTimestamps: true,
    changelog: 'append',
    avro: null,
  }
  const keyed = {
    name: 'windows',
    version: 1,
    scope: 'keyed' as const,
    keyTypes: ['STRING'],
    schema: 'count,sum',
    hash: 'flink' as const,
  }
  const list = { name: 'partitions', version: 1, scope: 'union' as const, keyTypes: [] }
  return {
    format: 'millrace.plan/1',
    pipeline,
    pipelineName: pipeline,
    version: 1,
    settings: pipelineSettings.parse({
      parallelism,
      checkpointIntervalMs: options.checkpointIntervalMs ?? 60_000,
    }),
    operators: [
      {
        id: 'orders',
        node: 'orders',
        type: 'topic-source',
        config: source,
        inputs: [],
        outputs: [
          plain(orders, 'rows'),
          { ...plain(deadLetters, 'dead-letters'), eventTime: false },
        ],
        parallelism,
        state: [{ node: 'orders', schema: 'json', hash: null, ...list }],
      },
      {
        id: 'filter',
        node: 'filter',
        type: options.filterType ?? 'calc',
        config: filter,
        inputs: [orders],
        outputs: [plain(orders, 'rows')],
        parallelism,
        state: [],
      },
      {
        id: 'window',
        node: 'window',
        type: 'window-aggregate',
        config: window,
        inputs: [orders],
        outputs: [plain(results, 'rows'), plain(orders, 'late')],
        parallelism,
        state: [{ node: 'window', ...keyed }],
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
      {
        id: 'dead',
        node: 'orders',
        type: 'dead-letter-sink',
        config: { topic: `${pipeline}.dead-letters`, node: 'orders' },
        inputs: [deadLetters],
        outputs: [],
        parallelism: 1,
        state: [],
      },
    ],
    edges: [
      edge('orders', 0, 'filter', { is: 'forward' }),
      edge('filter', 0, 'window', { is: 'hash', columns: [0], hash: 'flink' }),
      edge('window', 0, 'sink', { is: 'forward' }),
      edge('orders', 1, 'dead', { is: 'rebalance' }),
    ],
  }
}

function edge(
  from: string,
  output: number,
  to: string,
  exchange: PhysicalPlan['edges'][number]['exchange'],
): PhysicalPlan['edges'][number] {
  return { from: { operator: from, output }, to: { operator: to, input: 0 }, exchange }
}
