/**
 * Groups that commit offsets and members that join, while the process is killed and the power fails between any two steps.
 *
 * Invariants:
 * - a committed offset that was acknowledged, or shown to a reader, never goes back, also after a restart;
 * - what a group has is something that somebody committed;
 * - a generation that was handed its assignment never comes again with another leader, and never gives way to a lower one.
 */
import { encodeUtf8, type Random, randomInteger, seededRandom } from '@millrace/base'
import {
  createGroupCoordinator,
  type GroupCoordinator,
  offsetsPartitions,
  offsetsTopic,
} from '@millrace/broker/groups'
import {
  newJoinGroupRequest,
  newOffsetCommitRequest,
  newOffsetFetchRequest,
  newSyncGroupRequest,
} from '@millrace/broker/protocol'
import { defineScenario, invariant } from '../scenario.ts'
import { groupBugs } from './bugs.ts'
import { CrashDisk } from './crash-disk.ts'
import { allTurns, type BrokerParts, soundParts, startLogs, turn } from './parts.ts'
import { ProcessLife } from './process-life.ts'

const steps = 80
const simpleGroups = ['readers', 'indexers']
const memberGroup = 'workers'

interface Position {
  /** Highest offset that was acknowledged or read back. */
  known: number
  /** Highest that was ever sent. */
  sent: number
}

class World {
  readonly random: Random
  readonly disk: CrashDisk
  readonly profile: 'os' | 'fsync'
  readonly positions = new Map<string, Position>()
  /** Leader of each generation that was handed its assignment. */
  readonly generations = new Map<number, string>()
  private readonly parts: BrokerParts
  private life = 0
  private process!: ProcessLife
  private failed: () => boolean = () => false
  private groups!: GroupCoordinator
  private advance: (ms: number) => void = () => undefined
  private now = 1_000_000
  private newestGeneration = 0
  private violation: unknown

  constructor(seed: number, parts: BrokerParts) {
    this.parts = parts
    this.random = seededRandom(seed)
    this.disk = new CrashDisk(this.random)
    this.profile = seed % 2 ? 'fsync' : 'os'
    for (const group of simpleGroups) this.positions.set(group, { known: -1, sent: -1 })
  }

  /** Starts processes until one survives its own recovery and load. */
  async start(): Promise<void> {
    this.disk.failNextSync(false)
    do {
      this.process = new ProcessLife(this.disk, this.random, () => this.died())
      if (this.random.next() < 0.2) this.process.dieAt(randomInteger(this.random, 1, 12))
      try {
        await this.open()
      } catch (error) {
        if (!this.process.dead) throw error
      }
    } while (this.process.dead)
    this.process.dieAt(Number.POSITIVE_INFINITY)
    for (const group of simpleGroups) {
      this.check(group, await this.fetched(group), this.positionOf(group).known)
    }
  }

  /** Nothing that the dead process answers after this moment is heard by anybody. */
  private died(): void {
    this.life++
    const power = this.profile === 'fsync' && this.random.next() < 0.6
    this.disk.crash(power ? 'power' : 'kill')
  }

  private async open(): Promise<void> {
    const { random } = this
    const started = startLogs(
      this.parts,
      { disk: this.process.fs, random, startMs: this.now },
      { durability: this.profile },
    )
    this.advance = (ms) => {
      this.now += ms
      started.time.advance(ms)
    }
    const { logs } = started
    if (!logs.topic('orders')) logs.createTopic({ name: 'orders', partitions: 1 })
    this.groups = createGroupCoordinator({
      logs,
      clock: started.time,
      scheduler: started.time,
      random,
    })
    await this.groups.start()
    const partitions = Array.from({ length: offsetsPartitions }, (_, partition) =>
      logs.partition(offsetsTopic, partition),
    )
    this.failed = () => partitions.some((partition) => partition?.failure)
  }

  async step(): Promise<void> {
    const { random } = this
    const choice = random.next()
    if (random.next() < 0.06) this.process.dieAt(randomInteger(random, 1, 6))
    if (choice < 0.4) this.commit()
    else if (choice < 0.6) this.fetch()
    else if (choice < 0.75) this.enter()
    else if (choice < 0.85) this.advance(randomInteger(random, 1, 20_000))
    else if (choice < 0.89) this.process.die()
    else if (choice < 0.91 && this.profile === 'fsync') this.disk.failNextSync(true)
    await turn(randomInteger(random, 0, 12))
    if (this.violation) throw this.violation
    if (this.failed()) this.process.die()
    if (this.process.dead) await this.start()
  }

