import { encodeUtf8 } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../protocol/error-codes.ts'
import {
  newDescribeGroupsRequest,
  newHeartbeatRequest,
  newJoinGroupRequest,
  newListGroupsRequest,
  newOffsetCommitRequest,
  newSyncGroupRequest,
} from '../protocol/generated/index.ts'
import { type Change, type Groups, replay } from './changes.ts'
import type { GroupFacts } from './decision.ts'
import { describeGroup, listGroups } from './describe.ts'
import { decodeRecord, encodeKey, encodeValue } from './durable-codec.ts'
import type { Group, Member } from './group-state.ts'
import { join } from './join.ts'
import { heartbeat, leave } from './membership.ts'
import { commitOffsets, fetchOffsets } from './offsets.ts'
import { progress, selectProtocol } from './rebalance.ts'
import { sync } from './sync.ts'

const facts: GroupFacts = {
  now: 1000,
  apiVersion: 9,
  clientId: 'c',
  clientHost: '/h',
  newMemberId: 'new',
  limits: {
    sessionTimeoutMsMin: 10,
    sessionTimeoutMsMax: 100_000,
    initialRebalanceDelayMs: 50,
    membersPerGroupMax: 3,
  },
}

function memberOf(memberId: string, change: Partial<Member> = {}): Member {
  return {
    memberId,
    groupInstanceId: null,
    clientId: 'c',
    clientHost: '/h',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 30_000,
    protocols: [{ name: 'range', metadata: encodeUtf8('m') }],
    assignment: encodeUtf8(`share of ${memberId}`),
    awaitingJoin: false,
    synced: true,
    sessionDeadline: 11_000,
    ...change,
  }
}

function groupOf(change: Partial<Group>, ...members: Member[]): Group {
  return {
    groupId: 'g',
    state: 'Stable',
    generationId: 4,
    protocolType: 'consumer',
    protocolName: 'range',
    leader: members[0]?.memberId ?? null,
    members: new Map(members.map((member) => [member.memberId, member])),
    pendingMembers: new Map(),
    phaseDeadline: 0,
    notBefore: 0,
    offsets: new Map(),
    ...change,
  }
}

const kinds = (changes: readonly Change[]) => changes.map((change) => change.is)

describe('join', () => {
  const request = newJoinGroupRequest({
    groupId: 'g',
    sessionTimeoutMs: 10_000,
    rebalanceTimeoutMs: 30_000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: encodeUtf8('m') }],
  })

  it('of an unknown caller only reserves an id', () => {
    const decision = join(groupOf({}, memberOf('a')), request, facts)
    expect(decision.changes).toEqual([
      { is: 'member-pending', groupId: 'g', memberId: 'new', deadline: 11_000 },
    ])
    expect(decision.response).toMatchObject({ errorCode: errorCodes.MEMBER_ID_REQUIRED })
  })

  it('of a member in a stable group starts a rebalance when the leader asks, and waits', () => {
    const group = groupOf({}, memberOf('a'), memberOf('b'))
    const decision = join(group, { ...request, memberId: 'a' }, facts)
    expect(kinds(decision.changes)).toContain('rebalance-started')
    expect(decision.response).toBeUndefined()
    const follower = join(group, { ...request, memberId: 'b' }, facts)
    expect(kinds(follower.changes)).toEqual(['heard-of'])
    expect(follower.response).toMatchObject({ errorCode: 0, generationId: 4, leader: 'a' })
  })

  it('is refused when the group is full', () => {
    const full = groupOf({}, memberOf('a'), memberOf('b'), memberOf('c'))
    const decision = join(full, request, facts)
    expect(decision.response?.errorCode).toBe(errorCodes.GROUP_MAX_SIZE_REACHED)
  })

  it('waits a little longer with each newcomer while a group forms', () => {
    const group = groupOf(
      { state: 'PreparingRebalance', notBefore: 1040, phaseDeadline: 1060 },
      memberOf('a', { awaitingJoin: true }),
    )
    group.pendingMembers.set('b', 20_000)
    const decision = join(group, { ...request, memberId: 'b' }, facts)
    expect(decision.changes[1]).toMatchObject({ is: 'rebalance-started', notBefore: 1050 })
  })

  it('of an instance whose id belongs to another is fenced', () => {
    const group = groupOf({}, memberOf('a', { groupInstanceId: 'i' }))
    const decision = join(group, { ...request, memberId: 'z', groupInstanceId: 'i' }, facts)
    expect(decision.response?.errorCode).toBe(errorCodes.FENCED_INSTANCE_ID)
  })

  it('of a returning static follower stores the new id and disturbs nobody', () => {
    const group = groupOf({}, memberOf('a'), memberOf('b', { groupInstanceId: 'i' }))
    const decision = join(group, { ...request, groupInstanceId: 'i' }, facts)
    expect(kinds(decision.changes)).toEqual([
      'member-replaced',
      'protocols-changed',
      'heard-of',
      'group-metadata',
    ])
    expect(decision.response).toMatchObject({ memberId: 'new', leader: 'a', generationId: 4 })
  })

  it('of a returning static leader before version 9 is told that the old id leads', () => {
    const group = groupOf({}, memberOf('a', { groupInstanceId: 'i' }))
    const returning = { ...request, groupInstanceId: 'i' }
    const old = join(group, returning, { ...facts, apiVersion: 8 }).response
    expect(old).toMatchObject({ leader: 'a', memberId: 'new', skipAssignment: false })
    const recent = join(group, returning, facts).response
    expect(recent).toMatchObject({ leader: 'new', skipAssignment: true })
    expect(recent?.members[0].memberId).toBe('new')
  })
})

