/** Small physical plans by hand, for tests: a scripted source, a window over (key, value), a sink that collects. */
import type { Batch, RowType } from '@millrace/schemas'
import { field, pipelineSettings, types } from '@millrace/schemas'
import type { PhysicalAggregate, WindowAggregateConfig } from '../../plan/operator-configs.ts'
import { stateNames } from '../../plan/operator-configs.ts'
import type {
  PhysicalEdge,
  PhysicalOperator,
  PhysicalPlan,
  StateDeclaration,
} from '../../plan/physical.ts'
import { planFormat } from '../../plan/physical.ts'

export const keyValueRow: RowType = {
  fields: [field('key', types.string), field('value', types.bigint)],
}

export const countAll: PhysicalAggregate = {
  name: 'count',
  function: 'count',
  argument: null,
  distinct: false,
  filter: null,
  type: types.bigint,
}

export const sumValue: PhysicalAggregate = {
  ...countAll,
  name: 'sum',
  function: 'sum',
  argument: 1,
}

export interface TestWindow {
  sizeMs: number
  offsetMs?: number
  allowedLatenessMs?: number
  aggregates?: readonly PhysicalAggregate[]
  input?: RowType
  keys?: readonly number[]
  parallelism?: number
}

/** `window-aggregate` as the compiler would describe it; node and operator are called `window`. */
export function windowSpec(window: TestWindow): PhysicalOperator {
  const { sizeMs, offsetMs = 0, allowedLatenessMs = 0, input = keyValueRow } = window
  const { keys = [0], aggregates = [countAll, sumValue] } = window
  const firing = allowedLatenessMs > 0
  const keyTypes = keys.map((index) => input.fields[index].type.kind)
  const single = keyTypes.length === 1 && ['STRING', 'INT', 'BIGINT'].includes(keyTypes[0])
  const config: WindowAggregateConfig = {
    shape: 'tumbling',
    keys,
    sizeMs,
    offsetMs,
    allowedLatenessMs,
    aggregates,
    firing,
    lateColumns: [...input.fields.keys()],
  }
  const result: RowType = {
    fields: [
      ...keys.map((index) => input.fields[index]),
      field('window_start', types.timestamp, false),
      field('window_end', types.timestamp, false),
      field('window_time', types.timestamp, false),
      ...aggregates.map((aggregate) => field(aggregate.name, aggregate.type)),
      ...(firing ? [field('firing', types.int, false)] : []),
    ],
  }
  return {
    id: 'window',
    node: 'window',
    type: 'window-aggregate',
    config,
    inputs: [input],
    outputs: [
      { port: 'rows', row: result, eventTime: true, origins: false },
      { port: 'late', row: input, eventTime: true, origins: false },
    ],
    parallelism: window.parallelism ?? 1,
    state: [
      {
        node: 'window',
        name: stateNames.windows,
        version: 1,
        scope: 'keyed',
        keyTypes,
        schema: JSON.stringify(aggregates),
        hash: single ? 'flink' : 'v1',
      },
    ],
  }
}

export const sourcePosition: StateDeclaration = {
  node: 'source',
  name: 'position',
  version: 1,
  scope: 'union',
  keyTypes: [],
  schema: 'index of the next element, by partition',
  hash: null,
}

/** What a scripted partition does next. */
export type ScriptElement = { is: 'batch'; batch: Batch } | { is: 'watermark'; time: number }

/** A source that plays scripts: partition p of `scripts` belongs to subtask p modulo the parallelism. */
export interface ScriptSourceConfig {
  scripts: readonly (readonly ScriptElement[])[]
}

export function scriptSourceSpec(
  scripts: ScriptSourceConfig['scripts'],
  options: { row?: RowType; parallelism?: number } = {},
): PhysicalOperator {
  const { row = keyValueRow, parallelism = 1 } = options
  return {
    id: 'source',
    node: 'source',
    type: 'script-source',
    config: { scripts } satisfies ScriptSourceConfig,
    inputs: [],
    outputs: [{ port: 'rows', row, eventTime: true, origins: false }],
    parallelism,
    state: [sourcePosition],
  }
}

export function sinkSpec(id: string, row: RowType, parallelism = 1): PhysicalOperator {
  return {
    id,
    node: id,
    type: 'collecting-sink',
    config: {},
    inputs: [row],
    outputs: [],
    parallelism,
    state: [],
  }
}

export function planOf(
  operators: readonly PhysicalOperator[],
  edges: readonly PhysicalEdge[],
): PhysicalPlan {
  return {
    format: planFormat,
    pipeline: 'test',
    pipelineName: 'Test',
    version: 1,
    settings: pipelineSettings.parse({}),
    operators,
    edges,
  }
}

/** source → (hash by key) → window → results and late sinks. */
export function windowPlan(
  scripts: ScriptSourceConfig['scripts'],
  window: TestWindow & { sourceParallelism?: number },
): PhysicalPlan {
  const spec = windowSpec(window)
  const { parallelism } = spec
  const source = scriptSourceSpec(scripts, {
    row: spec.inputs[0],
    parallelism: window.sourceParallelism ?? parallelism,
  })
  const { keys } = spec.config as WindowAggregateConfig
  const { hash } = spec.state[0]
  return planOf(
    [
      source,
      spec,
      sinkSpec('results', spec.outputs[0].row, parallelism),
      sinkSpec('late', spec.outputs[1].row, parallelism),
    ],
    [
      {
        from: { operator: 'source', output: 0 },
        to: { operator: 'window', input: 0 },
        exchange: { is: 'hash', columns: keys, hash: hash ?? 'v1' },
      },
      {
        from: { operator: 'window', output: 0 },
        to: { operator: 'results', input: 0 },
        exchange: { is: 'forward' },
      },
      {
        from: { operator: 'window', output: 1 },
        to: { operator: 'late', input: 0 },
        exchange: { is: 'forward' },
      },
    ],
  )
}
