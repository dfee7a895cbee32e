/**
 * Runs a whole physical plan in one thread, step by step: the browser's preview, the simulator and tests. Same subtasks,
 * operators and checkpoints as in production; every channel is a plain queue.
 */
import { AppError, assert, type Clock, type Random } from '@millrace/base'
import { batchRowsMax, type CheckpointId } from '@millrace/schemas'
import type { PhysicalOperator, PhysicalPlan } from '../plan/physical.ts'
import { CheckpointCoordinator, type CoordinatorOrder } from './checkpoint-coordinator.ts'
import type { CheckpointManifest } from './checkpoint-manifest.ts'
import type { CheckpointStore } from './checkpoint-store.ts'
import { connect, type Wires } from './inline-wiring.ts'
import type { InputChoice } from './input-choice.ts'
import { jobFailure } from './job-failure.ts'
import type { JobFailure, JobState, JobStatus, OperatorStatus } from './metrics.ts'
import type { OperatorRegistry } from './operator.ts'
import type { Replay } from './replay.ts'
import type { SnapshotFileWriter } from './snapshot-file.ts'
import { Subtask } from './subtask.ts'
import type { TapListener } from './subtask-context.ts'
import type { RunResult } from './subtask-options.ts'

export interface InlineJobOptions {
  plan: PhysicalPlan
  registry: OperatorRegistry
  clock: Clock
  random: Random
  /** Where checkpoints go; absent: none are taken. */
  store?: CheckpointStore
  /** Restore from this one; absent: begin anew. */
  restore?: CheckpointManifest | null
  /** First checkpoint id that was never used; 1 if absent. */
  nextCheckpoint?: CheckpointId
  /** Which input a subtask takes next; absent: as ready. */
  choiceFor?: (operator: string, subtask: number) => InputChoice
  /** The recorded slice that each subtask replays, behind `restore`; absent: they run. */
  replayFor?: (operator: string, subtask: number) => Replay
  /** Which subtask works next: `in-turn`, from the sinks to the sources, or any that the seed says. */
  schedule?: 'in-turn' | Random
}

interface Placed {
  subtask: Subtask
  node: string
  operatorIndex: number
}

export class InlineJob {
  private readonly options: InlineJobOptions
  private readonly placed: Placed[]
  private readonly coordinator: CheckpointCoordinator | null
  private readonly writers = new Map<Subtask, SnapshotFileWriter>()
  private readonly startedAt: number
  private failed: JobFailure | null = null
  private stopped = false
  private turn = 0
  private lastComplete: CheckpointManifest | null = null

  /** Throws what a factory throws: `operator-unknown`, `state-incompatible`, or a damaged checkpoint. */
  constructor(options: InlineJobOptions) {
    this.options = options
    const { plan, clock, store } = options
    this.startedAt = clock.now()
    const wires = connect(plan)
    this.placed = plan.operators.flatMap((spec, operatorIndex) =>
      Array.from({ length: spec.parallelism }, (_, index) => ({
        subtask: this.makeSubtask(spec, index, wires),
        node: spec.node,
        operatorIndex,
      })),
    )
    this.coordinator = store
      ? new CheckpointCoordinator({
          subtasks: this.placed.map(({ subtask }) => ({
            operator: subtask.spec.id,
            subtask: subtask.subtask,
          })),
          intervalMs: plan.settings.checkpointIntervalMs,
          timeoutMs: plan.settings.checkpointTimeoutMs,
          nextId: options.nextCheckpoint ?? 1,
          now: this.startedAt,
        })
      : null
  }

  /** Gives one subtask a turn of about `rowsMax` rows. False: nobody can do anything now. */
  step(rowsMax = batchRowsMax): boolean {
    if (this.failed || this.stopped) return false
    const { schedule = 'in-turn' } = this.options
    const count = this.placed.length
    const first = schedule === 'in-turn' ? this.turn : Math.floor(schedule.next() * count)
    for (let i = 0; i < count; i++) {
      const index = (first + i) % count
      this.turn = (index + 1) % count
      const result: RunResult = this.placed[count - 1 - index].subtask.runSome(rowsMax)
      if (result === 'progress') return true
      if (result === 'failed') return false
    }
    return false
  }

  /** Steps until nobody can do anything (all ended, or all wait). Fails the test or caller that loops for ever. */
  runUntilIdle(stepsMax = 10_000_000): void {
    for (let steps = 0; this.step(); steps++) {
      assert(steps < stepsMax, `the job did not come to rest in ${stepsMax} steps`)
    }
  }

  /** When somebody has something to do by itself: a timer of an operator. */
  wakeTime(): number | undefined {
    let next: number | undefined
    for (const { subtask } of this.placed) {
      const time = subtask.wakeTime()
      if (time !== undefined && (next === undefined || time < next)) next = time
    }
    return next
  }

  /** Begins, or gives up, the checkpoint that is due; call it now and then. */
  tick(): void {
    const order = this.coordinator?.tick(this.options.clock.now())
    if (order) this.obey(order)
  }

  /** Begins a checkpoint now; it becomes complete while the job steps. Undefined: one is running, or none are taken. */
  checkpoint(): CheckpointId | undefined {
    const order = this.coordinator?.trigger(this.options.clock.now())
    if (order) this.obey(order)
    return order?.checkpoint
  }

