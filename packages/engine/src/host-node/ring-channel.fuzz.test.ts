/**
 * Random elements through a ring, in one thread with random turns, and between two real threads. Invariants: what comes
 * out equals what went in, in order; a writer without room never loses an element; nobody sleeps for ever.
 */
import { seededRandom } from '@millrace/base'
import { startWorker } from '@millrace/base/node'
import { describe, expect, it } from 'vitest'
import { DoorbellWaiter, ringDoorbell } from './doorbell.ts'
import { makeRingBuffer } from './ring.ts'
import { RingInputChannel, RingOutputChannel } from './ring-channel.ts'
import { elementText, randomElement } from './testing/random-elements.ts'

const ringSize = 16 * 1024
const ignore = () => undefined

describe('ring channel', () => {
  it('hands over every element unchanged, whatever the turns (20 seeds)', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const turns = seededRandom(seed)
      const random = seededRandom(seed + 1000)
      const expected = seededRandom(seed + 1000)
      const buffer = makeRingBuffer(ringSize)
      const output = new RingOutputChannel(buffer, ignore)
      const input = new RingInputChannel(buffer, ignore)
      let sent = 0
      let received = 0
      while (received < 100) {
        if (turns.next() < 0.5 && sent < 100 && output.hasRoom()) {
          output.push(randomElement(random, sent++))
        } else output.flush()
        if (turns.next() < 0.5 && input.peek()) {
          const wanted = elementText(randomElement(expected, received++))
          expect(elementText(input.take()), `seed ${seed}`).toBe(wanted)
        }
      }
    }
  })

  it('has no room while an element waits, and takes it up again when the reader has read', () => {
    const buffer = makeRingBuffer(256)
    const output = new RingOutputChannel(buffer, ignore)
    const input = new RingInputChannel(buffer, ignore)
    let pushed = 0
    while (output.hasRoom()) output.push({ is: 'watermark', time: pushed++ })
    for (let time = 0; time < pushed; time++) {
      expect(input.take()).toEqual({ is: 'watermark', time })
      output.flush()
    }
    expect(output.hasRoom()).toBe(true)
    expect(input.peek()).toBeUndefined()
  })

  it('hands over every element unchanged between two threads', async () => {
    const count = 1500
    const seed = 7
    const buffer = makeRingBuffer(ringSize)
    const bells = new SharedArrayBuffer(8)
    const word = new Int32Array(bells)
    const input = new RingInputChannel(buffer, () => ringDoorbell({ word, index: 1 }))
    const source = new URL('./testing/ring-writer-thread.ts', import.meta.url)
    const thread = startWorker(source, { workerData: { buffer, bells, seed, count } })
    const failed = new Promise<never>((_, reject) => void thread.once('error', reject))
    const random = seededRandom(seed)
    let wake = ignore as () => void
    const bell = new DoorbellWaiter({ word, index: 0 }, () => wake())
    for (let received = 0; received < count; ) {
      const seen = bell.value()
      if (input.peek()) {
        const wanted = elementText(randomElement(random, received++))
        expect(elementText(input.take())).toBe(wanted)
        continue
      }
      const rung = new Promise<void>((resolve) => {
        wake = resolve
      })
      if (bell.wait(seen)) await Promise.race([rung, failed])
    }
    await thread.terminate()
  })
})
