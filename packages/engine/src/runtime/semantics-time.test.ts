/** The reference cases of watermarks, idleness, barriers and key groups. */
import { seededRandom, VirtualTime } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { type AlignerOutput, BarrierAligner } from './barrier-aligner.ts'
import { QueueChannel } from './channel.ts'
import { partsFor } from './checkpoint-manifest.ts'
import { Journal } from './journal.ts'
import { flinkMurmur, javaStringHash, keyGroupRange, subtaskOf } from './key-groups.ts'
import { SubtaskContext } from './subtask-context.ts'
import { scriptSourceSpec } from './testing/plans.ts'
import { caseTime, semanticCase, semanticCases } from './testing/semantic-cases.ts'
import { type ValveOutput, WatermarkValve } from './watermark-valve.ts'
import { SourceTime } from './watermarks.ts'

describe('watermark valve', () => {
  it.each(semanticCases('watermarkValve').map((one) => [one.id, one] as const))('%s', (_, one) => {
    const valve = new WatermarkValve(one.pipeline.channels as number)
    for (const step of one.steps) {
      const { wm, status, ch } = step.in as { wm?: number; status?: string; ch: number }
      let outputs: ValveOutput[]
      if (wm !== undefined) outputs = valve.onWatermark(ch, wm)
      else outputs = status === 'IDLE' ? valve.onIdle(ch) : valve.onActive(ch)
      const seen = outputs.map((output) =>
        output.is === 'watermark' ? { wm: output.time } : { status: output.is.toUpperCase() },
      )
      expect(seen).toEqual(step.out)
    }
  })
})

describe('barrier alignment', () => {
  it.each(semanticCases('barrierAlignment').map((one) => [one.id, one] as const))(
    '%s',
    (_, one) => {
      const channels = one.pipeline.channels as number
      const aligner = new BarrierAligner(channels)
      const waiting: string[][] = Array.from({ length: channels }, () => [])
      const state: string[] = []
      for (const step of one.steps) {
        const {
          record,
          barrier,
          cancel,
          endOfChannel,
          ch = 0,
        } = step.in as {
          record?: string
          barrier?: number
          cancel?: number
          endOfChannel?: number
          ch?: number
        }
        const seen: Record<string, unknown>[] = []
        const process = (value: string) => {
          state.push(value)
          seen.push({ process: value })
        }
        let outputs: AlignerOutput[] = []
        if (record && aligner.isBlocked(ch)) waiting[ch].push(record)
        else if (record) process(record)
        else if (barrier !== undefined) outputs = aligner.onBarrier(ch, barrier)
        else if (cancel !== undefined) outputs = aligner.onCancel(cancel)
        else if (endOfChannel !== undefined) outputs = aligner.onEnd(endOfChannel)
        for (const output of outputs) {
          const { checkpoint } = output
          if (output.is === 'aligned') {
            seen.push({ snapshot: checkpoint, state: [...state] }, { forwardBarrier: checkpoint })
          } else {
            seen.push({ abort: checkpoint, reason: output.why })
            if (output.why === 'cancelled') seen.push({ forwardCancel: checkpoint })
          }
        }
        waiting.forEach((records, channel) => {
          while (records.length > 0 && !aligner.isBlocked(channel)) process(records.shift() ?? '')
        })
        // Order among channels after the unblocking is free; in barrier-003 the records come as steps of their own.
        const inStep = step.out.filter((out) => !('process' in out && record !== undefined))
        expect(seen.filter((one) => !('process' in one))).toEqual(
          inStep.filter((out) => !('process' in out)),
        )
        const processed = (list: Record<string, unknown>[]) =>
          list.flatMap((out) => ('process' in out ? [String(out.process)] : [])).sort()
        expect(processed(seen)).toEqual(processed(step.out))
      }
    },
  )
})

/** A source's time over partitions named in order of appearance, and what it sends. */
function sourceTime(options: { waitMs: number; idleAfterMs: number | null }) {
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
  const time = new SourceTime(context, options)
  const sent = () => {
    const seen: Record<string, unknown>[] = []
    while (channel.peek()) {
      const element = channel.take()
      if (element.is === 'watermark') seen.push({ wm: element.time })
      if (element.is === 'idle') seen.push({ status: 'IDLE' })
    }
    return seen
  }
  return { clock, time, sent }
}

