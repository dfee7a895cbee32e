/** Topics, offsets and groups of a Kafka cluster: what the studio and the engine ask of it. */
import {
  apis,
  newCreateTopicsRequest,
  newCreateTopicsRequestTopic,
  newDeleteTopicsRequest,
  newDescribeConfigsRequest,
  newDescribeGroupsRequest,
  newListGroupsRequest,
  newListOffsetsRequest,
  newListOffsetsRequestPartition,
  newOffsetCommitRequest,
  newOffsetCommitRequestPartition,
  newOffsetFetchRequest,
} from '../protocol/index.ts'
import type { Cluster } from './cluster.ts'
import { check } from './kafka-error.ts'

export interface TopicDescription {
  name: string
  /** base64url, all A when the broker has none. */
  id: string
  internal: boolean
  partitions: { partition: number; leader: number; replicas: number[] }[]
}

export interface ConfigDescription {
  name: string
  value: string | null
  isDefault: boolean
  readOnly: boolean
  documentation: string | null
}

/** `earliest`: log start · `latest`: high watermark · `last-stable`: end for read-committed · a number: milliseconds. */
export type OffsetQuery = 'earliest' | 'latest' | 'last-stable' | number

export interface GroupDescription {
  groupId: string
  state: string
  protocolType: string
  protocol: string
  members: { memberId: string; clientId: string; clientHost: string }[]
}

export interface CommittedOffset {
  topic: string
  partition: number
  offset: number
  metadata?: string
}

/**
 * ```ts
 * await client.admin.createTopic('orders', { partitions: 6 })
 * const ends = await client.admin.listOffsets('orders', 'latest')   // ends[partition]
 * ```
 * Failures are `AppError`s with codes `kafka-…`; passing ones were retried.
 */
export class Admin {
  private readonly cluster: Cluster

  constructor(cluster: Cluster) {
    this.cluster = cluster
  }

  /** All topics, internal ones too. */
  async listTopics(): Promise<TopicDescription[]> {
    const response = await this.cluster.retry(() => this.cluster.metadata(undefined))
    return response.topics.filter((topic) => topic.errorCode === 0).map(describeTopic)
  }

  /** Undefined if there is no such topic; never creates one. */
  async describeTopic(name: string): Promise<TopicDescription | undefined> {
    const response = await this.cluster.retry(() => this.cluster.metadata([name]))
    const topic = response.topics.find((one) => one.name === name)
    if (!topic || topic.errorCode === 3) return undefined
    check(topic.errorCode, `Describing topic ${name}`)
    return describeTopic(topic)
  }

  /** Throws `kafka-topic-already-exists`, `kafka-invalid-topic-exception`, `kafka-invalid-config`, … */
  async createTopic(
    name: string,
    options: { partitions?: number; configs?: Readonly<Record<string, string>> } = {},
  ): Promise<void> {
    const configs = Object.entries(options.configs ?? {}).map(([key, value]) => ({
      name: key,
      value,
    }))
    const request = newCreateTopicsRequest({
      topics: [
        newCreateTopicsRequestTopic({
          name,
          numPartitions: options.partitions ?? -1,
          replicationFactor: -1,
          configs,
        }),
      ],
      timeoutMs: 30_000,
    })
    const connection = await this.cluster.retry(() => this.cluster.controllerConnection())
    const response = await connection.request(apis.createTopics, request)
    const result = response.topics[0]
    check(result.errorCode, `Creating topic ${name}`, { message: result.errorMessage })
    this.cluster.forget(name)
  }

  /** Throws `kafka-unknown-topic-or-partition` if there is no such topic. */
  async deleteTopic(name: string): Promise<void> {
    const connection = await this.cluster.retry(() => this.cluster.controllerConnection())
    const request = newDeleteTopicsRequest({
      topics: [{ name, topicId: 'AAAAAAAAAAAAAAAAAAAAAA' }],
      topicNames: [name],
      timeoutMs: 30_000,
    })
    const response = await connection.request(apis.deleteTopics, request)
    const result = response.responses[0]
    check(result.errorCode, `Deleting topic ${name}`, { message: result.errorMessage })
    this.cluster.forget(name)
  }

  async topicConfigs(name: string): Promise<ConfigDescription[]> {
    const request = newDescribeConfigsRequest({
      resources: [{ resourceType: 2, resourceName: name, configurationKeys: null }],
      includeDocumentation: true,
    })
    const response = await this.cluster.ask(apis.describeConfigs, request)
    const result = response.results[0]
    check(result.errorCode, `Reading the configs of ${name}`, { message: result.errorMessage })
    return result.configs.map((config) => ({
      name: config.name,
      value: config.value,
      isDefault: config.configSource !== 1,
      readOnly: config.readOnly,
      documentation: config.documentation,
    }))
  }

  /**
   * Offsets by partition. For a time: of the first record at or after it, or the end of the partition when there is
   * none.
   */
  async listOffsets(topic: string, query: OffsetQuery): Promise<number[]> {
    return this.cluster.retry(async () => {
      const count = await this.cluster.partitionCount(topic)
      const partitions = Array.from({ length: count }, (_, partition) => partition)
      const found = await this.lookUp(topic, partitions, query)
      if (typeof query !== 'number' || found.every((offset) => offset >= 0)) return found
      const ends = await this.lookUp(topic, partitions, 'latest')
      return found.map((offset, partition) => (offset >= 0 ? offset : ends[partition]))
    })
  }

