/** The life of the broker's thread as the main thread sees it: its failure is told once, its end is awaited. */

import type { Worker } from 'node:worker_threads'
import { AppError, type Cancel } from '@millrace/base'
import type { FailureMessage, FromBroker } from './messages.ts'

function appError(failure: FailureMessage): AppError {
  const { message, code, origin, details } = failure
  return new AppError(message, { code, origin, details })
}

export interface WorkerLife {
  onFailure(listener: (error: AppError) => void): Cancel
  /** Asks the thread to end; resolves when it has. */
  close(): Promise<void>
}

/** Hears of the worker's failure or end, whichever way it comes, and tells it once. */
export function watchWorker(worker: Worker): WorkerLife {
  const listeners = new Set<(error: AppError) => void>()
  let failure: AppError | undefined
  let closing = false
  const fail = (error: AppError) => {
    if (failure) return
    failure = error
    for (const listener of listeners) listener(error)
  }
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', (code) => {
      const message = `The broker's thread ended with code ${code}.`
      if (!closing) fail(new AppError(message, { code: 'broker-failed', origin: 'internal' }))
      resolve()
    })
  })
  worker.on('error', (cause) => {
    const message = `The broker's thread failed: ${cause.message}`
    fail(new AppError(message, { code: 'broker-failed', origin: 'internal', cause }))
  })
  worker.on('message', (message: FromBroker) => {
    if (message.type !== 'failed') return
    fail(appError(message.failure))
    // Whatever still runs in a failed broker must not touch the directory that the next one opens.
    void worker.terminate()
  })
  return {
    onFailure: (listener: (error: AppError) => void): Cancel => {
      listeners.add(listener)
      if (failure) listener(failure)
      return () => listeners.delete(listener)
    },
    close: async () => {
      closing = true
      worker.postMessage({ type: 'close' })
      await exited
    },
  }
}