  private commit(): void {
    const group = simpleGroups[randomInteger(this.random, 0, simpleGroups.length - 1)]
    const position = this.positionOf(group)
    const offset = position.sent + randomInteger(this.random, 1, 5)
    position.sent = offset
    const request = newOffsetCommitRequest({
      groupId: group,
      topics: [
        {
          name: 'orders',
          partitions: [
            {
              partitionIndex: 0,
              committedOffset: offset,
              committedLeaderEpoch: 0,
              committedMetadata: null,
            },
          ],
        },
      ],
    })
    this.later(this.groups.offsetCommit(request, this.context(9)), (response) => {
      const [partition] = response.topics[0].partitions
      if (partition.errorCode === 0) position.known = Math.max(position.known, offset)
    })
  }

  private fetch(): void {
    const group = simpleGroups[randomInteger(this.random, 0, simpleGroups.length - 1)]
    // Commits that are answered while this read is under way need not be in it.
    const { known } = this.positionOf(group)
    this.later(this.fetched(group), (offset) => this.check(group, offset, known))
  }

  private async fetched(group: string): Promise<number | undefined> {
    const request = newOffsetFetchRequest({ groupId: group, topics: null })
    const response = await this.groups.offsetFetch(request, this.context(7))
    if (response.errorCode !== 0) return undefined
    return response.topics[0]?.partitions[0]?.committedOffset ?? -1
  }

  private check(group: string, offset: number | undefined, floor: number): void {
    if (offset === undefined) return
    const position = this.positionOf(group)
    invariant(offset >= floor, `${group} went back from ${floor} to ${offset}`)
    invariant(offset <= position.sent, `${group} has ${offset}, which nobody committed`)
    position.known = Math.max(position.known, offset)
  }

  /** A member that joins alone, is handed everything, and is not heard of again. */
  private enter(): void {
    const join = (memberId: string) =>
      this.groups.joinGroup(
        newJoinGroupRequest({
          groupId: memberGroup,
          sessionTimeoutMs: 6_000,
          rebalanceTimeoutMs: 6_000,
          memberId,
          protocolType: 'consumer',
          protocols: [{ name: 'range', metadata: encodeUtf8('orders') }],
        }),
        this.context(9),
      )
    this.later(
      join('').then(({ memberId }) => join(memberId)),
      (joined) => {
        if (joined.errorCode !== 0 || joined.leader !== joined.memberId) return
        this.syncAsLeader(joined.memberId, joined.generationId)
      },
    )
  }

  private syncAsLeader(memberId: string, generationId: number): void {
    const request = newSyncGroupRequest({
      groupId: memberGroup,
      generationId,
      memberId,
      assignments: [{ memberId, assignment: encodeUtf8('all') }],
    })
    this.later(this.groups.syncGroup(request, this.context(5)), (response) => {
      if (response.errorCode !== 0) return
      const other = this.generations.get(generationId) ?? memberId
      invariant(other === memberId, `generation ${generationId} was handed to two leaders`)
      invariant(
        generationId >= this.newestGeneration,
        `generation ${generationId} after ${this.newestGeneration}`,
      )
      this.generations.set(generationId, memberId)
      this.newestGeneration = generationId
    })
  }

  /** Looks at an answer, unless the process died before it could be sent. */
  private later<Answer>(answer: Promise<Answer>, look: (answer: Answer) => void): void {
    const { life } = this
    answer
      .then((value) => {
        if (life === this.life) look(value)
      })
      .catch((error) => {
        if (life === this.life) this.violation ??= error
      })
  }

  async finish(): Promise<void> {
    await turn(allTurns)
    this.process.die()
    await this.start()
    if (this.violation) throw this.violation
  }

  private positionOf(group: string): Position {
    const position = this.positions.get(group)
    invariant(position, `no group ${group}`)
    return position
  }

  private context(apiVersion: number) {
    return { apiVersion, clientId: 'sim', clientHost: '/sim' }
  }
}

export const groupCrash = defineScenario({
  name: 'broker-group-crash',
  parts: soundParts,
  async run(seed, parts) {
    const world = new World(seed, parts)
    await world.start()
    for (let count = 0; count < steps; count++) await world.step()
    await world.finish()
  },
  bugs: groupBugs,
})
