/** DescribeGroups v0-6 and ListGroups v0-5: what administrators see. */
import { errorCodes } from '../protocol/error-codes.ts'
import {
  type DescribeGroupsRequest,
  type DescribeGroupsResponse,
  type ListGroupsRequest,
  type ListGroupsResponse,
  newDescribeGroupsResponseGroup,
} from '../protocol/generated/index.ts'
import { type Group, metadataFor } from './group-state.ts'

/** Bits of READ, DELETE, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS (Kafka's AclOperation): without an authorizer all are allowed. */
const groupOperations = 3400

export type DescribedGroup = DescribeGroupsResponse['groups'][number]
export type ListedGroup = ListGroupsResponse['groups'][number]

/** An unknown group is "Dead" without an error until v5, and GROUP_ID_NOT_FOUND from v6 on (KIP-1043). */
export function describeGroup(
  group: Group | undefined,
  request: DescribeGroupsRequest,
  { groupId, apiVersion }: { groupId: string; apiVersion: number },
): DescribedGroup {
  if (!group) {
    return newDescribeGroupsResponseGroup({
      groupId,
      groupState: 'Dead',
      ...(apiVersion >= 6 && {
        errorCode: errorCodes.GROUP_ID_NOT_FOUND,
        errorMessage: `There is no group ${groupId}.`,
      }),
    })
  }
  const stable = group.state === 'Stable'
  return newDescribeGroupsResponseGroup({
    groupId,
    groupState: group.state,
    ...(request.includeAuthorizedOperations && { authorizedOperations: groupOperations }),
    protocolType: group.protocolType ?? '',
    protocolData: stable ? (group.protocolName ?? '') : '',
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: stable ? metadataFor(member, group.protocolName) : new Uint8Array(0),
      memberAssignment: stable ? member.assignment : new Uint8Array(0),
    })),
  })
}

/** Filters that are empty or null let everything through; states compare without case. */
export function listGroups(groups: Iterable<Group>, request: ListGroupsRequest): ListedGroup[] {
  const states = lowered(request.statesFilter)
  const types = lowered(request.typesFilter)
  const listed: ListedGroup[] = []
  for (const group of groups) {
    if (states.size > 0 && !states.has(group.state.toLowerCase())) continue
    if (types.size > 0 && !types.has('classic')) continue
    listed.push({
      groupId: group.groupId,
      protocolType: group.protocolType ?? '',
      groupState: group.state,
      groupType: 'classic',
    })
  }
  return listed
}

function lowered(filter: readonly string[] | null): ReadonlySet<string> {
  return new Set((filter ?? []).map((value) => value.toLowerCase()))
}
