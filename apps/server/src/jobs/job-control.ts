/** Jobs by pipeline: started, watched, stopped; what they report becomes facts and history. */
import { AppError, messageOf } from '@millrace/base'
import type { JobHandle, JobHost } from '@millrace/engine/host-node'
import type { JobFailure, JobState, JobStatus } from '@millrace/engine/runtime'
import type { RunFacts } from '../api-types.ts'
import type { VersionState } from '../pipelines/model.ts'
import { runFacts } from '../runs/facts.ts'
import { MinuteMeter } from '../runs/minute-meter.ts'
import { RateWindow } from '../runs/rate-window.ts'
import type { RunTotals } from '../runs/run-model.ts'
import type { RunStore } from '../runs/run-store.ts'
import { type Topology, topologyOf } from '../runs/topology.ts'
import { Broadcast } from '../store/broadcast.ts'

const rateWindowMs = 4000

/** A job that exists in this process: running, failed or stopped. */
export interface Job {
  readonly pipeline: string
  readonly version: number
  readonly run: number
  readonly topology: Topology
  /** Null while it starts, and when it could not be started. */
  handle: JobHandle | null
  state: JobState
  status: JobStatus | null
  facts: RunFacts | null
  failure: JobFailure | null
  restoredFrom: number | null
}

export interface JobControlOptions {
  host: JobHost
  runs: RunStore
  log(message: string, cause: unknown): void
}

interface Watched extends Job {
  rates: RateWindow
  meter: MinuteMeter
  restartsSeen: number
  ended: boolean
  unsubscribe: () => void
}

export class JobControl {
  /** The pipeline whose job changed. */
  readonly changes = new Broadcast<string>()
  private readonly jobs = new Map<string, Watched>()
  private readonly options: JobControlOptions
  private closing = false

  constructor(options: JobControlOptions) {
    this.options = options
  }

  get(pipeline: string): Job | undefined {
    return this.jobs.get(pipeline)
  }

  isActive(pipeline: string): boolean {
    const state = this.jobs.get(pipeline)?.state
    return (
      state === 'starting' || state === 'running' || state === 'restarting' || state === 'stopping'
    )
  }

  /** Starts a version; `restore` goes on from its newest checkpoint. Throws what the host says. */
  async start(pipeline: string, version: VersionState, restore: boolean): Promise<Job> {
    if (this.isActive(pipeline)) throw alreadyRunning(pipeline)
    const { host, runs } = this.options
    const checkpoint = restore ? host.latestCheckpoint(pipeline) : undefined
    const run = await runs.started(pipeline, version.version, checkpoint?.id ?? null)
    const job = newJob(pipeline, version, { run, restoredFrom: checkpoint?.id ?? null })
    this.jobs.set(pipeline, job)
    this.changes.send(pipeline)
    try {
      const handle = await host.start({ plan: version.plan, restore })
      job.handle = handle
      job.unsubscribe = handle.onStatus((status) => this.onStatus(job, status))
      this.onStatus(job, handle.status())
    } catch (error) {
      this.failedToStart(job, error)
      throw error
    }
    return job
  }

  private failedToStart(job: Watched, error: unknown): void {
    job.state = 'failed'
    job.failure = failureOf(error)
    this.end(job, 'failed')
    this.changes.send(job.pipeline)
  }

  private onStatus(job: Watched, status: JobStatus): void {
    if (job.ended) return
    job.status = status
    job.state = status.state
    job.failure = status.failure
    job.restoredFrom = status.restoredFrom
    this.measure(job, status)
    if (status.restarts > job.restartsSeen) {
      job.restartsSeen = status.restarts
      this.options.runs.restarted(job.pipeline, job.run, status.failure)
    }
    if (status.state === 'failed') this.end(job, 'failed')
    if (status.state === 'finished') this.end(job, 'finished')
    if (status.state === 'stopped') this.end(job, this.closing ? 'shut-down' : 'stopped')
    this.changes.send(job.pipeline)
  }

  /** Until every operator has reported, counters that a checkpoint brought back are missing: they are no rows of now. */
  private measure(job: Watched, status: JobStatus): void {
    if (status.operators.some(({ subtasks }) => subtasks.length === 0)) return
    job.facts = runFacts(status, job.topology, job.rates)
    const minute = job.meter.add(status, job.facts)
    if (minute) this.options.runs.minute(job.pipeline, job.run, minute, job.meter.totals())
  }

  /** What the present run summed up to so far. */
  totals(pipeline: string): RunTotals | undefined {
    const job = this.jobs.get(pipeline)
    return job && !job.ended ? job.meter.totals() : undefined
  }

  private end(job: Watched, end: 'failed' | 'finished' | 'stopped' | 'shut-down'): void {
    if (job.ended) return
    job.ended = true
    job.unsubscribe()
    const minute = job.meter.finish()
    const { runs } = this.options
    if (minute) runs.minute(job.pipeline, job.run, minute, job.meter.totals())
    runs.ended(job.pipeline, job.run, { end, failure: job.failure, totals: job.meter.totals() })
  }

  /** Takes a last checkpoint; the pipeline can go on from it. */
  async stop(pipeline: string): Promise<void> {
    const job = this.jobs.get(pipeline)
    if (!job?.handle || job.ended) return
    await job.handle.stop()
    job.state = 'stopped'
    this.onStatus(job, { ...job.handle.status(), state: 'stopped' })
  }

  /** Forgets the job and its checkpoints. */
  async forget(pipeline: string): Promise<void> {
    await this.stop(pipeline)
    this.jobs.delete(pipeline)
    this.options.host.forget(pipeline)
    this.changes.send(pipeline)
  }

  latestCheckpoint(pipeline: string) {
    return this.options.host.latestCheckpoint(pipeline)
  }

  /** Ends every job with a last checkpoint; a job that cannot stop does not keep the others from it. */
  async close(): Promise<void> {
    this.closing = true
    await Promise.all(
      [...this.jobs.keys()].map((pipeline) =>
        this.stop(pipeline).catch((error) =>
          this.options.log(`Stopping ${pipeline} failed.`, error),
        ),
      ),
    )
    await this.options.host.close()
  }
}

function newJob(
  pipeline: string,
  version: VersionState,
  { run, restoredFrom }: { run: number; restoredFrom: number | null },
): Watched {
  const topology = topologyOf(version.plan, version.document)
  return {
    pipeline,
    version: version.version,
    run,
    topology,
    handle: null,
    state: 'starting',
    status: null,
    facts: null,
    failure: null,
    restoredFrom,
    rates: new RateWindow(rateWindowMs),
    meter: new MinuteMeter(topology, restoredFrom !== null),
    restartsSeen: 0,
    ended: false,
    unsubscribe: () => undefined,
  }
}

function failureOf(error: unknown): JobFailure {
  const details = error instanceof AppError ? error.details : {}
  return {
    at: Date.now(),
    message: messageOf(error),
    node: typeof details.node === 'string' ? details.node : null,
    line: null,
    record: null,
    code: error instanceof AppError ? error.code : 'start-failed',
  }
}

function alreadyRunning(pipeline: string): AppError {
  return new AppError(`The pipeline ${pipeline} runs already. Stop it first.`, {
    code: 'pipeline-running',
    origin: 'user',
    details: { pipeline },
  })
}
