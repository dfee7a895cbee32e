/** The group coordinator: finds a group's shard, hands the request to its decision, and owns the offsets topic. */
import { type Cancel, randomId } from '@millrace/base'
import { errorCodes } from '../protocol/error-codes.ts'
import {
  newDescribeGroupsResponse,
  newDescribeGroupsResponseGroup,
  newListGroupsResponse,
} from '../protocol/generated/index.ts'
import { crc32cPortable } from '../records/crc32c.ts'
import type { GroupCoordinator, GroupCoordinatorOptions, GroupRequestContext } from './api.ts'
import type { GroupFacts, GroupLimits } from './decision.ts'
import { type DescribedGroup, describeGroup, type ListedGroup, listGroups } from './describe.ts'
import { splitOffsetKey } from './group-state.ts'
import { join, joinError } from './join.ts'
import { heartbeat, heartbeatAnswer, leave, leaveError } from './membership.ts'
import {
  commitAnswer,
  commitOffsets,
  type FetchedGroup,
  failedOffsets,
  fetchOffsets,
  offsetFetchAnswer,
  type WantedOffsets,
  wantedOffsets,
} from './offsets.ts'
import { GroupShard } from './shard.ts'
import { sync, syncError } from './sync.ts'

export const offsetsTopic = '__consumer_offsets'
/** Kafka has 50; one process gains nothing from more shards. */
export const offsetsPartitions = 8

/** A group's metadata is one record: room for a few thousand members. */
const offsetsTopicConfigs: ReadonlyMap<string, string> = new Map([
  ['segment.bytes', String(100 * 1024 * 1024)],
  ['max.message.bytes', String(16 * 1024 * 1024)],
])

/** Kafka's defaults (`group.min/max.session.timeout.ms`, `group.max.size`), but a short first wait: one machine, few members. */
const defaults: GroupLimits = {
  sessionTimeoutMsMin: 6_000,
  sessionTimeoutMsMax: 1_800_000,
  initialRebalanceDelayMs: 100,
  membersPerGroupMax: 10_000,
}

