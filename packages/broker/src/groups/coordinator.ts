/** The group coordinator: finds a group's shard, hands the request to its decision, and owns the offsets topic. */
import { type Cancel, randomId } from '@millrace/base'
import { errorCodes } from '../protocol/error-codes.ts'
import {
  type DescribeGroupsRequest,
  type DescribeGroupsResponse,
  type HeartbeatRequest,
  type HeartbeatResponse,
  type JoinGroupRequest,
  type JoinGroupResponse,
  type LeaveGroupRequest,
  type LeaveGroupResponse,
  type ListGroupsRequest,
  type ListGroupsResponse,
  newDescribeGroupsResponse,
  newDescribeGroupsResponseGroup,
  newListGroupsResponse,
  type OffsetCommitRequest,
  type OffsetCommitResponse,
  type OffsetFetchRequest,
  type OffsetFetchResponse,
  type SyncGroupRequest,
  type SyncGroupResponse,
} from '../protocol/generated/index.ts'
import type { GroupCoordinator, GroupCoordinatorOptions, GroupRequestContext } from './api.ts'
import type { Decision, GroupFacts, GroupLimits } from './decision.ts'
import { describeGroup, type ListedGroup, listGroups } from './describe.ts'
import { type Group, splitOffsetKey } from './group-state.ts'
import { join, joinError } from './join.ts'
import { heartbeat, heartbeatAnswer, leave, leaveError } from './membership.ts'
import {
  commitAnswer,
  commitOffsets,
  failedOffsets,
  fetchOffsets,
  offsetFetchAnswer,
  wantedOffsets,
} from './offsets.ts'
import { openShards, partitionOfGroup } from './offsets-topic.ts'
import type { GroupShard } from './shard.ts'
import { sync, syncError } from './sync.ts'

/** Kafka's defaults (`group.min/max.session.timeout.ms`), but a short first wait: one machine, few members. */
const defaults: GroupLimits = {
  sessionTimeoutMsMin: 6_000,
  sessionTimeoutMsMax: 1_800_000,
  initialRebalanceDelayMs: 100,
  membersPerGroupMax: 10_000,
}

/** `start` loads it; until then every request is told to come back. */
export function createGroupCoordinator(options: GroupCoordinatorOptions): GroupCoordinator {
  return new Coordinator(options)
}

class Coordinator implements GroupCoordinator {
  private readonly options: GroupCoordinatorOptions
  private readonly limits: GroupLimits
  private shards: readonly GroupShard[] = []
  private stopListening: Cancel = () => undefined

  constructor(options: GroupCoordinatorOptions) {
    this.options = options
    this.limits = {
      sessionTimeoutMsMin: options.sessionTimeoutMsMin ?? defaults.sessionTimeoutMsMin,
      sessionTimeoutMsMax: options.sessionTimeoutMsMax ?? defaults.sessionTimeoutMsMax,
      initialRebalanceDelayMs: options.initialRebalanceDelayMs ?? defaults.initialRebalanceDelayMs,
      membersPerGroupMax: options.membersPerGroupMax ?? defaults.membersPerGroupMax,
    }
  }

  async start(): Promise<void> {
    const shards = openShards(this.options)
    for (const shard of shards) shard.load()
    this.shards = shards
    const forget = () => {
      const exists = (key: string) =>
        this.options.logs.topic(splitOffsetKey(key).topic) !== undefined
      for (const shard of this.shards) shard.forgetOffsets(exists)
    }
    forget()
    this.stopListening = this.options.logs.onTopicsChanged(forget)
  }

  close(): void {
    this.stopListening()
    for (const shard of this.shards) shard.stop()
  }

  private shardOf(groupId: string): GroupShard | undefined {
    return this.shards[partitionOfGroup(groupId, this.shards.length)]
  }

  private facts(context: GroupRequestContext): GroupFacts {
    const { clock, random } = this.options
    const clientId = context.clientId ?? ''
    return {
      now: clock.now(),
      apiVersion: context.apiVersion,
      clientId,
      clientHost: context.clientHost,
      newMemberId: `${clientId}-${randomId(random)}`,
      limits: this.limits,
    }
  }

