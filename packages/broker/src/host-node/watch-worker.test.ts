/** A thread that fails or ends is heard of, whichever way it happens. */
import { Worker } from 'node:worker_threads'
import { expect, it } from 'vitest'
import { watchWorker } from './watch-worker.ts'

function failureOf(code: string): Promise<{ code: string; message: string }> {
  const life = watchWorker(new Worker(code, { eval: true }))
  return new Promise((resolve) => {
    life.onFailure(resolve)
  })
}

it('tells of an exception that nobody caught', async () => {
  const failure = await failureOf('throw new Error("the log is on fire")')
  expect(failure).toMatchObject({ code: 'broker-failed' })
  expect(failure.message).toContain('the log is on fire')
})

it('tells of an end that nobody asked for', async () => {
  const failure = await failureOf('process.exit(3)')
  expect(failure.message).toBe("The broker's thread ended with code 3.")
})

it('tells what the thread itself says of its failure', async () => {
  const failure = await failureOf(`
    require('node:worker_threads').parentPort.postMessage({
      type: 'failed',
      failure: { message: 'no room', code: 'fs-disk-full', origin: 'external', details: {} },
    })`)
  expect(failure).toMatchObject({ code: 'fs-disk-full', message: 'no room' })
})

it('is quiet when the end was asked for', async () => {
  const life = watchWorker(
    new Worker(`require('node:worker_threads').parentPort.once('message', () => {})`, {
      eval: true,
    }),
  )
  const failures: unknown[] = []
  life.onFailure((error) => failures.push(error))
  await life.close()
  expect(failures).toEqual([])
})