/** `start` loads it; until then every request is told to come back. */
export function createGroupCoordinator(options: GroupCoordinatorOptions): GroupCoordinator {
  const limits: GroupLimits = {
    sessionTimeoutMsMin: options.sessionTimeoutMsMin ?? defaults.sessionTimeoutMsMin,
    sessionTimeoutMsMax: options.sessionTimeoutMsMax ?? defaults.sessionTimeoutMsMax,
    initialRebalanceDelayMs: options.initialRebalanceDelayMs ?? defaults.initialRebalanceDelayMs,
    membersPerGroupMax: options.membersPerGroupMax ?? defaults.membersPerGroupMax,
  }
  const shards: GroupShard[] = []
  let stopListening: Cancel = () => undefined

  const shardOf = (groupId: string): GroupShard | undefined =>
    shards[partitionOfGroup(groupId, shards.length)]

  const facts = (context: GroupRequestContext): GroupFacts => ({
    now: options.clock.now(),
    apiVersion: context.apiVersion,
    clientId: context.clientId ?? '',
    clientHost: context.clientHost,
    newMemberId: `${context.clientId ?? ''}-${randomId(options.random)}`,
    limits,
  })

  const partitionExists = (topic: string, partition: number): boolean => {
    const info = options.logs.topic(topic)
    return info !== undefined && partition >= 0 && partition < info.partitions
  }

  async function fetchOne(wanted: WantedOffsets): Promise<FetchedGroup> {
    const failed = (errorCode: number) => failedOffsets(wanted, errorCode)
    const shard = shardOf(wanted.groupId)
    if (!shard) return failed(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
    const decide = (group: Parameters<typeof fetchOffsets>[0]) => ({
      changes: [],
      response: fetchOffsets(group, wanted),
    })
    return shard.run(wanted.groupId, decide, failed)
  }

  async function describeOne(groupId: string, apiVersion: number): Promise<DescribedGroup> {
    const failed = (errorCode: number) =>
      newDescribeGroupsResponseGroup({ groupId, groupState: 'Dead', errorCode })
    const shard = shardOf(groupId)
    if (!shard) return failed(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
    return shard.run(
      groupId,
      (group) => ({ changes: [], response: describeGroup(group, groupId, apiVersion) }),
      failed,
    )
  }

  return {
    async joinGroup(request, context) {
      const shard = shardOf(request.groupId)
      const { groupId, memberId, groupInstanceId } = request
      const known = facts(context)
      if (!shard) return joinError(errorCodes.COORDINATOR_LOAD_IN_PROGRESS, memberId)
      return shard.join(groupId, (group) => join(group, request, known), {
        memberId,
        groupInstanceId,
      })
    },
    async syncGroup(request, context) {
      const shard = shardOf(request.groupId)
      const { groupId, memberId, groupInstanceId, generationId } = request
      const known = facts(context)
      if (!shard) return syncError(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
      return shard.sync(groupId, (group) => sync(group, request, known), {
        memberId,
        groupInstanceId,
        generationId,
      })
    },
    async heartbeat(request, context) {
      const shard = shardOf(request.groupId)
      if (!shard) return heartbeatAnswer(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
      const known = facts(context)
      return shard.run(
        request.groupId,
        (group) => heartbeat(group, request, known),
        heartbeatAnswer,
      )
    },
    async leaveGroup(request, context) {
      const shard = shardOf(request.groupId)
      if (!shard) return leaveError(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
      const known = facts(context)
      return shard.run(request.groupId, (group) => leave(group, request, known), leaveError)
    },
    async offsetCommit(request, context) {
      const shard = shardOf(request.groupId)
      const failed = (errorCode: number) => commitAnswer(request, errorCode)
      if (!shard) return failed(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
      const known = { ...facts(context), partitionExists }
      return shard.run(request.groupId, (group) => commitOffsets(group, request, known), failed)
    },
    async offsetFetch(request, context) {
      const wanted = wantedOffsets(request, context.apiVersion)
      const groups = await Promise.all(wanted.map(fetchOne))
      return offsetFetchAnswer(groups, context.apiVersion)
    },
    async describeGroups(request, context) {
      const { apiVersion } = context
      const groups = await Promise.all(request.groups.map((id) => describeOne(id, apiVersion)))
      return newDescribeGroupsResponse({ groups })
    },
    async listGroups(request) {
      const listed: ListedGroup[] = []
      for (const shard of shards) {
        const { error } = shard
        if (error !== 0) return newListGroupsResponse({ errorCode: error })
        const groups = listGroups(shard.all(), request)
        listed.push(...(await shard.whenSafe(groups, () => [])))
      }
      const errorCode = shards.length === 0 ? errorCodes.COORDINATOR_LOAD_IN_PROGRESS : 0
      return newListGroupsResponse({ errorCode, groups: listed })
    },
    async committedOffsets(groupId) {
      const shard = shardOf(groupId)
      const group = shard?.group(groupId)
      if (!shard || !group) return undefined
      const offsets = [...group.offsets].map(([key, { offset }]) => [key, offset] as const)
      return shard.whenSafe<ReadonlyMap<string, number> | undefined>(
        new Map(offsets),
        () => undefined,
      )
    },
    async start() {
      openShards(options, shards)
      for (const shard of shards) shard.load()
      const forget = () => {
        const exists = (topic: string) => options.logs.topic(topic) !== undefined
        for (const shard of shards) shard.forgetTopics(exists, (key) => splitOffsetKey(key).topic)
      }
      forget()
      stopListening = options.logs.onTopicsChanged(forget)
    },
    close() {
      stopListening()
      for (const shard of shards) shard.stop()
    },
  }
}

/** Creates the offsets topic on the first start. Throws when its partitions cannot be opened. */
function openShards(options: GroupCoordinatorOptions, shards: GroupShard[]): void {
  const { logs, clock, scheduler, crc32c = crc32cPortable } = options
  if (!logs.topic(offsetsTopic)) {
    const created = logs.createTopic({
      name: offsetsTopic,
      partitions: offsetsPartitions,
      configs: offsetsTopicConfigs,
    })
    if (created.error !== 'NONE') throw new Error(`${offsetsTopic}: ${created.message}`)
  }
  const partitions = logs.topic(offsetsTopic)?.partitions ?? 0
  for (let partition = 0; partition < partitions; partition++) {
    const log = logs.partition(offsetsTopic, partition)
    if (!log) throw new Error(`${offsetsTopic}-${partition} is missing`)
    shards.push(new GroupShard({ log, clock, scheduler, crc32c }))
  }
}

/** As Kafka's `partitionFor`: the absolute value of the id's Java hash. */
export function partitionOfGroup(groupId: string, partitions: number): number {
  let hash = 0
  for (let index = 0; index < groupId.length; index++) {
    hash = (Math.imul(hash, 31) + groupId.charCodeAt(index)) | 0
  }
  return (hash & 0x7fffffff) % partitions
}
