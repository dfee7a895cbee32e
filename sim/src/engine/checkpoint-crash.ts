/**
 * A windowed job that is killed, or loses its power, between any two steps and any two operations on the disk, also in the
 * middle of a checkpoint, and goes on from what recovery finds, at another parallelism too.
 *
 * Invariants:
 * - a checkpoint that was reported complete can be restored after a crash, unless the log itself lost records;
 * - recovery never restores a checkpoint that reads on behind the end of a log, and names the topic in its refusal;
 * - disorder within the wait: every expected (key, window) is written at least once, every copy the same, nothing else
 *   (a log that lost records is another log: then this is asked of what a transactional reader sees);
 * - more disorder: what a transactional reader sees accounts for every record once, in a window or as late, and no
 *   (key, window) fires twice.
 */
import { type Random, randomInteger, seededRandom, VirtualTime } from '@millrace/base'
import { type CheckpointStore, InlineJob, seededChoice } from '@millrace/engine/runtime'
import { CrashDisk } from '../broker/crash-disk.ts'
import { defineScenario, invariant } from '../scenario.ts'
import { engineBugs } from './bugs.ts'
import { Fuse, FusedFs } from './fuse.ts'
import { Outside, type Written } from './outside.ts'
import { type EngineParts, soundParts } from './parts.ts'
import { simulatedPlan } from './plan.ts'
import { TopicLog } from './topic-log.ts'

const topic = 'orders'
const directory = 'checkpoints/simulated'
const crashesMax = 4
const waitMs = 40

class Story {
  private readonly random: Random
  private readonly parts: EngineParts
  private readonly disk: CrashDisk
  private readonly log: TopicLog
  private readonly outside = new Outside()
  private readonly sizeMs: number
  private readonly orderly: boolean
  private readonly checkpointsRetained: number
  private logLost = false
  /** The newest checkpoint that a dead process had reported as complete. */
  private reported = 0

  constructor(seed: number, parts: EngineParts) {
    this.random = seededRandom(seed)
    this.parts = parts
    this.disk = new CrashDisk(this.random)
    this.orderly = this.random.next() < 0.5
    this.sizeMs = randomInteger(this.random, 20, 200)
    this.checkpointsRetained = randomInteger(this.random, 1, 3)
    this.log = new TopicLog(this.random, {
      partitions: randomInteger(this.random, 1, 3),
      recordsEach: randomInteger(this.random, 20, 80),
      keys: randomInteger(this.random, 1, 12),
      disorderMs: this.orderly ? waitMs : waitMs * 6,
      paceMs: randomInteger(this.random, 2, 20),
    })
  }

  run(): void {
    for (let life = 0; life <= crashesMax; life++) {
      const last = life === crashesMax
      const fuse = new Fuse(last ? Number.MAX_SAFE_INTEGER : randomInteger(this.random, 5, 400))
      if (this.live(fuse, last)) break
      this.crash()
    }
    this.checkEnd()
  }

  /** True: the job finished. False: its process died. */
  private live(fuse: Fuse, last: boolean): boolean {
    const { random, log, parts } = this
    const plan = simulatedPlan({
      parallelism: randomInteger(random, 1, 3),
      sizeMs: this.sizeMs,
      checkpointsRetained: this.checkpointsRetained,
    })
    const recovered = this.recover(parts.store(this.disk, directory, plan))
    this.outside.restart(recovered.restore?.id ?? null)
    const source = parts.source({ log, waitMs, topic })
    const clock = new VirtualTime(1_000_000)
    const job = new InlineJob({
      plan,
      clock,
      random,
      registry: {
        operators: { 'window-aggregate': parts.window, sink: this.outside.sink },
        sources: { 'log-source': source },
      },
      store: parts.store(new FusedFs(this.disk, fuse), directory, plan),
      restore: recovered.restore,
      nextCheckpoint: recovered.nextId,
      choiceFor: () => seededChoice(random),
      schedule: random,
    })
    const steps = last ? Number.MAX_SAFE_INTEGER : randomInteger(random, 20, 600)
    try {
      for (let step = 0; step < steps && !fuse.blown; step++) {
        if (random.next() < 0.3) log.grow()
        if (random.next() < 0.05) job.checkpoint()
        const moved = job.step(randomInteger(random, 1, 8))
        this.reported = Math.max(this.reported, job.latestCheckpoint?.id ?? 0)
        if (job.state === 'finished') return true
        if (!fuse.blown)
          invariant(job.state === 'running', `the job failed: ${job.status().failure?.message}`)
        if (!moved && log.complete) log.grow()
      }
    } catch (error) {
      if (!fuse.blown) throw error
    }
    return false
  }

