/**
 * A bounded ring between two threads: one writes frames into shared memory, one reads them, neither ever waits inside.
 * Every step that the other side can see goes through `RingMemory`, so that the protocol is checked over all
 * interleavings with the very code that runs (`ring.model.test.ts`).
 */
import { assert } from '@millrace/base'

/** Bytes of frames that a ring holds; a power of two. */
export const ringBytes = 1024 * 1024
/** Head of a frame: its size with this head, and its kind. */
export const frameHeadBytes = 8

/** `skip` fills the end of the ring · `whole` is one element · an oversize element is `part`s and one `last`. */
export const frameKind = { skip: 0, whole: 1, part: 2, last: 3 } as const

/** Words that both sides see. Positions count bytes since the beginning, modulo 2^32. */
export const ringWord = { written: 0, read: 1, wantsRoom: 2, firstFrame: 4 } as const

/** The shared words of one ring: `Atomics` in production, a scripted memory in the model test. */
export interface RingMemory {
  load(word: number): number
  store(word: number, value: number): void
  exchange(word: number, value: number): number
  /** Plain accesses: ordered by the atomic ones around them. */
  get(word: number): number
  put(word: number, value: number): void
}

/** Wakes the thread on the other side; it looks at all its rings. */
export type Ring = () => void

/** The writing end. */
export class RingWriter {
  private readonly memory: RingMemory
  private readonly size: number
  private readonly wakeReader: Ring
  private written: number
  private reserved = 0

  constructor(memory: RingMemory, size: number, wakeReader: Ring) {
    assert((size & (size - 1)) === 0, 'the size of a ring is a power of two')
    this.memory = memory
    this.size = size
    this.wakeReader = wakeReader
    this.written = memory.load(ringWord.written)
  }

  /** The largest frame, with its head: two of them always fit, whatever the position. */
  get frameBytesMax(): number {
    return this.size >> 2
  }

  /**
   * Makes room for a frame of `bytes` (head included, a multiple of 8) and returns the byte, from the first frame on,
   * where its payload goes; -1: no room, and the writer will be woken when the reader has freed some.
   */
  reserve(bytes: number): number {
    assert((bytes & 7) === 0 && bytes <= this.frameBytesMax, 'a frame has its size and its limit')
    const at = this.written & (this.size - 1)
    const skipped = this.size - at < bytes ? this.size - at : 0
    if (!this.hasRoom(skipped + bytes)) return -1
    if (skipped > 0) {
      this.putHead(at, skipped, frameKind.skip)
      this.written = (this.written + skipped) | 0
    }
    this.reserved = bytes
    return (this.written & (this.size - 1)) + frameHeadBytes
  }

  /** Shows the reserved frame to the reader. */
  publish(kind: number): void {
    assert(this.reserved > 0, 'a frame is published that was not reserved')
    this.putHead(this.written & (this.size - 1), this.reserved, kind)
    this.written = (this.written + this.reserved) | 0
    this.reserved = 0
    this.memory.store(ringWord.written, this.written)
    this.wakeReader()
  }

  /** Share of the ring that holds unread frames, 0 to 1. */
  fill(): number {
    return ((this.written - this.memory.load(ringWord.read)) | 0) / this.size
  }

  private hasRoom(bytes: number): boolean {
    if (this.free() >= bytes) return true
    // Say so first and look again: the reader may have freed room in between and not have seen the wish.
    this.memory.store(ringWord.wantsRoom, 1)
    if (this.free() < bytes) return false
    this.memory.store(ringWord.wantsRoom, 0)
    return true
  }

  private free(): number {
    return this.size - ((this.written - this.memory.load(ringWord.read)) | 0)
  }

  private putHead(at: number, bytes: number, kind: number): void {
    const word = ringWord.firstFrame + (at >> 2)
    this.memory.put(word, bytes)
    this.memory.put(word + 1, kind)
  }
}

/** The reading end. */
export class RingReader {
  private readonly memory: RingMemory
  private readonly size: number
  private readonly wakeWriter: Ring
  private position: number
  /** Of the frame at hand: payload from this byte on, counted from the first frame. */
  payload = 0
  payloadBytes = 0
  kind: number = frameKind.skip

  constructor(memory: RingMemory, size: number, wakeWriter: Ring) {
    this.memory = memory
    this.size = size
    this.wakeWriter = wakeWriter
    this.position = memory.load(ringWord.read)
  }

  /** Looks at the next frame; false: there is none now. The frame stays valid until `release`. */
  next(): boolean {
    for (;;) {
      if (this.memory.load(ringWord.written) === this.position) return false
      const at = this.position & (this.size - 1)
      const bytes = this.memory.get(ringWord.firstFrame + (at >> 2))
      this.kind = this.memory.get(ringWord.firstFrame + (at >> 2) + 1)
      assert(bytes >= frameHeadBytes && at + bytes <= this.size, 'a ring holds a frame of no size')
      this.payload = at + frameHeadBytes
      this.payloadBytes = bytes - frameHeadBytes
      if (this.kind !== frameKind.skip) return true
      this.release()
    }
  }

  isEmpty(): boolean {
    return this.memory.load(ringWord.written) === this.position
  }

  /** Gives the frame's room back to the writer. */
  release(): void {
    this.position = (this.position + this.payloadBytes + frameHeadBytes) | 0
    this.memory.store(ringWord.read, this.position)
    if (this.memory.exchange(ringWord.wantsRoom, 0) === 1) this.wakeWriter()
  }

  fill(): number {
    return ((this.memory.load(ringWord.written) - this.position) | 0) / this.size
  }
}

/** Shared memory for one ring, zeroed. */
export function makeRingBuffer(size = ringBytes): SharedArrayBuffer {
  return new SharedArrayBuffer(ringWord.firstFrame * 4 + size)
}

/** Where the frames of a ring buffer begin, in bytes. */
export const firstFrameByte: number = ringWord.firstFrame * 4

export function sharedRingMemory(buffer: SharedArrayBuffer): RingMemory {
  const words = new Int32Array(buffer)
  return {
    load: (word) => Atomics.load(words, word),
    store: (word, value) => void Atomics.store(words, word, value),
    exchange: (word, value) => Atomics.exchange(words, word, value),
    get: (word) => words[word],
    put: (word, value) => {
      words[word] = value
    },
  }
}
