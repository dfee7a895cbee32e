/** Running jobs for the studio: live facts, rows of any port, views, and history. */
import { AppError } from '@millrace/base'
import type { JobHandle } from '@millrace/engine/host-node'
import type { MinuteMetrics, RunRecord, RunView, TapBatch, ViewRows } from '../api-types.ts'
import type { Job, JobControl } from '../jobs/job-control.ts'
import type { PipelineStore } from '../pipelines/pipeline-store.ts'
import { stateOf } from '../pipelines/pipeline-summary.ts'
import type { RunService } from '../services.ts'
import { pause } from '../store/broadcast.ts'
import type { RunStore } from './run-store.ts'
import { TapPool } from './tap-pool.ts'

/** A live view is repeated so often; what is news comes at once. */
const liveIntervalMs = 1000
/** A status that comes a little early is better than one that comes half a second late. */
const liveSlackMs = 100
const viewIntervalMs = 500
const tapIntervalMs = 200
const tapRowsMax = 500

export interface RunsOptions {
  jobs: JobControl
  store: PipelineStore
  runs: RunStore
}

export class Runs implements RunService {
  private readonly options: RunsOptions
  private readonly taps = new TapPool()

  constructor(options: RunsOptions) {
    this.options = options
  }

  async status(pipeline: string): Promise<RunView> {
    return this.viewOf(pipeline)
  }

  private viewOf(pipeline: string): RunView {
    const entry = this.options.store.get(pipeline)
    const job = this.options.jobs.get(pipeline)
    return {
      pipeline,
      state: stateOf(entry, job),
      version: job?.version ?? entry.current?.version ?? null,
      at: job?.status?.at ?? Date.now(),
      status: job?.status ?? null,
      facts: job?.facts ?? null,
      resumedFrom: job?.restoredFrom ?? null,
      failure: isFailing(job) ? job.failure : null,
    }
  }

  async *live(pipeline: string, signal: AbortSignal): AsyncGenerator<RunView> {
    let shown = this.viewOf(pipeline)
    let shownAt = Date.now()
    yield shown
    // Statuses come by themselves twice a second; a clock besides, so that a stalled job is seen as such.
    const changes = this.options.jobs.changes.listen(signal)
    let next = changes.next()
    while (!signal.aborted) {
      const changed = await Promise.race([next, pause(liveIntervalMs, signal)])
      if (signal.aborted) return
      if (changed) next = changes.next()
      if (!this.options.store.find(pipeline)) return
      const view = this.viewOf(pipeline)
      const isDue = Date.now() - shownAt >= liveIntervalMs - liveSlackMs
      if (!isDue && !isNews(shown, view)) continue
      shown = view
      shownAt = Date.now()
      yield view
    }
  }

  async checkpoint(pipeline: string): Promise<{ id: number }> {
    return { id: await this.handleOf(pipeline).checkpoint() }
  }

  /** Newest first. */
  async history(pipeline: string): Promise<RunRecord[]> {
    const { store, jobs, runs } = this.options
    store.get(pipeline)
    const active = jobs.isActive(pipeline) ? jobs.get(pipeline)?.run : undefined
    return [...runs.of(pipeline).runs].reverse().map((run) => {
      if (run.end !== null) return run
      return run.run === active
        ? { ...run, ...jobs.totals(pipeline) }
        : { ...run, end: 'interrupted' as const }
    })
  }

  async metrics(pipeline: string, from: number, to: number): Promise<MinuteMetrics[]> {
    this.options.store.get(pipeline)
    return this.options.runs.of(pipeline).minutes.filter(({ at }) => at >= from && at <= to)
  }

  async *tap(
    input: { pipeline: string; node: string; port: string; after: number | null },
    signal: AbortSignal,
  ): AsyncGenerator<TapBatch> {
    const handle = this.handleOf(input.pipeline)
    const tap = await this.taps.open(handle, input)
    try {
      let after = input.after ?? tap.joinedAt
      yield { row: tap.tap.row, rows: [], skipped: 0, last: after }
      while (!signal.aborted && this.options.jobs.isActive(input.pipeline)) {
        const { rows, skipped, last } = await tap.tap.rows(after, tapRowsMax)
        after = Math.max(after, last)
        if (rows.length > 0 || skipped > 0) {
          yield { row: tap.tap.row, rows, skipped, last: after }
        }
        if (rows.length < tapRowsMax) await pause(tapIntervalMs, signal)
      }
    } finally {
      this.taps.leave(tap)
    }
  }

  async view(pipeline: string, node: string): Promise<ViewRows> {
    const { row, keys, rows } = await this.handleOf(pipeline).view(node)
    return { row, keys: [...keys], rows: rows.map(copyRow), at: Date.now() }
  }

  async *viewLive(pipeline: string, node: string, signal: AbortSignal): AsyncGenerator<ViewRows> {
    let before = ''
    while (!signal.aborted && this.options.jobs.isActive(pipeline)) {
      const view = await this.view(pipeline, node)
      const text = JSON.stringify(view.rows)
      if (text !== before) {
        before = text
        yield view
      }
      await pause(viewIntervalMs, signal)
    }
  }

  async namedView(name: string, key: readonly string[] | null): Promise<Record<string, unknown>[]> {
    for (const { id, current } of this.options.store.entries()) {
      const node = current?.document.nodes.find(
        (each) => each.kind === 'view-sink' && each.config.view === name && !each.disabled,
      )
      if (!node || !this.options.jobs.isActive(id)) continue
      const { row, rows } = await this.view(id, node.id)
      const wanted = key === null ? rows : rows.filter((each) => isKey(each.key, key))
      return wanted.map(({ cells }) =>
        Object.fromEntries(row.fields.map((field, index) => [field.name, cells[index]])),
      )
    }
    throw new AppError(`No running pipeline has a view called ${name}.`, {
      code: 'view-not-found',
      origin: 'user',
      details: { view: name },
    })
  }

  private handleOf(pipeline: string): JobHandle {
    this.options.store.get(pipeline)
    const job: Job | undefined = this.options.jobs.get(pipeline)
    if (job?.handle && this.options.jobs.isActive(pipeline)) return job.handle
    throw new AppError(`The pipeline ${pipeline} is not running. Start it first.`, {
      code: 'not-running',
      origin: 'user',
      details: { pipeline },
    })
  }

  close(): void {
    this.taps.close()
  }
}

/** Numbers can wait for their turn; a change of state or a checkpoint cannot. */
function isNews(before: RunView, after: RunView): boolean {
  return (
    before.state !== after.state ||
    before.version !== after.version ||
    before.facts?.checkpoint?.id !== after.facts?.checkpoint?.id ||
    (before.facts?.cause == null) !== (after.facts?.cause == null)
  )
}

/** A failure that the job has overcome belongs to the history. */
function isFailing(job: Job | undefined): job is Job {
  return job?.state === 'failed' || job?.state === 'restarting'
}

function copyRow(row: {
  key: readonly unknown[]
  cells: readonly unknown[]
  eventTime: number | null
}) {
  return { key: [...row.key], cells: [...row.cells], eventTime: row.eventTime }
}

function isKey(key: readonly unknown[], wanted: readonly string[]): boolean {
  return key.length === wanted.length && key.every((cell, at) => String(cell) === wanted[at])
}
