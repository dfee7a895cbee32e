/** Entry of the broker's worker thread. */

import { parentPort, workerData } from 'node:worker_threads'
import { AppError, messageOf } from '@millrace/base'
import type { FailureMessage, FromBroker, ServeOptions, ToBroker } from './messages.ts'
import { serveBroker } from './serve-broker.ts'

const parent = parentPort
if (!parent) throw new Error('broker-worker.ts runs as a worker thread only')

const say = (message: FromBroker) => parent.postMessage(message)

function failureOf(error: unknown): FailureMessage {
  const known = error instanceof AppError
  return {
    message: messageOf(error),
    code: known ? error.code : 'broker-failed',
    origin: known ? error.origin : 'internal',
    details: known ? error.details : {},
  }
}

try {
  const broker = await serveBroker(workerData as ServeOptions, (message, details = {}) =>
    say({ type: 'log', message, details }),
  )
  parent.on('message', (message: ToBroker) => {
    if (message.type === 'reader') return broker.serveReader(message.port)
    broker
      .close()
      .then(() => say({ type: 'closed' }))
      .catch((error) => say({ type: 'failed', failure: failureOf(error) }))
      .finally(() => parent.close())
  })
  say({ type: 'ready', port: broker.port, addresses: broker.addresses })
} catch (error) {
  say({ type: 'failed', failure: failureOf(error) })
  parent.close()
}
