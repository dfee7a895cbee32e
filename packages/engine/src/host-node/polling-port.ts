/** A message port that is asked instead of listened to: how a thread speaks with the broker's without its event loop. */

import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { ControlPort } from '@millrace/broker/log'

export function pollingPort(port: MessagePort): ControlPort {
  return {
    postMessage: (message) => port.postMessage(message),
    receive: () => receiveMessageOnPort(port)?.message,
    close: () => port.close(),
  }
}
