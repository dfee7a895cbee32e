/** One word of shared memory for each thread: whoever has something for it adds to the word and notifies. */

export interface DoorbellWord {
  word: Int32Array
  index: number
}

/** ES2024's `Atomics.waitAsync`, which Node has had since 16 and this language level does not name. */
interface AsyncWaiting {
  waitAsync(
    word: Int32Array,
    index: number,
    value: number,
  ): { async: false; value: string } | { async: true; value: Promise<string> }
}

export function ringDoorbell(bell: DoorbellWord): void {
  Atomics.add(bell.word, bell.index, 1)
  Atomics.notify(bell.word, bell.index)
}

/**
 * Waits for a doorbell without blocking the event loop. Read `value()` *before* looking whether there is work, and hand
 * it to `wait`: a ring in between is then not missed.
 */
export class DoorbellWaiter {
  private readonly bell: DoorbellWord
  private readonly rung: () => void
  private pending = false

  /** `rung` is called when the bell rang after a `wait`; now and then also without need. */
  constructor(bell: DoorbellWord, rung: () => void) {
    this.bell = bell
    this.rung = rung
  }

  value(): number {
    return Atomics.load(this.bell.word, this.bell.index)
  }

  /** False: the bell rang since `seen`, there is something to do now. True: `rung` will be called. */
  wait(seen: number): boolean {
    if (this.value() !== seen) return false
    // A wait that is still pending will hear the next ring: everyone who changes the word notifies it.
    if (this.pending) return true
    const atomics = Atomics as unknown as AsyncWaiting
    const waiting = atomics.waitAsync(this.bell.word, this.bell.index, seen)
    if (!waiting.async) return false
    this.pending = true
    void waiting.value.then(() => {
      this.pending = false
      this.rung()
    })
    return true
  }
}