  private async lookUp(topic: string, partitions: number[], query: OffsetQuery): Promise<number[]> {
    const timestamp = typeof query === 'number' ? query : query === 'earliest' ? -2 : -1
    const offsets: number[] = []
    const byLeader = new Map<string, number[]>()
    for (const partition of partitions) {
      const { host, port } = await this.cluster.leaderOf(topic, partition)
      const key = `${port} ${host}`
      byLeader.set(key, [...(byLeader.get(key) ?? []), partition])
    }
    for (const led of byLeader.values()) {
      const connection = await this.cluster.connectionTo(await this.cluster.leaderOf(topic, led[0]))
      const request = newListOffsetsRequest({
        isolationLevel: query === 'last-stable' ? 1 : 0,
        topics: [
          {
            name: topic,
            partitions: led.map((partitionIndex) =>
              newListOffsetsRequestPartition({ partitionIndex, timestamp }),
            ),
          },
        ],
      })
      const response = await connection.request(apis.listOffsets, request)
      for (const { partitionIndex, errorCode, offset } of response.topics[0].partitions) {
        if (errorCode !== 0) this.cluster.forget(topic)
        check(errorCode, `Reading offsets of ${topic}/${partitionIndex}`)
        offsets[partitionIndex] = offset
      }
    }
    return offsets
  }

  async listGroups(): Promise<{ groupId: string; protocolType: string; state: string }[]> {
    const connections = await this.cluster.retry(() => this.cluster.brokerConnections())
    const groups: { groupId: string; protocolType: string; state: string }[] = []
    for (const connection of connections) {
      const response = await connection.request(apis.listGroups, newListGroupsRequest())
      check(response.errorCode, 'Listing groups')
      for (const { groupId, protocolType, groupState } of response.groups) {
        groups.push({ groupId, protocolType, state: groupState })
      }
    }
    return groups
  }

  /** A group that does not exist has the state `Dead`. */
  async describeGroup(groupId: string): Promise<GroupDescription> {
    return this.cluster.retry(async () => {
      const connection = await this.cluster.coordinatorOf(groupId)
      const request = newDescribeGroupsRequest({ groups: [groupId] })
      const [group] = (await connection.request(apis.describeGroups, request)).groups
      const absent = group.errorCode === 69
      if (!absent) check(group.errorCode, `Describing group ${groupId}`)
      return {
        groupId,
        state: absent ? 'Dead' : group.groupState,
        protocolType: group.protocolType,
        protocol: group.protocolData,
        members: group.members.map(({ memberId, clientId, clientHost }) => ({
          memberId,
          clientId,
          clientHost,
        })),
      }
    })
  }

  /** What a group has committed; partitions without a commit are left out. */
  async fetchOffsets(groupId: string): Promise<CommittedOffset[]> {
    return this.cluster.retry(async () => {
      const connection = await this.cluster.coordinatorOf(groupId)
      const request = newOffsetFetchRequest({
        groupId,
        topics: null,
        groups: [{ groupId, memberId: null, memberEpoch: -1, topics: null }],
      })
      const response = await connection.request(apis.offsetFetch, request)
      const group = response.groups[0] ?? response
      check(group.errorCode, `Reading the offsets of group ${groupId}`)
      const offsets: CommittedOffset[] = []
      for (const { name, partitions } of group.topics) {
        for (const { partitionIndex, committedOffset, metadata, errorCode } of partitions) {
          check(errorCode, `Reading the offset of group ${groupId} in ${name}/${partitionIndex}`)
          if (committedOffset < 0) continue
          const entry = { topic: name, partition: partitionIndex, offset: committedOffset }
          offsets.push(metadata ? { ...entry, metadata } : entry)
        }
      }
      return offsets
    })
  }

  /** Commits for a group that has no members. Throws `kafka-unknown-member-id` when it has some. */
  async commitOffsets(groupId: string, offsets: readonly CommittedOffset[]): Promise<void> {
    const byTopic = new Map<string, CommittedOffset[]>()
    for (const offset of offsets) {
      const known = byTopic.get(offset.topic)
      if (known) known.push(offset)
      else byTopic.set(offset.topic, [offset])
    }
    const topics = [...byTopic].map(([name, entries]) => ({
      name,
      partitions: entries.map(({ partition, offset, metadata }) =>
        newOffsetCommitRequestPartition({
          partitionIndex: partition,
          committedOffset: offset,
          committedMetadata: metadata ?? null,
        }),
      ),
    }))
    await this.cluster.retry(async () => {
      const connection = await this.cluster.coordinatorOf(groupId)
      const request = newOffsetCommitRequest({ groupId, topics })
      const response = await connection.request(apis.offsetCommit, request)
      for (const { name, partitions } of response.topics) {
        for (const { partitionIndex, errorCode } of partitions) {
          check(errorCode, `Committing ${name}/${partitionIndex} for group ${groupId}`)
        }
      }
    })
  }
}

function describeTopic(topic: {
  name: string | null
  topicId: string
  isInternal: boolean
  partitions: { partitionIndex: number; leaderId: number; replicaNodes: number[] }[]
}): TopicDescription {
  const partitions = topic.partitions
    .map(({ partitionIndex, leaderId, replicaNodes }) => ({
      partition: partitionIndex,
      leader: leaderId,
      replicas: replicaNodes,
    }))
    .sort((a, b) => a.partition - b.partition)
  return { name: topic.name ?? '', id: topic.topicId, internal: topic.isInternal, partitions }
}
