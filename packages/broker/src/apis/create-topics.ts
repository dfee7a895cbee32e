/**
 * CreateTopics v2-7. Replication factor 1 or -1 (the default): there is one broker. A manual assignment may only name
 * that broker. Configs that are not honoured are refused by name (INVALID_CONFIG). The effective configs of the answer
 * (v5+, KIP-525) are those that DescribeConfigs gives.
 */
import {
  type CreateTopicsRequest,
  type CreateTopicsRequestTopic,
  type CreateTopicsResponse,
  type CreateTopicsResponseTopic,
  errorCodes,
  newCreateTopicsResponse,
  newCreateTopicsResponseTopic,
} from '../protocol/index.ts'
import type { RequestContext } from './context.ts'
import { topicConfigEntries } from './topic-configs.ts'

export function handleCreateTopics(
  request: CreateTopicsRequest,
  _version: number,
  context: RequestContext,
): CreateTopicsResponse {
  const seen = new Map<string, number>()
  for (const { name } of request.topics) seen.set(name, (seen.get(name) ?? 0) + 1)
  const topics: CreateTopicsResponseTopic[] = []
  for (const [name, count] of seen) {
    if (count > 1) {
      const message = `The request names topic ${name} ${count} times; name it once.`
      topics.push(refuse(name, errorCodes.INVALID_REQUEST, message))
    }
  }
  for (const topic of request.topics) {
    if (seen.get(topic.name) === 1) topics.push(create(topic, request.validateOnly, context))
  }
  return newCreateTopicsResponse({ topics })
}

function refuse(name: string, errorCode: number, errorMessage: string): CreateTopicsResponseTopic {
  return newCreateTopicsResponseTopic({ name, errorCode, errorMessage, configs: [] })
}

function create(
  wanted: CreateTopicsRequestTopic,
  validateOnly: boolean,
  context: RequestContext,
): CreateTopicsResponseTopic {
  const { name } = wanted
  const { settings } = context
  const problem = checkPlacement(wanted, settings.nodeId)
  if (problem) return refuse(name, errorCodes[problem.error], problem.message)
  const asked = wanted.assignments.length || wanted.numPartitions
  const partitions = asked === -1 ? settings.defaultPartitions : asked
  if (partitions < 1 || partitions > settings.partitionsPerTopicMax) {
    const message = `Number of partitions must be from 1 to ${settings.partitionsPerTopicMax}, not ${partitions}.`
    return refuse(name, errorCodes.INVALID_PARTITIONS, message)
  }
  const configs = new Map(wanted.configs.map((config) => [config.name, config.value]))
  const result = context.logs.createTopic({ name, partitions, configs, validateOnly })
  if (result.error !== 'NONE') return refuse(name, errorCodes[result.error], result.message)
  return newCreateTopicsResponseTopic({
    name,
    topicId: result.topic.id,
    numPartitions: partitions,
    replicationFactor: 1,
    configs: topicConfigEntries(result.topic).map((entry) => ({
      name: entry.name,
      value: entry.value,
      readOnly: false,
      configSource: entry.source,
      isSensitive: false,
    })),
  })
}

function checkPlacement(
  wanted: CreateTopicsRequestTopic,
  nodeId: number,
):
  | {
      error: 'INVALID_REQUEST' | 'INVALID_REPLICATION_FACTOR' | 'INVALID_REPLICA_ASSIGNMENT'
      message: string
    }
  | undefined {
  const { assignments, numPartitions, replicationFactor } = wanted
  if (assignments.length === 0) {
    if (replicationFactor === 1 || replicationFactor === -1) return undefined
    return {
      error: 'INVALID_REPLICATION_FACTOR',
      message: `Replication factor ${replicationFactor} cannot be reached: there is 1 broker; use 1 or -1.`,
    }
  }
  if (numPartitions !== -1 || replicationFactor !== -1) {
    return {
      error: 'INVALID_REQUEST',
      message: 'Give either assignments or a number of partitions and a replication factor.',
    }
  }
  const indexes = new Set(assignments.map((assignment) => assignment.partitionIndex))
  const whole = indexes.size === assignments.length && Math.max(...indexes) === indexes.size - 1
  const here = assignments.every(
    ({ brokerIds }) => brokerIds.length === 1 && brokerIds[0] === nodeId,
  )
  if (whole && here && Math.min(...indexes) === 0) return undefined
  return {
    error: 'INVALID_REPLICA_ASSIGNMENT',
    message: `Partitions must be numbered from 0 without gaps, each on broker ${nodeId} alone.`,
  }
}
