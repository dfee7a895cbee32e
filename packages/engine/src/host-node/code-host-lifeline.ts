/**
 * A thread of the code host, out of user code's reach. It ends the process when the parent is gone, also while the code
 * never returns: the kernel closes the parent's end of the lifeline, however the parent died. When asked to, it reports
 * again and again which line of the code runs.
 */
import { writeSync } from 'node:fs'
import { Session } from 'node:inspector'
import { Socket } from 'node:net'
import { parentPort } from 'node:worker_threads'
import { stackLine } from '../code/stack-line.ts'
import { lifelineFd, progress, progressFd, type SampleLines } from './code-host-messages.ts'

/** Pause between two looks at the code, ms: a hog fills the memory within some hundred. */
const sampleEveryMs = 5

const lifeline = new Socket({ fd: lifelineFd })
lifeline.on('error', () => undefined)
lifeline.on('close', () => process.kill(process.pid, 'SIGKILL'))
lifeline.resume()
parentPort?.on('message', ({ linesBefore }: SampleLines) => {
  const session = new Session()
  session.connectToMainThread()
  sample(session, linesBefore)
})
parentPort?.postMessage('watching')

/** V8 answers in the middle of a loop or of a regular expression, with the stack that it interrupts. */
function sample(session: Session, linesBefore: number): void {
  session.post('Runtime.evaluate', { expression: 'Error().stack' }, (_, answer) => {
    const line = stackLine(answer?.result.value)
    if (line !== null) {
      const record = Int32Array.of(progress.line, line - linesBefore)
      writeSync(progressFd, new Uint8Array(record.buffer))
    }
    setTimeout(() => sample(session, linesBefore), sampleEveryMs)
  })
}
