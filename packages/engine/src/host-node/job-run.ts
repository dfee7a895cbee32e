/** One job on this machine from its start to its end: attempts, checkpoints, restarts, and what the studio is told of it. */
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
  type JobFailure,
  type JobState,
  type JobStatus,
  jobFailure,
  type SubtaskAnswer,
  type SubtaskStatus,
} from '../runtime/index.ts'
import { HostTap } from './host-tap.ts'
import type { JobHandle, Tap, ViewRow } from './job-host.ts'
import type { FromWorker } from './job-messages.ts'
import type { JobWorkers } from './job-workers.ts'
import { RequestTable } from './request-table.ts'
import { decideRestart } from './restart-policy.ts'

export const statusIntervalMs = 500

export interface JobRunOptions {
  plan: PhysicalPlan
  clock: Clock
  scheduler: Scheduler
  store: CheckpointStore
  /** Which checkpoint an attempt goes on from; asked before each. Throws `checkpoint-…`. */
  recover(): Promise<{ restoreFrom: CheckpointId | null; nextId: CheckpointId }>
  startWorkers(
    attempt: { restoreFrom: CheckpointId | null },
    listener: {
      onMessage(worker: number, message: FromWorker): void
      onCrash(worker: number, error: AppError): void
    },
  ): JobWorkers
  log(message: string): void
  /** The job is over: stopped, failed or finished. */
  onOver(): void
}

export class JobRun implements JobHandle {
  private readonly options: JobRunOptions
  private readonly startedAt: number
  private state: JobState = 'starting'
  private workers: JobWorkers | undefined
  private coordinator: CheckpointCoordinator | undefined
  private earlierCheckpoints: CheckpointStatus[] = []
  private readonly reports = new Map<string, SubtaskStatus>()
  private ready = 0
  private endedWorkers = 0
  private restoredFrom: CheckpointId | null = null
  private restarts = 0
  private failuresInRow = 0
  private failure: JobFailure | null = null
  private listeners: ((status: JobStatus) => void)[] = []
  private timers: { checkpoint?: Cancel; restart?: Cancel; status?: Cancel } = {}
  private waitingForCheckpoint: ((failure: string | null) => void)[] = []
  private readonly requests = new RequestTable()
  private readonly taps = new Map<number, { tap: HostTap; operator: string; output: number }>()
  private nextTap = 1
  private over = false

  constructor(options: JobRunOptions) {
    this.options = options
    this.startedAt = options.clock.now()
  }

  get pipeline(): string {
    return this.options.plan.pipeline
  }

  /** Resolves when the first attempt runs or has failed; rejects when its checkpoint cannot be used. */
  async begin(): Promise<void> {
    await this.attempt()
    this.tickStatus()
  }

  private async attempt(): Promise<void> {
    const { restoreFrom, nextId } = await this.options.recover()
    if (this.over || this.state === 'stopping') return
    const { plan, clock } = this.options
    this.restoredFrom = restoreFrom
    this.ready = 0
    this.endedWorkers = 0
    this.earlierCheckpoints = this.checkpointHistory()
    this.coordinator = new CheckpointCoordinator({
      subtasks: plan.operators.flatMap(({ id, parallelism }) =>
        Array.from({ length: parallelism }, (_, subtask) => ({ operator: id, subtask })),
      ),
      intervalMs: plan.settings.checkpointIntervalMs,
      timeoutMs: plan.settings.checkpointTimeoutMs,
      nextId,
      now: clock.now(),
    })
    const workers = this.options.startWorkers(
      { restoreFrom },
      {
        onMessage: (worker, message) => {
          if (this.workers === workers) this.receive(worker, message)
        },
        onCrash: (worker, error) => {
          if (this.workers === workers)
            this.fail(jobFailure(error, null, clock.now()), true, worker)
        },
      },
    )
    this.workers = workers
    await new Promise<void>((resolve) => {
      this.attemptSettled = resolve
    })
  }

  private attemptSettled: () => void = () => undefined

  private receive(worker: number, message: FromWorker): void {
    switch (message.is) {
      case 'ready':
        if (++this.ready === this.workers?.count) this.onReady()
        return
      case 'status':
        this.takeReports(message.operators)
        return
      case 'snapshot':
        this.onSnapshot(message.checkpoint, message.answer)
        return
      case 'failed':
        this.fail(message.failure, message.restartable, worker)
        return
      case 'ended':
        if (++this.endedWorkers === this.workers?.count) void this.finish()
        return
      case 'log':
        this.options.log(message.message)
        return
      case 'tap-rows':
        this.requests.answer(message.request, message.answer)
        return
      case 'view':
        this.requests.answer(message.request, message.rows)
        return
      case 'report':
        this.takeReports(message.operators)
        this.requests.answer(message.request, undefined)
        return
      case 'closed':
        return
    }
  }

