/** JoinGroup v0-9: who becomes a member, and whether that starts a rebalance (KIP-62, KIP-345, KIP-394, KIP-814). */
import { copyBytes, equalBytes } from '@millrace/base'
import { errorCodes } from '../protocol/error-codes.ts'
import {
  type JoinGroupRequest,
  type JoinGroupResponse,
  newJoinGroupResponse,
} from '../protocol/generated/index.ts'
import type { Change } from './changes.ts'
import type { Decision, GroupFacts } from './decision.ts'
import {
  type Group,
  type Member,
  type MemberProtocol,
  memberOfInstance,
  metadataFor,
  newGroup,
} from './group-state.ts'
import { longestRebalanceMs, startRebalance } from './rebalance.ts'

export function join(
  group: Group | undefined,
  request: JoinGroupRequest,
  facts: GroupFacts,
): Decision<JoinGroupResponse> {
  const refusal = refuse(group, request, facts)
  if (refusal !== 0) return answer(joinError(refusal, request.memberId))
  const known = group ?? newGroup(request.groupId)
  if (request.memberId !== '') return joinWithId(known, request, facts)
  if (request.groupInstanceId !== null) {
    const holder = memberOfInstance(known, request.groupInstanceId)
    if (holder) return replaceStaticMember(known, holder, request, facts)
    return addMember(known, request, { memberId: facts.newMemberId, facts })
  }
  if (facts.apiVersion < 4) return addMember(known, request, { memberId: facts.newMemberId, facts })
  // KIP-394: the id is given first, so that a join that is sent twice makes one member.
  const deadline = facts.now + request.sessionTimeoutMs
  const memberId = facts.newMemberId
  return {
    changes: [{ is: 'member-pending', groupId: request.groupId, memberId, deadline }],
    response: joinError(errorCodes.MEMBER_ID_REQUIRED, memberId),
  }
}

/** 0 when the request may join at all. */
function refuse(group: Group | undefined, request: JoinGroupRequest, facts: GroupFacts): number {
  const { limits } = facts
  if (request.groupId === '') return errorCodes.INVALID_GROUP_ID
  if (
    request.sessionTimeoutMs < limits.sessionTimeoutMsMin ||
    request.sessionTimeoutMs > limits.sessionTimeoutMsMax
  ) {
    return errorCodes.INVALID_SESSION_TIMEOUT
  }
  if (!group && request.memberId !== '') return errorCodes.UNKNOWN_MEMBER_ID
  if (!supports(group, request)) return errorCodes.INCONSISTENT_GROUP_PROTOCOL
  const size = (group?.members.size ?? 0) + (group?.pendingMembers.size ?? 0)
  const isNew =
    !group?.members.has(request.memberId) && !group?.pendingMembers.has(request.memberId)
  const isStaticReturn =
    group !== undefined &&
    request.groupInstanceId !== null &&
    memberOfInstance(group, request.groupInstanceId) !== undefined
  if (isNew && !isStaticReturn && size >= limits.membersPerGroupMax) {
    return errorCodes.GROUP_MAX_SIZE_REACHED
  }
  return 0
}

/** Do the others share the protocol type and one protocol with this request? */
function supports(group: Group | undefined, request: JoinGroupRequest): boolean {
  if (request.protocolType === '' || request.protocols.length === 0) return false
  const others = [...(group?.members.values() ?? [])].filter(
    (member) =>
      member.memberId !== request.memberId &&
      (request.groupInstanceId === null || member.groupInstanceId !== request.groupInstanceId),
  )
  if (others.length === 0) return true
  if (group?.protocolType !== request.protocolType) return false
  return request.protocols.some((protocol) =>
    others.every((member) => member.protocols.some((other) => other.name === protocol.name)),
  )
}

