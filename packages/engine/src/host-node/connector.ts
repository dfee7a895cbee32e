/** What a connector may use of the machine it runs on: handed to it in its worker thread, never reached for. */
import type { Clock, Random, Scheduler } from '@millrace/base'
import type { KafkaClient } from '@millrace/broker/client'
import type { LogReader, OpenReaderOptions } from '@millrace/broker/log'
import type { OperatorFactory, SourceFactory } from '../runtime/index.ts'

/** The embedded schema registry (or a Confluent-compatible one), as connectors need it. */
export interface RegistryAccess {
  /** The schema's text; undefined: the registry has no such id. Rejects with `AppError` `registry-unreachable`. */
  schema(id: number): Promise<string | undefined>
  /** Registers (or finds) a schema under a subject and answers its id. */
  register(subject: string, schema: string): Promise<number>
}

export interface ConnectorEnvironment {
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
  /** One client for all connectors of the worker. */
  readonly kafka: KafkaClient
  /** Reads a partition of the embedded broker in this thread; its doorbell wakes this worker. */
  openLog(options: Omit<OpenReaderOptions, 'doorbell'>): LogReader
  readonly registry: RegistryAccess
  readonly pipeline: string
  /** For the operator of the server: one sentence about what went wrong and does not stop the job. */
  log(message: string): void
}

/** The operators and sources that one node kind brings, by type; each made for the worker it runs in. */
export interface Connector {
  operators?: Readonly<Record<string, (environment: ConnectorEnvironment) => OperatorFactory>>
  sources?: Readonly<Record<string, (environment: ConnectorEnvironment) => SourceFactory>>
}
