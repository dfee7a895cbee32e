/** What stopped a job, in the words of a status. */
import { AppError, messageOf } from '@millrace/base'
import type { TopicSourceConfig } from '../plan/operator-configs.ts'
import type { PhysicalPlan } from '../plan/physical.ts'
import type { JobFailure } from './metrics.ts'

/**
 * `node`: where it happened. Line and record come from the error's details, if user code put them there; an operator
 * knows partition and offset of a row but not its topic: that is the one topic upstream of it in `plan`.
 */
export function jobFailure(
  error: unknown,
  node: string | null,
  at: number,
  plan: PhysicalPlan | null = null,
): JobFailure {
  const details = error instanceof AppError ? error.details : {}
  return {
    at,
    message: messageOf(error),
    node,
    line: typeof details.line === 'number' ? details.line : null,
    record: recordOf(details.record, plan && node !== null ? topicAbove(plan, node) : null),
    code: error instanceof AppError ? error.code : 'internal-error',
  }
}

function recordOf(record: unknown, topicAbove: string | null): JobFailure['record'] {
  if (typeof record !== 'object' || record === null) return null
  const { partition, offset, ...rest } = record as Record<string, unknown>
  const topic = rest.topic ?? topicAbove
  if (typeof topic !== 'string' || typeof partition !== 'number' || typeof offset !== 'number') {
    return null
  }
  return { topic, partition, offset }
}

/** The topic that a node's rows come from; null: none, or more than one. */
function topicAbove(plan: PhysicalPlan, node: string): string | null {
  const reached = new Set(plan.operators.filter((spec) => spec.node === node).map(({ id }) => id))
  for (const spec of plan.operators.toReversed()) {
    const feeds = (edge: PhysicalPlan['edges'][number]) =>
      edge.from.operator === spec.id && reached.has(edge.to.operator)
    if (plan.edges.some(feeds)) reached.add(spec.id)
  }
  const topics = plan.operators
    .filter((spec) => spec.type === 'topic-source' && reached.has(spec.id))
    .map((spec) => (spec.config as TopicSourceConfig).topic)
  return new Set(topics).size === 1 ? topics[0] : null
}
