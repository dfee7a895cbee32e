/** The simulated job: topic → (by key) → tumbling window → results and late rows. */
import {
  type PhysicalEdge,
  type PhysicalOperator,
  type PhysicalPlan,
  planFormat,
  stateNames,
  type WindowAggregateConfig,
} from '@millrace/engine/plan'
import { field, pipelineSettings, type RowType, types } from '@millrace/schemas'
import { recordRow } from './topic-log.ts'

export interface PlanShape {
  parallelism: number
  sizeMs: number
  checkpointsRetained: number
}

export function simulatedPlan({
  parallelism,
  sizeMs,
  checkpointsRetained,
}: PlanShape): PhysicalPlan {
  const window = windowOperator(parallelism, sizeMs)
  const sink = (id: string, row: RowType): PhysicalOperator => ({
    id,
    node: id,
    type: 'sink',
    config: {},
    inputs: [row],
    outputs: [],
    parallelism,
    state: [],
  })
  const edge = (
    from: [operator: string, output: number],
    to: string,
    exchange: PhysicalEdge['exchange'],
  ): PhysicalEdge => ({
    from: { operator: from[0], output: from[1] },
    to: { operator: to, input: 0 },
    exchange,
  })
  return {
    format: planFormat,
    pipeline: 'simulated',
    pipelineName: 'Simulated',
    version: 1,
    settings: { ...pipelineSettings.parse({}), checkpointsRetained },
    operators: [
      sourceOperator(parallelism),
      window,
      sink('results', window.outputs[0].row),
      sink('late', window.outputs[1].row),
    ],
    edges: [
      edge(['source', 0], 'window', { is: 'hash', columns: [0], hash: 'flink' }),
      edge(['window', 0], 'results', { is: 'rebalance' }),
      edge(['window', 1], 'late', { is: 'forward' }),
    ],
  }
}

function sourceOperator(parallelism: number): PhysicalOperator {
  return {
    id: 'source',
    node: 'source',
    type: 'log-source',
    config: {},
    inputs: [],
    outputs: [{ port: 'rows', row: recordRow, eventTime: true, origins: true }],
    parallelism,
    state: [
      {
        node: 'source',
        name: stateNames.sourcePartitions,
        version: 1,
        scope: 'union',
        keyTypes: [],
        schema: 'partition',
        hash: null,
      },
    ],
  }
}

function windowOperator(parallelism: number, sizeMs: number): PhysicalOperator {
  const count = {
    name: 'count',
    function: 'count' as const,
    argument: null,
    distinct: false,
    filter: null,
    type: types.bigint,
  }
  const config: WindowAggregateConfig = {
    shape: 'tumbling',
    keys: [0],
    sizeMs,
    offsetMs: 0,
    allowedLatenessMs: 0,
    aggregates: [count, { ...count, name: 'sum', function: 'sum', argument: 1 }],
    firing: false,
    lateColumns: [0, 1],
  }
  const row: RowType = {
    fields: [
      field('key', types.string),
      field('window_start', types.timestamp),
      field('window_end', types.timestamp),
      field('window_time', types.timestamp),
      field('count', types.bigint),
      field('sum', types.bigint),
    ],
  }
  return {
    id: 'window',
    node: 'window',
    type: 'window-aggregate',
    config,
    inputs: [recordRow],
    outputs: [
      { port: 'rows', row, eventTime: true, origins: false },
      { port: 'late', row: recordRow, eventTime: true, origins: true },
    ],
    parallelism,
    state: [
      {
        node: 'window',
        name: stateNames.windows,
        version: 1,
        scope: 'keyed',
        keyTypes: ['STRING'],
        schema: 'count sum',
        hash: 'flink',
      },
    ],
  }
}
