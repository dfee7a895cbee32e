/**
 * Decides when a checkpoint begins, is complete or is given up: one at a time, by interval, with a timeout and a pause.
 * Says what to do; the job host (or the inline job) does it.
 */
import { assert } from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import type { SubtaskAnswer } from './checkpoint-store.ts'
import type { CheckpointStatus } from './metrics.ts'

/** Checkpoints remembered for the status. */
export const checkpointHistoryMax = 20

export interface CoordinatorOptions {
  /** Everybody who has to answer. */
  subtasks: readonly { operator: string; subtask: number }[]
  intervalMs: number
  timeoutMs: number
  /** Rest between the end of one checkpoint and the beginning of the next. */
  pauseMs?: number
  nextId: CheckpointId
  /** Wall clock at the start of the job. */
  now: number
}

export type CoordinatorOrder =
  | { is: 'trigger'; checkpoint: CheckpointId }
  | { is: 'abort'; checkpoint: CheckpointId; cause: string }

export class CheckpointCoordinator {
  private readonly options: CoordinatorOptions
  private readonly answers = new Map<string, SubtaskAnswer>()
  private readonly history: CheckpointStatus[] = []
  private running: { checkpoint: CheckpointId; startedAt: number } | null = null
  private nextId: CheckpointId
  private nextAt: number

  constructor(options: CoordinatorOptions) {
    this.options = options
    this.nextId = options.nextId
    this.nextAt = options.now + options.intervalMs
  }

  /** The checkpoint that is running, or null. */
  get current(): CheckpointId | null {
    return this.running?.checkpoint ?? null
  }

  /** Wall clock at which `tick` will have something to say. */
  get dueAt(): number {
    return this.running ? this.running.startedAt + this.options.timeoutMs : this.nextAt
  }

  /** Call at `dueAt` or later. */
  tick(now: number): CoordinatorOrder | undefined {
    if (this.running === null) return now >= this.nextAt ? this.trigger(now) : undefined
    if (now < this.dueAt) return undefined
    const { checkpoint } = this.running
    const missing = this.options.subtasks.length - this.answers.size
    const cause = `Not complete after ${this.options.timeoutMs} ms: ${missing} subtasks have not answered.`
    this.fail(checkpoint, now, cause)
    return { is: 'abort', checkpoint, cause }
  }

  /** Begins one now, unless one is running. */
  trigger(now: number): CoordinatorOrder | undefined {
    if (this.running !== null) return undefined
    const checkpoint = this.nextId++
    this.running = { checkpoint, startedAt: now }
    this.answers.clear()
    this.remember({
      id: checkpoint,
      state: 'running',
      startedAt: now,
      durationMs: null,
      bytes: null,
      cause: null,
    })
    return { is: 'trigger', checkpoint }
  }

  /** A subtask's snapshot is written. Gives all answers once the last one is in. */
  answer(checkpoint: CheckpointId, answer: SubtaskAnswer): SubtaskAnswer[] | undefined {
    if (this.running?.checkpoint !== checkpoint) return undefined
    this.answers.set(`${answer.operator}/${answer.subtask}`, answer)
    const { subtasks } = this.options
    if (this.answers.size < subtasks.length) return undefined
    return subtasks.map(({ operator, subtask }) => {
      const found = this.answers.get(`${operator}/${subtask}`)
      assert(found, `a subtask of another job answered instead of ${operator}/${subtask}`)
      return found
    })
  }

  /** The manifest is written. */
  complete(checkpoint: CheckpointId, now: number): void {
    if (this.running?.checkpoint !== checkpoint) return
    let bytes = 0
    for (const { info } of this.answers.values()) bytes += info.bytes
    this.finish(now, { state: 'complete', bytes, cause: null })
  }

  /** It could not be completed; the next one comes after the interval. */
  fail(checkpoint: CheckpointId, now: number, cause: string): void {
    if (this.running?.checkpoint !== checkpoint) return
    this.finish(now, { state: 'failed', bytes: null, cause })
  }

  /** Newest first. */
  status(): CheckpointStatus[] {
    return [...this.history].reverse()
  }

  private finish(now: number, end: Pick<CheckpointStatus, 'state' | 'bytes' | 'cause'>): void {
    const running = this.running
    if (running === null) return
    const { intervalMs, pauseMs = 0 } = this.options
    this.running = null
    this.nextAt = Math.max(running.startedAt + intervalMs, now + pauseMs)
    const index = this.history.findIndex((status) => status.id === running.checkpoint)
    if (index < 0) return
    this.history[index] = { ...this.history[index], ...end, durationMs: now - running.startedAt }
  }

  private remember(status: CheckpointStatus): void {
    if (this.history.length === checkpointHistoryMax) this.history.shift()
    this.history.push(status)
  }
}
