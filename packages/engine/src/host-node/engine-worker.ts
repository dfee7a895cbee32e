/** One worker thread of a job: builds its subtasks from the plan, runs them, and does what the job host asks. */

import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { AppError, messageOf } from '@millrace/base'
import { nodeFs } from '@millrace/base/node'
import { systemEnvironment } from '@millrace/base/platform'
import { KafkaClient } from '@millrace/broker/client'
import { nodeClientParts } from '@millrace/broker/host-node'
import { createReaderHub } from '@millrace/broker/log'
import type { CheckpointId } from '@millrace/schemas'
import {
  jobFailure,
  type OperatorContext,
  type OperatorFactory,
  type OperatorRegistry,
  type SourceFactory,
  Subtask,
} from '../runtime/index.ts'
import { CheckpointParts } from './checkpoint-parts.ts'
import type { Connector, ConnectorEnvironment } from './connector.ts'
import { DoorbellWaiter } from './doorbell.ts'
import type { FromWorker, OperatorReportMessage, ToWorker, WorkerStart } from './job-messages.ts'
import { pollingPort } from './polling-port.ts'
import { httpRegistry } from './registry-access.ts'
import { wireWorker } from './wiring.ts'
import { WorkerLoop } from './worker-loop.ts'
import { WorkerTap } from './worker-taps.ts'

export interface EngineWorkerParts {
  /** Operators that need nothing of the machine. */
  operators: OperatorRegistry['operators']
  sources: OperatorRegistry['sources']
  connectors: readonly Connector[]
}

/** The whole of an engine worker's entry file. Ends when the job host says so. */
export async function runEngineWorker(parts: EngineWorkerParts): Promise<void> {
  const port = parentPort
  if (!port) throw new Error('runEngineWorker runs in a worker thread only')
  const worker = new EngineWorker(port, workerData as WorkerStart)
  port.on('message', (message: ToWorker) => worker.receive(message))
  await worker.start(parts)
}

class EngineWorker {
  private readonly port: MessagePort
  private readonly options: WorkerStart
  private readonly taps = new Map<number, WorkerTap>()
  private subtasks: Subtask[] = []
  private loop: WorkerLoop | undefined
  private checkpoints: CheckpointParts | undefined
  private closing: (() => void)[] = []
  private statusTimer: NodeJS.Timeout | undefined
  private closed = false
  private failed = false
  /** The newest checkpoint that could not be written here. */
  private failedCheckpoint: CheckpointId | undefined

  constructor(port: MessagePort, start: WorkerStart) {
    this.port = port
    this.options = start
  }

  async start(parts: EngineWorkerParts): Promise<void> {
    try {
      const environment = await this.environment()
      if (this.closed) return
      this.build(wakingRegistry(registryOf(parts, environment), () => this.loop?.wake()))
      this.say({ is: 'ready' })
      this.loop?.wake()
      this.statusTimer = setInterval(
        () => this.say({ is: 'status', operators: this.reports() }),
        this.options.statusIntervalMs,
      )
    } catch (error) {
      this.fail(error, null)
    }
  }

  private say(message: FromWorker): void {
    this.port.postMessage(message)
  }

  private async environment(): Promise<ConnectorEnvironment> {
    const { broker, logPort, worker, doorbells, registry, plan } = this.options
    const clientParts = await nodeClientParts()
    const kafka = new KafkaClient({ ...clientParts, bootstrap: [broker] })
    const hub = createReaderHub({
      fs: nodeFs,
      codecs: clientParts.codecs,
      port: pollingPort(logPort),
    })
    this.closing.push(
      () => hub.close(),
      () => kafka.close(),
    )
    const doorbell = { word: new Int32Array(doorbells), index: worker }
    return {
      ...systemEnvironment,
      kafka,
      openLog: (options) => hub.open({ ...options, doorbell }),
      registry: httpRegistry(registry),
      pipeline: plan.pipeline,
      log: (message) => this.say({ is: 'log', message }),
    }
  }

  private build(registry: OperatorRegistry): void {
    const { plan, worker, rings, doorbells, checkpointDirectory, restoreFrom } = this.options
    const { clock, random, scheduler } = systemEnvironment
    const channels = wireWorker({ plan, worker, rings, doorbells })
    const checkpoints = (this.checkpoints = new CheckpointParts(nodeFs, checkpointDirectory, plan))
    this.closing.push(() => checkpoints.close())
    for (const spec of plan.operators) {
      const wired = channels.get(spec.id)
      if (!wired) continue
      const place = { operator: spec.id, subtask: worker }
      const subtask = new Subtask({
        spec,
        subtask: worker,
        registry,
        inputs: wired.inputs,
        outputs: wired.outputs,
        clock,
        random,
        restored: restoreFrom === null ? null : checkpoints.restore(restoreFrom, place),
        listener: {
          onSnapshotPart: (checkpoint, part) =>
            this.writeSnapshot(checkpoint, () => checkpoints.append(checkpoint, place, part)),
          onSnapshotDone: (checkpoint, info) =>
            this.writeSnapshot(checkpoint, () => {
              const file = checkpoints.finish(checkpoint, place)
              this.say({ is: 'snapshot', checkpoint, answer: { ...place, info, file } })
            }),
          onFailed: (error) => this.fail(error, spec.node),
        },
      })
      this.subtasks.push(subtask)
    }
    const bell = new DoorbellWaiter({ word: new Int32Array(doorbells), index: worker }, () =>
      this.loop?.wake(),
    )
    this.loop = new WorkerLoop({
      subtasks: this.subtasks,
      bell,
      clock,
      scheduler,
      afterIo: (task) => void setImmediate(task),
      onEnded: () => this.say({ is: 'ended' }),
    })
  }