function joinWithId(
  group: Group,
  request: JoinGroupRequest,
  facts: GroupFacts,
): Decision<JoinGroupResponse> {
  if (group.pendingMembers.has(request.memberId)) {
    return addMember(group, request, { memberId: request.memberId, facts })
  }
  if (request.groupInstanceId !== null) {
    const holder = memberOfInstance(group, request.groupInstanceId)
    if (!holder) return answer(joinError(errorCodes.UNKNOWN_MEMBER_ID, request.memberId))
    if (holder.memberId !== request.memberId) {
      return answer(joinError(errorCodes.FENCED_INSTANCE_ID, request.memberId))
    }
  }
  const member = group.members.get(request.memberId)
  if (!member || group.state === 'Empty') {
    return answer(joinError(errorCodes.UNKNOWN_MEMBER_ID, request.memberId))
  }
  return rejoin(group, member, request, facts)
}

function rejoin(
  group: Group,
  member: Member,
  request: JoinGroupRequest,
  facts: GroupFacts,
): Decision<JoinGroupResponse> {
  const { groupId } = group
  const { memberId } = member
  const heard: Change = { is: 'heard-of', groupId, memberId, now: facts.now }
  const same = sameProtocols(member, request.protocols)
  // In both cases its answer to an earlier join was lost: it has its place in this generation.
  const lostAnswer =
    (group.state === 'CompletingRebalance' && same) ||
    (group.state === 'Stable' && same && group.leader !== memberId)
  if (lostAnswer) return { changes: [heard], response: joined(group, member) }
  return {
    changes: [
      heard,
      { is: 'protocols-changed', groupId, memberId, protocols: copyProtocols(request) },
      ...startRebalance(group, facts.now),
      { is: 'awaiting-join', groupId, memberId },
    ],
    response: undefined,
  }
}

function addMember(
  group: Group,
  request: JoinGroupRequest,
  options: { memberId: string; facts: GroupFacts },
): Decision<JoinGroupResponse> {
  const { memberId, facts } = options
  const { groupId, sessionTimeoutMs } = request
  const rebalanceTimeoutMs =
    request.rebalanceTimeoutMs < 0 ? sessionTimeoutMs : request.rebalanceTimeoutMs
  const member: Member = {
    memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: facts.clientId,
    clientHost: facts.clientHost,
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    protocols: copyProtocols(request),
    assignment: new Uint8Array(0),
    awaitingJoin: true,
    synced: false,
    sessionDeadline: facts.now + sessionTimeoutMs,
  }
  const joinedChange: Change = {
    is: 'member-joined',
    groupId,
    protocolType: request.protocolType,
    member,
  }
  return { changes: [joinedChange, ...waitForMore(group, member, facts)], response: undefined }
}

/** A group that is just forming waits a little longer with each newcomer; any other starts a rebalance at once. */
function waitForMore(group: Group, member: Member, facts: GroupFacts): Change[] {
  const { groupId } = group
  const delay = facts.limits.initialRebalanceDelayMs
  const deadline = facts.now + member.rebalanceTimeoutMs
  if (group.state === 'Empty') {
    const notBefore = facts.now + Math.min(delay, member.rebalanceTimeoutMs)
    return [{ is: 'rebalance-started', groupId, deadline, notBefore }]
  }
  if (group.state === 'PreparingRebalance') {
    if (group.notBefore <= facts.now) return []
    const notBefore = Math.min(facts.now + delay, group.phaseDeadline)
    return [{ is: 'rebalance-started', groupId, deadline: group.phaseDeadline, notBefore }]
  }
  const longest = facts.now + longestRebalanceMs(group)
  return [
    {
      is: 'rebalance-started',
      groupId,
      notBefore: facts.now,
      deadline: Math.max(deadline, longest),
    },
  ]
}

