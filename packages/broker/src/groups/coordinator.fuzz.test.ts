// Members that join, sync, commit, leave, go silent and come back in any order, while the coordinator's process is killed and
// started again. Invariants:
// - a generation has one leader, and every member of it is told the same one;
// - within a generation no partition is assigned to two members;
// - a committed offset that was acknowledged does not go back, also after a restart;
// - when the trouble is over, all who are left share all partitions in one stable generation.
import {
  CrashingFs,
  decodeUtf8,
  encodeUtf8,
  type Random,
  randomInteger,
  seededRandom,
} from '@millrace/base'
import { expect, it } from 'vitest'
import { testLogs } from '../log/testing/log-kit.ts'
import { errorCodes } from '../protocol/error-codes.ts'
import {
  newJoinGroupRequest,
  newOffsetCommitRequest,
  newOffsetFetchRequest,
  newSyncGroupRequest,
} from '../protocol/generated/index.ts'
import type { GroupCoordinator } from './api.ts'
import { createGroupCoordinator } from './coordinator.ts'
import { context, settle } from './testing/group-kit.ts'

const partitions = [0, 1, 2, 3, 4, 5]

/** What the whole group may not contradict. */
class Ledger {
  readonly leaders = new Map<number, string>()
  readonly owners = new Map<string, string>()
  committed = -1
  sent = -1

  saw(generationId: number, leader: string): void {
    const known = this.leaders.get(generationId) ?? leader
    expect(leader, `leader of generation ${generationId}`).toBe(known)
    this.leaders.set(generationId, leader)
  }

  assigned(generationId: number, memberId: string, shares: readonly string[]): void {
    for (const share of shares) {
      const place = `${generationId}/${share}`
      const owner = this.owners.get(place) ?? memberId
      expect(memberId, `owner of partition ${share} in generation ${generationId}`).toBe(owner)
      this.owners.set(place, memberId)
    }
  }
}

/** One consumer: what it does next follows from the last answer, as in a real client. */
class Member {
  memberId = ''
  generationId = -1
  assignment: string[] = []
  leading: string[] | undefined
  phase: 'out' | 'joining' | 'syncing' | 'in' = 'out'
  /** The request under way: one that a crash swallowed no longer counts. */
  private request: object | undefined
  private readonly ledger: Ledger

  constructor(ledger: Ledger) {
    this.ledger = ledger
  }

  /** The next request; resolves with its answer looked at. */
  async act(groups: GroupCoordinator, alive: () => boolean): Promise<void> {
    if (this.request) return
    const request = {}
    this.request = request
    try {
      if (this.phase === 'out' || this.phase === 'joining') await this.join(groups, alive)
      else if (this.phase === 'syncing') await this.sync(groups, alive)
      else await this.beat(groups, alive)
    } finally {
      if (this.request === request) this.request = undefined
    }
  }

  private async join(groups: GroupCoordinator, alive: () => boolean): Promise<void> {
    const answer = await groups.joinGroup(
      newJoinGroupRequest({
        groupId: 'g',
        sessionTimeoutMs: 10_000,
        rebalanceTimeoutMs: 15_000,
        memberId: this.memberId,
        protocolType: 'consumer',
        protocols: [{ name: 'range', metadata: encodeUtf8('orders') }],
      }),
      context(9),
    )
    if (!alive()) return
    if (answer.errorCode === errorCodes.MEMBER_ID_REQUIRED) this.memberId = answer.memberId
    else if (answer.errorCode !== 0) this.failed(answer.errorCode)
    else {
      this.ledger.saw(answer.generationId, answer.leader)
      this.generationId = answer.generationId
      const leads = answer.leader === answer.memberId
      this.leading = leads ? answer.members.map((member) => member.memberId) : undefined
      this.phase = 'syncing'
    }
  }

  private async sync(groups: GroupCoordinator, alive: () => boolean): Promise<void> {
    const members = this.leading ?? []
    const { generationId } = this
    const answer = await groups.syncGroup(
      newSyncGroupRequest({
        groupId: 'g',
        generationId,
        memberId: this.memberId,
        assignments: members.map((memberId, index) => ({
          memberId,
          assignment: encodeUtf8(
            partitions.filter((partition) => partition % members.length === index).join(' '),
          ),
        })),
      }),
      context(5),
    )
    if (!alive()) return
    if (answer.errorCode !== 0) {
      this.failed(answer.errorCode)
      return
    }
    this.assignment = decodeUtf8(answer.assignment).split(' ').filter(Boolean)
    this.ledger.assigned(generationId, this.memberId, this.assignment)
    this.phase = 'in'
  }

