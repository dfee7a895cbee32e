import { seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { QueueChannel } from './channel.ts'
import { asReady, journalChoice, seededChoice } from './input-choice.ts'
import { InputMux } from './input-mux.ts'
import { type Decision, Journal, journalBytesMax, readJournal } from './journal.ts'

describe('decision journal', () => {
  it('reads back what was decided', () => {
    const journal = new Journal()
    journal.take(0, 8192)
    journal.take(0, 8192)
    journal.take(1, 5)
    journal.clock(1_700_000_000_000)
    journal.watermark(1_699_999_990_000)
    journal.status(true)
    journal.status(false)
    journal.timer(1_700_000_000_100)
    const expected: Decision[] = [
      { is: 'take', channel: 0, rows: 8192 },
      { is: 'take', channel: 0, rows: 8192 },
      { is: 'take', channel: 1, rows: 5 },
      { is: 'clock', time: 1_700_000_000_000 },
      { is: 'watermark', time: 1_699_999_990_000 },
      { is: 'idle' },
      { is: 'active' },
      { is: 'timer', time: 1_700_000_000_100 },
    ]
    const { bytes, complete } = journal.cut()
    expect(readJournal(bytes)).toEqual(expected)
    expect(complete).toBe(true)
    expect(bytes.length).toBeLessThan(40)
    expect(journal.cut().bytes).toHaveLength(0)
  })

  it('stays bounded, and says when it is not complete', () => {
    const journal = new Journal()
    for (let i = 0; i < journalBytesMax; i++) journal.take(i % 2, i)
    const { bytes, complete } = journal.cut()
    expect(bytes.length).toBeLessThan(journalBytesMax + 32)
    expect(complete).toBe(false)
    journal.take(0, 1)
    expect(journal.cut().complete).toBe(true)
  })

  it('makes a run take its inputs in the recorded order again', () => {
    const script = seededRandom(5)
    const taken = (journal: Journal, choice = asReady()) => {
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
    const decisions = readJournal(recording.cut().bytes)
    expect(taken(new Journal(), journalChoice(decisions))).toEqual(first)
  })

  it('refuses to go on behind its end', () => {
    expect(() => journalChoice([]).choose([0])).toThrow('ends here')
    const waits = journalChoice([{ is: 'take', channel: 1, rows: 0 }])
    expect(waits.choose([0])).toBeUndefined()
    expect(waits.choose([0, 1])).toBe(1)
  })
})
