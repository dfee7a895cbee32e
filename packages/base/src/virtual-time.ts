/** A clock and scheduler that move only when told: tests, preview and simulator. */
import type { Cancel, Clock, Scheduler } from './environment.ts'

interface Entry {
  at: number
  order: number
  task: () => void
}

export class VirtualTime implements Clock, Scheduler {
  private time: number
  private order = 0
  private entries: Entry[] = []

  constructor(startMs = 0) {
    this.time = startMs
  }

  now(): number {
    return this.time
  }

  monotonic(): number {
    return this.time
  }

  after(delayMs: number, task: () => void): Cancel {
    const entry = { at: this.time + Math.max(0, delayMs), order: this.order++, task }
    this.entries.push(entry)
    return () => {
      this.entries = this.entries.filter((other) => other !== entry)
    }
  }

  soon(task: () => void): Cancel {
    return this.after(0, task)
  }

  /** When the next task is due, or undefined. */
  nextDue(): number | undefined {
    let due: number | undefined
    for (const entry of this.entries) if (due === undefined || entry.at < due) due = entry.at
    return due
  }

  /** Runs everything due until `time`, in order of time, then of scheduling. */
  advanceTo(time: number): void {
    for (;;) {
      let next: Entry | undefined
      for (const entry of this.entries) {
        if (entry.at > time) continue
        if (!next || entry.at < next.at || (entry.at === next.at && entry.order < next.order))
          next = entry
      }
      if (!next) break
      const chosen = next
      this.entries = this.entries.filter((entry) => entry !== chosen)
      this.time = Math.max(this.time, chosen.at)
      chosen.task()
    }
    this.time = Math.max(this.time, time)
  }

  advance(ms: number): void {
    this.advanceTo(this.time + ms)
  }
}
