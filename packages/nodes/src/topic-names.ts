/** Names of topics, as Kafka admits them (`Topic.validate`). */
import type { InferContext, Problem } from '@millrace/engine/plan'

/** Those in which Millrace keeps its own things, and Kafka its offsets. */
const ownTopics = /^(__|_millrace|_schemas$)/

/** What a sink cannot write to; a source may read any topic. */
export function sinkTopicProblem(
  context: Pick<InferContext<never>, 'node'>,
  topic: string,
): Problem[] {
  if (!ownTopics.test(topic)) return topicNameProblem(context, topic)
  return [
    {
      code: 'topic-name',
      severity: 'error',
      node: context.node.id,
      field: 'topic',
      message: `${topic} is one of Millrace's own topics, which nothing else may write. Choose another name.`,
      fixes: [],
    },
  ]
}

export function topicNameProblem(
  context: Pick<InferContext<never>, 'node'>,
  topic: string,
): Problem[] {
  const message =
    topic === ''
      ? 'No topic is chosen. Pick one from the list, or type a new name.'
      : topic === '.' || topic === '..' || !/^[a-zA-Z0-9._-]+$/.test(topic)
        ? `'${topic}' is no topic name: letters, digits, dot, _ and - only.`
        : undefined
  if (!message) return []
  return [
    {
      code: 'topic-name',
      severity: 'error',
      node: context.node.id,
      field: 'topic',
      message,
      fixes: [],
    },
  ]
}
