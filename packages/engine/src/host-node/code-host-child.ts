/**
 * The code host's process: user code in sealed compartments and nothing else. Its parent watches its time and memory; a
 * thread of its own, out of the code's reach, ends it with the parent.
 */
import { once } from 'node:events'
import { writeSync } from 'node:fs'
import { startWorker } from '@millrace/base/node'
import { newCompartment, sealRealm } from '../code/compartment.ts'
import type { CodeFailure, Runner } from '../code/index.ts'
import {
  adoptBatch,
  compactBatch,
  createRunner,
  failureOf,
  lineOffset,
  UserCodeError,
} from '../code/index.ts'
import {
  type FromCodeHost,
  progress,
  progressFd,
  type SampleLines,
  type ToCodeHost,
} from './code-host-messages.ts'

const sessions = new Map<number, Runner | CodeFailure>()

function send(message: FromCodeHost): void {
  process.send?.(message)
}

function open(session: number, message: ToCodeHost & { is: 'open' }): void {
  const evaluate = newCompartment()
  const log = (text: string) => send({ is: 'log', session, text: text.slice(0, 4000) })
  try {
    const onStep = message.diagnose ? reportProgress() : undefined
    sessions.set(session, createRunner(message.program, evaluate, { log, onStep }))
  } catch (thrown) {
    const failure: CodeFailure =
      thrown instanceof UserCodeError
        ? thrown.failure
        : { message: String(thrown), line: null, row: null, code: 'user-code-invalid' }
    sessions.set(session, failure)
  }
}

/** Lines are told from now on, rows by whoever calls what is returned. */
function reportProgress(): (row: number) => void {
  lifeline.postMessage({ linesBefore } satisfies SampleLines)
  const record = Int32Array.of(progress.row, 0)
  const bytes = new Uint8Array(record.buffer)
  return (row) => {
    record[1] = row
    writeSync(progressFd, bytes)
  }
}

function run(session: number, message: ToCodeHost & { is: 'run' }): void {
  const runner = sessions.get(session)
  const { request } = message
  if (typeof runner !== 'function') {
    const failure = runner ?? {
      message: 'the session is closed',
      line: null,
      row: null,
      code: 'user-code-crashed',
    }
    const answer = { id: request.id, failure, outputs: [], states: [], timers: [] }
    setImmediate(() => send({ is: 'answer', session, answer }))
    return
  }
  const rows = request.rows ? { ...request.rows, batch: adoptBatch(request.rows.batch) } : null
  const answer = runner({ ...request, rows })
  const outputs = answer.outputs.map((batches) => batches.map(compactBatch))
  // Behind the promises that the code began: one that never rests is as endless as a loop.
  setImmediate(() => {
    const failure = answer.failure ?? takeRejection()
    send({ is: 'answer', session, answer: { ...answer, outputs: failure ? [] : outputs, failure } })
  })
}

let rejection: { reason: unknown } | null = null

/** A promise of the code that failed unseen since the last call. */
function takeRejection(): CodeFailure | null {
  const rejected = rejection
  rejection = null
  return rejected && failureOf(rejected.reason, linesBefore, null)
}

/** The thread needs next to nothing: V8's smallest heap. */
const lifelineLimits = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1, stackSizeMb: 1 }

const lifeline = startWorker(new URL('./code-host-lifeline.ts', import.meta.url), {
  resourceLimits: lifelineLimits,
})
await once(lifeline, 'message')
lifeline.unref()
sealRealm()
/** The same in every compartment. */
const linesBefore = lineOffset(newCompartment())
process.on('unhandledRejection', (reason) => {
  rejection ??= { reason }
})
process.on('message', (message: ToCodeHost) => {
  if (message.is === 'open') open(message.session, message)
  else if (message.is === 'run') run(message.session, message)
  else sessions.delete(message.session)
})
send({ is: 'ready' })
