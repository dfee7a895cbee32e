/**
 * The group coordinator's interface. Requests and responses are the generated types of `protocol/generated`; every
 * response is parked until the group's log partition is safe up to the position it saw.
 */
import type { Clock, Random, Scheduler } from '@millrace/base'
import type { LogManager } from '../log/api.ts'
import type {
  DescribeGroupsRequest,
  DescribeGroupsResponse,
  HeartbeatRequest,
  HeartbeatResponse,
  JoinGroupRequest,
  JoinGroupResponse,
  LeaveGroupRequest,
  LeaveGroupResponse,
  ListGroupsRequest,
  ListGroupsResponse,
  OffsetCommitRequest,
  OffsetCommitResponse,
  OffsetFetchRequest,
  OffsetFetchResponse,
  SyncGroupRequest,
  SyncGroupResponse,
} from '../protocol/generated/index.ts'
import type { Crc32c } from '../records/crc32c.ts'

/** What the connection knows about the caller. */
export interface GroupRequestContext {
  apiVersion: number
  clientId: string | null
  /** Shown by DescribeGroups, like `/127.0.0.1`. */
  clientHost: string
}

export interface GroupCoordinatorOptions {
  logs: LogManager
  /** Default: the portable one. */
  crc32c?: Crc32c
  clock: Clock
  scheduler: Scheduler
  random: Random
  /** Limits of `session.timeout.ms` that clients may ask for (group.min/max.session.timeout.ms). */
  sessionTimeoutMsMin?: number
  sessionTimeoutMsMax?: number
  /** How long an empty group's first join waits for more members (group.initial.rebalance.delay.ms). */
  initialRebalanceDelayMs?: number
  membersPerGroupMax?: number
}

/**
 * One method for each API. None rejects but for a bug: what goes wrong is an error code in the response. A coordinator
 * that is still loading answers COORDINATOR_LOAD_IN_PROGRESS (14), one whose log failed COORDINATOR_NOT_AVAILABLE (15).
 */
export interface GroupCoordinator {
  joinGroup(request: JoinGroupRequest, context: GroupRequestContext): Promise<JoinGroupResponse>
  syncGroup(request: SyncGroupRequest, context: GroupRequestContext): Promise<SyncGroupResponse>
  heartbeat(request: HeartbeatRequest, context: GroupRequestContext): Promise<HeartbeatResponse>
  leaveGroup(request: LeaveGroupRequest, context: GroupRequestContext): Promise<LeaveGroupResponse>
  offsetCommit(
    request: OffsetCommitRequest,
    context: GroupRequestContext,
  ): Promise<OffsetCommitResponse>
  offsetFetch(
    request: OffsetFetchRequest,
    context: GroupRequestContext,
  ): Promise<OffsetFetchResponse>
  describeGroups(
    request: DescribeGroupsRequest,
    context: GroupRequestContext,
  ): Promise<DescribeGroupsResponse>
  listGroups(request: ListGroupsRequest, context: GroupRequestContext): Promise<ListGroupsResponse>
  /** Offsets of one group by `topic/partition`, for lag views; undefined if there is no such group. */
  committedOffsets(groupId: string): Promise<ReadonlyMap<string, number> | undefined>
  /** Loads every shard by replay; requests before it ends are answered with COORDINATOR_LOAD_IN_PROGRESS. */
  start(): Promise<void>
  /** Ends timers; pending joins are answered with NOT_COORDINATOR. */
  close(): void
}