describe('sync', () => {
  const request = newSyncGroupRequest({ groupId: 'g', generationId: 4, memberId: 'a' })

  it('of the leader stores shares for all members, empty ones where it named none', () => {
    const group = groupOf({ state: 'CompletingRebalance' }, memberOf('a'), memberOf('b'))
    const assignments = [{ memberId: 'b', assignment: encodeUtf8('x') }]
    const decision = sync(group, { ...request, assignments }, facts)
    const stored = decision.changes.at(-1)
    expect(stored).toMatchObject({ is: 'group-metadata', value: { generationId: 4, leader: 'a' } })
    expect(
      stored?.is === 'group-metadata' && stored.value?.members.map((m) => m.assignment),
    ).toEqual([new Uint8Array(0), encodeUtf8('x')])
    expect(decision.response).toBeUndefined()
  })

  it('is refused outside its generation, protocol and phase', () => {
    const code = (change: object, state: Group['state'] = 'Stable') =>
      sync(groupOf({ state }, memberOf('a')), { ...request, ...change }, facts).response?.errorCode
    expect(code({ generationId: 3 })).toBe(errorCodes.ILLEGAL_GENERATION)
    expect(code({ memberId: 'z' })).toBe(errorCodes.UNKNOWN_MEMBER_ID)
    expect(code({ protocolType: 'connect' })).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
    expect(code({ protocolName: 'sticky' })).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
    expect(code({}, 'PreparingRebalance')).toBe(errorCodes.REBALANCE_IN_PROGRESS)
    expect(code({})).toBe(0)
  })
})

describe('heartbeat', () => {
  it('answers by generation and phase, and keeps the member alive', () => {
    const at = (state: Group['state'], generationId = 4) =>
      heartbeat(
        groupOf({ state }, memberOf('a')),
        newHeartbeatRequest({ groupId: 'g', generationId, memberId: 'a' }),
        facts,
      )
    expect(at('Stable').response?.errorCode).toBe(0)
    expect(at('CompletingRebalance').response?.errorCode).toBe(0)
    expect(at('PreparingRebalance').response?.errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS)
    expect(at('Stable', 3).response?.errorCode).toBe(errorCodes.ILLEGAL_GENERATION)
    expect(kinds(at('PreparingRebalance').changes)).toEqual(['heard-of'])
    expect(at('Stable', 3).changes).toEqual([])
  })
})

describe('leave', () => {
  it('answers each member from version 3 on, by instance id alone too', () => {
    const group = groupOf({}, memberOf('a'), memberOf('b', { groupInstanceId: 'i' }))
    const members = [
      { memberId: '', groupInstanceId: 'i', reason: null },
      { memberId: 'z', groupInstanceId: null, reason: null },
    ]
    const decision = leave(group, { groupId: 'g', memberId: '', members }, facts)
    expect(decision.response?.members.map((member) => member.errorCode)).toEqual([
      0,
      errorCodes.UNKNOWN_MEMBER_ID,
    ])
    expect(kinds(decision.changes)).toEqual(['member-removed', 'rebalance-started'])
  })

  it('answers as a whole before version 3', () => {
    const request = { groupId: 'g', memberId: 'z', members: [] }
    const decision = leave(groupOf({}, memberOf('a')), request, { ...facts, apiVersion: 2 })
    expect(decision.response).toMatchObject({
      errorCode: errorCodes.UNKNOWN_MEMBER_ID,
      members: [],
    })
  })
})

