import { seededRandom, VirtualTime } from '@millrace/base'
import type { Element } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { QueueChannel } from './channel.ts'
import type { Operator, OperatorContext } from './operator.ts'
import { Subtask } from './subtask.ts'
import { batchOf } from './testing/batches.ts'
import { keyValueRow, sinkSpec } from './testing/plans.ts'

const oneRow = batchOf(keyValueRow, [{ cells: ['a', 1n], time: 1 }])
const batch: Element = { is: 'batch', batch: oneRow }

/** An operator that passes batches on, with some calls exchanged, under the real driver; two input channels. */
function setUp(options: { outputRoom?: number; exchange?: Partial<Operator> } = {}) {
  const clock = new VirtualTime(1000)
  const inputs = [new QueueChannel(20), new QueueChannel(20)]
  const output = new QueueChannel(options.outputRoom ?? 100)
  const snapshots: number[] = []
  const calls: string[] = []
  let failure: unknown
  let context: OperatorContext | undefined
  const spec = {
    ...sinkSpec('pass', keyValueRow),
    outputs: [{ port: 'rows', row: keyValueRow, eventTime: true, origins: false }],
  }
  const subtask = new Subtask({
    spec,
    subtask: 0,
    registry: {
      sources: {},
      operators: {
        'collecting-sink': (given) => {
          context = given
          return {
            onBatch(_, rows) {
              if (!given.outputs[0].hasRoom()) return 'blocked'
              given.outputs[0].emit(rows)
              given.counters.passedOn += rows.length
              return 'done'
            },
            onWatermark: () => 'done',
            onProcessingTime: () => 'done',
            onEnd: () => 'done',
            onBarrier: () => 'done',
            freeze(checkpoint) {
              calls.push(`freeze ${checkpoint}`)
              return { write: () => [] }
            },
            onCheckpointComplete: (checkpoint) => calls.push(`complete ${checkpoint}`),
            onCheckpointAborted: (checkpoint) => calls.push(`aborted ${checkpoint}`),
            close() {},
            ...options.exchange,
          }
        },
      },
    },
    inputs: [inputs],
    outputs: [[{ exchange: { is: 'forward' }, channels: [output] }]],
    clock,
    random: seededRandom(1),
    listener: {
      onSnapshotPart() {},
      onSnapshotDone: (checkpoint) => snapshots.push(checkpoint),
      onFailed: (error) => {
        failure = error
      },
    },
  })
  const run = () => {
    let result = subtask.runSome(100)
    while (result === 'progress') result = subtask.runSome(100)
    return result
  }
  const drain = () => {
    const seen: string[] = []
    while (output.peek()) seen.push(textOf(output.take()))
    return seen
  }
  const getContext = () => {
    if (!context) throw new Error('the operator was not made')
    return context
  }
  return {
    subtask,
    clock,
    inputs,
    run,
    drain,
    snapshots,
    calls,
    getContext,
    failure: () => failure,
  }
}

function textOf(element: Element): string {
  if (element.is === 'watermark') return `watermark ${element.time}`
  return element.is === 'barrier' ? `barrier ${element.checkpoint}` : element.is
}

