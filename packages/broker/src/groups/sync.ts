/** SyncGroup v0-5: the leader hands in the assignment, everyone gets a share. */
import { copyBytes } from '@millrace/base'
import { errorCodes } from '../protocol/error-codes.ts'
import {
  newSyncGroupResponse,
  type SyncGroupRequest,
  type SyncGroupResponse,
} from '../protocol/generated/index.ts'
import type { Change } from './changes.ts'
import { checkMember, type Decision, type GroupFacts } from './decision.ts'
import { type Group, type Member, metadataFor } from './group-state.ts'

export function sync(
  group: Group | undefined,
  request: SyncGroupRequest,
  facts: GroupFacts,
): Decision<SyncGroupResponse> {
  if (request.groupId === '') return answer(syncError(errorCodes.INVALID_GROUP_ID))
  const check = checkMember(group, request)
  if (!('member' in check) || !group) return answer(syncError(check.error))
  if (request.generationId !== group.generationId) {
    return answer(syncError(errorCodes.ILLEGAL_GENERATION))
  }
  if (
    (request.protocolType !== null && request.protocolType !== group.protocolType) ||
    (request.protocolName !== null && request.protocolName !== group.protocolName)
  ) {
    return answer(syncError(errorCodes.INCONSISTENT_GROUP_PROTOCOL))
  }
  const { member } = check
  const { groupId } = group
  const heard: Change = { is: 'heard-of', groupId, memberId: member.memberId, now: facts.now }
  switch (group.state) {
    case 'Empty':
      return answer(syncError(errorCodes.UNKNOWN_MEMBER_ID))
    case 'PreparingRebalance':
      return { changes: [heard], response: syncError(errorCodes.REBALANCE_IN_PROGRESS) }
    case 'Stable':
      return { changes: [heard], response: assigned(group, member) }
    case 'CompletingRebalance': {
      const changes: Change[] = [heard, { is: 'member-synced', groupId, memberId: member.memberId }]
      if (group.leader === member.memberId) changes.push(assignment(group, request, facts.now))
      return { changes, response: undefined }
    }
  }
}

/** Members that the leader left out get nothing. */
function assignment(group: Group, request: SyncGroupRequest, now: number): Change {
  const shares = new Map(
    request.assignments.map((share) => [share.memberId, copyBytes(share.assignment)]),
  )
  return {
    is: 'group-metadata',
    groupId: group.groupId,
    value: {
      protocolType: group.protocolType ?? '',
      generationId: group.generationId,
      protocolName: group.protocolName,
      leader: group.leader,
      timestamp: now,
      members: [...group.members.values()].map((member) => ({
        memberId: member.memberId,
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeoutMs: member.rebalanceTimeoutMs,
        sessionTimeoutMs: member.sessionTimeoutMs,
        subscription: metadataFor(member, group.protocolName),
        assignment: shares.get(member.memberId) ?? new Uint8Array(0),
      })),
    },
  }
}

export function assigned(group: Group, member: Member): SyncGroupResponse {
  return newSyncGroupResponse({
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    assignment: member.assignment,
  })
}

export function syncError(errorCode: number): SyncGroupResponse {
  return newSyncGroupResponse({ errorCode })
}

function answer(response: SyncGroupResponse): Decision<SyncGroupResponse> {
  return { changes: [], response }
}
