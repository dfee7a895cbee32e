/** The code host's process: user code in sealed compartments and nothing else. Its parent watches its time and memory. */
import { writeSync } from 'node:fs'
import { newCompartment, sealRealm } from '../code/compartment.ts'
import type { CodeFailure, Runner } from '../code/index.ts'
import { adoptBatch, compactBatch, createRunner, UserCodeError } from '../code/index.ts'
import type { FromCodeHost, ToCodeHost } from './code-host-messages.ts'
import { progressFd } from './code-host-messages.ts'

const sessions = new Map<number, Runner | CodeFailure>()

function send(message: FromCodeHost): void {
  process.send?.(message)
}

function open(session: number, message: ToCodeHost & { is: 'open' }): void {
  const step = new Int32Array(1)
  const bytes = new Uint8Array(step.buffer)
  const onStep = (row: number) => {
    step[0] = row
    writeSync(progressFd, bytes)
  }
  try {
    const log = (text: string) => send({ is: 'log', session, text: text.slice(0, 4000) })
    const options = message.diagnose ? { log, onStep } : { log }
    sessions.set(session, createRunner(message.program, newCompartment(), options))
  } catch (thrown) {
    const failure: CodeFailure =
      thrown instanceof UserCodeError
        ? thrown.failure
        : { message: String(thrown), line: null, row: null, code: 'user-code-invalid' }
    sessions.set(session, failure)
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
    send({
      is: 'answer',
      session,
      answer: { id: request.id, failure, outputs: [], states: [], timers: [] },
    })
    return
  }
  const rows = request.rows ? { ...request.rows, batch: adoptBatch(request.rows.batch) } : null
  const answer = runner({ ...request, rows })
  const outputs = answer.outputs.map((batches) => batches.map(compactBatch))
  send({ is: 'answer', session, answer: { ...answer, outputs } })
}

sealRealm()
process.on('message', (message: ToCodeHost) => {
  if (message.is === 'open') open(message.session, message)
  else if (message.is === 'run') run(message.session, message)
  else sessions.delete(message.session)
})
process.on('disconnect', () => process.exit(0))
send({ is: 'ready' })
