/** Heartbeat v0-4 and LeaveGroup v0-5: members that stay and members that go. */
import { errorCodes } from '../protocol/error-codes.ts'
import {
  type HeartbeatRequest,
  type HeartbeatResponse,
  type LeaveGroupRequest,
  type LeaveGroupResponse,
  newHeartbeatResponse,
  newLeaveGroupResponse,
} from '../protocol/generated/index.ts'
import type { Change } from './changes.ts'
import { checkMember, type Decision, type GroupFacts } from './decision.ts'
import { type Group, memberOfInstance } from './group-state.ts'
import { removeMembers } from './rebalance.ts'

export function heartbeat(
  group: Group | undefined,
  request: HeartbeatRequest,
  facts: GroupFacts,
): Decision<HeartbeatResponse> {
  if (request.groupId === '') {
    return { changes: [], response: heartbeatAnswer(errorCodes.INVALID_GROUP_ID) }
  }
  const check = checkMember(group, request)
  const error = 'member' in check ? heartbeatError(group, request) : check.error
  if (!('member' in check) || !group) return { changes: [], response: heartbeatAnswer(error) }
  const { groupId } = group
  const heard: Change = { is: 'heard-of', groupId, memberId: request.memberId, now: facts.now }
  return {
    changes: error === errorCodes.ILLEGAL_GENERATION ? [] : [heard],
    response: heartbeatAnswer(error),
  }
}

function heartbeatError(group: Group | undefined, request: HeartbeatRequest): number {
  if (!group || group.state === 'Empty') return errorCodes.UNKNOWN_MEMBER_ID
  if (request.generationId !== group.generationId) return errorCodes.ILLEGAL_GENERATION
  return group.state === 'PreparingRebalance' ? errorCodes.REBALANCE_IN_PROGRESS : errorCodes.NONE
}

export function heartbeatAnswer(errorCode: number): HeartbeatResponse {
  return newHeartbeatResponse({ errorCode })
}

/** Up to v2 one member leaves and its error is the whole answer; from v3 on each has its own. */
export function leave(
  group: Group | undefined,
  request: LeaveGroupRequest,
  facts: GroupFacts,
): Decision<LeaveGroupResponse> {
  if (request.groupId === '') {
    return { changes: [], response: leaveError(errorCodes.INVALID_GROUP_ID) }
  }
  const batched = facts.apiVersion >= 3
  const leavers = batched
    ? request.members
    : [{ memberId: request.memberId, groupInstanceId: null, reason: null }]
  const changes: Change[] = []
  const gone: string[] = []
  const members = leavers.map(({ memberId, groupInstanceId }) => {
    const errorCode = leaveOne(group, { memberId, groupInstanceId }, { changes, gone })
    return { memberId, groupInstanceId, errorCode }
  })
  if (group) changes.push(...removeMembers(group, gone, facts.now))
  if (batched) return { changes, response: newLeaveGroupResponse({ members }) }
  return { changes, response: leaveError(members[0].errorCode) }
}

function leaveOne(
  group: Group | undefined,
  leaver: { memberId: string; groupInstanceId: string | null },
  out: { changes: Change[]; gone: string[] },
): number {
  if (!group) return errorCodes.UNKNOWN_MEMBER_ID
  const { memberId, groupInstanceId } = leaver
  if (groupInstanceId !== null) {
    // An administrator names the instance alone.
    const holder = memberOfInstance(group, groupInstanceId)
    if (!holder) return errorCodes.UNKNOWN_MEMBER_ID
    if (memberId !== '' && memberId !== holder.memberId) return errorCodes.FENCED_INSTANCE_ID
    out.gone.push(holder.memberId)
    return errorCodes.NONE
  }
  if (group.pendingMembers.has(memberId)) {
    out.changes.push({ is: 'pending-removed', groupId: group.groupId, memberId })
    return errorCodes.NONE
  }
  if (!group.members.has(memberId)) return errorCodes.UNKNOWN_MEMBER_ID
  out.gone.push(memberId)
  return errorCodes.NONE
}

export function leaveError(errorCode: number): LeaveGroupResponse {
  return newLeaveGroupResponse({ errorCode })
}
