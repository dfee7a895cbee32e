/** What a classic consumer group is: its members, its generation, its offsets. Only `replay` changes it. */

/** As DescribeGroups names them (KIP-62's state machine). */
export type GroupStateName = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable'

export interface MemberProtocol {
  name: string
  metadata: Uint8Array
}

export interface Member {
  memberId: string
  groupInstanceId: string | null
  clientId: string
  clientHost: string
  sessionTimeoutMs: number
  rebalanceTimeoutMs: number
  /** In the member's order of preference. */
  protocols: MemberProtocol[]
  assignment: Uint8Array
  /** Its JoinGroup waits for the others. */
  awaitingJoin: boolean
  /** It has sent SyncGroup in this generation. */
  synced: boolean
  /** Broker time after which it is dead unless it is heard of; not counted while its JoinGroup waits. */
  sessionDeadline: number
}

export interface CommittedOffset {
  offset: number
  /** -1 when the client gave none. */
  leaderEpoch: number
  metadata: string
  commitTimestamp: number
}

export interface Group {
  readonly groupId: string
  state: GroupStateName
  generationId: number
  protocolType: string | null
  protocolName: string | null
  /** Member id. */
  leader: string | null
  readonly members: Map<string, Member>
  /** Ids given out by MEMBER_ID_REQUIRED and not used yet, with the time until which they hold. */
  readonly pendingMembers: Map<string, number>
  /** Of the phase: until when members may join, or (completing) may sync. Broker time. */
  phaseDeadline: number
  /** A new group waits so long for more members before its first generation. Broker time. */
  notBefore: number
  /** By `offsetKey`. */
  readonly offsets: Map<string, CommittedOffset>
}

export function newGroup(groupId: string): Group {
  return {
    groupId,
    state: 'Empty',
    generationId: 0,
    protocolType: null,
    protocolName: null,
    leader: null,
    members: new Map(),
    pendingMembers: new Map(),
    phaseDeadline: 0,
    notBefore: 0,
    offsets: new Map(),
  }
}

/** Topic names have no slash. */
export function offsetKey(topic: string, partition: number): string {
  return `${topic}/${partition}`
}

export function splitOffsetKey(key: string): { topic: string; partition: number } {
  const slash = key.lastIndexOf('/')
  return { topic: key.slice(0, slash), partition: Number(key.slice(slash + 1)) }
}

export function memberOfInstance(group: Group, groupInstanceId: string): Member | undefined {
  for (const member of group.members.values()) {
    if (member.groupInstanceId === groupInstanceId) return member
  }
  return undefined
}

/** The metadata that `member` gave for `protocolName`, empty when none. */
export function metadataFor(member: Member, protocolName: string | null): Uint8Array {
  const protocol = member.protocols.find((candidate) => candidate.name === protocolName)
  return protocol?.metadata ?? new Uint8Array(0)
}

/** Nothing speaks for keeping it. */
export function isForgettable(group: Group): boolean {
  return (
    group.state === 'Empty' &&
    group.generationId === 0 &&
    group.members.size === 0 &&
    group.pendingMembers.size === 0 &&
    group.offsets.size === 0
  )
}
