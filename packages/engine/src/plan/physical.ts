/** The physical plan: plain JSON, what workers, preview and simulator run. */
import type { PipelineSettings, RowType } from '@millrace/schemas'

export const planFormat = 'millrace.plan/1'

/** A key hashes to one of these groups, a group to a subtask; fixed for the life of a pipeline's state. */
export const keyGroupCount = 128

/** `flink`: DataStream's function for one STRING, INT or BIGINT key · `v1`: ours, for every other key. */
export type KeyHash = 'flink' | 'v1'

/** State belongs to the logical node, never to a physical operator. */
export interface StateDeclaration {
  node: string
  name: string
  version: number
  /** `keyed` state is split by key group, `list` redistributed, `union` given whole to every subtask. */
  scope: 'keyed' | 'list' | 'union'
  keyTypes: readonly string[]
  /** Describes the value; a change makes the state incompatible. */
  schema: string
  hash: KeyHash | null
}

export interface PhysicalOutput {
  /** Port of the logical node this output belongs to; `null`: only inside the node. */
  port: string | null
  row: RowType
  /** Batches carry event times. */
  eventTime: boolean
  /** Batches carry origins (partition, offset). */
  origins: boolean
}

export interface PhysicalOperator {
  /** Unique in the plan: the node id, or `<node>.<part>`. */
  id: string
  /** Logical node. */
  node: string
  /** Name in the operator registry: `calc`, `window-aggregate`, `topic-source` … */
  type: string
  /** JSON that this operator type understands; expressions are typed trees, never text. */
  config: unknown
  inputs: readonly RowType[]
  outputs: readonly PhysicalOutput[]
  parallelism: number
  state: readonly StateDeclaration[]
}

export type Exchange =
  | { is: 'forward' }
  | { is: 'hash'; columns: readonly number[]; hash: KeyHash }
  | { is: 'rebalance' }

export interface PhysicalEdge {
  from: { operator: string; output: number }
  to: { operator: string; input: number }
  exchange: Exchange
}

export interface PhysicalPlan {
  format: typeof planFormat
  pipeline: string
  pipelineName: string
  /** Version of the deployed document. */
  version: number
  settings: PipelineSettings
  /** Sources first, each operator after those that feed it. */
  operators: readonly PhysicalOperator[]
  edges: readonly PhysicalEdge[]
}
