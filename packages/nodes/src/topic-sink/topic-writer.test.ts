import { encodeUtf8 } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { type OpenTopic, TopicWriter } from './topic-writer.ts'

/** A producer whose room and acknowledgements the test decides. */
function harness() {
  const taken: string[] = []
  let room = 0
  let roomCame: () => void = () => undefined
  let flushed: { resolve(): void; reject(error: Error): void } | undefined
  let opened: (topic: OpenTopic) => void = () => undefined
  let woken: () => void = () => undefined
  const failures: unknown[] = []
  const producer: OpenTopic['producer'] = {
    append(topic) {
      if (room === 0) return false
      room--
      taken.push(topic)
      return true
    },
    whenRoom: () =>
      new Promise((resolve) => {
        roomCame = resolve
      }),
    flush: () =>
      new Promise((resolve, reject) => {
        flushed = { resolve, reject }
      }),
    close: () => Promise.resolve(),
  }
  const writer = new TopicWriter({
    topic: 'totals',
    open: () =>
      new Promise((resolve) => {
        opened = resolve
      }),
    wake: () => woken(),
    fail: (error) => failures.push(error),
  })
  const nextWake = () =>
    new Promise<void>((resolve) => {
      woken = resolve
    })
  return {
    writer,
    taken,
    failures,
    open: () => {
      const wake = nextWake()
      opened({ producer, partitions: 3 })
      return wake
    },
    giveRoom: (records: number) => {
      const wake = nextWake()
      room = records
      roomCame()
      return wake
    },
    acknowledge: () => {
      const wake = nextWake()
      flushed?.resolve()
      return wake
    },
    refuse: () => {
      const wake = nextWake()
      flushed?.reject(new Error('the topic is gone'))
      return wake
    },
  }
}

const record = { value: encodeUtf8('{}') }

describe('topic writer', () => {
  it('takes nothing before its topic is there', async () => {
    const { writer, open, giveRoom, taken } = harness()
    expect(writer.partitions).toBeUndefined()
    expect(writer.append(0, record)).toBe(false)
    expect(writer.flush()).toBe('blocked')
    await open()
    expect(writer.partitions).toBe(3)
    expect(writer.append(0, record)).toBe(false)
    await giveRoom(1)
    expect(writer.append(0, record)).toBe(true)
    expect(taken).toEqual(['totals'])
  })

  it('blocks a barrier until everything is acknowledged, each time anew', async () => {
    const { writer, open, acknowledge } = harness()
    await open()
    for (let checkpoint = 1; checkpoint <= 2; checkpoint++) {
      expect(writer.flush()).toBe('blocked')
      expect(writer.flush()).toBe('blocked')
      await acknowledge()
      expect(writer.flush()).toBe('done')
    }
  })

  it('fails its operator when records cannot be written', async () => {
    const { writer, open, refuse, failures } = harness()
    await open()
    writer.flush()
    await refuse()
    expect(failures).toHaveLength(1)
    expect(writer.flush()).toBe('blocked')
  })
})
