/** For tests: a coordinator on memory files and virtual time, and members that speak to it. */
import { encodeUtf8, type Fs, MemoryFs } from '@millrace/base'
import type { LogManagerOptions } from '../../log/api.ts'
import { testLogs } from '../../log/testing/log-kit.ts'
import {
  type JoinGroupResponse,
  newJoinGroupRequest,
  newOffsetCommitRequest,
  newOffsetFetchRequest,
  newSyncGroupRequest,
} from '../../protocol/generated/index.ts'
import type { GroupRequestContext } from '../api.ts'
import { createGroupCoordinator } from '../coordinator.ts'

export function context(apiVersion: number, clientId = 'c'): GroupRequestContext {
  return { apiVersion, clientId, clientHost: '/127.0.0.1' }
}

export async function testGroups(
  fs: Fs = new MemoryFs(),
  options: Partial<LogManagerOptions> = {},
) {
  const kit = testLogs(fs, options)
  kit.logs.createTopic({ name: 'orders', partitions: 4 })
  const groups = createGroupCoordinator({
    logs: kit.logs,
    clock: kit.time,
    scheduler: kit.time,
    random: kit.environment.random,
    initialRebalanceDelayMs: 10,
  })
  await groups.start()
  const group = 'g'

  const join = (
    memberId: string,
    extra: { apiVersion?: number; instance?: string; metadata?: string } = {},
  ) =>
    groups.joinGroup(
      newJoinGroupRequest({
        groupId: group,
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 60_000,
        memberId,
        groupInstanceId: extra.instance ?? null,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: encodeUtf8(extra.metadata ?? 'orders') }],
      }),
      context(extra.apiVersion ?? 9),
    )

  /** Asks for an id and joins with it. */
  const enter = async (): Promise<{ memberId: string; answer: Promise<JoinGroupResponse> }> => {
    const { memberId } = await join('')
    return { memberId, answer: join(memberId) }
  }

  const sync = (joined: JoinGroupResponse, shares: Record<string, string> = {}) =>
    groups.syncGroup(
      newSyncGroupRequest({
        groupId: group,
        generationId: joined.generationId,
        memberId: joined.memberId,
        assignments: Object.entries(shares).map(([memberId, assignment]) => ({
          memberId,
          assignment: encodeUtf8(assignment),
        })),
      }),
      context(5),
    )

  const heartbeat = (
    memberId: string,
    generationId: number,
    groupInstanceId: string | null = null,
  ) => groups.heartbeat({ groupId: group, generationId, memberId, groupInstanceId }, context(4))

  const leave = (memberId: string) =>
    groups.leaveGroup(
      {
        groupId: group,
        memberId: '',
        members: [{ memberId, groupInstanceId: null, reason: null }],
      },
      context(5),
    )

  const commit = async (offset: number, member?: { memberId: string; generationId: number }) => {
    const response = await groups.offsetCommit(
      newOffsetCommitRequest({
        groupId: group,
        generationIdOrMemberEpoch: member?.generationId ?? -1,
        memberId: member?.memberId ?? '',
        topics: [
          {
            name: 'orders',
            partitions: [
              {
                partitionIndex: 0,
                committedOffset: offset,
                committedLeaderEpoch: 0,
                committedMetadata: 'm',
              },
            ],
          },
        ],
      }),
      context(9),
    )
    return response.topics[0].partitions[0].errorCode
  }

  const committed = async () => {
    const response = await groups.offsetFetch(
      newOffsetFetchRequest({ groupId: group, topics: null }),
      context(7),
    )
    return response.topics[0]?.partitions[0]?.committedOffset
  }

  /** Virtual time first, then the promises that it settled. */
  const advance = async (ms: number) => {
    kit.time.advance(ms)
    await settle()
  }

  return { ...kit, groups, group, join, enter, sync, heartbeat, leave, commit, committed, advance }
}

/** Lets every promise that can settle do so. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}
