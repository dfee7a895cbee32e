/** A code host in the caller's own thread: the preview's worker, which the page ends when it does not answer, and tests. */
import type { CodeAnswer, CodeHost, CodeProgram, CodeSession } from './program.ts'
import { createRunner, type Evaluate, type Runner, UserCodeError } from './runner.ts'

/** `newCompartment` makes a fresh place to evaluate in for each program. */
export function createLocalCodeHost(newCompartment: () => Evaluate): CodeHost {
  return {
    open: (program) => openSession(program, newCompartment()),
    close() {},
  }
}

function openSession(program: CodeProgram, evaluate: Evaluate): CodeSession {
  let run: Runner
  try {
    run = createRunner(program, evaluate)
  } catch (thrown) {
    if (!(thrown instanceof UserCodeError)) throw thrown
    const { failure } = thrown
    run = ({ id }): CodeAnswer => ({ id, failure, outputs: [], states: [], timers: [] })
  }
  return {
    run: (request, onAnswer) => onAnswer(run(request)),
    close() {},
  }
}
