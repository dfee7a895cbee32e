import { CrashingFs, MemoryFs, seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../protocol/error-codes.ts'
import {
  newJoinGroupRequest,
  newListGroupsRequest,
  newSyncGroupRequest,
} from '../protocol/generated/index.ts'
import { partitionOfGroup } from './offsets-topic.ts'
import { context, settle, testGroups } from './testing/group-kit.ts'

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

type Kit = Awaited<ReturnType<typeof testGroups>>

/** Two members, synced, in generation 1. */
async function stablePair(kit: Kit) {
  const first = await kit.enter()
  const second = await kit.enter()
  await kit.advance(20)
  const joined = [await first.answer, await second.answer]
  const leader = joined.find((answer) => answer.leader === answer.memberId)!
  const follower = joined.find((answer) => answer !== leader)!
  const followerSync = kit.sync(follower)
  const shares = { [leader.memberId]: 'p0 p1', [follower.memberId]: 'p2 p3' }
  const leaderSync = await kit.sync(leader, shares)
  return { leader, follower, leaderSync, followerSync: await followerSync }
}

describe('joining', () => {
  it('gives a new member an id first, from version 4 on (KIP-394)', async () => {
    const kit = await testGroups()
    const answer = await kit.join('')
    expect(answer.errorCode).toBe(errorCodes.MEMBER_ID_REQUIRED)
    expect(answer.memberId).toMatch(/^c-/)
    expect((await kit.join('invented')).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID)
  })

  it('lets two members into one generation, with one leader who alone sees the members', async () => {
    const kit = await testGroups()
    const { leader, follower, leaderSync, followerSync } = await stablePair(kit)
    expect([leader.generationId, follower.generationId]).toEqual([1, 1])
    expect(leader.members).toHaveLength(2)
    expect(follower.members).toHaveLength(0)
    expect(follower.leader).toBe(leader.memberId)
    expect([text(leaderSync.assignment), text(followerSync.assignment)]).toEqual(['p0 p1', 'p2 p3'])
  })

  it('takes the first join of versions before 4 as it is', async () => {
    const kit = await testGroups()
    const answer = kit.join('', { apiVersion: 3 })
    await kit.advance(20)
    expect(await answer).toMatchObject({ errorCode: 0, generationId: 1 })
  })

  it('refuses what cannot work by its code', async () => {
    const kit = await testGroups()
    const request = newJoinGroupRequest({
      groupId: 'g',
      sessionTimeoutMs: 10_000,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: new Uint8Array(0) }],
    })
    const codeOf = async (change: object) =>
      (await kit.groups.joinGroup({ ...request, ...change }, context(9))).errorCode
    expect(await codeOf({ groupId: '' })).toBe(errorCodes.INVALID_GROUP_ID)
    expect(await codeOf({ sessionTimeoutMs: 5 })).toBe(errorCodes.INVALID_SESSION_TIMEOUT)
    expect(await codeOf({ protocols: [] })).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
    await stablePair(kit)
    const other = [{ name: 'sticky', metadata: new Uint8Array(0) }]
    expect(await codeOf({ protocols: other })).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
    expect(await codeOf({ protocolType: 'connect' })).toBe(errorCodes.INCONSISTENT_GROUP_PROTOCOL)
  })

  it('tells a follower that joins again unchanged its place, without a rebalance', async () => {
    const kit = await testGroups()
    const { follower, leader } = await stablePair(kit)
    expect(await kit.join(follower.memberId)).toMatchObject({ errorCode: 0, generationId: 1 })
    expect((await kit.heartbeat(leader.memberId, 1)).errorCode).toBe(0)
  })
})

