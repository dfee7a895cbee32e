/** What node kinds share when they compile: exchanges, calc operators, dead-letter sinks, problems of expressions. */
import type { RowType } from '@millrace/schemas'
import type { ExpressionProblem } from '../expressions/errors.ts'
import { canFail } from '../expressions/kernels.ts'
import { columnIndexes, sameNames } from './edge-types.ts'
import type { CompileContext, InferContext } from './node-definition.ts'
import type { CalcConfig, DeadLetterSinkConfig } from './operator-configs.ts'
import { deadLetterRow } from './operator-configs.ts'
import type { Exchange, KeyHash, PhysicalEdge, PhysicalOperator } from './physical.ts'
import type { Problem } from './problems.ts'

export const deadLetterPort = 'dead-letters'

/** Topic of a pipeline's dead letters. */
export function deadLetterTopic(pipeline: string): string {
  return `${pipeline}.dead-letters`
}

/** DataStream's hash for one STRING, INT or BIGINT key, ours for every other. */
export function keyHashOf(row: RowType, keys: readonly string[]): KeyHash {
  if (keys.length !== 1) return 'v1'
  const kind = row.fields.find((field) => field.name === keys[0])?.type.kind
  return kind === 'STRING' || kind === 'INT' || kind === 'BIGINT' ? 'flink' : 'v1'
}

/** How rows with `keys` must travel to a keyed operator, and on how many subtasks it runs. */
export function keyedExchange(
  context: CompileContext<never> | CompileContext<unknown>,
  row: RowType,
  keys: readonly string[],
): { exchange: Exchange; parallelism: number } {
  const { parallelism } = context.settings
  if (keys.length === 0) {
    const exchange: Exchange = parallelism === 1 ? { is: 'forward' } : { is: 'rebalance' }
    return { exchange, parallelism: 1 }
  }
  const inPlace = sameNames(context.inputs[0]?.partitionedBy, keys)
  if (parallelism === 1 || inPlace) return { exchange: { is: 'forward' }, parallelism }
  return {
    exchange: { is: 'hash', columns: columnIndexes(row, keys), hash: keyHashOf(row, keys) },
    parallelism,
  }
}

export interface CalcPlan {
  id: string
  port: string | null
  config: CalcConfig
  input: RowType
  output: RowType
  eventTime: boolean
}

/** A calc and, if one of its expressions can fail for a row, the sink of its dead letters. */
export function calcOperators(
  context: CompileContext<unknown>,
  plan: CalcPlan,
): { operators: PhysicalOperator[]; edges: PhysicalEdge[] } {
  const { condition, projections } = plan.config
  const fails =
    (condition !== null && canFail(condition)) ||
    (projections ?? []).some(({ expression }) => canFail(expression))
  const calc: PhysicalOperator = {
    id: plan.id,
    node: context.node.id,
    type: 'calc',
    config: plan.config,
    inputs: [plan.input],
    outputs: [
      {
        port: plan.port,
        row: plan.output,
        eventTime: plan.eventTime,
        origins: context.originsNeeded,
      },
      ...(fails
        ? [{ port: deadLetterPort, row: deadLetterRow, eventTime: false, origins: false }]
        : []),
    ],
    parallelism: context.settings.parallelism,
    state: [],
  }
  if (!fails) return { operators: [calc], edges: [] }
  const letters = deadLetterSink(context, calc.id, 1)
  return { operators: [calc, letters.operator], edges: [letters.edge] }
}

/** The sink of an operator's dead letters and the edge to it. */
export function deadLetterSink(
  context: CompileContext<unknown>,
  from: string,
  output: number,
): { operator: PhysicalOperator; edge: PhysicalEdge } {
  const id = `${from}.${deadLetterPort}`
  const config: DeadLetterSinkConfig = {
    topic: deadLetterTopic(context.pipeline),
    node: context.node.id,
  }
  return {
    operator: {
      id,
      node: context.node.id,
      type: 'dead-letter-sink',
      config,
      inputs: [deadLetterRow],
      outputs: [],
      parallelism: context.settings.parallelism,
      state: [],
    },
    edge: {
      from: { operator: from, output },
      to: { operator: id, input: 0 },
      exchange: { is: 'forward' },
    },
  }
}

/** A problem of an expression in a node's config; the fix writes the mended text. */
export function expressionProblem(
  context: Pick<InferContext<never>, 'node'>,
  field: string,
  text: string,
  problem: ExpressionProblem,
): Problem {
  const { replacement, start, end } = problem
  const mended = replacement ? text.slice(0, start) + replacement.text + text.slice(end) : text
  return {
    code: 'expression',
    severity: 'error',
    node: context.node.id,
    field,
    message: problem.message,
    fixes: replacement
      ? [
          {
            label: replacement.label,
            edits: [{ is: 'set-config', node: context.node.id, field, value: mended }],
          },
        ]
      : [],
    span: { start, end },
  }
}
