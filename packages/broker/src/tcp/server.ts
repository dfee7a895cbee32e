/** The TCP side of the broker: listens on loopback or a given host, one `ConnectionQueue` for each connection. */
import { createServer, type Server, type Socket } from 'node:net'
import { AppError, messageOf } from '@millrace/base'
import {
  type BrokerServices,
  ConnectionQueue,
  type Peer,
  type ResponseParts,
} from '../apis/index.ts'
import { FrameAssembler } from '../protocol/index.ts'

/** Further connections are closed at once, with a line in the log. */
export const connectionsMax = 2_000
/** `connections.max.idle.ms`, Kafka's default. */
export const idleConnectionMs = 600_000
/** Bytes of answers, over all connections, that wait for clients to read them; beyond, answers get small. */
export const unreadBytesMaxDefault = 256 * 1024 * 1024
/** A client that reads gets at least so much at a time, whatever the others leave unread. */
export const answerRoomMin = 4 * 1024 * 1024
/** How often another port is tried when the one that was free on the first address is taken on the second. */
const freePortAttempts = 20

export interface TcpServerOptions {
  services: BrokerServices
  /** `127.0.0.1` stands for both loopback addresses, unless the machine has no IPv6. */
  host: string
  /** 0 picks a port that is free on every address. */
  port: number
  unreadBytesMax?: number
}

export interface TcpServer {
  readonly port: number
  readonly addresses: readonly string[]
  connections(): number
  /** Ends all connections. */
  close(): Promise<void>
}

/** Throws `AppError` `port-in-use` or `listen-failed`. */
export async function startTcpServer(options: TcpServerOptions): Promise<TcpServer> {
  const sockets = new Set<Socket>()
  const unread = new UnreadBytes(options.unreadBytesMax ?? unreadBytesMaxDefault)
  const accept = (socket: Socket) => serve(socket, { sockets, unread }, options.services)
  const { servers, port, addresses } = await listenOnAll(options, accept)
  return {
    port,
    addresses,
    connections: () => sockets.size,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map(closeServer))
    },
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}

async function listenOnAll(
  { host, port, services }: TcpServerOptions,
  accept: (socket: Socket) => void,
): Promise<{ servers: Server[]; port: number; addresses: string[] }> {
  const loopback = host === '127.0.0.1' || host === 'localhost'
  const first = loopback ? '127.0.0.1' : host
  for (let attempt = 1; ; attempt++) {
    const one = await listen(first, port, accept)
    const chosen = addressOf(one).port
    if (!loopback) return { servers: [one], port: chosen, addresses: [first] }
    try {
      const two = await listen('::1', chosen, accept)
      return { servers: [one, two], port: chosen, addresses: [first, '::1'] }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'port-in-use') {
        services.log(`Clients on ::1 are not served: ${messageOf(error)}`)
        return { servers: [one], port: chosen, addresses: [first] }
      }
      await closeServer(one)
      if (port !== 0 || attempt >= freePortAttempts) throw error
    }
  }
}

function addressOf(server: Server): { port: number } {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address : { port: 0 }
}

function listen(host: string, port: number, accept: (socket: Socket) => void): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer({ noDelay: true }, accept)
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE'
      const what = taken ? `Port ${port} on ${host} is in use` : `Cannot listen on ${host}:${port}`
      const message = `${what}: ${cause.message}. Choose another Kafka port or host.`
      const code = taken ? 'port-in-use' : 'listen-failed'
      reject(new AppError(message, { code, origin: 'user', details: { host, port }, cause }))
    })
    server.listen({ host, port, ipv6Only: host === '::1' }, () => {
      server.removeAllListeners('error')
      resolve(server)
    })
  })
}

/** Counts what was written and not yet taken by the clients' side: each connection may hold one large answer. */
class UnreadBytes {
  private readonly max: number
  private readonly bySocket = new Map<Socket, number>()
  private total = 0

  constructor(max: number) {
    this.max = max
  }

  room(): number {
    return Math.max(answerRoomMin, this.max - this.total)
  }

  /** After each write and drain. */
  note(socket: Socket): void {
    const bytes = socket.destroyed ? 0 : socket.writableLength
    this.total += bytes - (this.bySocket.get(socket) ?? 0)
    if (bytes > 0) this.bySocket.set(socket, bytes)
    else this.bySocket.delete(socket)
  }
}

interface Connections {
  sockets: Set<Socket>
  unread: UnreadBytes
}

function serve(socket: Socket, { sockets, unread }: Connections, services: BrokerServices): void {
  if (sockets.size >= connectionsMax) {
    services.log(`Closed a connection: more than ${connectionsMax} are open.`)
    socket.destroy()
    return
  }
  sockets.add(socket)
  const closeListeners = new Set<() => void>()
  const peer: Peer = {
    remoteHost: socket.remoteAddress ?? '',
    host: socket.localAddress ?? '127.0.0.1',
    port: socket.localPort ?? 0,
    answerRoom: () => unread.room(),
    onClose: (listener) => {
      closeListeners.add(listener)
      return () => closeListeners.delete(listener)
    },
  }
  const fail = (cause: string) => {
    services.log(`Closed the connection of ${peer.remoteHost}:${socket.remotePort}: ${cause}`)
    socket.destroy()
  }
  const queue = new ConnectionQueue(services, peer, {
    send: (parts) => {
      const more = writeParts(socket, parts)
      if (!more) unread.note(socket)
      return more
    },
    fail,
    setReading: (reading) => (reading ? socket.resume() : socket.pause()),
  })
  const frames = new FrameAssembler((frame) => queue.push(frame))
  socket.on('data', (chunk: Uint8Array) => {
    try {
      frames.push(chunk)
    } catch (error) {
      fail(messageOf(error))
    }
  })
  socket.on('drain', () => {
    unread.note(socket)
    queue.resume()
  })
  // A request may wait for longer than that; a client that has taken nothing of its answer for so long is gone.
  socket.setTimeout(idleConnectionMs, () => {
    if (queue.isIdle() || socket.writableLength > 0) socket.destroy()
  })
  // A reset by the peer is an ordinary end; `close` follows.
  socket.on('error', () => {})
  socket.on('close', () => {
    sockets.delete(socket)
    unread.note(socket)
    queue.close()
    for (const listener of [...closeListeners]) listener()
  })
}

/** One gathered write for all parts of a response; false when the peer is slow. */
function writeParts(socket: Socket, parts: ResponseParts): boolean {
  if (parts.length === 1) return socket.write(parts[0])
  socket.cork()
  let more = true
  for (const part of parts) more = socket.write(part)
  socket.uncork()
  return more
}