describe('rebalancing', () => {
  it('calls the others back when a member comes, and starts the next generation with all', async () => {
    const kit = await testGroups()
    const { leader, follower } = await stablePair(kit)
    const third = await kit.enter()
    await settle()
    expect((await kit.heartbeat(leader.memberId, 1)).errorCode).toBe(
      errorCodes.REBALANCE_IN_PROGRESS,
    )
    const answers = [kit.join(leader.memberId), kit.join(follower.memberId), third.answer]
    const joined = await Promise.all(answers)
    expect(joined.map((answer) => answer.generationId)).toEqual([2, 2, 2])
    expect(new Set(joined.map((answer) => answer.leader))).toEqual(new Set([leader.memberId]))
  })

  it('goes on without a member that does not come back in time', async () => {
    const kit = await testGroups()
    const { leader, follower } = await stablePair(kit)
    const third = await kit.enter()
    const leaderJoin = kit.join(leader.memberId)
    for (let passed = 0; passed < 60_000; passed += 5_000) {
      await kit.heartbeat(follower.memberId, 1)
      await kit.advance(5_000)
    }
    expect((await leaderJoin).members).toHaveLength(2)
    expect((await third.answer).generationId).toBe(2)
    expect((await kit.heartbeat(follower.memberId, 1)).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID)
  })

  it('drops a member that is not heard of for its session timeout', async () => {
    const kit = await testGroups()
    const { leader, follower } = await stablePair(kit)
    await kit.advance(6_000)
    await kit.heartbeat(leader.memberId, 1)
    await kit.advance(6_000)
    expect((await kit.heartbeat(leader.memberId, 1)).errorCode).toBe(
      errorCodes.REBALANCE_IN_PROGRESS,
    )
    expect((await kit.heartbeat(follower.memberId, 1)).errorCode).toBe(errorCodes.UNKNOWN_MEMBER_ID)
  })

  it('answers a sync that waits when a rebalance begins', async () => {
    const kit = await testGroups()
    const first = await kit.enter()
    const second = await kit.enter()
    await kit.advance(20)
    const joined = [await first.answer, await second.answer]
    const follower = joined.find((answer) => answer.leader !== answer.memberId)!
    const waiting = kit.sync(follower)
    void kit.join('', { apiVersion: 3 })
    expect((await waiting).errorCode).toBe(errorCodes.REBALANCE_IN_PROGRESS)
  })

  it('removes members that do not sync, however alive they are', async () => {
    const kit = await testGroups()
    const first = await kit.enter()
    await kit.advance(20)
    const { memberId, generationId } = await first.answer
    for (let passed = 0; passed <= 60_000; passed += 5_000) {
      await kit.heartbeat(memberId, generationId)
      await kit.advance(5_000)
    }
    expect((await kit.heartbeat(memberId, generationId)).errorCode).toBe(
      errorCodes.UNKNOWN_MEMBER_ID,
    )
  })

  it('is empty after the last one left, and remembers its offsets', async () => {
    const kit = await testGroups()
    const { leader, follower } = await stablePair(kit)
    expect(await kit.commit(42, leader)).toBe(0)
    expect((await kit.leave(follower.memberId)).members[0].errorCode).toBe(0)
    expect((await kit.leave(leader.memberId)).members[0].errorCode).toBe(0)
    const described = await kit.groups.describeGroups(
      { groups: ['g'], includeAuthorizedOperations: false },
      context(5),
    )
    expect(described.groups[0]).toMatchObject({ groupState: 'Empty', members: [] })
    expect(await kit.committed()).toBe(42)
  })
})

describe('static members (KIP-345)', () => {
  it('come back under a new id without a rebalance, and fence the old one', async () => {
    const kit = await testGroups()
    const join = kit.join('', { instance: 'i1' })
    await kit.advance(20)
    const old = await join
    await kit.sync(old, { [old.memberId]: 'all' })
    const back = await kit.join('', { instance: 'i1' })
    expect(back).toMatchObject({ errorCode: 0, generationId: 1, skipAssignment: true })
    expect(back.memberId).not.toBe(old.memberId)
    expect((await kit.heartbeat(old.memberId, 1, 'i1')).errorCode).toBe(
      errorCodes.FENCED_INSTANCE_ID,
    )
    expect((await kit.heartbeat(back.memberId, 1, 'i1')).errorCode).toBe(0)
    expect(text((await kit.sync(back)).assignment)).toBe('all')
  })

  it('rebalance when they come back with another subscription', async () => {
    const kit = await testGroups()
    const join = kit.join('', { instance: 'i1' })
    await kit.advance(20)
    await kit.sync(await join, {})
    const back = kit.join('', { instance: 'i1', metadata: 'other' })
    expect(await back).toMatchObject({ errorCode: 0, generationId: 2 })
  })
})

