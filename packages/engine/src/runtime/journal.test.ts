import { seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { QueueChannel } from './channel.ts'
import { asReady, type InputChoice, seededChoice } from './input-choice.ts'
import { InputMux } from './input-mux.ts'
import {
  type Decision,
  type DecisionLog,
  Journal,
  journalBytesMax,
  readJournal,
} from './journal.ts'
import { Replay } from './replay.ts'

const idle = { idle: true, channels: [] }

describe('decision journal', () => {
  it('reads back what was decided', () => {
    const expected: Decision[] = [
      { is: 'take', channel: 0, rows: 8192 },
      { is: 'take', channel: 0, rows: 8192 },
      { is: 'take', channel: 1, rows: 5 },
      { is: 'clock', time: 1_700_000_000_000 },
      { is: 'watermark', time: 1_699_999_990_000 },
      { is: 'idle' },
      { is: 'active' },
      { is: 'timer', time: 1_700_000_000_100 },
      { is: 'silent', partition: 3 },
      { is: 'random', value: 4_294_967_295 },
      { is: 'cancel', checkpoint: 7 },
      { is: 'end' },
    ]
    const journal = new Journal()
    for (const decision of expected) journal.decide(decision)
    const { bytes, complete } = journal.cut(8, idle)
    expect(readJournal(bytes)).toEqual(expected)
    expect(complete).toBe(true)
    expect(bytes.length).toBeLessThan(50)
  })

  it('keeps what no complete checkpoint has, with the state that each stretch begins with', () => {
    const channel = { watermark: -5, idle: false, aligned: true, ended: false }
    const never = { watermark: Number.NEGATIVE_INFINITY, idle: true, aligned: false, ended: true }
    const state = { idle: false, channels: [channel, never] }
    const journal = new Journal()
    journal.decide({ is: 'clock', time: 100 })
    journal.cut(1, state)
    journal.decide({ is: 'clock', time: 200 })
    const second: Decision[] = [
      { is: 'barrier', checkpoint: 1 },
      { is: 'state', ...state },
      { is: 'clock', time: 200 },
    ]
    const all = readJournal(journal.cut(2, idle).bytes)
    expect(all).toEqual([{ is: 'clock', time: 100 }, ...second])
    journal.completed(2)
    expect(readJournal(journal.cut(3, idle).bytes)).toEqual([
      { is: 'barrier', checkpoint: 2 },
      { is: 'state', ...idle },
    ])
    expect(new Replay(second).start).toMatchObject(state)
    expect(new Replay(second).peek()).toEqual({ is: 'clock', time: 200 })
  })

  it('stays bounded, and says when it is not complete', () => {
    const journal = new Journal()
    for (let i = 0; i < journalBytesMax; i++) {
      journal.decide({ is: 'take', channel: i % 2, rows: i })
      if (i % 10_000 === 0) journal.cut(i + 1, idle)
    }
    const { bytes, complete } = journal.cut(journalBytesMax + 1, idle)
    expect(bytes).toHaveLength(0)
    expect(complete).toBe(false)
    journal.completed(journalBytesMax + 1)
    journal.decide({ is: 'take', channel: 0, rows: 1 })
    expect(journal.cut(journalBytesMax + 2, idle).complete).toBe(true)
  })

  it('makes a run take its inputs in the recorded order again', () => {
    const script = seededRandom(5)
    const taken = (journal: DecisionLog, choice: InputChoice) => {
      const channels = [0, 1, 2].map(() => new QueueChannel(100))
      for (let i = 0; i < 60; i++) channels[i % 3].push({ is: 'watermark', time: i })
      const mux = new InputMux({
        inputs: [channels],
        choice,
        journal,
        watermark: Number.NEGATIVE_INFINITY,
      })
      const events: unknown[] = []
      for (let event = mux.next(); event; event = mux.next()) events.push(event)
      return events
    }
    const recording = new Journal()
    const first = taken(recording, seededChoice(script))
    expect(taken(new Journal(), asReady())).not.toEqual(first)
    const replay = new Replay(readJournal(recording.cut(1, idle).bytes))
    expect(taken(replay, replay)).toEqual(first)
    expect(replay.ended).toBe(true)
  })

  it('waits for the channel that came first, and refuses what was not recorded', () => {
    const replay = new Replay([{ is: 'take', channel: 1, rows: 0 }])
    expect(replay.choose([0])).toBeUndefined()
    expect(replay.choose([0, 1])).toBe(1)
    expect(() => replay.decide({ is: 'take', channel: 1, rows: 2 })).toThrow('something else')
    replay.decide({ is: 'take', channel: 1, rows: 0 })
    expect(() => replay.decide({ is: 'idle' })).toThrow('instead of the end')
  })
})
