/**
 * Topics are created, written to and deleted while the process dies inside any file operation.
 *
 * Invariants, looked at after every restart:
 * - a topic whose creation was acknowledged, or that a start has shown, is there, with its id, until it is deleted;
 * - a deletion that was acknowledged holds: the topic does not come back, and neither do its records under a new topic of that
 *   name;
 * - every acknowledged record of a topic that is there is there;
 * - no topic or producer id is given twice.
 */
import { encodeUtf8, type Random, randomInteger, seededRandom } from '@millrace/base'
import type { LogManager } from '@millrace/broker/log'
import { BatchBuilder } from '@millrace/broker/records'
import { defineScenario, invariant } from '../scenario.ts'
import { topicBugs } from './bugs.ts'
import { CrashDisk } from './crash-disk.ts'
import { allTurns, type BrokerParts, crc32c, soundParts, startLogs, turn } from './parts.ts'
import { ProcessLife } from './process-life.ts'
import { readLog } from './read-log.ts'

const steps = 80
const names = ['a', 'b', 'c']

interface KnownTopic {
  id: string
  /** Acknowledged values in the order of their offsets. */
  values: string[]
}

class World {
  private readonly random: Random
  private readonly disk: CrashDisk
  private readonly parts: BrokerParts
  /** What must be there. */
  private readonly topics = new Map<string, KnownTopic>()
  private readonly ids = new Set<string>()
  private readonly producerIds = new Set<number>()
  private process!: ProcessLife
  private logs!: LogManager
  /** The name that the dead process was at work on: its creation or deletion may or may not have happened. */
  private undecided: string | undefined
  private count = 0

  constructor(seed: number, parts: BrokerParts) {
    this.parts = parts
    this.random = seededRandom(seed)
    this.disk = new CrashDisk(this.random)
  }

  start(): void {
    do {
      this.process = new ProcessLife(this.disk, this.random, () => {
        this.disk.crash(this.random.next() < 0.6 ? 'power' : 'kill')
      })
      if (this.random.next() < 0.2) this.process.dieAt(randomInteger(this.random, 1, 12))
      try {
        const world = { disk: this.process.fs, random: this.random, startMs: 1_000_000 }
        this.logs = startLogs(this.parts, world, { durability: 'fsync' }).logs
        this.check()
      } catch (error) {
        if (!this.process.dead) throw error
      }
    } while (this.process.dead)
    this.process.dieAt(Number.POSITIVE_INFINITY)
  }

  restart(): void {
    this.process.die()
    this.start()
  }

  async step(): Promise<void> {
    const { random } = this
    if (random.next() < 0.15) this.process.dieAt(randomInteger(random, 1, 10))
    const name = names[randomInteger(random, 0, names.length - 1)]
    const choice = random.next()
    try {
      if (choice < 0.3) this.create(name)
      else if (choice < 0.45) this.remove(name)
      else if (choice < 0.9) await this.write(name)
      else if (choice < 0.95) this.takeProducerId()
      else this.process.die()
    } catch (error) {
      if (!this.process.dead) throw error
    }
    if (this.process.dead) this.start()
  }

  private create(name: string): void {
    this.undecided = name
    const created = this.logs.createTopic({ name, partitions: 1 })
    if (this.process.dead) return
    this.undecided = undefined
    const known = this.topics.get(name)
    if (known) {
      invariant(created.error === 'TOPIC_ALREADY_EXISTS', `${name} was made twice`)
      return
    }
    invariant(created.error === 'NONE', `creating ${name} failed: ${created.error}`)
    this.meet(name, created.topic.id)
  }

  private meet(name: string, id: string): void {
    invariant(!this.ids.has(id), `topic id ${id} was given twice, or ${name} came back`)
    this.ids.add(id)
    this.topics.set(name, { id, values: [] })
  }

  private remove(name: string): void {
    this.undecided = name
    const error = this.logs.deleteTopic(name)
    if (this.process.dead) return
    this.undecided = undefined
    invariant(this.topics.delete(name) === (error === 'NONE'), `deleting ${name}: ${error}`)
  }

  private async write(name: string): Promise<void> {
    const topic = this.topics.get(name)
    const log = this.logs.partition(name, 0)
    invariant((log === undefined) === (topic === undefined), `${name} is not what it should be`)
    if (!log || !topic) return
    const value = `${name}:${this.count++}`
    const builder = new BatchBuilder({ crc32c })
    builder.append(1, null, encodeUtf8(value))
    const result = log.append(builder.build())
    await turn(allTurns)
    if (this.process.dead || result.error !== 'NONE') return
    invariant(log.isSafe(result.nextOffset), `${name}: a sync took too long`)
    topic.values[result.baseOffset] = value
  }

  private takeProducerId(): void {
    const id = this.logs.allocateProducerId()
    if (this.process.dead) return
    invariant(!this.producerIds.has(id), `producer id ${id} was given twice`)
    this.producerIds.add(id)
  }

  /** What is there is what was acknowledged; the operation that was cut off may have gone either way. */
  check(): void {
    for (const name of names) {
      const found = this.logs.topic(name)
      const known = this.topics.get(name)
      if (name === this.undecided && found?.id !== known?.id) {
        this.topics.delete(name)
        if (found) this.meet(name, found.id)
      } else {
        invariant(found?.id === known?.id, `${name}: ${known?.id} before, ${found?.id} now`)
      }
      this.checkRecords(name)
    }
    this.undecided = undefined
  }

  private checkRecords(name: string): void {
    const log = this.logs.partition(name, 0)
    const topic = this.topics.get(name)
    if (!log || !topic) return
    const values = [...readLog(log, 0, 1000)].map((record) => record.value)
    topic.values.forEach((value, offset) => {
      invariant(values[offset] === value, `${name}: record ${offset} is lost`)
    })
    // Records that were found may have been shown: from now on they stay.
    topic.values = values
  }
}

export const topicCrash = defineScenario({
  name: 'broker-topic-crash',
  parts: soundParts,
  async run(seed, parts) {
    const world = new World(seed, parts)
    world.start()
    for (let count = 0; count < steps; count++) await world.step()
    world.restart()
  },
  bugs: topicBugs,
})
