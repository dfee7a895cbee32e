/** The course of a rebalance: when it starts, when it is over, and what time alone brings about. */
import type { Change } from './changes.ts'
import { type Group, isForgettable, type Member } from './group-state.ts'

/** Changes that send every member back to JoinGroup; none when they are on their way already. */
export function startRebalance(group: Group, now: number): Change[] {
  if (group.state === 'PreparingRebalance') return []
  const deadline = now + longestRebalanceMs(group)
  return [{ is: 'rebalance-started', groupId: group.groupId, deadline, notBefore: now }]
}

/** As long as the slowest member may take to come back. */
export function longestRebalanceMs(group: Group): number {
  let longest = 0
  for (const member of group.members.values()) {
    longest = Math.max(longest, member.rebalanceTimeoutMs)
  }
  return longest
}

/** A member goes; those who stay share its partitions out again. */
export function removeMembers(group: Group, memberIds: readonly string[], now: number): Change[] {
  if (memberIds.length === 0) return []
  const { groupId } = group
  const removals = memberIds.map(
    (memberId): Change => ({ is: 'member-removed', groupId, memberId }),
  )
  return group.state === 'Empty' ? removals : [...removals, ...startRebalance(group, now)]
}

/** What is due by now; applied again and again until nothing is. */
export function progress(group: Group, now: number): Change[] {
  const { groupId } = group
  for (const [memberId, deadline] of group.pendingMembers) {
    if (deadline <= now) return [{ is: 'pending-removed', groupId, memberId }]
  }
  const silent = [...group.members.values()].filter(
    (member) => !isWaiting(group, member) && member.sessionDeadline <= now,
  )
  if (silent.length > 0) {
    return removeMembers(
      group,
      silent.map((member) => member.memberId),
      now,
    )
  }
  if (group.state === 'PreparingRebalance' && isJoinPhaseOver(group, now)) {
    return endJoinPhase(group, now)
  }
  if (group.state === 'CompletingRebalance' && group.phaseDeadline <= now) {
    const late = [...group.members.values()].filter((member) => !member.synced)
    return removeMembers(
      group,
      late.map((member) => member.memberId),
      now,
    )
  }
  return isForgettable(group) ? [{ is: 'group-removed', groupId }] : []
}

/** A member whose request we hold cannot send a heartbeat. */
function isWaiting(group: Group, member: Member): boolean {
  return member.awaitingJoin || (group.state === 'CompletingRebalance' && member.synced)
}

function isJoinPhaseOver(group: Group, now: number): boolean {
  if (group.phaseDeadline <= now) return true
  if (group.notBefore > now || group.pendingMembers.size > 0) return false
  for (const member of group.members.values()) if (!member.awaitingJoin) return false
  return true
}

/** The next generation: of the members that came back, and of static ones that may still (KIP-345). */
function endJoinPhase(group: Group, now: number): Change[] {
  const { groupId } = group
  const gone: string[] = []
  const staying: Member[] = []
  for (const member of group.members.values()) {
    if (member.awaitingJoin || member.groupInstanceId !== null) staying.push(member)
    else gone.push(member.memberId)
  }
  const changes = gone.map((memberId): Change => ({ is: 'member-removed', groupId, memberId }))
  const generationId = nextGeneration(group.generationId)
  if (staying.length === 0) {
    const { protocolType } = group
    const value = {
      protocolType: protocolType ?? '',
      generationId,
      protocolName: null,
      leader: null,
      timestamp: now,
      members: [],
    }
    return [...changes, { is: 'group-metadata', groupId, value }]
  }
  const leader = staying.find((member) => member.awaitingJoin && member.memberId === group.leader)
  const elected = leader ?? staying.find((member) => member.awaitingJoin)
  if (!elected) {
    // Static members alone, none of them back: wait on, their sessions decide.
    const deadline = now + Math.max(1, longestRebalanceMs(group))
    return [...changes, { is: 'rebalance-started', groupId, deadline, notBefore: now }]
  }
  return [
    ...changes,
    {
      is: 'generation-started',
      groupId,
      generationId,
      protocolName: selectProtocol(staying),
      leader: elected.memberId,
      now,
      syncDeadline: now + longestRebalanceMs(group),
    },
  ]
}

/** Generations are int32 and never negative. */
function nextGeneration(generationId: number): number {
  return generationId >= 2 ** 31 - 1 ? 1 : generationId + 1
}

/** The protocol that all know and most like best; a tie goes to the one named first. */
export function selectProtocol(members: readonly Member[]): string {
  const common = commonProtocols(members)
  const votes = new Map<string, number>()
  for (const member of members) {
    const choice = member.protocols.find((protocol) => common.includes(protocol.name))
    if (choice) votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1)
  }
  let selected = common[0] ?? ''
  for (const name of common) {
    if ((votes.get(name) ?? 0) > (votes.get(selected) ?? 0)) selected = name
  }
  return selected
}

function commonProtocols(members: readonly Member[]): string[] {
  const [first, ...others] = members
  if (!first) return []
  return first.protocols
    .map((protocol) => protocol.name)
    .filter((name) =>
      others.every((member) => member.protocols.some((protocol) => protocol.name === name)),
    )
}

/** When `progress` may have something to do next; undefined: not before a request. */
export function nextDeadline(group: Group): number | undefined {
  let next = Number.POSITIVE_INFINITY
  for (const deadline of group.pendingMembers.values()) next = Math.min(next, deadline)
  for (const member of group.members.values()) {
    if (!isWaiting(group, member)) next = Math.min(next, member.sessionDeadline)
  }
  if (group.state === 'PreparingRebalance' || group.state === 'CompletingRebalance') {
    next = Math.min(next, group.phaseDeadline)
  }
  if (group.state === 'PreparingRebalance') next = Math.min(next, soonest(group))
  return Number.isFinite(next) ? next : undefined
}

/** `notBefore` counts only as long as it lies ahead of what the members do. */
function soonest(group: Group): number {
  const everyoneIsBack = [...group.members.values()].every((member) => member.awaitingJoin)
  return everyoneIsBack && group.pendingMembers.size === 0
    ? group.notBefore
    : Number.POSITIVE_INFINITY
}
