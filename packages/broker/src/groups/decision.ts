/** What a handler decides: it reads a group and a request and writes nothing. */
import { errorCodes } from '../protocol/error-codes.ts'
import type { Change } from './changes.ts'
import { type Group, type Member, memberOfInstance } from './group-state.ts'

/** `response` undefined: the answer waits until the group's state gives it (`waiters.ts`). */
export interface Decision<Response> {
  changes: Change[]
  response: Response | undefined
}

/** Everything a decision may depend on besides group and request. */
export interface GroupFacts {
  /** Broker time, milliseconds. */
  now: number
  apiVersion: number
  clientId: string
  clientHost: string
  /** For a member that has no id yet; never used before. */
  newMemberId: string
  limits: GroupLimits
}

export interface GroupLimits {
  sessionTimeoutMsMin: number
  sessionTimeoutMsMax: number
  initialRebalanceDelayMs: number
  membersPerGroupMax: number
}

/** Is the caller a member under this id, and the one that now holds its instance id (KIP-345)? */
export function checkMember(
  group: Group | undefined,
  caller: { memberId: string; groupInstanceId: string | null },
): { error: number } | { error: 0; member: Member } {
  if (!group) return { error: errorCodes.UNKNOWN_MEMBER_ID }
  if (caller.groupInstanceId !== null) {
    const holder = memberOfInstance(group, caller.groupInstanceId)
    if (!holder) return { error: errorCodes.UNKNOWN_MEMBER_ID }
    if (holder.memberId !== caller.memberId) return { error: errorCodes.FENCED_INSTANCE_ID }
    return { error: 0, member: holder }
  }
  const member = group.members.get(caller.memberId)
  return member ? { error: 0, member } : { error: errorCodes.UNKNOWN_MEMBER_ID }
}