describe('watermark generation', () => {
  it('wmgen-001: largest event time − wait − 1, and never back', () => {
    const one = semanticCase('wmgen-001')
    const waitMs = one.pipeline.maxOutOfOrderness as number
    const { time, sent } = sourceTime({ waitMs, idleAfterMs: null })
    time.add(0, { offset: 0 })
    let last = Number.NEGATIVE_INFINITY
    let offset = 0
    for (const step of one.steps) {
      if (step.in.event !== undefined) {
        const maxEventTime = Number(step.in.event)
        time.onRows(0, { nextOffset: ++offset, maxEventTime, maxEventTimeOffset: offset })
        continue
      }
      time.advance()
      for (const { wm } of sent()) last = Number(wm)
      expect(last).toBe(caseTime(step.out[0].wm))
    }
  })

  it('wmgen-003: silence makes idle, an event makes active again', () => {
    const one = semanticCase('wmgen-003')
    const { clock, time, sent } = sourceTime({ waitMs: 0, idleAfterMs: 10 })
    time.add(0, { offset: 0 })
    const seen: Record<string, unknown>[] = []
    let offset = 0
    for (const step of one.steps) {
      clock.advanceTo(Number(step.in.pt))
      if (step.in.event === undefined) time.onProcessingTime(clock.now())
      else {
        const maxEventTime = Number(step.in.event)
        time.onRows(0, { nextOffset: ++offset, maxEventTime, maxEventTimeOffset: offset })
        time.advance()
      }
      seen.push(...sent())
    }
    // The mark is accepted at any check after the timeout: here at 11 and 60, as a check comes after more than 10 ms.
    expect(seen).toEqual([{ wm: 99 }, { status: 'IDLE' }, { wm: 100 }, { status: 'IDLE' }])
  })

  it.each(semanticCases('watermarkMux').map((one) => [one.id, one] as const))('%s', (_, one) => {
    const { time, sent } = sourceTime({ waitMs: 0, idleAfterMs: 1000 })
    const numbers = new Map<string, number>()
    const partition = (name: unknown) => {
      const known = numbers.get(String(name))
      if (known !== undefined) return known
      numbers.set(String(name), numbers.size)
      return numbers.size - 1
    }
    for (const step of one.steps) {
      const { add, remove, split, wm, idle } = step.in
      if (add !== undefined) time.add(partition(add), { offset: 0 })
      if (remove !== undefined) time.remove(partition(remove))
      if (split !== undefined && wm !== undefined) {
        const maxEventTime = Number(wm) + 1
        time.onRows(partition(split), { nextOffset: 1, maxEventTime, maxEventTimeOffset: 0 })
      }
      if (split !== undefined && idle) time.markIdle(partition(split))
      if (step.in.periodic) time.advance()
      if (step.in.periodic) expect(sent()).toEqual(step.out)
    }
  })
})

describe('key groups', () => {
  it('keygroup-001: strings hash as in Java, groups spread as in Flink', () => {
    for (const { in: given, out } of semanticCase('keygroup-001').steps) {
      const bytes = new TextEncoder().encode(String(given.key))
      const hashCode = javaStringHash(bytes, 0, bytes.length)
      const murmur = flinkMurmur(hashCode)
      const keyGroup = murmur % 128
      const operatorIndex = (given.parallelism as number[]).map((n) => subtaskOf(keyGroup, n))
      expect({ hashCode, murmur, keyGroup, operatorIndex }).toEqual(out[0])
    }
  })

  it('keygroup-003: every group has one owner', () => {
    for (const { in: given, out } of semanticCase('keygroup-003').steps) {
      const parallelism = Number(given.rangesFor)
      const ranges = Array.from({ length: parallelism }, (_, subtask) => {
        const { start, end } = keyGroupRange(subtask, parallelism, Number(given.maxParallelism))
        return [start, end - 1]
      })
      expect({ ranges }).toEqual(out[0])
    }
  })

  it('keygroup-005: the murmur finaliser of edge integers', () => {
    for (const { in: given, out } of semanticCase('keygroup-005').steps) {
      expect({ murmur: flinkMurmur(Number(given.murmurOf)) }).toEqual(out[0])
    }
  })
})

describe('list state', () => {
  it('rescale-005: is split round-robin, nothing lost, nothing twice', () => {
    const declared = {
      node: 'source',
      name: 'offsets',
      version: 1,
      scope: 'list' as const,
      keyTypes: [],
      schema: 'name',
      hash: null,
    }
    const operatorAt = (parallelism: number) => ({
      ...scriptSourceSpec([], { parallelism }),
      state: [declared],
    })
    let held: string[][] = []
    let parallelism = semanticCase('rescale-005').pipeline.parallelism as number
    for (const step of semanticCase('rescale-005').steps) {
      if (step.in.add) {
        held[Number(step.in.subtask)] = step.in.add as string[]
        continue
      }
      const former = held.map((names, subtask) => ({
        subtask,
        files: [
          names.map((name) => ({
            state: 'offsets',
            keyGroup: -1,
            bytes: new TextEncoder().encode(name),
          })),
        ],
      }))
      const shape = { operator: 'source', node: 'source', parallelism, state: [declared] }
      parallelism = Number(step.in.rescale)
      const operator = operatorAt(parallelism)
      held = Array.from({ length: parallelism }, (_, subtask) =>
        partsFor(operator, subtask, { shape, former }).map(({ bytes }) =>
          new TextDecoder().decode(bytes),
        ),
      )
      expect(held.flat().sort()).toEqual(['p0', 'p1', 'p2', 'p3', 'p4'])
      const sizes = held.map((names) => names.length)
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
    }
  })
})
