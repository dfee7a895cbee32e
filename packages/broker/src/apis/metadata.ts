/**
 * Metadata v0-12. One broker leads everything with epoch 0 and is the controller; it advertises the address that the
 * client dialled. Topics are created on request (KIP-361: v4+ may forbid it, below v4 always) and answered with their
 * leader at once, instead of Kafka's first LEADER_NOT_AVAILABLE. Without an authorizer every operation is allowed.
 */

import type { TopicInfo } from '../log/api.ts'
import { topicNameProblem } from '../log/topic-name.ts'
import {
  errorCodes,
  type MetadataRequest,
  type MetadataRequestTopic,
  type MetadataResponse,
  type MetadataResponseTopic,
  newMetadataResponse,
  newMetadataResponsePartition,
  newMetadataResponseTopic,
  zeroUuid,
} from '../protocol/index.ts'
import { endpointFor, leaderEpoch, type RequestContext } from './context.ts'
import { isOurs } from './own-topics.ts'

/** Bits of READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS (Kafka's AclOperation). */
const topicOperations = 3576
/** CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE. */
const clusterOperations = 8096
const notAsked = -2147483648

export function handleMetadata(
  request: MetadataRequest,
  version: number,
  context: RequestContext,
): MetadataResponse {
  const { logs, settings } = context
  const { host, port } = endpointFor(context)
  const wanted = request.topics
  const all = wanted === null || (version === 0 && wanted.length === 0)
  const mayCreate = version < 4 || request.allowAutoTopicCreation
  const topics = all
    ? logs.topics().map((topic) => describeTopic(topic, context))
    : wanted.map((topic) => answerTopic(topic, { version, mayCreate }, context))
  if (request.includeTopicAuthorizedOperations) {
    for (const topic of topics) {
      if (topic.errorCode === 0) topic.topicAuthorizedOperations = topicOperations
    }
  }
  return newMetadataResponse({
    brokers: [{ nodeId: settings.nodeId, host, port, rack: null }],
    clusterId: logs.clusterId,
    controllerId: settings.nodeId,
    topics,
    clusterAuthorizedOperations: request.includeClusterAuthorizedOperations
      ? clusterOperations
      : notAsked,
  })
}

function answerTopic(
  wanted: MetadataRequestTopic,
  { version, mayCreate }: { version: number; mayCreate: boolean },
  context: RequestContext,
): MetadataResponseTopic {
  const { logs, settings } = context
  if (wanted.name === null || (wanted.name === '' && wanted.topicId !== zeroUuid)) {
    const found = logs.topicById(wanted.topicId)
    if (found) return describeTopic(found, context)
    // Before v12 the answer's name could not be null.
    return refused(version >= 12 ? null : '', wanted.topicId, errorCodes.UNKNOWN_TOPIC_ID)
  }
  const found = logs.topic(wanted.name)
  if (found) return describeTopic(found, context)
  if (!mayCreate || !settings.autoCreateTopics) {
    const illegal = topicNameProblem(wanted.name) !== undefined
    const error = illegal ? 'INVALID_TOPIC_EXCEPTION' : 'UNKNOWN_TOPIC_OR_PARTITION'
    return refused(wanted.name, zeroUuid, errorCodes[error])
  }
  const created = logs.createTopic({ name: wanted.name, partitions: settings.defaultPartitions })
  if (created.error === 'NONE') return describeTopic(created.topic, context)
  return refused(wanted.name, zeroUuid, errorCodes[created.error])
}

function refused(name: string | null, topicId: string, errorCode: number): MetadataResponseTopic {
  return newMetadataResponseTopic({ name, topicId, errorCode })
}

function describeTopic(topic: TopicInfo, context: RequestContext): MetadataResponseTopic {
  const nodeId = context.settings.nodeId
  const partitions = Array.from({ length: topic.partitions }, (_, partitionIndex) =>
    newMetadataResponsePartition({
      partitionIndex,
      leaderId: nodeId,
      leaderEpoch,
      replicaNodes: [nodeId],
      isrNodes: [nodeId],
    }),
  )
  return newMetadataResponseTopic({
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.internal || isOurs(topic.name),
    partitions,
  })
}
