/**
 * Idempotent producers and a consumer on one topic while the process is killed and the power fails between any two steps,
 * also inside an append, a roll, a recovery.
 *
 * Invariants, looked at after every restart and at the end:
 * - every acknowledged batch is in the log, at its offset, unchanged (profile `os` after a kill, `fsync` after both);
 * - the log is whole: offsets without a hole, records that somebody sent, each producer's in order and none twice;
 * - what a consumer or an in-process reader was shown below the high watermark is still there;
 * - a producer that repeats in order is never told that its sequence is wrong;
 * - a look-up by time finds what reading everything finds.
 */
import { encodeUtf8, type Random, randomInteger, seededRandom } from '@millrace/base'
import {
  connectInThread,
  createReaderHub,
  type LogManager,
  type LogReader,
  type PartitionLog,
} from '@millrace/broker/log'
import { BatchBuilder } from '@millrace/broker/records'
import { defineScenario, invariant } from '../scenario.ts'
import { produceBugs } from './bugs.ts'
import { CrashDisk } from './crash-disk.ts'
import { allTurns, type BrokerParts, codecs, crc32c, soundParts, startLogs, turn } from './parts.ts'
import { ProcessLife } from './process-life.ts'
import { readLog, type SeenRecord } from './read-log.ts'

const steps = 120
/** A client may have five batches in flight (KIP-98). */
const inFlightMax = 5

interface SentBatch {
  sequence: number
  values: string[]
  timestamp: number
}

/** A client: it outlives the broker's crashes. */
interface Producer {
  id: number
  nextSequence: number
  /** In order, not acknowledged yet; sent again after a restart. */
  unacknowledged: SentBatch[]
  /** Of `unacknowledged`, sent in this life of the broker. */
  sent: number
}

class World {
  readonly random: Random
  readonly disk: CrashDisk
  readonly profile: 'os' | 'fsync'
  readonly producers: Producer[] = []
  /** Value by offset, as acknowledged. */
  readonly acknowledged = new Map<number, string>()
  /** Value by offset, as shown to a consumer. */
  readonly shown = new Map<number, string>()
  readonly sentValues = new Set<string>()
  private readonly parts: BrokerParts
  private life = 0
  private process!: ProcessLife
  private logs!: LogManager
  private log!: PartitionLog
  private reader!: LogReader
  private advance: (ms: number) => void = () => undefined
  private now = 1_000_000
  private created = false

  constructor(seed: number, parts: BrokerParts) {
    this.parts = parts
    this.random = seededRandom(seed)
    this.disk = new CrashDisk(this.random)
    this.profile = seed % 2 ? 'fsync' : 'os'
  }

  /** Starts processes until one survives its own recovery. */
  start(): void {
    this.disk.failNextSync(false)
    do {
      this.process = new ProcessLife(this.disk, this.random, () => this.died())
      if (this.random.next() < 0.2) this.process.dieAt(randomInteger(this.random, 1, 12))
      try {
        this.open()
      } catch (error) {
        if (!this.process.dead) throw error
      }
    } while (this.process.dead)
    this.process.dieAt(Number.POSITIVE_INFINITY)
    this.check()
  }

  /** Nothing that the dead process promised after this moment was heard by anybody. */
  private died(): void {
    this.life++
    const power = this.profile === 'fsync' && this.random.next() < 0.6
    this.disk.crash(power ? 'power' : 'kill')
  }

  private open(): void {
    const started = startLogs(
      this.parts,
      { disk: this.process.fs, random: this.random, startMs: this.now },
      { durability: this.profile, fileHandlesMax: 4 },
    )
    this.logs = started.logs
    this.advance = (ms) => {
      this.now += ms
      started.time.advance(ms)
    }
    this.create()
    const log = this.logs.partition('events', 0)
    invariant(log, 'the topic is gone after a restart')
    this.log = log
    const hub = createReaderHub({
      fs: started.fs,
      codecs,
      port: connectInThread(this.logs.door),
    })
    this.reader = hub.open({ topic: 'events', partition: 0, offset: 0 })
    for (const producer of this.producers) producer.sent = 0
  }

