import { seededRandom, VirtualTime } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { QueueChannel } from './channel.ts'
import type { RestoredState, SnapshotPart } from './operator.ts'
import { Subtask } from './subtask.ts'
import { batchOf, rowsOf, rowText } from './testing/batches.ts'
import { OperatorHarness } from './testing/operator-harness.ts'
import { keyValueRow, windowSpec } from './testing/plans.ts'
import { testRegistry } from './testing/test-operators.ts'

/** A window subtask behind two sources. */
function windowBehindTwo(restored: RestoredState | null) {
  const inputs = [new QueueChannel(10), new QueueChannel(10)]
  const parts: SnapshotPart[] = []
  const subtask = new Subtask({
    spec: windowSpec({ sizeMs: 10 }),
    subtask: 0,
    registry: testRegistry([]),
    inputs: [inputs],
    outputs: [[], []],
    clock: new VirtualTime(0),
    random: seededRandom(1),
    restored,
    listener: {
      onSnapshotPart: (_, part) => parts.push(part),
      onSnapshotDone() {},
      onFailed: (error) => {
        throw error
      },
    },
  })
  const run = () => {
    while (subtask.runSome(100) === 'progress') {}
  }
  return { subtask, inputs, parts, run }
}

describe('regression', () => {
  it('judges a row after a restore by the watermark of all sources, although one has not sent it again', () => {
    //   0 ────── 10 ────── 20      both sources at 15 | checkpoint | source 0: watermark 15, row at 5: late
    const before = windowBehindTwo(null)
    for (const channel of before.inputs) {
      channel.push({ is: 'watermark', time: 15 })
      channel.push({ is: 'barrier', checkpoint: 1 })
    }
    before.run()
    const after = windowBehindTwo(before.parts)
    after.inputs[0].push({ is: 'watermark', time: 15 })
    const row = batchOf(keyValueRow, [{ cells: ['a', 1n], time: 5 }])
    after.inputs[0].push({ is: 'batch', batch: row })
    after.run()
    expect(after.subtask.counters).toMatchObject({ rowsIn: 1, late: 1, held: 0 })
    expect(after.subtask.status().watermark).toBe(15)
  })

  it('moves time on after a restore when a source falls idle that has sent nothing since', () => {
    //   0 ────── 10 ────── 20      both sources at 5 | checkpoint | source 0: row at 7, watermark 15; source 1: idle
    const before = windowBehindTwo(null)
    for (const channel of before.inputs) {
      channel.push({ is: 'watermark', time: 5 })
      channel.push({ is: 'barrier', checkpoint: 1 })
    }
    before.run()
    const after = windowBehindTwo(before.parts)
    const row = batchOf(keyValueRow, [{ cells: ['a', 1n], time: 7 }])
    after.inputs[0].push({ is: 'batch', batch: row })
    after.inputs[0].push({ is: 'watermark', time: 15 })
    after.run()
    expect(after.subtask.status().watermark).toBe(5)
    after.inputs[1].push({ is: 'idle' })
    after.run()
    expect(after.subtask.status().watermark).toBe(15)
    expect(after.subtask.counters).toMatchObject({ rowsOut: [1, 0], held: 0 })
  })

  it('judges a row after a restore by the watermark that its own subtask had, when others were behind', () => {
    //   0 ────── 10 ────── 20      subtask 0 at 20, subtask 1 at 5 | checkpoint | a row at 6 for subtask 0: late
    const spec = windowSpec({ sizeMs: 10, parallelism: 2 })
    const registry = testRegistry([])
    const files = [20, 5].map((time, subtask) => {
      const harness = new OperatorHarness({ spec, registry, subtask })
      harness.feed({ is: 'watermark', time })
      return harness.checkpoint()
    })
    const former = { parallelism: 2, files }
    const watermarks = [0, 1].map(
      (subtask) =>
        new OperatorHarness({ spec, registry, subtask, former }).subtask.status().watermark,
    )
    expect(watermarks).toEqual([20, 5])
    const alone = windowSpec({ sizeMs: 10 })
    const { subtask } = new OperatorHarness({ spec: alone, registry, former })
    expect(subtask.status().watermark).toBe(5)
  })

  it('fires a row at once whose window had fired, although a restore set time back before its end', () => {
    //   0 ────── 10 ··········· 40      subtask 0 at 20, subtask 1 at 5 | checkpoint, one subtask goes on at 5
    const window = { sizeMs: 10, allowedLatenessMs: 30 }
    const spec = windowSpec({ ...window, parallelism: 2 })
    const registry = testRegistry([])
    const rowAt = (time: number) =>
      ({ is: 'batch', batch: batchOf(keyValueRow, [{ cells: ['a', 1n], time }]) }) as const
    const files = [20, 5].map((time, subtask) => {
      const harness = new OperatorHarness({ spec, registry, subtask })
      if (subtask === 0) harness.feed(rowAt(3))
      harness.feed({ is: 'watermark', time })
      return harness.checkpoint()
    })
    const former = { parallelism: 2, files }
    const after = new OperatorHarness({ spec: windowSpec(window), registry, former })
    const [results] = after.feed(rowAt(4))
    const texts = results.flatMap((out) =>
      out.is === 'batch' ? rowsOf(after.subtask.spec.outputs[0].row, out.batch).map(rowText) : [],
    )
    expect(texts).toEqual(['a 0 10 9 2 2 2 @9 kind 2'])
  })
})
