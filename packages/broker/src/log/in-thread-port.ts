/** Connects readers to a door in the same thread: simulator, tests and the broker's own coordinators. */
import type { LogDoor } from './log-door.ts'
import type { ControlPort } from './reader-api.ts'

/** Answers are there as soon as a message was posted. */
export function connectInThread(door: LogDoor): ControlPort {
  const inbox: unknown[] = []
  const session = door.connect((message) => inbox.push(message))
  return {
    postMessage: (message) => session.receive(message),
    receive: () => inbox.shift(),
    close: () => session.closed(),
  }
}