  private create(): void {
    if (!this.created) {
      const segmentBytes = ['1024', '6000', '40000'][randomInteger(this.random, 0, 2)]
      const configs = new Map([['segment.bytes', segmentBytes]])
      const created = this.logs.createTopic({ name: 'events', partitions: 1, configs })
      const done = created.error === 'NONE' || created.error === 'TOPIC_ALREADY_EXISTS'
      invariant(done, `creating the topic failed: ${created.error}`)
      this.created = !this.process.dead
    }
    while (this.producers.length < 2) {
      const id = this.logs.allocateProducerId()
      invariant(!this.producers.some((other) => other.id === id), `producer id ${id} given twice`)
      this.producers.push({ id, nextSequence: 0, unacknowledged: [], sent: 0 })
    }
  }

  /** One random step; the process may die in any of them. */
  async step(): Promise<void> {
    const { random } = this
    const choice = random.next()
    if (random.next() < 0.06) this.process.dieAt(randomInteger(random, 1, 8))
    try {
      if (choice < 0.55) this.produce()
      else if (choice < 0.75) this.consume()
      else if (choice < 0.85) this.advance(randomInteger(random, 1, 40_000))
      else if (choice < 0.88) this.process.die()
      else if (choice < 0.9 && this.profile === 'fsync') this.disk.failNextSync(true)
    } catch (error) {
      if (!this.process.dead) throw error
    }
    await turn(randomInteger(random, 0, 8))
    if (this.log.failure) this.process.die()
    if (this.process.dead) this.start()
  }

  private produce(): void {
    const { random } = this
    const producer = this.producers[randomInteger(random, 0, this.producers.length - 1)]
    // A lost connection: everything that is not acknowledged is sent again, in order.
    if (random.next() < 0.1) producer.sent = 0
    if (producer.sent === producer.unacknowledged.length) {
      if (producer.unacknowledged.length === inFlightMax) return
      producer.unacknowledged.push(this.newBatch(producer))
    }
    this.send(producer, producer.unacknowledged[producer.sent++])
  }

  private newBatch(producer: Producer): SentBatch {
    const sequence = producer.nextSequence
    const count = this.random.next() < 0.5 ? 1 : randomInteger(this.random, 2, 6)
    producer.nextSequence += count
    const pad = '.'.repeat(randomInteger(this.random, 0, 400))
    const values = Array.from({ length: count }, (_, i) => `${producer.id}:${sequence + i}:${pad}`)
    for (const value of values) this.sentValues.add(value)
    return { sequence, values, timestamp: this.now + randomInteger(this.random, -500, 500) }
  }

  private send(producer: Producer, batch: SentBatch): void {
    const builder = new BatchBuilder({
      crc32c,
      codecs,
      compression: batch.sequence % 7 === 3 ? 'lz4' : 'none',
      producerId: producer.id,
      producerEpoch: 0,
      baseSequence: batch.sequence,
    })
    for (const value of batch.values) builder.append(batch.timestamp, null, encodeUtf8(value))
    const { life } = this
    const result = this.log.append(builder.build())
    if (result.error === 'KAFKA_STORAGE_ERROR' || this.process.dead) return
    invariant(result.error === 'NONE', `a batch in order was refused: ${result.error}`)
    const acknowledge = () => {
      // An answer that arrives after the crash is one that was never sent.
      if (life === this.life) this.acknowledge(producer, batch, result.baseOffset)
    }
    if (this.log.isSafe(result.nextOffset)) acknowledge()
    else this.log.whenSafe(result.nextOffset).then(acknowledge, () => undefined)
  }

