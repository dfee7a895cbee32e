/** Starts, feeds, reads and kills a job process from a test. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import { entryFile } from '@millrace/base/node'
import { systemEnvironment } from '@millrace/base/platform'
import { KafkaClient } from '@millrace/broker/client'
import { nodeClientParts, startBroker } from '@millrace/broker/host-node'
import type { JobStatus } from '../../runtime/index.ts'
import type { JobHandle } from '../job-host.ts'
import { createJobHost } from '../node-job-host.ts'
import type { OrdersPlanOptions } from './plans.ts'

export interface Order {
  user: string
  amount: number
  at: number
}

export function temporaryDirectory(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'millrace-job-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A broker in its thread and a job host in this process; `close` ends both and removes their files. */
export async function openHost() {
  const directory = temporaryDirectory()
  const broker = await startBroker({ dataDir: `${directory.path}/broker`, port: 0 })
  const { clock, scheduler } = systemEnvironment
  const address = { host: '127.0.0.1', port: broker.port }
  const host = createJobHost({
    dataDir: directory.path,
    clock,
    scheduler,
    broker: address,
    registry: null,
    leasePort: () => broker.leasePort(),
    workerEntry: new URL('./engine-worker.ts', import.meta.url),
  })
  const client = new KafkaClient({ ...(await nodeClientParts()), bootstrap: [address] })
  return {
    host,
    client,
    dataDir: directory.path,
    async close() {
      await host.close()
      client.close()
      await broker.close()
      directory.remove()
    },
  }
}

/** Waits for a status of the job that fulfils `wanted`. */
export function untilStatus(
  job: JobHandle,
  wanted: (status: JobStatus) => boolean,
): Promise<JobStatus> {
  return new Promise((resolve) => {
    if (wanted(job.status())) return resolve(job.status())
    const end = job.onStatus((status) => {
      if (!wanted(status)) return
      end()
      resolve(status)
    })
  })
}

export async function produceOrders(
  client: KafkaClient,
  topic: string,
  orders: readonly (Order | string)[],
  partition = 0,
): Promise<void> {
  const producer = await client.producer()
  const text = (order: Order | string) =>
    typeof order === 'string' ? order : JSON.stringify(order)
  const records = orders.map((order) => ({ partition, value: encodeUtf8(text(order)) }))
  await producer.send(topic, records)
  await producer.close()
}

/** A child that runs a broker and, when told so, a job. */
export class JobProcess {
  readonly client: KafkaClient
  private readonly child: ChildProcess
  status: JobStatus | undefined
  private changed: (() => void)[] = []

  private constructor(child: ChildProcess, client: KafkaClient) {
    this.child = child
    this.client = client
    child.on('message', (message: { status?: JobStatus }) => {
      if (!message.status) return
      this.status = message.status
      for (const tell of this.changed.splice(0)) tell()
    })
  }

  static async open(dataDir: string, plan: OrdersPlanOptions): Promise<JobProcess> {
    const { file, env } = entryFile(new URL('./job-process.ts', import.meta.url))
    const child = fork(file, {
      env: { ...process.env, ...env, MILLRACE_JOB: JSON.stringify([dataDir, plan]) },
      execArgv: [],
    })
    const port = await new Promise<number>((resolve, reject) => {
      child.once('message', (message: { port: number }) => resolve(message.port))
      child.once('exit', (code) => reject(new Error(`the job process ended with ${code}`)))
    })
    const parts = await nodeClientParts()
    const bootstrap = [{ host: '127.0.0.1', port }]
    return new JobProcess(child, new KafkaClient({ ...parts, bootstrap }))
  }

  start(): void {
    this.child.send('start')
  }

  /** Waits for a status that fulfils `wanted`. */
  async until(wanted: (status: JobStatus) => boolean): Promise<JobStatus> {
    for (;;) {
      if (this.status && wanted(this.status)) return this.status
      if (this.status?.state === 'failed') throw new Error(JSON.stringify(this.status.failure))
      await new Promise<void>((resolve) => {
        this.changed.push(resolve)
      })
    }
  }

  async kill(signal: 'SIGKILL' | 'stop'): Promise<void> {
    this.client.close()
    const gone = new Promise<void>((resolve) => {
      this.child.once('exit', () => resolve())
    })
    if (signal === 'stop') this.child.send('stop')
    else this.child.kill(signal)
    await gone
  }

  produce(topic: string, orders: readonly (Order | string)[], partition = 0): Promise<void> {
    return produceOrders(this.client, topic, orders, partition)
  }

  /** Reads values of a topic's partitions from the beginning until `enough` says so. */
  async readUntil<T>(
    topic: string,
    partitions: number,
    enough: (values: readonly T[]) => boolean,
  ): Promise<T[]> {
    const values: T[] = []
    const readers = Array.from({ length: partitions }, (_, partition) =>
      this.client.reader({ topic, partition, offset: 0, waitMsMax: 50 }),
    )
    while (!enough(values)) {
      for (const reader of readers) {
        for (const record of reader.decode(await reader.read())) {
          if (record.value) values.push(JSON.parse(decodeUtf8(record.value)) as T)
        }
      }
    }
    for (const reader of readers) reader.close()
    return values
  }
}
