/**
 * One byte for each entry of a state table, saying what the next snapshot must hold of it. Freezing is a pass over these
 * bytes, four at a time; the entries themselves are written afterwards, or just before they change (copy on write).
 */

/** Changed since the last freeze. */
export const changed = 1
/** In the last frozen snapshot, which is not known to be complete. */
const inFlight = 2
/** In the frozen snapshot and not yet written: to be saved before it changes. */
export const pending = 4

const every = 0x01010101

export class ChangeMarks {
  bytes = new Uint8Array(0)
  private words = new Int32Array(0)

  ensure(capacity: number): void {
    if (capacity <= this.bytes.length) return
    const size = (capacity + 3) & ~3
    const grown = new Uint8Array(size)
    grown.set(this.bytes)
    this.bytes = grown
    this.words = new Int32Array(grown.buffer)
  }

  /** Entries [0, count) that changed, now or in a snapshot that was not completed, become pending. */
  freeze(count: number): void {
    const words = (count + 3) >> 2
    for (let i = 0; i < words; i++) {
      const mark = this.words[i]
      if (mark === 0) continue
      const due = (mark | (mark >>> 1)) & every
      this.words[i] = due * inFlight + due * pending
    }
  }

  /** Entries [start, end) become pending whether they changed or not. */
  include(start: number, end: number): void {
    for (let i = start; i < end; i++) this.bytes[i] |= pending
  }

  /** The last frozen snapshot is complete. */
  complete(count: number): void {
    const words = (count + 3) >> 2
    for (let i = 0; i < words; i++) this.words[i] &= ~(every * inFlight)
  }
}
