/** A TCP proxy that loses the answer to the first Produce requests: the broker has the batch, the client does not know. */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { apis, FrameAssembler } from '../../protocol/index.ts'

export interface LossyProxy {
  readonly port: number
  /** Where the broker listens; set before a client comes. */
  target: number
  /** Answers that were lost. */
  readonly lost: number
  close(): void
}

export async function startLossyProxy(losses: number): Promise<LossyProxy> {
  const sockets = new Set<Socket>()
  const state = { target: 0, lost: 0 }
  const server: Server = createServer((client) => {
    const broker = connect({ host: '127.0.0.1', port: state.target })
    for (const socket of [client, broker]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        broker.destroy()
      })
    }
    let losing = false
    const requests = new FrameAssembler((frame) => {
      if (frame[1] !== apis.produce.key || frame[0] !== 0 || state.lost >= losses) return
      state.lost++
      losing = true
    })
    client.on('data', (chunk) => {
      requests.push(chunk)
      broker.write(chunk)
    })
    broker.on('data', (chunk) => {
      if (losing) client.destroy()
      else client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    get target() {
      return state.target
    },
    set target(port) {
      state.target = port
    },
    get lost() {
      return state.lost
    },
    close: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