describe('progress', () => {
  it('does nothing before anything is due', () => {
    expect(progress(groupOf({}, memberOf('a')), 10_999)).toEqual([])
  })

  it('removes a silent member, but not one whose request is being held', () => {
    expect(kinds(progress(groupOf({}, memberOf('a')), 11_000))).toEqual([
      'member-removed',
      'rebalance-started',
    ])
    const held = groupOf({ state: 'CompletingRebalance', phaseDeadline: 99_000 }, memberOf('a'))
    expect(progress(held, 11_000)).toEqual([])
  })

  it('keeps the leader that came back, and lets static members miss a rebalance', () => {
    const group = groupOf(
      { state: 'PreparingRebalance', phaseDeadline: 2_000, leader: 'b' },
      memberOf('a', { awaitingJoin: true }),
      memberOf('b', { awaitingJoin: true }),
      memberOf('s', { groupInstanceId: 'i' }),
      memberOf('gone'),
    )
    expect(progress(group, 2_000)).toMatchObject([
      { is: 'member-removed', memberId: 'gone' },
      { is: 'generation-started', leader: 'b', generationId: 5 },
    ])
  })

  it('stores the empty group when nobody is left', () => {
    const group = groupOf({ state: 'PreparingRebalance', phaseDeadline: 2_000 })
    expect(progress(group, 1_000)).toMatchObject([
      { is: 'group-metadata', value: { generationId: 5, members: [], leader: null } },
    ])
  })
})

describe('the protocol of a generation', () => {
  const liking = (...names: string[]) =>
    memberOf(names.join(), {
      protocols: names.map((name) => ({ name, metadata: new Uint8Array(0) })),
    })

  it('is one that all know, by the most votes', () => {
    const members = [
      liking('sticky', 'range', 'own'),
      liking('range', 'sticky'),
      liking('range', 'sticky'),
    ]
    expect(selectProtocol(members)).toBe('range')
    expect(selectProtocol([liking('own', 'range'), liking('range')])).toBe('range')
  })
})

describe('offsets', () => {
  const commit = (group: Group | undefined, change: object) =>
    commitOffsets(
      group,
      newOffsetCommitRequest({
        groupId: 'g',
        topics: [
          {
            name: 't',
            partitions: [
              {
                partitionIndex: 0,
                committedOffset: 9,
                committedLeaderEpoch: 0,
                committedMetadata: 'm',
              },
            ],
          },
        ],
        ...change,
      }),
      { ...facts, partitionExists: (topic) => topic === 't' },
    )
  const codeOf = (decision: ReturnType<typeof commit>) =>
    decision.response?.topics[0].partitions[0].errorCode

  it('are taken from the old generation while the next one gathers, not while it is assigned', () => {
    const member = { memberId: 'a', generationIdOrMemberEpoch: 4 }
    const at = (state: Group['state']) => codeOf(commit(groupOf({ state }, memberOf('a')), member))
    expect(at('PreparingRebalance')).toBe(0)
    expect(at('CompletingRebalance')).toBe(errorCodes.REBALANCE_IN_PROGRESS)
  })

  it('make a group of their own when there is none', () => {
    expect(codeOf(commit(undefined, {}))).toBe(0)
    expect(codeOf(commit(undefined, { generationIdOrMemberEpoch: 3 }))).toBe(
      errorCodes.GROUP_ID_NOT_FOUND,
    )
  })

  it('are refused with metadata that is too long, one partition at a time', () => {
    const partition = { partitionIndex: 0, committedOffset: 1, committedLeaderEpoch: 0 }
    const decision = commit(undefined, {
      topics: [
        {
          name: 't',
          partitions: [
            { ...partition, committedMetadata: 'x'.repeat(4097) },
            { ...partition, partitionIndex: 1, committedMetadata: null },
          ],
        },
      ],
    })
    expect(decision.response?.topics[0].partitions.map((entry) => entry.errorCode)).toEqual([
      errorCodes.OFFSET_METADATA_TOO_LARGE,
      0,
    ])
    expect(kinds(decision.changes)).toEqual(['offset'])
  })

  it('come back by topic when all are asked for', () => {
    const groups: Groups = new Map()
    for (const partition of [0, 1]) {
      const value = { offset: 5 + partition, leaderEpoch: -1, metadata: '', commitTimestamp: 1 }
      replay(groups, { is: 'offset', groupId: 'g', topic: 't', partition, value }, 0)
    }
    const fetched = fetchOffsets(groups.get('g'), { groupId: 'g', topics: null })
    expect(fetched.topics[0].partitions.map((entry) => entry.committedOffset)).toEqual([5, 6])
  })
})

