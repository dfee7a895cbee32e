/** In-process reading between threads: a `MessageChannel` with the door at one end and a polling port at the other. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { LogDoor } from '../log-door.ts'
import type { ControlPort } from '../reader-api.ts'

/** In the broker's thread: serves the other end of `port` until it closes. */
export function serveReaderPort(door: LogDoor, port: MessagePort): void {
  const session = door.connect((message) => port.postMessage(message))
  port.on('message', (message) => session.receive(message))
  port.on('close', () => session.closed())
}

/** In the reader's thread. */
export function pollingPort(port: MessagePort): ControlPort {
  return {
    postMessage: (message) => port.postMessage(message),
    receive: () => receiveMessageOnPort(port)?.message,
    close: () => port.close(),
  }
}
