/** The broker as the server sees it: a worker thread with a port, a door for in-process readers, and a way to hear of its end. */

import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { AppError, Cancel } from '@millrace/base'
import { startWorker } from '@millrace/base/node'
import type { FromBroker, ServeOptions } from './messages.ts'
import { watchWorker } from './watch-worker.ts'

export interface BrokerOptions extends ServeOptions {
  /** What the broker has to say to the operator; default: nothing. */
  log?(message: string, details: Record<string, unknown>): void
}

export interface BrokerHandle {
  /** Where Kafka clients connect. */
  readonly host: string
  readonly port: number
  /** Every address that is listened on. */
  readonly addresses: readonly string[]
  /**
   * A new control port for one in-process reader thread (`openPortReader` of `@millrace/broker/log`); transfer it to
   * that thread. Closing it ends its leases.
   */
  leasePort(): MessagePort
  /** Runs once if the broker ends without having been asked to; at once if it already has. */
  onFailure(listener: (error: AppError) => void): Cancel
  /** Ends connections, syncs the log; resolves when the thread is gone. */
  close(): Promise<void>
}

/** Resolves when clients can connect. Throws `AppError` `fs-…`, `port-in-use`, `listen-failed` or `broker-failed`. */
export async function startBroker(options: BrokerOptions): Promise<BrokerHandle> {
  const { log, ...workerData } = options
  const worker = startWorker(new URL('./broker-worker.ts', import.meta.url), { workerData })
  const life = watchWorker(worker)
  const ready = await new Promise<{ port: number; addresses: readonly string[] }>(
    (resolve, reject) => {
      life.onFailure(reject)
      worker.on('message', (message: FromBroker) => {
        if (message.type === 'ready') resolve(message)
        else if (message.type === 'log') log?.(message.message, message.details)
      })
    },
  )
  return {
    host: ready.addresses[0],
    port: ready.port,
    addresses: ready.addresses,
    leasePort: () => {
      const { port1, port2 } = new MessageChannel()
      worker.postMessage({ type: 'reader', port: port2 }, [port2])
      return port1
    },
    onFailure: life.onFailure,
    close: life.close,
  }
}
