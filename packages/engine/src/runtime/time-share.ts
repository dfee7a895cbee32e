/** Measures how a subtask spends its time: working, blocked by a full output, or neither. */
import type { Clock } from '@millrace/base'
import type { RunResult } from './subtask-options.ts'

/** Shares of the time since the last report that were spent working and blocked. */
export class TimeShare {
  private readonly clock: Clock
  private since: number
  private busyMs = 0
  private blockedMs = 0
  private blockedSince: number | null = null

  constructor(clock: Clock) {
    this.clock = clock
    this.since = clock.monotonic()
  }

  begin(): number {
    return this.clock.monotonic()
  }

  finish(start: number, result: RunResult): void {
    const now = this.clock.monotonic()
    if (this.blockedSince !== null) {
      this.blockedMs += start - this.blockedSince
      this.blockedSince = null
    }
    if (result === 'progress') this.busyMs += now - start
    if (result === 'blocked') this.blockedSince = now
  }

  take(): { busy: number; blocked: number } {
    const now = this.clock.monotonic()
    if (this.blockedSince !== null) {
      this.blockedMs += now - this.blockedSince
      this.blockedSince = now
    }
    const elapsed = now - this.since
    const share = (ms: number) => (elapsed > 0 ? Math.min(1, ms / elapsed) : 0)
    const shares = { busy: share(this.busyMs), blocked: share(this.blockedMs) }
    this.since = now
    this.busyMs = 0
    this.blockedMs = 0
    return shares
  }
}
