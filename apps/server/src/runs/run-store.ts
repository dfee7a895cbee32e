/** The history of runs: the model, and the topic behind it. Nobody waits for a write but the start of a run. */
import type { JobFailure } from '@millrace/engine/runtime'
import type { MinuteMetrics, RunRecord } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { type Journal, openJournal } from '../store/journal.ts'
import { runsTopic } from '../store/topic-names.ts'
import {
  applyRun,
  type PipelineRuns,
  type RunLogRecord,
  type RunModel,
  type RunTotals,
  restartsSince,
} from './run-model.ts'

const dayMs = 24 * 3600 * 1000
/** Newest records that are replayed at start: a day of minutes for a hundred pipelines. */
const replayedMax = 200_000

export class RunStore {
  private readonly model: RunModel
  private readonly journal: Journal<RunLogRecord>
  private readonly failed: (cause: unknown) => void

  private constructor(
    model: RunModel,
    journal: Journal<RunLogRecord>,
    failed: (cause: unknown) => void,
  ) {
    this.model = model
    this.journal = journal
    this.failed = failed
  }

  static async open(
    kafka: KafkaAccess,
    failed: (cause: unknown) => void,
    strange: (message: string) => void,
  ): Promise<RunStore> {
    const model: RunModel = new Map()
    const journal = await openJournal<RunLogRecord>({
      kafka,
      topic: runsTopic,
      durability: 'os',
      newest: replayedMax,
      strange,
      replay: (record) => {
        if (record) applyRun(model, record)
      },
    })
    return new RunStore(model, journal, failed)
  }

  /** Resolves with the run's number once it is written. */
  async started(pipeline: string, version: number, restoredFrom: number | null): Promise<number> {
    const runs = this.of(pipeline).runs
    const run = (runs[runs.length - 1]?.run ?? 0) + 1
    const record: RunLogRecord = {
      is: 'started',
      pipeline,
      run,
      version,
      at: Date.now(),
      restoredFrom,
    }
    applyRun(this.model, record)
    await this.journal.append(pipeline, record)
    return run
  }

  restarted(pipeline: string, run: number, failure: JobFailure | null): void {
    this.write({ is: 'restarted', pipeline, run, at: Date.now(), failure })
  }

  minute(pipeline: string, run: number, metrics: MinuteMetrics, totals: RunTotals): void {
    this.write({ is: 'minute', pipeline, run, metrics, totals })
  }

  ended(
    pipeline: string,
    run: number,
    {
      end,
      failure,
      totals,
    }: {
      end: Exclude<RunRecord['end'], null>
      failure: JobFailure | null
      totals: RunTotals
    },
  ): void {
    this.write({ is: 'ended', pipeline, run, at: Date.now(), end, failure, totals })
  }

  forget(pipeline: string): void {
    this.write({ is: 'forgotten', pipeline })
  }

  of(pipeline: string): PipelineRuns {
    return this.model.get(pipeline) ?? { runs: [], minutes: [], restarts: [] }
  }

  restarts24h(pipeline: string): number {
    return restartsSince(this.model, pipeline, Date.now() - dayMs)
  }

  private write(record: RunLogRecord): void {
    applyRun(this.model, record)
    this.journal.append(record.pipeline, record).catch(this.failed)
  }

  close(): Promise<void> {
    return this.journal.close()
  }
}