  private async run<Response>(
    groupId: string,
    decide: (group: Group | undefined) => Decision<Response>,
    failed: (errorCode: number) => Response,
  ): Promise<Response> {
    const shard = this.shardOf(groupId)
    if (!shard) return failed(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
    return shard.run(groupId, decide, failed)
  }

  async joinGroup(
    request: JoinGroupRequest,
    context: GroupRequestContext,
  ): Promise<JoinGroupResponse> {
    const { groupId, memberId, groupInstanceId } = request
    const shard = this.shardOf(groupId)
    const facts = this.facts(context)
    const waiter = { memberId, groupInstanceId }
    const response = shard
      ? await shard.join(groupId, (group) => join(group, request, facts), waiter)
      : joinError(errorCodes.COORDINATOR_LOAD_IN_PROGRESS, memberId)
    // Before v7 the name could not be null.
    if (context.apiVersion < 7) response.protocolName ??= ''
    return response
  }

  async syncGroup(
    request: SyncGroupRequest,
    context: GroupRequestContext,
  ): Promise<SyncGroupResponse> {
    const { groupId, memberId, groupInstanceId, generationId } = request
    const shard = this.shardOf(groupId)
    if (!shard) return syncError(errorCodes.COORDINATOR_LOAD_IN_PROGRESS)
    const facts = this.facts(context)
    const waiter = { memberId, groupInstanceId, generationId }
    return shard.sync(groupId, (group) => sync(group, request, facts), waiter)
  }

  heartbeat(request: HeartbeatRequest, context: GroupRequestContext): Promise<HeartbeatResponse> {
    const facts = this.facts(context)
    const decide = (group: Group | undefined) => heartbeat(group, request, facts)
    return this.run(request.groupId, decide, heartbeatAnswer)
  }

  leaveGroup(
    request: LeaveGroupRequest,
    context: GroupRequestContext,
  ): Promise<LeaveGroupResponse> {
    const facts = this.facts(context)
    return this.run(request.groupId, (group) => leave(group, request, facts), leaveError)
  }

  offsetCommit(
    request: OffsetCommitRequest,
    context: GroupRequestContext,
  ): Promise<OffsetCommitResponse> {
    const partitionExists = (topic: string, partition: number) => {
      const info = this.options.logs.topic(topic)
      return info !== undefined && partition >= 0 && partition < info.partitions
    }
    const facts = { ...this.facts(context), partitionExists }
    const decide = (group: Group | undefined) => commitOffsets(group, request, facts)
    return this.run(request.groupId, decide, (errorCode) => commitAnswer(request, errorCode))
  }

  async offsetFetch(
    request: OffsetFetchRequest,
    context: GroupRequestContext,
  ): Promise<OffsetFetchResponse> {
    const fetched = wantedOffsets(request, context.apiVersion).map((wanted) =>
      this.run(
        wanted.groupId,
        (group) => ({ changes: [], response: fetchOffsets(group, wanted) }),
        (errorCode) => failedOffsets(wanted, errorCode),
      ),
    )
    return offsetFetchAnswer(await Promise.all(fetched), context.apiVersion)
  }

  async describeGroups(
    request: DescribeGroupsRequest,
    context: GroupRequestContext,
  ): Promise<DescribeGroupsResponse> {
    const described = request.groups.map((groupId) =>
      this.run(
        groupId,
        (group) => ({
          changes: [],
          response: describeGroup(group, request, { groupId, apiVersion: context.apiVersion }),
        }),
        (errorCode) => newDescribeGroupsResponseGroup({ groupId, groupState: 'Dead', errorCode }),
      ),
    )
    return newDescribeGroupsResponse({ groups: await Promise.all(described) })
  }

  async listGroups(request: ListGroupsRequest): Promise<ListGroupsResponse> {
    if (this.shards.length === 0) {
      return newListGroupsResponse({ errorCode: errorCodes.COORDINATOR_LOAD_IN_PROGRESS })
    }
    const groups: ListedGroup[] = []
    for (const shard of this.shards) {
      const { error } = shard
      if (error !== 0) return newListGroupsResponse({ errorCode: error })
      groups.push(...(await shard.whenSafe(listGroups(shard.all(), request), () => [])))
    }
    return newListGroupsResponse({ groups })
  }

  async committedOffsets(groupId: string): Promise<ReadonlyMap<string, number> | undefined> {
    const shard = this.shardOf(groupId)
    const group = shard?.group(groupId)
    if (!shard || !group) return undefined
    const offsets: ReadonlyMap<string, number> = new Map(
      [...group.offsets].map(([key, { offset }]) => [key, offset]),
    )
    return shard.whenSafe<ReadonlyMap<string, number> | undefined>(offsets, () => undefined)
  }
}
