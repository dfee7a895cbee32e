/** What the main thread and the broker's worker say to each other. */
import type { MessagePort } from 'node:worker_threads'
import type { BrokerSettings } from '../apis/index.ts'
import type { Durability } from '../log/api.ts'

export interface ServeOptions {
  /** Directory of the topics; created if absent. */
  dataDir: string
  /** `127.0.0.1` (default) listens on ::1 as well. */
  host?: string
  /** 0 picks one that is free on every address. */
  port?: number
  durability?: Durability
  settings?: Partial<BrokerSettings>
}

/** An error as it crosses the border between threads. */
export interface FailureMessage {
  message: string
  code: string
  origin: 'user' | 'external' | 'internal'
  details: Record<string, unknown>
}

export type ToBroker = { type: 'reader'; port: MessagePort } | { type: 'close' }

export type FromBroker =
  | { type: 'ready'; port: number; addresses: readonly string[] }
  | { type: 'failed'; failure: FailureMessage }
  | { type: 'log'; message: string; details: Record<string, unknown> }
  | { type: 'closed' }
