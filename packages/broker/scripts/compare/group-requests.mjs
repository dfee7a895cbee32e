// The requests of the cases about consumer groups, with what most of them have in common.
import { apis } from '../../src/protocol/index.ts'

export const protocol = (name, text = 'm') => ({ name, metadata: new TextEncoder().encode(text) })

export const join = (groupId, rest = {}, version = 9) => [
  apis.joinGroup,
  version,
  {
    groupId,
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 20_000,
    memberId: '',
    groupInstanceId: null,
    protocolType: 'consumer',
    protocols: [protocol('range')],
    reason: null,
    ...rest,
  },
]
export const sync = (groupId, generationId, memberId, rest = {}, version = 5) => [
  apis.syncGroup,
  version,
  {
    groupId,
    generationId,
    memberId,
    groupInstanceId: null,
    protocolType: 'consumer',
    protocolName: 'range',
    assignments: [],
    ...rest,
  },
]
export const heartbeat = (groupId, generationId, memberId, groupInstanceId = null, version = 4) => [
  apis.heartbeat,
  version,
  { groupId, generationId, memberId, groupInstanceId },
]
export const leave = (groupId, members, version = 5) => [
  apis.leaveGroup,
  version,
  version >= 3
    ? {
        groupId,
        memberId: '',
        members: members.map((member) => ({ groupInstanceId: null, reason: null, ...member })),
      }
    : { groupId, memberId: members[0].memberId, members: [] },
]
export const commit = (groupId, name, rest = {}, version = 9) => [
  apis.offsetCommit,
  version,
  {
    groupId,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    retentionTimeMs: -1,
    topics: [
      {
        name,
        partitions: [
          {
            partitionIndex: 0,
            committedOffset: 5,
            committedLeaderEpoch: -1,
            committedMetadata: 'm',
            ...rest.partition,
          },
        ],
      },
    ],
    ...rest.request,
  },
]
export const committed = (groupId, topics, version = 9, rest = {}) => [
  apis.offsetFetch,
  version,
  version >= 8
    ? {
        groupId: '',
        topics: null,
        groups: [{ groupId, memberId: null, memberEpoch: -1, topics }],
        requireStable: false,
        ...rest,
      }
    : { groupId, topics, groups: [], requireStable: false, ...rest },
]
export const parts = (name, ...partitionIndexes) => [{ name, partitionIndexes }]
export const describe = (groups, version = 6) => [
  apis.describeGroups,
  version,
  { groups, includeAuthorizedOperations: false },
]
export const listed = async (wire, request, mine, version = 5) => {
  const answer = await wire.ask(apis.listGroups, version, {
    statesFilter: [],
    typesFilter: [],
    ...request,
  })
  return answer.groups
    ? { ...answer, groups: answer.groups.filter((group) => group.groupId.startsWith(mine)) }
    : answer
}

/** A member alone in its group, in generation 1, synced unless told otherwise. */
async function alone(wire, groupId, { sync: synced = true, ...rest } = {}) {
  let joined = await wire.ask(...join(groupId, rest))
  if (joined.errorCode === 79)
    joined = await wire.ask(...join(groupId, { ...rest, memberId: joined.memberId }))
  const { memberId, generationId } = joined
  if (synced) {
    const assignments = [{ memberId, assignment: new TextEncoder().encode('mine') }]
    await wire.ask(
      ...sync(groupId, generationId, memberId, {
        assignments,
        groupInstanceId: rest.groupInstanceId ?? null,
      }),
    )
  }
  return { memberId, generationId }
}

/** A case with a member of a group of its own. */
export const memberCase = (group) => (suffix, use, options) => async (wire) => {
  const member = await alone(wire, group(suffix), options)
  return use(wire, member, group(suffix))
}
