/** The job host on Node: each job in worker threads of its own, its checkpoints in files below the data directory. */

import type { MessagePort } from 'node:worker_threads'
import { AppError, type Clock, type Fs, type Scheduler } from '@millrace/base'
import { nodeFs } from '@millrace/base/node'
import { KafkaClient } from '@millrace/broker/client'
import { nodeClientParts } from '@millrace/broker/host-node'
import type { CheckpointId } from '@millrace/schemas'
import { CheckpointStore, type LogEnd } from '../runtime/index.ts'
import type { JobHandle, JobHost, StartJob } from './job-host.ts'
import { JobRun, statusIntervalMs } from './job-run.ts'
import { JobWorkers } from './job-workers.ts'

export interface JobHostOptions {
  /** Checkpoints lie in `<dataDir>/checkpoints/<pipeline id>`. */
  dataDir: string
  clock: Clock
  scheduler: Scheduler
  /** Where the embedded broker's clients connect. */
  broker: { host: string; port: number }
  /** Address of the schema registry, like `http://127.0.0.1:8081`; null: there is none. */
  registry: string | null
  /** A new control port for an in-process reader: `BrokerHandle.leasePort`. */
  leasePort(): MessagePort
  /** The worker's entry file, which calls `runEngineWorker` with the catalogue. */
  workerEntry: URL
  /** One sentence for the operator of the server. */
  log?(message: string): void
}

export function createJobHost(options: JobHostOptions): JobHost {
  return new NodeJobHost(options)
}

class NodeJobHost implements JobHost {
  private readonly options: JobHostOptions
  private readonly fs: Fs = nodeFs
  private readonly runs = new Map<string, JobRun>()
  private kafka: Promise<KafkaClient> | undefined

  constructor(options: JobHostOptions) {
    this.options = options
  }

  async start({ plan, restore }: StartJob): Promise<JobHandle> {
    const { pipeline } = plan
    if (this.runs.has(pipeline)) {
      throw new AppError(`Pipeline ${pipeline} is running already. Stop it first.`, {
        code: 'job-already-running',
        origin: 'user',
        details: { pipeline },
      })
    }
    const directory = this.directoryOf(pipeline)
    const store = new CheckpointStore(this.fs, directory)
    if (!restore) store.removeAll()
    this.fs.makeDirectorySync(directory)
    const { clock, scheduler, log = () => undefined } = this.options
    const run = new JobRun({
      plan,
      clock,
      scheduler,
      store,
      log,
      recover: () => this.recover(store),
      startWorkers: ({ restoreFrom }, listener) =>
        new JobWorkers({
          plan,
          entry: this.options.workerEntry,
          leasePort: this.options.leasePort,
          start: {
            checkpointDirectory: directory,
            restoreFrom,
            broker: this.options.broker,
            registry: this.options.registry,
            statusIntervalMs,
          },
          ...listener,
        }),
      onOver: () => void this.runs.delete(pipeline),
    })
    this.runs.set(pipeline, run)
    try {
      await run.begin()
    } catch (error) {
      this.runs.delete(pipeline)
      throw error
    }
    return run
  }

  /** Throws `checkpoint-ahead-of-log` or `checkpoint-damaged` when what there is cannot be used. */
  private async recover(
    store: CheckpointStore,
  ): Promise<{ restoreFrom: CheckpointId | null; nextId: CheckpointId }> {
    const topics = new Set<string>()
    store.recover((topic) => {
      topics.add(topic)
      return Number.MAX_SAFE_INTEGER
    })
    const logEnd = await this.logEnds(topics)
    const recovery = store.recover(logEnd)
    for (const { id, why } of recovery.refused) {
      this.options.log?.(why)
      if (isAhead(store, id, logEnd) || !recovery.restore) throw refusedError(why, id)
    }
    store.settle(recovery)
    return { restoreFrom: recovery.restore?.id ?? null, nextId: recovery.nextId }
  }

  private async logEnds(topics: ReadonlySet<string>): Promise<LogEnd> {
    const ends = new Map<string, number[]>()
    if (topics.size > 0) {
      const { admin } = await this.client()
      for (const topic of topics) {
        if (!(await admin.describeTopic(topic))) continue
        ends.set(topic, await admin.listOffsets(topic, 'latest'))
      }
    }
    return (topic, partition) => ends.get(topic)?.[partition]
  }

  private client(): Promise<KafkaClient> {
    this.kafka ??= nodeClientParts().then(
      (parts) => new KafkaClient({ ...parts, bootstrap: [this.options.broker] }),
    )
    return this.kafka
  }

  latestCheckpoint(pipeline: string): { id: number; at: number; version: number } | undefined {
    return new CheckpointStore(this.fs, this.directoryOf(pipeline)).latest()
  }

  forget(pipeline: string): void {
    new CheckpointStore(this.fs, this.directoryOf(pipeline)).removeAll()
  }

  async close(): Promise<void> {
    await Promise.all([...this.runs.values()].map((run) => run.stop()))
    const client = await this.kafka
    client?.close()
  }

  private directoryOf(pipeline: string): string {
    return `${this.options.dataDir}/checkpoints/${pipeline}`
  }
}

function isAhead(store: CheckpointStore, id: CheckpointId, logEnd: LogEnd): boolean {
  try {
    return store
      .manifest(id)
      .subtasks.some(({ sourceOffsets }) =>
        sourceOffsets.some(
          ({ topic, partition, offset }) => offset > (logEnd(topic, partition) ?? -1),
        ),
      )
  } catch {
    return false
  }
}

function refusedError(why: string, checkpoint: CheckpointId): AppError {
  return new AppError(`${why} Deploy without restoring to begin anew.`, {
    code: 'checkpoint-refused',
    origin: 'external',
    details: { checkpoint },
  })
}
