/**
 * Runs the subtasks of one worker: a few milliseconds at a time, so that sockets and ports have their turn, and not at
 * all while there is nothing to do.
 */
import type { Cancel, Clock, Scheduler } from '@millrace/base'
import { batchRowsMax } from '@millrace/schemas'
import type { Subtask } from '../runtime/index.ts'
import type { DoorbellWaiter } from './doorbell.ts'

/** How long the loop keeps the thread before sockets and ports have their turn. */
export const sliceMs = 5

export interface WorkerLoopOptions {
  subtasks: readonly Subtask[]
  bell: DoorbellWaiter
  clock: Clock
  scheduler: Scheduler
  /** Runs the task after pending I/O had its turn: `setImmediate`, which is not bound to a millisecond. */
  afterIo(task: () => void): void
  /** Every subtask has sent its end. */
  onEnded(): void
}

export class WorkerLoop {
  private readonly options: WorkerLoopOptions
  private scheduled = false
  private closed = false
  private ended = false
  private timer: Cancel | undefined

  constructor(options: WorkerLoopOptions) {
    this.options = options
  }

  /** There may be something to do. Cheap to call too often. */
  wake(): void {
    if (this.scheduled || this.closed) return
    this.scheduled = true
    this.timer?.()
    this.timer = undefined
    this.options.afterIo(() => this.turn())
  }

  close(): void {
    this.closed = true
    this.timer?.()
  }

  private turn(): void {
    this.scheduled = false
    if (this.closed) return
    const { clock, bell } = this.options
    const start = clock.monotonic()
    for (;;) {
      const seen = bell.value()
      if (!this.runAll()) {
        this.sleep(seen)
        return
      }
      if (this.closed || clock.monotonic() - start >= sliceMs) break
    }
    this.wake()
  }

  private runAll(): boolean {
    let progress = false
    for (const subtask of this.options.subtasks) {
      if (subtask.runSome(batchRowsMax) === 'progress') progress = true
    }
    return progress
  }

  /** Until the doorbell rings, `wake` is called, or a subtask's own time comes. */
  private sleep(seen: number): void {
    if (this.closed) return
    const { subtasks, bell, clock, scheduler } = this.options
    if (!this.ended && subtasks.every((subtask) => subtask.ended)) {
      this.ended = true
      this.options.onEnded()
    }
    if (!bell.wait(seen)) {
      this.wake()
      return
    }
    let next: number | undefined
    for (const subtask of subtasks) {
      const time = subtask.wakeTime()
      if (time !== undefined && (next === undefined || time < next)) next = time
    }
    if (next === undefined) return
    this.timer = scheduler.after(Math.max(1, next - clock.now()), () => this.wake())
  }
}
