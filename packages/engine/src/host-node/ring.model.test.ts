/**
 * The ring protocol over all interleavings of writer and reader. Invariants: the reader sees every frame once, in
 * order and whole; nothing unread is overwritten; nobody sleeps for ever.
 */
import { describe, expect, it } from 'vitest'
import { frameHeadBytes, frameKind, RingReader, RingWriter, ringWord } from './ring.ts'
import { exploreAll, type Program, type Steps } from './testing/interleavings.ts'

const size = 64
const frame = 16
const frameWords = size >> 2
const readerBell = ringWord.firstFrame + frameWords
const writerBell = readerBell + 1
const wordCount = writerBell + 1
const payloadWord = (payload: number) => ringWord.firstFrame + (payload >> 2)

interface Faults {
  /** The writer does not look again after it has said that it wants room. */
  looksOnce?: boolean
  /** The reader reads its doorbell after it has found nothing, not before. */
  bellReadLate?: boolean
  /** The reader frees the frame before it has read it. */
  releasesFirst?: boolean
}

function writer(frames: number, bytes: (index: number) => number, faults: Faults): Program {
  return (steps: Steps, place: number) => {
    const memory = faults.looksOnce ? withoutSecondLook(steps) : steps
    const ring = new RingWriter(memory, size, () => void steps.add(readerBell, 1))
    for (let index = place; index < frames; index++) {
      for (;;) {
        steps.mark(index)
        const bell = steps.load(writerBell)
        const payload = ring.reserve(bytes(index))
        if (payload >= 0) {
          for (let at = 0; at < bytes(index) - frameHeadBytes; at += 4) {
            steps.put(payloadWord(payload + at), 100 + index)
          }
          ring.publish(frameKind.whole)
          break
        }
        steps.sleepWhile(writerBell, bell)
      }
    }
  }
}

/** The look that follows the wish for room answers what the look before it saw. */
function withoutSecondLook(steps: Steps): Steps {
  let before = 0
  let wished = false
  return {
    ...steps,
    load(word) {
      if (word !== ringWord.read) return steps.load(word)
      if (!wished) before = steps.load(word)
      wished = false
      return before
    },
    store(word, value) {
      if (word === ringWord.wantsRoom) wished = value === 1
      steps.store(word, value)
    },
  }
}

function reader(frames: number, bytes: (index: number) => number, faults: Faults): Program {
  return (steps: Steps, place: number) => {
    const ring = new RingReader(steps, size, () => void steps.add(writerBell, 1))
    for (let index = place; index < frames; ) {
      steps.mark(index)
      let bell = faults.bellReadLate ? 0 : steps.load(readerBell)
      if (ring.next()) {
        if (faults.releasesFirst) ring.release()
        if (ring.payloadBytes !== bytes(index) - frameHeadBytes) throw new Error('a size changed')
        for (let at = 0; at < ring.payloadBytes; at += 4) {
          const value = steps.get(payloadWord(ring.payload + at))
          if (value !== 100 + index) throw new Error(`frame ${index} holds ${value}`)
        }
        if (!faults.releasesFirst) ring.release()
        index++
        continue
      }
      if (faults.bellReadLate) bell = steps.load(readerBell)
      steps.sleepWhile(readerBell, bell)
    }
  }
}

const explore = (frames: number, bytes: (index: number) => number, faults: Faults = {}) =>
  exploreAll([writer(frames, bytes, faults), reader(frames, bytes, faults)], wordCount)

describe('ring, over all interleavings', () => {
  it('hands over every frame once, in order and whole, and nobody sleeps for ever', () => {
    const explored = explore(6, () => frame)
    expect(explored.ends).toBeGreaterThan(0)
    expect(explored.states).toBeGreaterThan(1000)
  })

  it('does so when frames of two sizes leave a gap at the end of the ring', () => {
    // 16 16 16 8 | 8 bytes are left: the fifth frame skips them
    const explored = explore(8, (index) => (index % 4 === 3 ? 8 : frame))
    expect(explored.ends).toBeGreaterThan(0)
  })

  it('is caught when the writer does not look again after it wished for room', () => {
    expect(() => explore(6, () => frame, { looksOnce: true })).toThrow('All sleep')
  })

  it('is caught when the reader frees a frame before it has read it', () => {
    expect(() => explore(6, () => frame, { releasesFirst: true })).toThrow(/holds|size/)
  })

  it('is caught when the reader looks at its doorbell too late', () => {
    expect(() => explore(2, () => frame, { bellReadLate: true })).toThrow('All sleep')
  })
})
