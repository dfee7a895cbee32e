/** The studio's HTTP server: tRPC with WebSocket subscriptions, views as JSON, and the built web app. */
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import fastifyWebsocket from '@fastify/websocket'
import { AppError } from '@millrace/base'
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from '@trpc/server/adapters/fastify'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type AppRouter, appRouter } from '../router.ts'
import type { Services } from '../services.ts'
import { cacheControlFor, commonHeaders, contentPolicyFor } from './content-policy.ts'
import { createGuard } from './guard.ts'

/** Largest request body and WebSocket message, bytes: an import of 20 million characters with its JSON around. */
const bodyBytesMax = 64 * 1024 * 1024
/** Procedures that one batched request may call. */
const batchCallsMax = 50
const headersTimeoutMs = 20_000
/** Connections that are open when the server ends get so long to finish. */
const closeGraceMs = 200
/** A WebSocket that does not answer a ping is gone. */
const pingMs = 15_000
const pongWaitMs = 10_000

export interface StudioServerOptions {
  services: Services
  allowedHosts: readonly string[]
  /** The built web app. */
  webDirectory: string
  /** What clients are not told. */
  log(message: string, cause: unknown): void
}

export interface StudioServer {
  listen(port: number, host: string): Promise<number>
  close(): Promise<void>
}

export async function createStudioServer(options: StudioServerOptions): Promise<StudioServer> {
  const app = fastify({
    bodyLimit: bodyBytesMax,
    routerOptions: { maxParamLength: 5000 },
    requestTimeout: 120_000,
    keepAliveTimeout: 30_000,
    forceCloseConnections: true,
  })
  app.server.headersTimeout = headersTimeoutMs
  const endConnections = connectionEnder(app)
  addGuard(app, options.allowedHosts)
  addErrors(app, options)
  await app.register(fastifyWebsocket, { options: { maxPayload: bodyBytesMax } })
  await app.register(fastifyTRPCPlugin, trpcOptions(options))
  addViews(app, options.services)
  await addWebApp(app, options.webDirectory)
  return {
    async listen(port, host) {
      await app.listen({ port, host })
      const address = app.server.address()
      return typeof address === 'object' && address !== null ? address.port : port
    },
    async close() {
      const closed = app.close()
      endConnections()
      await closed
    },
  }
}

/** Upgraded connections and half-finished handshakes outlive a plain close; they get a moment, then they are ended. */
function connectionEnder(app: FastifyInstance): () => void {
  const sockets = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () => {
    setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, closeGraceMs)
  }
}

/** Host, Origin and Fetch Metadata of every request, upgrades included: hooks run before any route. */
export function addGuard(app: FastifyInstance, allowedHosts: readonly string[]): void {
  const guard = createGuard(allowedHosts)
  app.addHook('onRequest', async (request, reply) => {
    const verdict = guard(factsOf(request))
    if (!verdict.ok) {
      return reply.code(verdict.status).type('text/plain; charset=utf-8').send(verdict.message)
    }
    reply.headers(commonHeaders)
    return undefined
  })
}

function factsOf(request: FastifyRequest) {
  const header = (name: string) => {
    const value = request.headers[name]
    return Array.isArray(value) ? value[0] : value
  }
  return {
    method: request.method,
    path: pathOf(request),
    host: header('host'),
    origin: header('origin'),
    fetchSite: header('sec-fetch-site'),
    fetchMode: header('sec-fetch-mode'),
    fetchDestination: header('sec-fetch-dest'),
    upgrade: header('upgrade') !== undefined,
  }
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0]
}

function addErrors(app: FastifyInstance, { log }: StudioServerOptions): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof AppError) {
      return reply
        .code(error.code.endsWith('not-found') ? 404 : error.origin === 'user' ? 400 : 503)
        .send({ error: error.code, message: error.message })
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500
    if (status < 500) {
      return reply.code(status).send({ error: 'bad-request', message: (error as Error).message })
    }
    log('A request failed.', error)
    return reply
      .code(500)
      .send({ error: 'internal', message: 'Something went wrong inside Millrace.' })
  })
}

function trpcOptions({ services, log }: StudioServerOptions): FastifyTRPCPluginOptions<AppRouter> {
  return {
    prefix: '/trpc',
    useWSS: true,
    trpcOptions: {
      keepAlive: { enabled: true, pingMs, pongWaitMs },
      maxBatchSize: batchCallsMax,
      router: appRouter,
      createContext: () => ({ services }),
      onError: ({ error, path }) => {
        if (error.code === 'INTERNAL_SERVER_ERROR')
          log(`${path ?? 'A procedure'} failed.`, error.cause ?? error)
      },
    },
  }
}

/** `GET /views/NAME?key=K`: the latest rows of a view sink as JSON; `key` may be repeated for a key of several columns. */
function addViews(app: FastifyInstance, services: Services): void {
  app.get<{ Params: { name: string }; Querystring: { key?: string | string[] } }>(
    '/views/:name',
    async (request, reply) => {
      const key = request.query.key
      const keys = key === undefined ? null : Array.isArray(key) ? key : [key]
      const rows = await services.runs.namedView(request.params.name, keys)
      return reply.header('cache-control', 'no-store').send(rows)
    },
  )
}

async function addWebApp(app: FastifyInstance, directory: string): Promise<void> {
  const built = existsSync(join(directory, 'index.html'))
  if (built) {
    await app.register(fastifyStatic, {
      root: directory,
      wildcard: false,
      cacheControl: false,
      setHeaders: (reply, file) => {
        const path = file.slice(directory.length).replaceAll('\\', '/')
        reply.header('cache-control', cacheControlFor(path))
        reply.header('content-security-policy', contentPolicyFor(path))
      },
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request)
    const isPage = request.method === 'GET' && !isData(path)
    if (isPage && built) return sendPage(reply)
    reply.code(404).type('text/plain; charset=utf-8')
    return reply.send(
      isPage ? 'The studio is not built. Run "npm run build".' : `There is nothing at ${path}.`,
    )
  })
}

/** Every other path is a screen of the studio: the browser's router knows it. */
function sendPage(reply: FastifyReply): FastifyReply {
  return reply.type('text/html; charset=utf-8').sendFile('index.html')
}

function isData(path: string): boolean {
  return path.startsWith('/trpc') || path.startsWith('/views') || path.startsWith('/assets/')
}
