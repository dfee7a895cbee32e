/** OffsetCommit v2-9 and OffsetFetch v1-9: how far a group has read. */
import { errorCodes } from '../protocol/error-codes.ts'
import {
  newOffsetCommitResponse,
  newOffsetFetchResponse,
  type OffsetCommitRequest,
  type OffsetCommitResponse,
  type OffsetFetchRequest,
  type OffsetFetchResponse,
} from '../protocol/generated/index.ts'
import type { Change } from './changes.ts'
import { checkMember, type Decision, type GroupFacts } from './decision.ts'
import { type Group, offsetKey, splitOffsetKey } from './group-state.ts'

/** Characters of metadata kept with an offset (`offset.metadata.max.bytes`). */
export const offsetMetadataSizeMax = 4096

/** Does the partition exist? An offset for one that does not is refused. */
export type PartitionExists = (topic: string, partition: number) => boolean

export function commitOffsets(
  group: Group | undefined,
  request: OffsetCommitRequest,
  facts: GroupFacts & { partitionExists: PartitionExists },
): Decision<OffsetCommitResponse> {
  const error = commitError(group, request, facts.apiVersion)
  if (error !== 0) return { changes: [], response: commitAnswer(request, error) }
  const { groupId, memberId } = request
  const changes: Change[] = []
  if (group?.members.has(memberId)) {
    changes.push({ is: 'heard-of', groupId, memberId, now: facts.now })
  }
  const topics = request.topics.map((topic) => ({
    name: topic.name,
    partitions: topic.partitions.map((partition) => {
      const metadata = partition.committedMetadata ?? ''
      const { partitionIndex, committedOffset, committedLeaderEpoch } = partition
      if (metadata.length > offsetMetadataSizeMax) {
        return { partitionIndex, errorCode: errorCodes.OFFSET_METADATA_TOO_LARGE }
      }
      if (!facts.partitionExists(topic.name, partitionIndex)) {
        return { partitionIndex, errorCode: errorCodes.UNKNOWN_TOPIC_OR_PARTITION }
      }
      changes.push({
        is: 'offset',
        groupId,
        topic: topic.name,
        partition: partitionIndex,
        value: {
          offset: committedOffset,
          leaderEpoch: committedLeaderEpoch,
          metadata,
          commitTimestamp: facts.now,
        },
      })
      return { partitionIndex, errorCode: errorCodes.NONE }
    }),
  }))
  return { changes, response: newOffsetCommitResponse({ topics }) }
}

/** Members commit within their generation, anybody commits to an empty group. */
function commitError(
  group: Group | undefined,
  request: OffsetCommitRequest,
  apiVersion: number,
): number {
  const { generationIdOrMemberEpoch: generationId, memberId, groupInstanceId } = request
  if (!group) {
    if (generationId < 0) return errorCodes.NONE
    return apiVersion >= 9 ? errorCodes.GROUP_ID_NOT_FOUND : errorCodes.ILLEGAL_GENERATION
  }
  const simple = generationId < 0 && memberId === '' && groupInstanceId === null
  if (group.state === 'Empty' && generationId < 0) return errorCodes.NONE
  if (simple) return errorCodes.UNKNOWN_MEMBER_ID
  const check = checkMember(group, request)
  if (!('member' in check)) return check.error
  if (generationId !== group.generationId) return errorCodes.ILLEGAL_GENERATION
  // The old generation may commit while the next one gathers, not once its assignment is being made.
  return group.state === 'CompletingRebalance' ? errorCodes.REBALANCE_IN_PROGRESS : errorCodes.NONE
}

/** The same error for every partition asked for. */
export function commitAnswer(
  request: OffsetCommitRequest,
  errorCode: number,
): OffsetCommitResponse {
  return newOffsetCommitResponse({
    topics: request.topics.map((topic) => ({
      name: topic.name,
      partitions: topic.partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode })),
    })),
  })
}

/** One group's part of an OffsetFetch; null topics: all. */
export interface FetchedGroup {
  groupId: string
  errorCode: number
  topics: FetchedTopic[]
}

interface FetchedTopic {
  name: string
  partitions: {
    partitionIndex: number
    committedOffset: number
    committedLeaderEpoch: number
    metadata: string | null
    errorCode: number
  }[]
}

export interface WantedOffsets {
  groupId: string
  topics: readonly { name: string; partitionIndexes: readonly number[] }[] | null
}

/** Partitions without an offset are -1 without an error. */
export function fetchOffsets(group: Group | undefined, wanted: WantedOffsets): FetchedGroup {
  const topics = wanted.topics ?? committedTopics(group)
  return {
    groupId: wanted.groupId,
    errorCode: errorCodes.NONE,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => {
        const committed = group?.offsets.get(offsetKey(name, partitionIndex))
        return {
          partitionIndex,
          committedOffset: committed?.offset ?? -1,
          committedLeaderEpoch: committed?.leaderEpoch ?? -1,
          metadata: committed?.metadata ?? '',
          errorCode: errorCodes.NONE,
        }
      }),
    })),
  }
}

function committedTopics(group: Group | undefined): { name: string; partitionIndexes: number[] }[] {
  const topics = new Map<string, number[]>()
  for (const key of group?.offsets.keys() ?? []) {
    const { topic, partition } = splitOffsetKey(key)
    const partitions = topics.get(topic)
    if (partitions) partitions.push(partition)
    else topics.set(topic, [partition])
  }
  return [...topics].map(([name, partitionIndexes]) => ({ name, partitionIndexes }))
}

/** v8+ names several groups, before that there is one. */
export function wantedOffsets(request: OffsetFetchRequest, apiVersion: number): WantedOffsets[] {
  return apiVersion >= 8 ? request.groups : [{ groupId: request.groupId, topics: request.topics }]
}

export function offsetFetchAnswer(
  groups: readonly FetchedGroup[],
  apiVersion: number,
): OffsetFetchResponse {
  if (apiVersion >= 8) return newOffsetFetchResponse({ groups: [...groups] })
  const [group] = groups
  return newOffsetFetchResponse({ topics: group.topics, errorCode: group.errorCode })
}

/** A coordinator error; up to v1 there is no place for it but at the partitions. */
export function failedOffsets(wanted: WantedOffsets, errorCode: number): FetchedGroup {
  const topics = (wanted.topics ?? []).map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.map((partitionIndex) => ({
      partitionIndex,
      committedOffset: -1,
      committedLeaderEpoch: -1,
      metadata: '',
      errorCode,
    })),
  }))
  return { groupId: wanted.groupId, errorCode, topics }
}
