/** Connections to a broker in the same thread, for a client that needs no socket: the preview, the simulator, tests. */
import { AppError, type Connection, concatBytes, messageOf, type Transport } from '@millrace/base'
import { FrameAssembler } from '../protocol/index.ts'
import { ConnectionQueue } from './connection-queue.ts'
import type { BrokerServices, Peer } from './context.ts'

/** Every connection leads to the same broker, whatever address is asked for. Bytes arrive in later microtasks. */
export function inProcessTransport(services: BrokerServices): Transport {
  return { connect: async (host, port) => connectInProcess(services, host, port) }
}

function connectInProcess(services: BrokerServices, host: string, port: number): Connection {
  const closeListeners = new Set<() => void>()
  let onData: (bytes: Uint8Array) => void = () => {}
  let onClose: (cause?: Error) => void = () => {}
  let open = true
  const later = (task: () => void) => void Promise.resolve().then(() => open && task())
  const end = (cause?: Error) => {
    if (!open) return
    open = false
    queue.close()
    for (const listener of [...closeListeners]) listener()
    void Promise.resolve().then(() => onClose(cause))
  }
  const peer: Peer = {
    remoteHost: 'in-process',
    host,
    port,
    answerRoom: () => Number.POSITIVE_INFINITY,
    onClose: (listener) => {
      closeListeners.add(listener)
      return () => closeListeners.delete(listener)
    },
  }
  const fail = (cause: string) => {
    services.log(`Closed an in-process connection: ${cause}`)
    end(new AppError(cause, { code: 'bad-request', origin: 'internal' }))
  }
  const queue = new ConnectionQueue(services, peer, {
    send: (parts) => {
      const bytes = concatBytes(parts)
      later(() => onData(bytes))
      return true
    },
    fail,
    // Whoever is in the same thread bounds its own requests.
    setReading: () => {},
  })
  const frames = new FrameAssembler((frame) => queue.push(frame))
  return {
    send: (bytes) =>
      later(() => {
        try {
          frames.push(bytes)
        } catch (error) {
          fail(messageOf(error))
        }
      }),
    onData: (listener) => {
      onData = listener
    },
    onClose: (listener) => {
      onClose = listener
    },
    close: () => end(),
  }
}