  private recover(store: CheckpointStore) {
    const recovered = store.recover((name, partition) =>
      name === topic ? this.parts.logEnd(this.log.end(partition)) : undefined,
    )
    for (const { sourceOffsets } of recovered.restore?.subtasks ?? []) {
      for (const { partition, offset } of sourceOffsets) {
        invariant(offset <= this.log.end(partition), 'a job was restored behind the end of a log')
      }
    }
    for (const { why } of recovered.refused) {
      const named = this.logLost && why.includes(`"${topic}"`)
      invariant(named, `a complete checkpoint was refused without need: ${why}`)
    }
    const newest = recovered.restore?.id ?? 0
    invariant(
      this.logLost || newest >= this.reported,
      `checkpoint ${this.reported} was complete, but recovery found ${newest}`,
    )
    this.reported = newest
    store.settle(recovered)
    return recovered
  }

  private crash(): void {
    const power = this.random.next() < 0.5
    this.disk.crash(power ? 'power' : 'kill')
    if (power && this.random.next() < 0.3) {
      this.log.lose()
      this.logLost = true
    }
  }

  private checkEnd(): void {
    const visible = this.outside.visible()
    this.checkAccounts(visible)
    if (!this.orderly) return
    const expected = this.expectedResults()
    const written = this.logLost ? visible : this.outside.everything
    const seen = new Set(resultsOf(written))
    for (const row of expected) invariant(seen.has(row), `never written: ${row}`)
    for (const row of seen) invariant(expected.has(row), `written, but never true: ${row}`)
  }

  /** In a window or late: every record once, and no window twice. */
  private checkAccounts(visible: readonly Written[]): void {
    const seen = new Set<string>()
    let records = 0
    let sum = 0
    for (const row of resultsOf(visible)) {
      const [key, start, , , count, total] = row.split(' ')
      const window = `${key} ${start}`
      invariant(!seen.has(window), `fired twice: ${window}`)
      seen.add(window)
      records += Number(count)
      sum += Number(total)
    }
    for (const { sink, row } of visible) {
      if (sink !== 'late') continue
      records++
      sum += Number(row.split(' ')[1])
    }
    const all = this.log.partitions.flat()
    const total = all.reduce((subtotal, { value }) => subtotal + value, 0)
    invariant(records === all.length, `${all.length} records came, ${records} are accounted for`)
    invariant(sum === total, `the records' values add up to ${total}, the results to ${sum}`)
  }

  private expectedResults(): Set<string> {
    const sums = new Map<string, { count: number; sum: number }>()
    for (const { key, value, time } of this.log.partitions.flat()) {
      const start = Math.floor(time / this.sizeMs) * this.sizeMs
      const end = start + this.sizeMs
      const window = `${key} ${start} ${end} ${end - 1}`
      const { count, sum } = sums.get(window) ?? { count: 0, sum: 0 }
      sums.set(window, { count: count + 1, sum: sum + value })
    }
    return new Set([...sums].map(([window, { count, sum }]) => `${window} ${count} ${sum}`))
  }
}

function resultsOf(written: readonly Written[]): string[] {
  return written.filter(({ sink }) => sink === 'results').map(({ row }) => row)
}

export const checkpointCrash = defineScenario({
  name: 'crash-in-checkpoint',
  parts: soundParts,
  run: (seed, parts: EngineParts) => new Story(seed, parts).run(),
  bugs: engineBugs,
})