  /** A checkpoint that cannot be written (a full disk, or given up meanwhile) fails; the job goes on. */
  private writeSnapshot(checkpoint: CheckpointId, write: () => void): void {
    if (this.failedCheckpoint === checkpoint) return
    try {
      write()
    } catch (error) {
      this.failedCheckpoint = checkpoint
      this.say({ is: 'snapshot-failed', checkpoint, cause: messageOf(error) })
    }
  }

  receive(message: ToWorker): void {
    switch (message.is) {
      case 'checkpoint':
        for (const subtask of this.subtasks) subtask.requestCheckpoint(message.checkpoint)
        break
      case 'complete':
        for (const subtask of this.subtasks) subtask.completeCheckpoint(message.checkpoint)
        break
      case 'abort':
        for (const subtask of this.subtasks) subtask.abortCheckpoint(message.checkpoint)
        this.checkpoints?.abandon(message.checkpoint)
        break
      case 'tap':
        this.openTap(message)
        break
      case 'tap-close':
        this.taps.get(message.tap)?.close()
        this.taps.delete(message.tap)
        break
      case 'tap-rows': {
        const { request, tap, after, limit } = message
        const answer = this.taps.get(tap)?.rows(after, limit)
        this.say({
          is: 'tap-rows',
          request,
          answer: answer ?? { rows: [], skipped: 0, last: after },
        })
        break
      }
      case 'view':
        this.say({ is: 'view', request: message.request, rows: this.viewRows(message.operator) })
        break
      case 'report':
        this.say({ is: 'report', request: message.request, operators: this.reports() })
        break
      case 'close':
        this.close()
    }
    this.loop?.wake()
  }

  private openTap(message: Extract<ToWorker, { is: 'tap' }>): void {
    const subtask = this.subtasks.find((candidate) => candidate.spec.id === message.operator)
    if (!subtask) return
    const now = () => systemEnvironment.clock.now()
    this.taps.set(message.tap, new WorkerTap(subtask, message.output, now))
  }

  private viewRows(operator: string) {
    const subtask = this.subtasks.find((candidate) => candidate.spec.id === operator)
    return subtask?.viewRows() ?? []
  }

  private reports(): OperatorReportMessage[] {
    return this.subtasks.map((subtask) => ({ operator: subtask.spec.id, status: subtask.status() }))
  }

  /** The first failure is told; the host ends all workers of the job. */
  private fail(error: unknown, node: string | null): void {
    if (this.failed || this.closed) return
    this.failed = true
    const failure = jobFailure(error, node, systemEnvironment.clock.now(), this.options.plan)
    this.say({ is: 'failed', failure, restartable: mayRestart(error) })
  }

  private close(): void {
    if (this.closed) return
    this.closed = true
    clearInterval(this.statusTimer)
    this.loop?.close()
    for (const tap of this.taps.values()) tap.close()
    for (const end of [...this.subtasks.map((subtask) => () => subtask.close()), ...this.closing]) {
      try {
        end()
      } catch (error) {
        this.say({ is: 'log', message: `While closing: ${messageOf(error)}` })
      }
    }
    this.say({ is: 'closed' })
    // Ends this thread, not the process: a wait for the doorbell that is still pending would keep it.
    process.exit(0)
  }
}

/** Another attempt from the last checkpoint may succeed; never so when the user's code or settings are at fault. */
function mayRestart(error: unknown): boolean {
  return error instanceof AppError ? error.retriable || error.origin === 'internal' : true
}

/** Answers come by sockets and children, outside the loop: a subtask that is woken wakes the loop too. */
function wakingRegistry(registry: OperatorRegistry, wakeLoop: () => void): OperatorRegistry {
  const waking = <C extends OperatorContext>(context: C): C => {
    const wake = context.wake.bind(context)
    context.wake = () => {
      wake()
      wakeLoop()
    }
    return context
  }
  const operators: Record<string, OperatorFactory> = {}
  for (const [type, make] of Object.entries(registry.operators)) {
    operators[type] = (context, restored) => make(waking(context), restored)
  }
  const sources: Record<string, SourceFactory> = {}
  for (const [type, make] of Object.entries(registry.sources)) {
    sources[type] = (context, restored) => make(waking(context), restored)
  }
  return { operators, sources }
}

/** Factories of the catalogue, with connectors made for this worker. */
function registryOf(parts: EngineWorkerParts, environment: ConnectorEnvironment): OperatorRegistry {
  const operators = { ...parts.operators }
  const sources = { ...parts.sources }
  for (const connector of parts.connectors) {
    for (const [type, make] of Object.entries(connector.operators ?? {})) {
      operators[type] = make(environment)
    }
    for (const [type, make] of Object.entries(connector.sources ?? {})) {
      sources[type] = make(environment)
    }
  }
  return { operators, sources }
}
