/** Published bounds of leased partitions, in memory that other threads read without asking. */
import { assert } from '@millrace/base'
import type { ReaderBounds } from './reader-api.ts'

/** Partitions leased at a time. */
export const slotsMax = 16_384
const wordsPerSlot = 4

/** Three 64-bit words for each slot: log start, high watermark, last stable offset; a fourth keeps slots apart. */
export class SlotTable {
  readonly words: BigInt64Array<ArrayBufferLike>

  constructor(words: BigInt64Array<ArrayBufferLike> = sharedWords()) {
    this.words = words
  }

  /** The order matters: a reader that sees a new end also sees a log start that is not older. */
  publish(slot: number, bounds: ReaderBounds): void {
    const first = slot * wordsPerSlot
    Atomics.store(this.words, first, BigInt(bounds.logStart))
    Atomics.store(this.words, first + 2, BigInt(bounds.lastStableOffset))
    Atomics.store(this.words, first + 1, BigInt(bounds.highWatermark))
  }

  highWatermark(slot: number): number {
    return Number(Atomics.load(this.words, slot * wordsPerSlot + 1))
  }

  lastStableOffset(slot: number): number {
    return Number(Atomics.load(this.words, slot * wordsPerSlot + 2))
  }

  logStart(slot: number): number {
    return Number(Atomics.load(this.words, slot * wordsPerSlot))
  }
}

/** Hands out slots and takes them back. */
export class SlotAllocator {
  private readonly free: number[] = []
  private next = 0

  take(): number {
    const slot = this.free.pop() ?? this.next++
    assert(slot < slotsMax, `at most ${slotsMax} partitions are read in process at a time`)
    return slot
  }

  giveBack(slot: number): void {
    this.free.push(slot)
  }
}

function sharedWords(): BigInt64Array<ArrayBufferLike> {
  return new BigInt64Array(new SharedArrayBuffer(slotsMax * wordsPerSlot * 8))
}
