/** Timers of one domain: one for each (time, key), fired in order of time, then of key bytes. */

export interface KeyTimer {
  time: number
  /** Text form of the key, as `CodeKeys` names it. */
  key: string
}

/** A binary heap with a set beside it: a deleted timer leaves the heap when it comes to the top. */
export class TimerQueue {
  private readonly heap: KeyTimer[] = []
  private readonly live = new Map<string, Set<number>>()
  private count = 0

  get size(): number {
    return this.count
  }

  /** Has `key` any timer? */
  has(key: string): boolean {
    return this.live.has(key)
  }

  set(key: string, time: number): void {
    let times = this.live.get(key)
    if (!times) {
      times = new Set()
      this.live.set(key, times)
    }
    if (times.has(time)) return
    times.add(time)
    this.count++
    this.push({ time, key })
  }

  delete(key: string, time: number): void {
    const times = this.live.get(key)
    if (!times?.delete(time)) return
    this.count--
    if (times.size === 0) this.live.delete(key)
  }

  /** Time of the next timer, or undefined. */
  nextTime(): number | undefined {
    this.dropDeleted()
    return this.heap[0]?.time
  }

  /** Takes the next timer if its time is at or before `until`. */
  takeDue(until: number): KeyTimer | undefined {
    this.dropDeleted()
    const top = this.heap[0]
    if (!top || top.time > until) return undefined
    this.delete(top.key, top.time)
    this.pop()
    return top
  }

  /** All timers, in no particular order. */
  *entries(): Iterable<KeyTimer> {
    for (const [key, times] of this.live) for (const time of times) yield { key, time }
  }

  private dropDeleted(): void {
    while (this.heap.length > 0) {
      const { key, time } = this.heap[0]
      if (this.live.get(key)?.has(time)) return
      this.pop()
    }
  }

  private push(timer: KeyTimer): void {
    const { heap } = this
    let at = heap.length
    heap.push(timer)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!before(timer, heap[parent])) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = timer
  }

  private pop(): void {
    const { heap } = this
    const last = heap.pop()
    if (!last || heap.length === 0) return
    let at = 0
    for (;;) {
      let child = at * 2 + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (!before(heap[child], last)) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = last
  }
}

function before(a: KeyTimer, b: KeyTimer): boolean {
  return a.time < b.time || (a.time === b.time && a.key < b.key)
}