/** KIP-345: the same instance under a new id. Without a change of subscription nobody else notices. */
function replaceStaticMember(
  group: Group,
  holder: Member,
  request: JoinGroupRequest,
  facts: GroupFacts,
): Decision<JoinGroupResponse> {
  const { groupId } = group
  const memberId = facts.newMemberId
  const changes: Change[] = [
    { is: 'member-replaced', groupId, oldMemberId: holder.memberId, memberId },
    { is: 'protocols-changed', groupId, memberId, protocols: copyProtocols(request) },
    { is: 'heard-of', groupId, memberId, now: facts.now },
  ]
  const offered = request.protocols.find((protocol) => protocol.name === group.protocolName)
  const unchanged =
    offered !== undefined && equalBytes(offered.metadata, metadataFor(holder, group.protocolName))
  if (group.state !== 'Stable' || !unchanged) {
    changes.push(...startRebalance(group, facts.now))
    changes.push({ is: 'awaiting-join', groupId, memberId })
    return { changes, response: undefined }
  }
  changes.push(storedWithNewId(group, { oldMemberId: holder.memberId, memberId, now: facts.now }))
  const wasLeader = group.leader === holder.memberId
  // Before v9 a leader could not be told to leave the assignment alone: it is told that the old id still leads.
  const canSkip = facts.apiVersion >= 9
  const leader = wasLeader ? (canSkip ? memberId : holder.memberId) : (group.leader ?? '')
  const response = newJoinGroupResponse({
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader,
    memberId,
    skipAssignment: wasLeader && canSkip,
    members: wasLeader && canSkip ? memberList(group, new Map([[holder.memberId, memberId]])) : [],
  })
  return { changes, response }
}

/** The group's stored state with one id exchanged, so that a restart does not bring the old one back. */
function storedWithNewId(
  group: Group,
  exchange: { oldMemberId: string; memberId: string; now: number },
): Change {
  const { oldMemberId, memberId, now } = exchange
  const rename = (id: string) => (id === oldMemberId ? memberId : id)
  return {
    is: 'group-metadata',
    groupId: group.groupId,
    value: {
      protocolType: group.protocolType ?? '',
      generationId: group.generationId,
      protocolName: group.protocolName,
      leader: group.leader === null ? null : rename(group.leader),
      timestamp: now,
      members: [...group.members.values()].map((member) => ({
        memberId: rename(member.memberId),
        groupInstanceId: member.groupInstanceId,
        clientId: member.clientId,
        clientHost: member.clientHost,
        rebalanceTimeoutMs: member.rebalanceTimeoutMs,
        sessionTimeoutMs: member.sessionTimeoutMs,
        subscription: metadataFor(member, group.protocolName),
        assignment: member.assignment,
      })),
    },
  }
}

/** What a member of the present generation is told; the list of members goes to the leader alone. */
export function joined(group: Group, member: Member): JoinGroupResponse {
  return newJoinGroupResponse({
    generationId: group.generationId,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leader ?? '',
    memberId: member.memberId,
    members: group.leader === member.memberId ? memberList(group, new Map()) : [],
  })
}

function memberList(group: Group, renamed: ReadonlyMap<string, string>) {
  return [...group.members.values()].map((member) => ({
    memberId: renamed.get(member.memberId) ?? member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: metadataFor(member, group.protocolName),
  }))
}

export function joinError(errorCode: number, memberId: string): JoinGroupResponse {
  return newJoinGroupResponse({ errorCode, memberId, protocolName: null })
}

function answer(response: JoinGroupResponse): Decision<JoinGroupResponse> {
  return { changes: [], response }
}

function sameProtocols(member: Member, protocols: readonly MemberProtocol[]): boolean {
  return (
    member.protocols.length === protocols.length &&
    member.protocols.every(
      (protocol, index) =>
        protocol.name === protocols[index].name &&
        equalBytes(protocol.metadata, protocols[index].metadata),
    )
  )
}

/** The request's bytes belong to its frame. */
function copyProtocols(request: JoinGroupRequest): MemberProtocol[] {
  return request.protocols.map(({ name, metadata }) => ({ name, metadata: copyBytes(metadata) }))
}
