/** The checkpoints of one attempt of a job: triggered by time or on demand, committed when every subtask has answered. */
import {
  AppError,
  assert,
  type Cancel,
  type Clock,
  messageOf,
  type Scheduler,
} from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import type { PhysicalPlan } from '../plan/index.ts'
import {
  CheckpointCoordinator,
  type CheckpointStatus,
  type CheckpointStore,
  type CoordinatorOrder,
  type SubtaskAnswer,
} from '../runtime/index.ts'
import type { ToWorker } from './job-messages.ts'

export interface JobCheckpointsOptions {
  plan: PhysicalPlan
  clock: Clock
  scheduler: Scheduler
  store: CheckpointStore
  nextId: CheckpointId
  sendAll(message: ToWorker): void
  onComplete(): void
  log(message: string): void
}

export class JobCheckpoints {
  private readonly options: JobCheckpointsOptions
  private readonly coordinator: CheckpointCoordinator
  private timer: Cancel | undefined
  private ended = false
  /** Told at the end of the checkpoint that runs: why it failed, or null. */
  private waiting: ((failure: string | null) => void)[] = []

  constructor(options: JobCheckpointsOptions) {
    this.options = options
    const { plan, clock, nextId } = options
    this.coordinator = new CheckpointCoordinator({
      subtasks: plan.operators.flatMap(({ id, parallelism }) =>
        Array.from({ length: parallelism }, (_, subtask) => ({ operator: id, subtask })),
      ),
      intervalMs: plan.settings.checkpointIntervalMs,
      timeoutMs: plan.settings.checkpointTimeoutMs,
      nextId,
      now: clock.now(),
    })
  }

  /** From now on they are triggered by time. Call it when every worker is ready. */
  begin(): void {
    this.timer?.()
    if (this.ended) return
    const { clock, scheduler } = this.options
    const delayMs = Math.max(0, this.coordinator.dueAt - clock.now())
    this.timer = scheduler.after(delayMs, () => {
      const order = this.coordinator.tick(clock.now())
      if (order) this.carryOut(order)
      this.begin()
    })
  }

  /** Newest first. */
  status(): CheckpointStatus[] {
    return this.coordinator.status()
  }

  /** Takes one now, behind the one that may be running; resolves with its id. Rejects with `checkpoint-failed`. */
  async take(): Promise<CheckpointId> {
    while (this.coordinator.current !== null) await this.nextEnd()
    const order = this.ended ? undefined : this.coordinator.trigger(this.options.clock.now())
    if (!order) throw failedError('the job ended before it began')
    assert(order.is === 'trigger', 'a checkpoint was asked for and another given up')
    const ended = this.nextEnd()
    this.carryOut(order)
    const failure = await ended
    if (failure !== null) throw failedError(failure)
    return order.checkpoint
  }

  onSnapshot(checkpoint: CheckpointId, answer: SubtaskAnswer): void {
    const { plan, clock, store, sendAll } = this.options
    const answers = this.coordinator.answer(checkpoint, answer)
    if (!answers) return
    try {
      store.commit(checkpoint, { plan, at: clock.now(), answers })
    } catch (error) {
      this.giveUp(checkpoint, messageOf(error))
      return
    }
    this.coordinator.complete(checkpoint, clock.now())
    sendAll({ is: 'complete', checkpoint })
    this.tidy(() => store.retain(plan.settings.checkpointsRetained))
    this.options.onComplete()
    this.settle(null)
    this.begin()
  }

  onSnapshotFailed(checkpoint: CheckpointId, cause: string): void {
    if (this.coordinator.current === checkpoint) this.giveUp(checkpoint, cause)
  }

  /** The attempt is over; a checkpoint that runs is given up. Returns what is left to do when its workers are gone. */
  end(): () => void {
    this.ended = true
    this.timer?.()
    const running = this.coordinator.current
    if (running === null) return () => undefined
    this.coordinator.fail(
      running,
      this.options.clock.now(),
      'The job ended before it was complete.',
    )
    this.settle('the job ended before it was complete')
    return () => this.tidy(() => this.options.store.abandon(running))
  }

  private carryOut(order: CoordinatorOrder): void {
    if (order.is === 'abort') {
      this.giveUp(order.checkpoint, order.cause)
      return
    }
    try {
      this.options.store.begin(order.checkpoint)
      this.options.sendAll({ is: 'checkpoint', checkpoint: order.checkpoint })
    } catch (error) {
      this.giveUp(order.checkpoint, messageOf(error))
    }
  }

  /** A checkpoint that fails is counted and shown; the job goes on. */
  private giveUp(checkpoint: CheckpointId, cause: string): void {
    const { clock, sendAll, store, log } = this.options
    this.coordinator.fail(checkpoint, clock.now(), cause)
    sendAll({ is: 'abort', checkpoint })
    log(`Checkpoint ${checkpoint} failed: ${cause}`)
    this.tidy(() => store.abandon(checkpoint))
    this.settle(cause)
    this.begin()
  }

  private settle(failure: string | null): void {
    for (const tell of this.waiting.splice(0)) tell(failure)
  }

  private nextEnd(): Promise<string | null> {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
    })
  }

  /** Removing what is no longer needed may fail; the next start tries it again. */
  private tidy(remove: () => void): void {
    try {
      remove()
    } catch (error) {
      this.options.log(`Old checkpoint files are left: ${messageOf(error)}`)
    }
  }
}

function failedError(cause: string): AppError {
  return new AppError(`The checkpoint failed: ${cause}`, {
    code: 'checkpoint-failed',
    origin: 'internal',
    retriable: true,
  })
}
