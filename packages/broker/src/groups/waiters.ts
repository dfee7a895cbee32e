/** JoinGroup and SyncGroup that wait: their answers are a function of the group's state, looked at after every change. */
import { errorCodes } from '../protocol/error-codes.ts'
import type { JoinGroupResponse, SyncGroupResponse } from '../protocol/generated/index.ts'
import { type Group, memberOfInstance } from './group-state.ts'
import { joinError, joined } from './join.ts'
import { assigned, syncError } from './sync.ts'

export interface JoinWaiter {
  memberId: string
  groupInstanceId: string | null
}

export interface SyncWaiter extends JoinWaiter {
  generationId: number
}

/** Undefined: it waits on. */
export function joinAnswer(
  group: Group | undefined,
  waiter: JoinWaiter,
): JoinGroupResponse | undefined {
  const member = group?.members.get(waiter.memberId)
  if (!group || !member) return joinError(goneError(group, waiter), waiter.memberId)
  return member.awaitingJoin ? undefined : joined(group, member)
}

/** Undefined: it waits on. */
export function syncAnswer(
  group: Group | undefined,
  waiter: SyncWaiter,
): SyncGroupResponse | undefined {
  const member = group?.members.get(waiter.memberId)
  if (!group || !member) return syncError(goneError(group, waiter))
  if (group.state === 'PreparingRebalance') return syncError(errorCodes.REBALANCE_IN_PROGRESS)
  if (group.generationId !== waiter.generationId) return syncError(errorCodes.ILLEGAL_GENERATION)
  return group.state === 'Stable' ? assigned(group, member) : undefined
}

/** Its place was taken by the same instance under a new id, or it was removed. */
function goneError(group: Group | undefined, waiter: JoinWaiter): number {
  const replaced =
    group !== undefined &&
    waiter.groupInstanceId !== null &&
    memberOfInstance(group, waiter.groupInstanceId) !== undefined
  return replaced ? errorCodes.FENCED_INSTANCE_ID : errorCodes.UNKNOWN_MEMBER_ID
}
