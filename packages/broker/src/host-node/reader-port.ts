/** The door's end of a `MessageChannel`, in the broker's thread; the other end is read by polling in a worker. */
import type { MessagePort } from 'node:worker_threads'
import type { LogDoor } from '../log/log-door.ts'

/** Serves the other end of `port` until it closes. */
export function serveReaderPort(door: LogDoor, port: MessagePort): void {
  const session = door.connect((message) => port.postMessage(message))
  port.on('message', (message) => session.receive(message))
  port.on('close', () => session.closed())
}