  private acknowledge(producer: Producer, batch: SentBatch, baseOffset: number): void {
    batch.values.forEach((value, index) => {
      const known = this.acknowledged.get(baseOffset + index)
      invariant(known === undefined || known === value, `offset ${baseOffset + index} given twice`)
      this.acknowledged.set(baseOffset + index, value)
    })
    const index = producer.unacknowledged.indexOf(batch)
    if (index < 0) return
    producer.unacknowledged.splice(0, index + 1)
    producer.sent = Math.max(0, producer.sent - index - 1)
  }

  private consume(): void {
    if (this.random.next() < 0.5) {
      const { highWatermark } = this.log
      const from = randomInteger(this.random, 0, highWatermark)
      for (const record of readLog(this.log, from, 2000)) this.show(record)
      return
    }
    const result = this.reader.read(randomInteger(this.random, 100, 4000))
    if (result.is === 'failed') {
      const { failure } = this.log
      invariant(
        failure !== undefined && result.error.message === failure.message,
        `the in-process reader failed on a sound log: ${result.error.message}`,
      )
      return
    }
    if (result.is !== 'records') return
    const { block } = result
    for (let i = 0; i < block.count; i++) {
      const bytes = block.bytes.slice(block.valueStart[i], block.valueEnd[i])
      const value = new TextDecoder().decode(bytes)
      this.show({ offset: block.offsets[i], timestamp: block.timestamps[i], value })
    }
  }

  private show(record: SeenRecord): void {
    const known = this.shown.get(record.offset)
    invariant(known === undefined || known === record.value, `offset ${record.offset} changed`)
    this.shown.set(record.offset, record.value)
  }

  /** Ends in order and starts again: nothing at all may be lost. */
  async restart(): Promise<void> {
    this.disk.failNextSync(false)
    await turn(allTurns)
    const { highWatermark } = this.log
    const stopped = this.log.failure !== undefined
    const { process } = this
    await this.logs.close().catch((error) => {
      if (!process.dead) throw error
    })
    const { life } = this
    this.start()
    const clean = !process.dead && life === this.life
    const kept = this.log.highWatermark
    invariant(kept >= highWatermark, `${kept} of ${highWatermark} offsets left after a clean end`)
    invariant(stopped || !clean || this.logs.cleanStart, 'a clean end was not seen as one')
  }

  check(): void {
    const records = [...readLog(this.log, 0, 3000)]
    invariant(
      records.length === this.log.highWatermark,
      `${records.length} records below ${this.log.highWatermark}`,
    )
    const next = new Map<string, number>()
    records.forEach((record, index) => {
      invariant(record.offset === index, `offset ${record.offset} at place ${index}`)
      invariant(this.sentValues.has(record.value), `nobody sent ${record.value.slice(0, 40)}`)
      const [producer, sequence] = record.value.split(':')
      const expected = next.get(producer) ?? 0
      invariant(
        Number(sequence) === expected,
        `producer ${producer}: sequence ${sequence}, not ${expected}`,
      )
      next.set(producer, expected + 1)
    })
    for (const kept of [this.acknowledged, this.shown]) {
      const what = kept === this.shown ? 'shown' : 'acknowledged'
      for (const [offset, value] of kept) {
        invariant(
          records[offset]?.value === value,
          `the ${what} record at offset ${offset} is lost`,
        )
      }
    }
    this.checkTimes(records)
  }

  private checkTimes(records: readonly SeenRecord[]): void {
    if (records.length === 0) return
    const { timestamp } = records[randomInteger(this.random, 0, records.length - 1)]
    const expected = records.find((record) => record.timestamp >= timestamp)
    const found = this.log.offsetForTimestamp(timestamp)
    invariant(
      found?.offset === expected?.offset,
      `time ${timestamp} is at offset ${expected?.offset}, found ${found?.offset}`,
    )
  }
}

export const produceCrash = defineScenario({
  name: 'broker-produce-crash',
  parts: soundParts,
  async run(seed, parts) {
    const world = new World(seed, parts)
    world.start()
    for (let count = 0; count < steps; count++) await world.step()
    await world.restart()
    await world.restart()
  },
  bugs: produceBugs,
})