  private async beat(groups: GroupCoordinator, alive: () => boolean): Promise<void> {
    const { memberId, generationId } = this
    const request = { groupId: 'g', generationId, memberId, groupInstanceId: null }
    const { errorCode } = await groups.heartbeat(request, context(4))
    if (alive() && errorCode !== 0) this.failed(errorCode)
  }

  async leave(groups: GroupCoordinator): Promise<void> {
    const members = [{ memberId: this.memberId, groupInstanceId: null, reason: null }]
    this.reset()
    await groups.leaveGroup({ groupId: 'g', memberId: '', members }, context(5))
  }

  async commit(groups: GroupCoordinator, alive: () => boolean): Promise<void> {
    const offset = ++this.ledger.sent
    const response = await groups.offsetCommit(
      newOffsetCommitRequest({
        groupId: 'g',
        generationIdOrMemberEpoch: this.generationId,
        memberId: this.memberId,
        topics: [
          {
            name: 'orders',
            partitions: [
              {
                partitionIndex: 0,
                committedOffset: offset,
                committedLeaderEpoch: -1,
                committedMetadata: null,
              },
            ],
          },
        ],
      }),
      context(9),
    )
    if (!alive() || response.topics[0].partitions[0].errorCode !== 0) return
    this.ledger.committed = Math.max(this.ledger.committed, offset)
  }

  private failed(errorCode: number): void {
    if (errorCode === errorCodes.UNKNOWN_MEMBER_ID) this.reset()
    else this.phase = 'joining'
  }

  lostConnection(): void {
    this.request = undefined
  }

  reset(): void {
    this.memberId = ''
    this.phase = 'out'
    this.assignment = []
  }
}

/** `random` lives as long as the test: ids are not given again after a restart. */
async function start(fs: CrashingFs, random: Random, startMs: number) {
  const { logs, time } = testLogs(fs, { durability: 'fsync' })
  time.advanceTo(startMs)
  if (!logs.topic('orders')) logs.createTopic({ name: 'orders', partitions: partitions.length })
  const groups = createGroupCoordinator({ logs, clock: time, scheduler: time, random })
  await groups.start()
  return { groups, time }
}

async function committedOffset(groups: GroupCoordinator): Promise<number> {
  const request = newOffsetFetchRequest({ groupId: 'g', topics: null })
  const response = await groups.offsetFetch(request, context(7))
  return response.topics[0]?.partitions[0]?.committedOffset ?? -1
}

it('keeps one leader, disjoint assignments and every offset, for 200 seeds', async () => {
  for (let seed = 0; seed < 200; seed++) {
    const random = seededRandom(seed)
    const fs = new CrashingFs(random)
    const ledger = new Ledger()
    const members = Array.from({ length: randomInteger(random, 1, 4) }, () => new Member(ledger))
    let life = 0
    let { groups, time } = await start(fs, random, 1_700_000_000_000)
    for (let step = 0; step < 150; step++) {
      const mine = life
      const alive = () => mine === life
      const member = members[randomInteger(random, 0, members.length - 1)]
      const choice = random.next()
      if (choice < 0.6) void member.act(groups, alive)
      else if (choice < 0.75 && member.phase === 'in') void member.commit(groups, alive)
      else if (choice < 0.79 && member.phase === 'in') void member.leave(groups)
      else if (choice < 0.95) time.advance(randomInteger(random, 1, 4_000))
      else if (choice < 0.97) {
        life++
        fs.crash(random.next() < 0.5 ? 'kill' : 'power')
        ;({ groups, time } = await start(fs, random, time.now()))
        // A leader whose assignment was not stored is forgotten with its generation.
        ledger.leaders.clear()
        ledger.owners.clear()
        for (const other of members) other.lostConnection()
        const offset = await committedOffset(groups)
        expect(offset, `seed ${seed}`).toBeGreaterThanOrEqual(ledger.committed)
        expect(offset).toBeLessThanOrEqual(ledger.sent)
      }
      for (let turns = randomInteger(random, 0, 10); turns > 0; turns--) await Promise.resolve()
    }
    const alive = () => true
    for (let round = 0; round < 60; round++) {
      for (const member of members) void member.act(groups, alive)
      await settle()
      time.advance(1_000)
      await settle()
    }
    const shares = members.flatMap((member) => member.assignment).sort()
    expect(
      members.map((member) => member.phase),
      `seed ${seed}`,
    ).toEqual(members.map(() => 'in'))
    expect(shares, `seed ${seed}`).toEqual(partitions.map(String))
    expect(new Set(members.map((member) => member.generationId)).size, `seed ${seed}`).toBe(1)
  }
})
