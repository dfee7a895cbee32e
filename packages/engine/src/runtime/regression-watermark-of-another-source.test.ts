import { seededRandom, VirtualTime } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { QueueChannel } from './channel.ts'
import type { RestoredState, SnapshotPart } from './operator.ts'
import { Subtask } from './subtask.ts'
import { batchOf } from './testing/batches.ts'
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
})
