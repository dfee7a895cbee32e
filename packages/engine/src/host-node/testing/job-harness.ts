/** Starts, feeds, reads and kills a job process from a test. */
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import { entryFile } from '@millrace/base/node'
import { KafkaClient } from '@millrace/broker/client'
import { nodeClientParts } from '@millrace/broker/host-node'
import type { JobStatus } from '../../runtime/index.ts'
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

  async produce(topic: string, orders: readonly (Order | string)[], partition = 0): Promise<void> {
    const producer = await this.client.producer()
    await producer.send(
      topic,
      orders.map((order) => ({
        partition,
        value: encodeUtf8(typeof order === 'string' ? order : JSON.stringify(order)),
      })),
    )
    await producer.close()
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