  private onReady(): void {
    this.setState('running')
    for (const [id, { tap, operator, output }] of this.taps) {
      tap.restarted()
      this.workers?.sendAll({ is: 'tap', tap: id, operator, output })
    }
    this.planCheckpoint()
    this.attemptSettled()
  }

  private takeReports(operators: readonly { operator: string; status: SubtaskStatus }[]): void {
    for (const { operator, status } of operators) {
      this.reports.set(`${operator}/${status.subtask}`, status)
    }
  }

  // Checkpoints.

  private planCheckpoint(): void {
    this.timers.checkpoint?.()
    const { coordinator } = this
    if (!coordinator || this.over || !this.workers) return
    const { clock, scheduler } = this.options
    const delay = Math.max(0, coordinator.dueAt - clock.now())
    this.timers.checkpoint = scheduler.after(delay, () => {
      const order = coordinator.tick(clock.now())
      if (order) this.carryOut(order)
      this.planCheckpoint()
    })
  }

  private carryOut(order: CoordinatorOrder): void {
    if (order.is === 'trigger') {
      try {
        this.options.store.begin(order.checkpoint)
        this.workers?.sendAll({ is: 'checkpoint', checkpoint: order.checkpoint })
      } catch (error) {
        this.giveUpCheckpoint(order.checkpoint, messageOf(error))
      }
      return
    }
    this.giveUpCheckpoint(order.checkpoint, order.cause)
  }

  private onSnapshot(checkpoint: CheckpointId, answer: SubtaskAnswer): void {
    const { plan, clock, store } = this.options
    const answers = this.coordinator?.answer(checkpoint, answer)
    if (!answers) return
    try {
      store.commit(checkpoint, { plan, at: clock.now(), answers })
    } catch (error) {
      this.giveUpCheckpoint(checkpoint, messageOf(error))
      return
    }
    this.coordinator?.complete(checkpoint, clock.now())
    this.failuresInRow = 0
    this.workers?.sendAll({ is: 'complete', checkpoint })
    store.retain(plan.settings.checkpointsRetained)
    this.settleCheckpoint(null)
    this.planCheckpoint()
  }

  /** A checkpoint that fails is counted and shown; the job goes on. */
  private giveUpCheckpoint(checkpoint: CheckpointId, cause: string): void {
    this.coordinator?.fail(checkpoint, this.options.clock.now(), cause)
    this.workers?.sendAll({ is: 'abort', checkpoint })
    this.options.log(`Checkpoint ${checkpoint} failed: ${cause}`)
    this.options.store.abandon(checkpoint)
    this.settleCheckpoint(cause)
    this.planCheckpoint()
  }

  private settleCheckpoint(failure: string | null): void {
    for (const settle of this.waitingForCheckpoint.splice(0)) settle(failure)
  }

  private checkpointHistory(): CheckpointStatus[] {
    const known = [...(this.coordinator?.status() ?? []), ...this.earlierCheckpoints]
    return known.slice(0, checkpointsShown)
  }

  /** Takes one now, behind the one that may be running; resolves with its id. */
  async checkpoint(): Promise<number> {
    const { coordinator } = this
    if (!coordinator || this.state === 'stopped' || !this.workers) {
      throw new AppError('This job is not running: there is nothing to take a checkpoint of.', {
        code: 'job-not-running',
        origin: 'user',
      })
    }
    if (coordinator.current !== null) await this.nextCheckpointEnd()
    const order = coordinator.trigger(this.options.clock.now())
    assert(order, 'two checkpoints were to run at the same time')
    const ended = this.nextCheckpointEnd()
    this.carryOut(order)
    const failure = await ended
    if (failure === null) return order.checkpoint
    throw new AppError(`The checkpoint failed: ${failure}`, {
      code: 'checkpoint-failed',
      origin: 'internal',
      retriable: true,
    })
  }

  private nextCheckpointEnd(): Promise<string | null> {
    return new Promise((resolve) => {
      this.waitingForCheckpoint.push(resolve)
    })
  }

  // Ends and restarts.

  private fail(failure: JobFailure, restartable: boolean, worker: number): void {
    if (this.over || !this.workers) return
    this.options.log(`Worker ${worker} of ${this.pipeline} failed: ${failure.message}`)
    const stopping = this.state === 'stopping'
    this.failure = failure
    this.failuresInRow++
    const closing = this.closeWorkers()
    const decision = decideRestart(restartable, this.failuresInRow)
    if (stopping || decision.is === 'give-up') {
      const state = stopping ? 'stopped' : 'failed'
      void closing.then(() => this.end(state))
      return
    }
    this.restarts++
    this.setState('restarting')
    this.attemptSettled()
    this.timers.restart = this.options.scheduler.after(decision.delayMs, () => {
      void closing.then(() => this.restart())
    })
  }