describe('subtask driver', () => {
  it('forwards the minimum of the watermarks, barriers once aligned, and one end', () => {
    const { inputs, run, drain, snapshots } = setUp()
    inputs[0].push({ is: 'watermark', time: 10 })
    inputs[0].push({ is: 'barrier', checkpoint: 1 })
    inputs[0].push(batch)
    inputs[0].push({ is: 'end' })
    run()
    expect(drain()).toEqual([])
    inputs[1].push({ is: 'watermark', time: 5 })
    inputs[1].push(batch)
    run()
    expect(drain()).toEqual(['watermark 5', 'batch'])
    inputs[1].push({ is: 'barrier', checkpoint: 1 })
    run()
    expect(drain()).toEqual(['barrier 1', 'batch'])
    expect(snapshots).toEqual([1])
    inputs[1].push({ is: 'end' })
    expect(run()).toBe('ended')
    expect(drain()).toEqual(['end'])
  })

  it('sends a watermark only after the operator has drained, and no batch overtakes it', () => {
    let left = 3
    const { inputs, run, drain } = setUp({
      outputRoom: 1,
      exchange: { onWatermark: () => (left-- > 0 ? 'more' : 'done') },
    })
    for (const channel of inputs) channel.push({ is: 'watermark', time: 5 })
    inputs[0].push(batch)
    expect(run()).toBe('blocked')
    expect(left).toBe(-1)
    expect(drain()).toEqual(['watermark 5'])
    run()
    expect(drain()).toEqual(['batch'])
  })

  it('calls again with the same batch when an output was full, and counts it once', () => {
    const { inputs, run, drain, subtask } = setUp({ outputRoom: 1 })
    inputs[0].push(batch)
    inputs[0].push(batch)
    expect(run()).toBe('blocked')
    expect(subtask.counters).toMatchObject({ rowsIn: 1, passedOn: 1 })
    expect(run()).toBe('blocked')
    expect(drain()).toEqual(['batch'])
    expect(run()).toBe('idle')
    expect(subtask.counters).toMatchObject({ rowsIn: 2, passedOn: 2, rowsOut: [2] })
  })

  it('calls it progress when it handed something on or made room, so that nobody is left asleep', () => {
    const { inputs, subtask, drain } = setUp({ outputRoom: 1 })
    inputs[0].push({ is: 'watermark', time: 5 })
    expect(subtask.runSome(100)).toBe('progress')
    expect(subtask.runSome(100)).toBe('idle')
    inputs[1].push({ is: 'watermark', time: 5 })
    inputs[1].push({ is: 'watermark', time: 6 })
    inputs[0].push({ is: 'watermark', time: 6 })
    while (subtask.runSome(100) === 'progress') {}
    expect(drain()).toEqual(['watermark 5'])
    expect(subtask.runSome(100)).toBe('progress')
    expect(drain()).toEqual(['watermark 6'])
    expect(subtask.runSome(100)).toBe('idle')
  })

  it('leaves an operator that awaits an answer alone until it is woken', () => {
    let calls = 0
    let answered = false
    const { inputs, run, getContext, snapshots } = setUp({
      exchange: {
        onBatch() {
          calls++
          return answered ? 'done' : 'blocked'
        },
        onBarrier: () => 'done',
      },
    })
    inputs[0].push(batch)
    for (const channel of inputs) channel.push({ is: 'barrier', checkpoint: 1 })
    expect(run()).toBe('blocked')
    expect(run()).toBe('blocked')
    expect(calls).toBe(1)
    expect(snapshots).toEqual([])
    answered = true
    getContext().wake()
    expect(run()).toBe('idle')
    expect(calls).toBe(2)
    expect(snapshots).toEqual([1])
  })

  it('wakes an operator at the earliest time that it asked for', () => {
    const fired: number[] = []
    const { clock, run, getContext, subtask } = setUp({
      exchange: {
        onProcessingTime(now) {
          fired.push(now)
          return 'done'
        },
      },
    })
    getContext().wakeAt(1500)
    getContext().wakeAt(1200)
    expect(subtask.wakeTime()).toBe(1200)
    run()
    expect(fired).toEqual([])
    clock.advanceTo(1250)
    run()
    expect(fired).toEqual([1250])
    expect(subtask.wakeTime()).toBeUndefined()
  })

  it('passes on that all inputs are idle, and that one is active again', () => {
    const { inputs, run, drain } = setUp()
    inputs[0].push({ is: 'watermark', time: 7 })
    for (const channel of inputs) channel.push({ is: 'idle' })
    run()
    expect(drain()).toEqual(['watermark 7', 'idle'])
    inputs[1].push(batch)
    run()
    expect(drain()).toEqual(['active', 'batch'])
  })

  it('frees the channels of a checkpoint that was given up, and lets its late barriers go by', () => {
    const { subtask, inputs, run, drain, calls, snapshots } = setUp()
    inputs[0].push({ is: 'barrier', checkpoint: 1 })
    inputs[0].push(batch)
    run()
    expect(drain()).toEqual([])
    subtask.abortCheckpoint(1)
    inputs[1].push({ is: 'barrier', checkpoint: 1 })
    run()
    expect(drain()).toEqual(['batch'])
    for (const channel of inputs) channel.push({ is: 'barrier', checkpoint: 2 })
    run()
    subtask.completeCheckpoint(2)
    expect(snapshots).toEqual([2])
    expect(calls.filter((call) => call !== 'aborted 1')).toEqual(['freeze 2', 'complete 2'])
  })

  it('answers a checkpoint that begins after its end with its final state', () => {
    const { subtask, inputs, run, snapshots } = setUp()
    for (const channel of inputs) channel.push({ is: 'end' })
    expect(run()).toBe('ended')
    subtask.requestCheckpoint(3)
    expect(run()).toBe('ended')
    expect(snapshots).toEqual([3])
  })

  it('reports what an operator throws, and does nothing more', () => {
    const { inputs, run, failure } = setUp({
      exchange: {
        onBatch: () => {
          throw new Error('no')
        },
      },
    })
    inputs[0].push(batch)
    expect(run()).toBe('failed')
    expect(failure()).toEqual(new Error('no'))
    expect(run()).toBe('failed')
  })

  it('has shares of time that were spent working and blocked', () => {
    const { inputs, run, clock, subtask } = setUp({
      outputRoom: 1,
      exchange: {
        onBarrier: () => {
          clock.advance(300)
          return 'done'
        },
      },
    })
    for (const channel of inputs) channel.push({ is: 'barrier', checkpoint: 1 })
    inputs[0].push(batch)
    expect(run()).toBe('blocked')
    clock.advance(700)
    expect(subtask.status()).toMatchObject({ busy: 0.3, blocked: 0.7 })
    expect(subtask.status()).toMatchObject({ busy: 0, blocked: 0 })
  })
})
