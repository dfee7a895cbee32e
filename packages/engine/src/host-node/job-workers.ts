/** The worker threads of one attempt of a job: started together, heard together, ended together. */

import type { MessagePort, Worker } from 'node:worker_threads'
import { AppError } from '@millrace/base'
import { startWorker } from '@millrace/base/node'
import type { PhysicalPlan } from '../plan/index.ts'
import type { FromWorker, ToWorker, WorkerStart } from './job-messages.ts'
import { makeRings, workerCount } from './wiring.ts'

/** How long a worker may take to close its files and sockets before its thread is ended. */
export const closeTimeoutMs = 5_000

export interface JobWorkersOptions {
  plan: PhysicalPlan
  entry: URL
  start: Omit<WorkerStart, 'plan' | 'worker' | 'workers' | 'rings' | 'doorbells' | 'logPort'>
  leasePort(): MessagePort
  onMessage(worker: number, message: FromWorker): void
  /** A thread ended without having been asked to, or threw outside of a subtask. */
  onCrash(worker: number, error: AppError): void
}

export class JobWorkers {
  private readonly threads: Worker[] = []
  private readonly exits: Promise<void>[] = []
  private readonly onMessage: JobWorkersOptions['onMessage']
  private readonly onCrash: JobWorkersOptions['onCrash']
  private closing = false

  constructor(options: JobWorkersOptions) {
    const { plan, entry, start, leasePort } = options
    this.onMessage = options.onMessage
    this.onCrash = options.onCrash
    const workers = workerCount(plan)
    const rings = makeRings(plan)
    const doorbells = new SharedArrayBuffer(4 * workers)
    for (let worker = 0; worker < workers; worker++) {
      const logPort = leasePort()
      const data: WorkerStart = { ...start, plan, worker, workers, rings, doorbells, logPort }
      const name = `millrace-engine-${plan.pipeline}-${worker}`
      const thread = startWorker(entry, { workerData: data, transferList: [logPort], name })
      this.threads.push(thread)
      this.exits.push(this.watch(thread, worker))
    }
  }

  get count(): number {
    return this.threads.length
  }

  private watch(thread: Worker, worker: number): Promise<void> {
    let cause: unknown
    thread.on('message', (message: FromWorker) => {
      if (!this.closing || message.is === 'snapshot') this.onMessage(worker, message)
    })
    thread.on('error', (error) => {
      cause = error
    })
    return new Promise((resolve) => {
      thread.on('exit', (code) => {
        resolve()
        if (this.closing) return
        const why = cause instanceof Error ? cause.message : `it ended with code ${code}`
        const error = new AppError(`An engine worker crashed: ${why}.`, {
          code: 'worker-crashed',
          origin: 'internal',
          retriable: true,
          cause,
          details: { worker },
        })
        this.onCrash(worker, error)
      })
    })
  }

  send(worker: number, message: ToWorker): void {
    this.threads[worker].postMessage(message)
  }

  sendAll(message: ToWorker): void {
    for (const thread of this.threads) thread.postMessage(message)
  }

  /** Resolves when every thread is gone. */
  async close(): Promise<void> {
    this.closing = true
    this.sendAll({ is: 'close' })
    const timer = setTimeout(() => {
      for (const thread of this.threads) void thread.terminate()
    }, closeTimeoutMs)
    await Promise.all(this.exits)
    clearTimeout(timer)
  }
}
