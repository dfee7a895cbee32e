/** One job on this machine from its start to its end: attempts, restarts, the last checkpoint, and what is told of it. */
import { AppError, type Cancel, type Clock, messageOf, type Scheduler } from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import type { PhysicalPlan } from '../plan/index.ts'
import {
  type CheckpointStatus,
  type CheckpointStore,
  type JobFailure,
  type JobState,
  type JobStatus,
  jobFailure,
} from '../runtime/index.ts'
import { JobCheckpoints } from './job-checkpoints.ts'
import type { JobHandle, Tap } from './job-host.ts'
import { JobLookouts } from './job-lookouts.ts'
import type { FromWorker } from './job-messages.ts'
import type { JobWorkers } from './job-workers.ts'
import { decideRestart } from './restart-policy.ts'

export const statusIntervalMs = 500
/** Checkpoints in a status, over all attempts. */
const checkpointsShown = 20

export interface WorkerListener {
  onMessage(worker: number, message: FromWorker): void
  onCrash(worker: number, error: AppError): void
}

export interface JobRunOptions {
  plan: PhysicalPlan
  clock: Clock
  scheduler: Scheduler
  store: CheckpointStore
  /** Which checkpoint an attempt goes on from; asked before each. Throws `checkpoint-refused`. */
  recover(): Promise<{ restoreFrom: CheckpointId | null; nextId: CheckpointId }>
  startWorkers(attempt: { restoreFrom: CheckpointId | null }, listener: WorkerListener): JobWorkers
  log(message: string): void
  /** The job is over: stopped, failed or finished. */
  onOver(): void
}

/** What belongs to one attempt. */
interface Attempt {
  workers: JobWorkers
  checkpoints: JobCheckpoints
  readyWorkers: number
  endedWorkers: number
}

export class JobRun implements JobHandle {
  private readonly options: JobRunOptions
  private readonly startedAt: number
  private readonly lookouts: JobLookouts
  private state: JobState = 'starting'
  private attempt: Attempt | undefined
  /** Checkpoints of the attempts so far, newest first. */
  private checkpointHistory: CheckpointStatus[] = []
  private restoredFrom: CheckpointId | null = null
  private restarts = 0
  private failuresInRow = 0
  private failure: JobFailure | null = null
  private listeners: ((status: JobStatus) => void)[] = []
  private restartTimer: Cancel | undefined
  private statusTimer: Cancel | undefined
  private over = false
  private stopping: Promise<void> | undefined
  /** The attempt that is starting is ready or has failed. */
  private attemptSettled: () => void = () => undefined

  constructor(options: JobRunOptions) {
    this.options = options
    this.startedAt = options.clock.now()
    this.lookouts = new JobLookouts(options.plan)
  }

  get pipeline(): string {
    return this.options.plan.pipeline
  }

  /** Resolves when the first attempt runs or has failed; rejects when its checkpoint cannot be used. */
  async begin(): Promise<void> {
    await this.startAttempt()
    this.tickStatus()
  }

  private async startAttempt(): Promise<void> {
    const { restoreFrom, nextId } = await this.options.recover()
    if (this.over || this.stopping) return
    this.restoredFrom = restoreFrom
    const { plan, clock, scheduler, store, log } = this.options
    const workers = this.options.startWorkers(
      { restoreFrom },
      {
        onMessage: (worker, message) => {
          if (this.attempt?.workers === workers) this.receive(this.attempt, worker, message)
        },
        onCrash: (worker, error) => {
          if (this.attempt?.workers !== workers) return
          this.fail(worker, { failure: jobFailure(error, null, clock.now()), restartable: true })
        },
      },
    )
    const checkpoints = new JobCheckpoints({
      plan,
      clock,
      scheduler,
      store,
      nextId,
      log,
      sendAll: (message) => workers.sendAll(message),
      onComplete: () => {
        this.failuresInRow = 0
      },
    })
    this.attempt = { workers, checkpoints, readyWorkers: 0, endedWorkers: 0 }
    await new Promise<void>((resolve) => {
      this.attemptSettled = resolve
    })
  }

  private receive(attempt: Attempt, worker: number, message: FromWorker): void {
    if (this.lookouts.receive(message)) return
    switch (message.is) {
      case 'ready':
        if (++attempt.readyWorkers === attempt.workers.count) this.onReady(attempt)
        return
      case 'snapshot':
        attempt.checkpoints.onSnapshot(message.checkpoint, message.answer)
        return
      case 'snapshot-failed':
        attempt.checkpoints.onSnapshotFailed(message.checkpoint, message.cause)
        return
      case 'failed':
        this.fail(worker, message)
        return
      case 'ended':
        if (++attempt.endedWorkers === attempt.workers.count) void this.finish()
        return
      case 'log':
        this.options.log(message.message)
        return
      default:
        return
    }
  }

