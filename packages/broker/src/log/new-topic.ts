/** Whether a topic may be made, before its configs are looked at. */
import { comparableName, topicNameProblem } from './topic-name.ts'

export const partitionsPerTopicMax = 10_000
export const partitionsMax = 100_000

export interface NewTopicProblem {
  error: 'INVALID_TOPIC_EXCEPTION' | 'TOPIC_ALREADY_EXISTS' | 'INVALID_PARTITIONS'
  message: string
}

/** What stands against a new topic; undefined: nothing. */
export function newTopicProblem(
  { name, partitions }: { name: string; partitions: number },
  present: { names: ReadonlyMap<string, string>; partitions: number },
): NewTopicProblem | undefined {
  const nameProblem = topicNameProblem(name)
  if (nameProblem) return { error: 'INVALID_TOPIC_EXCEPTION', message: nameProblem }
  const alike = present.names.get(comparableName(name))
  if (alike === name) {
    return { error: 'TOPIC_ALREADY_EXISTS', message: `Topic ${name} already exists.` }
  }
  if (alike !== undefined) {
    const message = `Topic ${name} differs from topic ${alike} in "." and "_" alone; choose another name.`
    return { error: 'INVALID_TOPIC_EXCEPTION', message }
  }
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > partitionsPerTopicMax) {
    return {
      error: 'INVALID_PARTITIONS',
      message: `A topic has 1 to ${partitionsPerTopicMax} partitions, not ${partitions}.`,
    }
  }
  if (present.partitions + partitions > partitionsMax) {
    return {
      error: 'INVALID_PARTITIONS',
      message: `This broker has ${present.partitions} partitions and keeps at most ${partitionsMax}.`,
    }
  }
  return undefined
}