  /** Steps until the checkpoint begun now is complete, and gives its manifest. */
  completeCheckpoint(): CheckpointManifest {
    const id = this.checkpoint()
    assert(id !== undefined, 'a checkpoint was asked for while one was running')
    while (this.lastComplete?.id !== id && this.step()) {}
    if (this.lastComplete?.id === id) return this.lastComplete
    throw new AppError(`Checkpoint ${id} could not be completed.`, {
      code: 'checkpoint-failed',
      origin: 'internal',
      details: { cause: this.failed?.message ?? this.coordinator?.status()[0]?.cause },
    })
  }

  /** Newest checkpoint that this run completed. */
  get latestCheckpoint(): CheckpointManifest | null {
    return this.lastComplete
  }

  /** Sees every batch of a port from now on, from all subtasks. Undefined: the plan has no such port. */
  tap(node: string, port: string, listener: TapListener): (() => void) | undefined {
    const closers: (() => void)[] = []
    for (const { subtask } of this.placed) {
      if (subtask.spec.node !== node) continue
      subtask.spec.outputs.forEach((output, index) => {
        if (output.port === port) closers.push(subtask.tap(index, listener))
      })
    }
    if (closers.length === 0) return undefined
    return () => {
      for (const close of closers) close()
    }
  }

  subtasks(operator: string): Subtask[] {
    return this.placed
      .map(({ subtask }) => subtask)
      .filter((subtask) => subtask.spec.id === operator)
  }

  get state(): JobState {
    if (this.failed) return 'failed'
    if (this.stopped) return 'stopped'
    return this.placed.every(({ subtask }) => subtask.ended) ? 'finished' : 'running'
  }

  status(): JobStatus {
    const { plan, clock, restore } = this.options
    return {
      pipeline: plan.pipeline,
      version: plan.version,
      state: this.state,
      at: clock.now(),
      startedAt: this.startedAt,
      restoredFrom: restore?.id ?? null,
      restarts: 0,
      operators: plan.operators.map((spec) => this.operatorStatus(spec)),
      checkpoints: this.coordinator?.status() ?? [],
      failure: this.failed,
    }
  }

  close(): void {
    this.stopped = true
    for (const writer of this.writers.values()) writer.abandon()
    this.writers.clear()
    for (const { subtask } of this.placed) subtask.close()
  }

  private operatorStatus(spec: PhysicalOperator): OperatorStatus {
    return {
      operator: spec.id,
      node: spec.node,
      type: spec.type,
      ports: spec.outputs.map((output) => output.port),
      subtasks: this.subtasks(spec.id).map((subtask) => subtask.status()),
    }
  }

  private makeSubtask(spec: PhysicalOperator, index: number, wires: Wires): Subtask {
    const { registry, clock, random, store, restore, choiceFor, replayFor } = this.options
    const wire = wires.get(spec.id)?.[index]
    assert(wire, 'an operator was not connected')
    const subtask: Subtask = new Subtask({
      ...wire,
      spec,
      subtask: index,
      registry,
      clock,
      random,
      choice: choiceFor?.(spec.id, index),
      replay: replayFor?.(spec.id, index),
      restored: restore && store ? store.restoredState(restore, spec, index) : null,
      listener: {
        onSnapshotPart: (checkpoint, part) => this.writerOf(subtask, checkpoint)?.part(part),
        onSnapshotDone: (checkpoint, info) => {
          const name = this.fileOf(subtask)
          const size = this.writerOf(subtask, checkpoint)?.finish()
          this.writers.delete(subtask)
          if (size === undefined || this.coordinator === null) return
          const answers = this.coordinator.answer(checkpoint, {
            operator: spec.id,
            subtask: index,
            info,
            file: { name, size },
          })
          if (answers) this.commit(checkpoint, answers)
        },
        onFailed: (error) => {
          this.failed ??= jobFailure(error, spec.node, clock.now(), this.options.plan)
        },
      },
    })
    return subtask
  }

  private fileOf(subtask: Subtask): string {
    const index = this.options.plan.operators.indexOf(subtask.spec)
    return `${index}-${subtask.subtask}.state`
  }

  private writerOf(subtask: Subtask, checkpoint: CheckpointId): SnapshotFileWriter | undefined {
    const { store } = this.options
    const open = this.writers.get(subtask)
    if (open || !store || this.coordinator?.current !== checkpoint) return open
    const writer = store.writer(checkpoint, this.fileOf(subtask))
    this.writers.set(subtask, writer)
    return writer
  }

  private commit(
    checkpoint: CheckpointId,
    answers: Parameters<CheckpointStore['commit']>[1]['answers'],
  ): void {
    const { store, plan, clock } = this.options
    if (!store || !this.coordinator) return
    this.lastComplete = store.commit(checkpoint, { plan, at: clock.now(), answers })
    this.coordinator.complete(checkpoint, clock.now())
    for (const { subtask } of this.placed) subtask.completeCheckpoint(checkpoint)
    store.retain(plan.settings.checkpointsRetained)
  }

  private obey(order: CoordinatorOrder): void {
    const { store } = this.options
    if (order.is === 'trigger') {
      store?.begin(order.checkpoint)
      for (const { subtask } of this.placed) subtask.requestCheckpoint(order.checkpoint)
      return
    }
    for (const { subtask } of this.placed) subtask.abortCheckpoint(order.checkpoint)
    for (const writer of this.writers.values()) writer.abandon()
    this.writers.clear()
    store?.abandon(order.checkpoint)
  }
}