describe('committing', () => {
  it('is for members of the present generation, and for anybody while the group is empty', async () => {
    const kit = await testGroups()
    expect(await kit.commit(5)).toBe(0)
    const { leader } = await stablePair(kit)
    expect(await kit.commit(6)).toBe(errorCodes.UNKNOWN_MEMBER_ID)
    expect(await kit.commit(7, { ...leader, generationId: 9 })).toBe(errorCodes.ILLEGAL_GENERATION)
    expect(await kit.commit(8, leader)).toBe(0)
    expect(await kit.committed()).toBe(8)
  })

  it('answers unknown partitions of a known group with -1 and refuses to keep offsets for them', async () => {
    const kit = await testGroups()
    const answer = await kit.groups.offsetFetch(
      {
        groupId: '',
        topics: null,
        groups: [
          {
            groupId: 'g',
            memberId: null,
            memberEpoch: -1,
            topics: [{ name: 'orders', partitionIndexes: [3] }],
          },
        ],
        requireStable: true,
      },
      context(9),
    )
    expect(answer.groups[0].topics[0].partitions[0]).toMatchObject({
      committedOffset: -1,
      errorCode: 0,
    })
    kit.logs.deleteTopic('orders')
    expect(await kit.commit(1)).toBe(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
  })

  it('forgets the offsets of a deleted topic, also after a restart', async () => {
    const fs = new MemoryFs()
    const kit = await testGroups(fs)
    await kit.commit(5)
    kit.logs.deleteTopic('orders')
    expect(await kit.committed()).toBeUndefined()
    expect(await (await testGroups(fs)).committed()).toBeUndefined()
  })

  it('answers after the offset is on the device under the fsync profile', async () => {
    const fs = new CrashingFs(seededRandom(3))
    const kit = await testGroups(fs, { durability: 'fsync' })
    expect(await kit.commit(9)).toBe(0)
    fs.crash('power')
    expect(await (await testGroups(fs, { durability: 'fsync' })).committed()).toBe(9)
  })

  it('says that it is not available when the log fails, and does not answer with what it lost', async () => {
    const fs = new CrashingFs(seededRandom(3))
    const kit = await testGroups(fs, { durability: 'fsync' })
    fs.failNextSync = true
    expect(await kit.commit(9)).toBe(errorCodes.COORDINATOR_NOT_AVAILABLE)
    expect(await kit.commit(10)).toBe(errorCodes.COORDINATOR_NOT_AVAILABLE)
    expect(await kit.groups.committedOffsets('g')).toBeUndefined()
  })
})

describe('a restart', () => {
  it('brings back members, generation, assignments and offsets by the same replay', async () => {
    const fs = new MemoryFs()
    const kit = await testGroups(fs)
    const { leader, follower } = await stablePair(kit)
    await kit.commit(77, leader)
    const again = await testGroups(fs)
    expect((await again.heartbeat(follower.memberId, 1)).errorCode).toBe(0)
    expect(text((await again.sync(follower)).assignment)).toBe('p2 p3')
    expect(await again.committed()).toBe(77)
    await again.advance(11_000)
    const listed = await again.groups.listGroups(newListGroupsRequest(), context(5))
    expect(listed.groups).toMatchObject([
      { groupId: 'g', groupState: 'Empty', groupType: 'classic' },
    ])
  })

  it('tells callers to come back until it is loaded', async () => {
    const kit = await testGroups()
    kit.groups.close()
    expect((await kit.heartbeat('m', 1)).errorCode).toBe(errorCodes.NOT_COORDINATOR)
  })
})

it('finds a group by the hash that Kafka uses', () => {
  // Java: "hello".hashCode() == 99162322
  expect(partitionOfGroup('hello', 50)).toBe(22)
  expect(partitionOfGroup('', 8)).toBe(0)
})

it('refuses the empty group id by name, and a generation of a group that is not there', async () => {
  const { groups, commit } = await testGroups()
  const nobody = { groupId: '', generationId: 1, memberId: 'm', groupInstanceId: null }
  expect(await groups.heartbeat(nobody, context(4))).toMatchObject({ errorCode: 24 })
  const share = newSyncGroupRequest(nobody)
  expect(await groups.syncGroup(share, context(5))).toMatchObject({ errorCode: 24 })
  const leaving = { groupId: '', memberId: '', members: [] }
  expect(await groups.leaveGroup(leaving, context(5))).toMatchObject({ errorCode: 24 })
  expect(await commit(1, { memberId: 'm', generationId: 3 })).toBe(69)
})

it('names no protocol with an error from JoinGroup v7 on', async () => {
  const { join } = await testGroups()
  expect(await join('nobody', { apiVersion: 7 })).toMatchObject({
    errorCode: 25,
    protocolName: null,
  })
  expect(await join('nobody', { apiVersion: 6 })).toMatchObject({ errorCode: 25, protocolName: '' })
})
