import { seededRandom, VirtualTime } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { QueueChannel } from './channel.ts'
import { Journal } from './journal.ts'
import { SubtaskContext } from './subtask-context.ts'
import { batchOf } from './testing/batches.ts'
import { keyValueRow, scriptSourceSpec } from './testing/plans.ts'
import {
  holderOfTime,
  newPartition,
  restoredPartitions,
  SourceTime,
  type SourceTimeOptions,
} from './watermarks.ts'

function setUp(options: SourceTimeOptions) {
  const clock = new VirtualTime(0)
  const channel = new QueueChannel(100)
  const context = new SubtaskContext({
    spec: scriptSourceSpec([]),
    subtask: 0,
    clock,
    random: seededRandom(1),
    journal: new Journal(),
    outputs: [[{ exchange: { is: 'forward' }, channels: [channel] }]],
  })
  const sent = () => {
    const seen: (number | string)[] = []
    while (channel.peek()) {
      const element = channel.take()
      seen.push(element.is === 'watermark' ? element.time : element.is)
    }
    return seen
  }
  return { clock, context, time: new SourceTime(context, options), sent }
}

const rowsAt = (...times: number[]) =>
  batchOf(
    keyValueRow,
    times.map((time) => ({ cells: ['a', 1n], time })),
  )

describe('source time', () => {
  it('sends the minimum of its partitions, at batch ends, once every partition has one', () => {
    const { time, sent } = setUp({ waitMs: 10, idleAfterMs: null })
    time.add(0, { offset: 0 })
    time.add(1, { offset: 0 })
    time.onBatch(0, rowsAt(100, 90), 2)
    time.advance()
    expect(sent()).toEqual([])
    time.onBatch(1, rowsAt(60), 1)
    time.advance()
    expect(sent()).toEqual([49])
    const status = time.status(() => 5)
    expect(status[0]).toMatchObject({ offset: 2, maxEventTime: 100, watermark: 89, endOffset: 5 })
    expect(holderOfTime(status)?.partition).toBe(1)
  })

  it('sends the restored watermark before anything else, although a partition was idle', () => {
    const before = setUp({ waitMs: 0, idleAfterMs: 50 })
    before.time.add(0, { offset: 0 })
    before.time.add(1, { offset: 0 })
    before.time.onBatch(0, rowsAt(100), 1)
    before.time.onBatch(1, rowsAt(20), 1)
    before.clock.advanceTo(40)
    before.time.onBatch(0, rowsAt(200), 2)
    before.clock.advanceTo(60)
    before.time.onProcessingTime(60)
    expect(before.sent()).toEqual([199])
    const parts = before.time.snapshot()

    const after = setUp({ waitMs: 0, idleAfterMs: 50 })
    for (const state of restoredPartitions(parts)) after.time.add(state.partition, state)
    after.time.start()
    expect(after.sent()).toEqual([199])
    expect(after.time.offsetOf(0)).toBe(2)
  })

  it('asks to be woken when the silence of a partition will have lasted long enough', () => {
    const { clock, context, time, sent } = setUp({ waitMs: 0, idleAfterMs: 50 })
    time.add(0, { offset: 0 })
    expect(context.nextWakeTime()).toBe(50)
    clock.advanceTo(50)
    time.onProcessingTime(context.takeDueWake() ?? 0)
    expect(sent()).toEqual(['idle'])
    time.onBatch(0, rowsAt(7), 1)
    time.advance()
    expect(sent()).toEqual(['active', 6])
  })

  it('calls a partition silent only when all of it was read, and not awake for what is no row', () => {
    let behind = true
    const { clock, time, sent } = setUp({ waitMs: 0, idleAfterMs: 50, isBehind: () => behind })
    time.add(0, { offset: 0 })
    clock.advanceTo(60)
    time.onProcessingTime(60)
    expect(sent()).toEqual([])
    behind = false
    clock.advanceTo(110)
    time.onProcessingTime(110)
    expect(sent()).toEqual(['idle'])
    time.onPosition(0, newPartition(0, 3))
    time.advance()
    expect(sent()).toEqual([])
    expect(time.offsetOf(0)).toBe(3)
  })

  it('is idle without partitions, so that it does not hold the time of others', () => {
    const { time, sent } = setUp({ waitMs: 0, idleAfterMs: null })
    time.start()
    expect(sent()).toEqual(['idle'])
    time.add(0, { offset: 0 })
    time.onBatch(0, rowsAt(7), 1)
    time.advance()
    expect(sent()).toEqual(['active', 6])
  })

  it('sends nothing for rows without event time', () => {
    const { time, sent } = setUp({ waitMs: null, idleAfterMs: 10 })
    time.add(0, { offset: 0 })
    time.onBatch(0, rowsAt(5), 1)
    time.advance()
    expect(sent()).toEqual([])
  })
})