  private async restart(): Promise<void> {
    if (this.over || this.state !== 'restarting') return
    try {
      await this.attempt()
    } catch (error) {
      this.failure = jobFailure(error, null, this.options.clock.now())
      const again = error instanceof AppError && error.retriable
      const decision = decideRestart(again, ++this.failuresInRow)
      if (decision.is === 'give-up') return this.end('failed')
      this.timers.restart = this.options.scheduler.after(decision.delayMs, () => {
        void this.restart()
      })
    }
  }

  private async closeWorkers(): Promise<void> {
    const { workers } = this
    this.workers = undefined
    this.timers.checkpoint?.()
    const running = this.coordinator?.current ?? null
    if (running !== null) {
      this.coordinator?.fail(
        running,
        this.options.clock.now(),
        'The job ended before it was complete.',
      )
      this.settleCheckpoint('the job ended before it was complete')
    }
    this.requests.failAll(new AppError('The job ended.', { code: 'job-ended', origin: 'internal' }))
    await workers?.close()
    if (running !== null) this.options.store.abandon(running)
  }

  /** Every source has ended: the results are out, a last checkpoint records it. */
  private async finish(): Promise<void> {
    if (this.state !== 'running') return
    await this.checkpoint().catch((error: unknown) => this.options.log(messageOf(error)))
    await this.report()
    await this.closeWorkers()
    this.end('finished')
  }

  async stop(): Promise<void> {
    if (this.over) return
    const wasRunning = this.state === 'running'
    this.setState('stopping')
    this.timers.restart?.()
    if (wasRunning) {
      await this.checkpoint().catch((error: unknown) => this.options.log(messageOf(error)))
      await this.report()
    }
    await this.closeWorkers()
    this.end('stopped')
  }

  private end(state: JobState): void {
    if (this.over) return
    this.over = true
    for (const cancel of Object.values(this.timers)) cancel()
    for (const { tap } of this.taps.values()) tap.close()
    this.setState(state)
    this.listeners = []
    this.attemptSettled()
    this.options.onOver()
  }

  // What the studio sees.

  private async report(): Promise<void> {
    const { workers } = this
    if (!workers) return
    const asked = Array.from({ length: workers.count }, (_, worker) =>
      this.requests.ask((request) => workers.send(worker, { is: 'report', request })),
    )
    await Promise.all(asked).catch(() => undefined)
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
    this.timers.status = this.options.scheduler.after(statusIntervalMs, () => {
      if (this.listeners.length > 0) this.tell()
      this.tickStatus()
    })
  }

  status(): JobStatus {
    const { plan, clock } = this.options
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
        subtasks: Array.from({ length: parallelism }, (_, subtask) =>
          this.reports.get(`${id}/${subtask}`),
        ).filter((status) => status !== undefined),
      })),
      checkpoints: this.checkpointHistory(),
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
    const place = tappedOutput(this.options.plan, node, port)
    const id = this.nextTap++
    const tap = new HostTap({
      row: place.row,
      workers: place.workers,
      ask: (worker, after, limit) => {
        const { workers } = this
        if (!workers) return Promise.resolve({ rows: [], skipped: 0, last: after })
        return this.requests.ask((request) =>
          workers.send(worker, { is: 'tap-rows', request, tap: id, after, limit }),
        )
      },
      onClose: () => {
        this.taps.delete(id)
        this.workers?.sendAll({ is: 'tap-close', tap: id })
      },
    })
    const { operator, output } = place
    this.taps.set(id, { tap, operator, output })
    this.workers?.sendAll({ is: 'tap', tap: id, operator, output })
    return tap
  }

  async view(node: string) {
    const { plan } = this.options
    const spec = plan.operators.find((one) => one.node === node && one.type === 'view-sink')
    if (!spec) throw noSuchOutput(`Node ${node} keeps no view.`, { node })
    const { workers } = this
    const config = spec.config as { keys: readonly number[] }
    const row = spec.inputs[0]
    const keys = config.keys.map((index) => row.fields[index].name)
    if (!workers) return { row, keys, rows: [] }
    const asked = Array.from({ length: spec.parallelism }, (_, worker) =>
      this.requests.ask<ViewRow[]>((request) =>
        workers.send(worker, { is: 'view', request, operator: spec.id }),
      ),
    )
    return { row, keys, rows: (await Promise.all(asked)).flat() }
  }
}

/** Checkpoints in a status, over all attempts. */
const checkpointsShown = 20

function tappedOutput(plan: PhysicalPlan, node: string, port: string) {
  for (const spec of plan.operators) {
    if (spec.node !== node) continue
    const output = spec.outputs.findIndex((candidate) => candidate.port === port)
    if (output < 0) continue
    return {
      operator: spec.id,
      output,
      row: spec.outputs[output].row,
      workers: spec.parallelism,
    }
  }
  throw noSuchOutput(`Node ${node} has no output ${port} in the running version.`, { node, port })
}

function noSuchOutput(message: string, details: Record<string, unknown>): AppError {
  return new AppError(message, { code: 'output-unknown', origin: 'user', details })
}