describe('what administrators see', () => {
  it('is a dead group before version 6 and an error from then on, when there is none', () => {
    const asked = newDescribeGroupsRequest()
    const found = (apiVersion: number) =>
      describeGroup(undefined, asked, { groupId: 'g', apiVersion })
    expect(found(5)).toMatchObject({ errorCode: 0, groupState: 'Dead' })
    expect(found(6).errorCode).toBe(errorCodes.GROUP_ID_NOT_FOUND)
  })

  it('has protocol and metadata once the group is stable, and the allowed operations when asked', () => {
    const as = { groupId: 'g', apiVersion: 6 }
    const completing = groupOf({ state: 'CompletingRebalance' }, memberOf('a'))
    const waiting = describeGroup(completing, newDescribeGroupsRequest(), as)
    expect(waiting.protocolData).toBe('')
    expect(waiting.members[0].memberMetadata).toHaveLength(0)
    expect(waiting.authorizedOperations).toBe(-2147483648)
    const asked = newDescribeGroupsRequest({ includeAuthorizedOperations: true })
    const stable = describeGroup(groupOf({}, memberOf('a')), asked, as)
    expect(stable.protocolData).toBe('range')
    expect(stable.authorizedOperations).toBe(3400)
  })

  it('is filtered by state and type without regard to case', () => {
    const groups = [groupOf({}, memberOf('a')), groupOf({ groupId: 'e', state: 'Empty' })]
    const ids = (filter: object) =>
      listGroups(groups, newListGroupsRequest(filter)).map((group) => group.groupId)
    expect(ids({})).toEqual(['g', 'e'])
    expect(ids({ statesFilter: ['empty'] })).toEqual(['e'])
    expect(ids({ typesFilter: ['Classic'] })).toEqual(['g', 'e'])
    expect(ids({ typesFilter: ['consumer'] })).toEqual([])
  })
})

describe('group records', () => {
  it('have the bytes that Kafka writes', () => {
    const offset: Change = {
      is: 'offset',
      groupId: 'g',
      topic: 't',
      partition: 2,
      value: { offset: 7, leaderEpoch: -1, metadata: 'm', commitTimestamp: 9 },
    }
    const hex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('hex')
    // version 1, "g", "t", partition 2
    expect(hex(encodeKey(offset))).toBe('0001' + '000167' + '000174' + '00000002')
    // version 3, offset 7, leader epoch -1, "m", timestamp 9
    expect(hex(encodeValue(offset))).toBe(
      '0003' + '0000000000000007' + 'ffffffff' + '00016d' + '0000000000000009',
    )
    const metadata: Change = { is: 'group-metadata', groupId: 'g', value: null }
    expect(hex(encodeKey(metadata))).toBe('0002' + '000167')
    expect(encodeValue(metadata)).toBeNull()
  })

  it('come back as they were written', () => {
    const change: Change = {
      is: 'group-metadata',
      groupId: 'g',
      value: {
        protocolType: 'consumer',
        generationId: 3,
        protocolName: 'range',
        leader: 'a',
        timestamp: 5,
        members: [
          {
            memberId: 'a',
            groupInstanceId: 'i',
            clientId: 'c',
            clientHost: '/h',
            rebalanceTimeoutMs: 1,
            sessionTimeoutMs: 2,
            subscription: encodeUtf8('s'),
            assignment: encodeUtf8('x'),
          },
        ],
      },
    }
    expect(decodeRecord(encodeKey(change), encodeValue(change))).toEqual(change)
    expect(decodeRecord(new Uint8Array([0, 9]), null)).toBeUndefined()
  })
})
