/** Everything that can change a group, and `replay`, the only place that does it: while serving and while loading alike. */
import {
  type CommittedOffset,
  type Group,
  type Member,
  type MemberProtocol,
  newGroup,
  offsetKey,
} from './group-state.ts'

/** What survives a restart: written to `__consumer_offsets`, in Kafka's own encoding (`durable-codec.ts`). */
export type DurableChange =
  | { is: 'group-metadata'; groupId: string; value: GroupMetadata | null }
  | {
      is: 'offset'
      groupId: string
      topic: string
      partition: number
      value: CommittedOffset | null
    }

/** What members agree on at the end of a rebalance; no members: the group is empty. */
export interface GroupMetadata {
  protocolType: string
  generationId: number
  protocolName: string | null
  leader: string | null
  timestamp: number
  members: StoredMember[]
}

export interface StoredMember {
  memberId: string
  groupInstanceId: string | null
  clientId: string
  clientHost: string
  rebalanceTimeoutMs: number
  sessionTimeoutMs: number
  subscription: Uint8Array
  assignment: Uint8Array
}

/** What is as long-lived as the process: a group that is loaded again rebalances by its members' requests. */
export type VolatileChange =
  | { is: 'member-pending'; groupId: string; memberId: string; deadline: number }
  | { is: 'pending-removed'; groupId: string; memberId: string }
  | { is: 'member-joined'; groupId: string; protocolType: string; member: Member }
  | { is: 'member-removed'; groupId: string; memberId: string }
  /** A static member came back under a new id and takes over what the old one had. */
  | { is: 'member-replaced'; groupId: string; oldMemberId: string; memberId: string }
  | { is: 'protocols-changed'; groupId: string; memberId: string; protocols: MemberProtocol[] }
  | { is: 'awaiting-join'; groupId: string; memberId: string }
  | { is: 'rebalance-started'; groupId: string; deadline: number; notBefore: number }
  | {
      is: 'generation-started'
      groupId: string
      generationId: number
      protocolName: string
      leader: string
      now: number
      syncDeadline: number
    }
  | { is: 'member-synced'; groupId: string; memberId: string }
  | { is: 'heard-of'; groupId: string; memberId: string; now: number }
  | { is: 'group-removed'; groupId: string }

export type Change = DurableChange | VolatileChange

export type Groups = Map<string, Group>

export function isDurable(change: Change): change is DurableChange {
  return change.is === 'group-metadata' || change.is === 'offset'
}

/** The sole writer of group state. `now` starts the sessions of members that a log record names. */
export function replay(groups: Groups, change: Change, now: number): void {
  if (change.is === 'group-removed') {
    groups.delete(change.groupId)
    return
  }
  let group = groups.get(change.groupId)
  if (!group) {
    group = newGroup(change.groupId)
    groups.set(change.groupId, group)
  }
  if (isDurable(change)) replayDurable(group, change, now)
  else replayVolatile(group, change)
}

function replayDurable(group: Group, change: DurableChange, now: number): void {
  if (change.is === 'offset') {
    const key = offsetKey(change.topic, change.partition)
    if (change.value) group.offsets.set(key, change.value)
    else group.offsets.delete(key)
    return
  }
  const { value } = change
  group.generationId = value?.generationId ?? 0
  group.protocolType = value?.protocolType ?? null
  group.protocolName = value?.protocolName ?? null
  group.leader = value?.leader ?? null
  const stored = value?.members ?? []
  group.state = stored.length > 0 ? 'Stable' : 'Empty'
  const known = new Map(group.members)
  group.members.clear()
  for (const member of stored) {
    group.members.set(member.memberId, {
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      sessionTimeoutMs: member.sessionTimeoutMs,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      protocols: known.get(member.memberId)?.protocols ?? [
        { name: value?.protocolName ?? '', metadata: member.subscription },
      ],
      assignment: member.assignment,
      awaitingJoin: false,
      synced: true,
      sessionDeadline: now + member.sessionTimeoutMs,
    })
  }
}

function replayVolatile(group: Group, change: Exclude<Change, DurableChange>): void {
  switch (change.is) {
    case 'member-pending':
      group.pendingMembers.set(change.memberId, change.deadline)
      return
    case 'pending-removed':
      group.pendingMembers.delete(change.memberId)
      return
    case 'member-joined':
      group.pendingMembers.delete(change.member.memberId)
      group.members.set(change.member.memberId, { ...change.member })
      group.protocolType = change.protocolType
      return
    case 'member-removed':
      group.members.delete(change.memberId)
      if (group.leader === change.memberId) group.leader = null
      return
    case 'member-replaced':
      replaceMember(group, change.oldMemberId, change.memberId)
      return
    case 'rebalance-started':
      startPhase(group, change)
      return
    case 'generation-started':
      startGeneration(group, change)
      return
    case 'group-removed':
      return
    default:
      replayMember(group, change)
  }
}

function replayMember(
  group: Group,
  change: VolatileChange & {
    is: 'protocols-changed' | 'awaiting-join' | 'member-synced' | 'heard-of'
  },
): void {
  const member = group.members.get(change.memberId)
  if (!member) return
  switch (change.is) {
    case 'protocols-changed':
      member.protocols = change.protocols
      return
    case 'awaiting-join':
      member.awaitingJoin = true
      return
    case 'member-synced':
      member.synced = true
      return
    case 'heard-of':
      member.sessionDeadline = change.now + member.sessionTimeoutMs
      return
  }
}

function replaceMember(group: Group, oldMemberId: string, memberId: string): void {
  const member = group.members.get(oldMemberId)
  if (!member) return
  group.members.delete(oldMemberId)
  group.members.set(memberId, { ...member, memberId, awaitingJoin: false })
  if (group.leader === oldMemberId) group.leader = memberId
}

function startPhase(group: Group, phase: { deadline: number; notBefore: number }): void {
  group.state = 'PreparingRebalance'
  group.phaseDeadline = phase.deadline
  group.notBefore = phase.notBefore
}

function startGeneration(
  group: Group,
  change: VolatileChange & { is: 'generation-started' },
): void {
  group.state = 'CompletingRebalance'
  group.generationId = change.generationId
  group.protocolName = change.protocolName
  group.leader = change.leader
  group.phaseDeadline = change.syncDeadline
  for (const member of group.members.values()) {
    member.awaitingJoin = false
    member.synced = false
    member.assignment = new Uint8Array(0)
    member.sessionDeadline = change.now + member.sessionTimeoutMs
  }
}