  private onReady(attempt: Attempt): void {
    this.lookouts.attach(attempt.workers)
    attempt.checkpoints.begin()
    this.setState('running')
    this.attemptSettled()
  }

  async checkpoint(): Promise<number> {
    const { attempt } = this
    if (attempt && attempt.readyWorkers === attempt.workers.count) return attempt.checkpoints.take()
    throw new AppError('This job is not running: there is nothing to take a checkpoint of.', {
      code: 'job-not-running',
      origin: 'user',
    })
  }

  private fail(worker: number, cause: { failure: JobFailure; restartable: boolean }): void {
    if (this.over || !this.attempt) return
    this.options.log(`Worker ${worker} of ${this.pipeline} failed: ${cause.failure.message}`)
    this.failure = cause.failure
    this.failuresInRow++
    const closing = this.closeAttempt()
    const decision = decideRestart(cause.restartable, this.failuresInRow)
    if (this.stopping) {
      // The last checkpoint will not come: `stop` goes on without it.
      this.attemptSettled()
    } else if (decision.is === 'give-up') {
      void closing.then(() => this.end('failed'))
    } else {
      this.restarts++
      this.setState('restarting')
      this.attemptSettled()
      this.restartAfter(decision.delayMs, closing)
    }
  }

  private restartAfter(delayMs: number, closing: Promise<void>): void {
    this.restartTimer = this.options.scheduler.after(delayMs, () => {
      void closing.then(() => this.restart())
    })
  }

  private async restart(): Promise<void> {
    if (this.over || this.stopping) return
    try {
      await this.startAttempt()
    } catch (error) {
      this.failure = jobFailure(error, null, this.options.clock.now())
      const again = error instanceof AppError && error.retriable
      const decision = decideRestart(again, ++this.failuresInRow)
      if (decision.is === 'give-up') this.end('failed')
      else this.restartAfter(decision.delayMs, Promise.resolve())
    }
  }

  private async closeAttempt(): Promise<void> {
    const { attempt } = this
    if (!attempt) return
    this.attempt = undefined
    const tidyUp = attempt.checkpoints.end()
    const history = [...attempt.checkpoints.status(), ...this.checkpointHistory]
    this.checkpointHistory = history.slice(0, checkpointsShown)
    this.lookouts.detach()
    await attempt.workers.close()
    tidyUp()
  }

  /** Every source has ended: the results are out, a last checkpoint records it. */
  private async finish(): Promise<void> {
    if (this.state !== 'running') return
    await this.lastCheckpoint()
    if (this.attempt && !this.stopping) {
      await this.closeAttempt()
      this.end('finished')
    }
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopOnce()
    return this.stopping
  }

  private async stopOnce(): Promise<void> {
    if (this.over) return
    this.restartTimer?.()
    const wasRunning = this.state === 'running'
    this.setState('stopping')
    if (wasRunning) await this.lastCheckpoint()
    await this.closeAttempt()
    this.end('stopped')
  }

  private async lastCheckpoint(): Promise<void> {
    await this.checkpoint().catch((error: unknown) => this.options.log(messageOf(error)))
    await this.lookouts.refresh()
  }

  private end(state: JobState): void {
    if (this.over) return
    this.over = true
    this.restartTimer?.()
    this.statusTimer?.()
    this.lookouts.closeTaps()
    this.setState(state)
    this.listeners = []
    this.attemptSettled()
    this.options.onOver()
  }

  private setState(state: JobState): void {
    if (this.state === state) return
    this.state = state
    this.tell()
  }

  private tell(): void {
    const status = this.status()
    for (const listener of [...this.listeners]) listener(status)
  }

  private tickStatus(): void {
    if (this.over) return
    this.statusTimer = this.options.scheduler.after(statusIntervalMs, () => {
      if (this.listeners.length > 0) this.tell()
      this.tickStatus()
    })
  }

  status(): JobStatus {
    const { plan, clock } = this.options
    const running = this.attempt?.checkpoints.status() ?? []
    return {
      pipeline: plan.pipeline,
      version: plan.version,
      state: this.state,
      at: clock.now(),
      startedAt: this.startedAt,
      restoredFrom: this.restoredFrom,
      restarts: this.restarts,
      operators: plan.operators.map(({ id, node, type, outputs, parallelism }) => ({
        operator: id,
        node,
        type,
        ports: outputs.map((output) => output.port),
        subtasks: this.lookouts.statusOf(id, parallelism),
      })),
      checkpoints: [...running, ...this.checkpointHistory].slice(0, checkpointsShown),
      failure: this.failure,
    }
  }

  onStatus(listener: (status: JobStatus) => void): () => void {
    this.listeners.push(listener)
    return () => {
      this.listeners = this.listeners.filter((other) => other !== listener)
    }
  }

  async tap(node: string, port: string): Promise<Tap> {
    return this.lookouts.tap(node, port)
  }

  view(node: string) {
    return this.lookouts.view(node)
  }
}
