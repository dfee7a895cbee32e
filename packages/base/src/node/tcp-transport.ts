/** TCP behind the `Transport` interface. */
import { connect, type Socket } from 'node:net'
import { AppError, type Connection, type Transport } from '../index.ts'

export const tcpTransport: Transport = {
  connect(host, port) {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true })
      socket.once('error', (cause) =>
        reject(
          new AppError(`Cannot connect to ${host}:${port}: ${cause.message}`, {
            code: 'connect-failed',
            origin: 'external',
            retriable: true,
            cause,
          }),
        ),
      )
      socket.once('connect', () => {
        socket.removeAllListeners('error')
        resolve(socketConnection(socket))
      })
    })
  },
}

/** A socket as a `Connection`. */
export function socketConnection(socket: Socket): Connection {
  let failure: Error | undefined
  socket.on('error', (error) => {
    failure = error
  })
  return {
    send: (bytes) => void socket.write(bytes),
    onData: (listener) => void socket.on('data', listener),
    onClose: (listener) => void socket.on('close', () => listener(failure)),
    close: () => void socket.destroy(),
  }
}
