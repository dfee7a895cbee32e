import { request } from 'node:http'
import { createTRPCClient, createWSClient, httpLink, wsLink } from '@trpc/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { AppRouter } from '../router.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await startTestServer({ allowedHosts: ['studio.example'] })
}, 60_000)
afterAll(() => test.close(), 60_000)

interface Answer {
  status: number
  headers: Record<string, unknown>
  body: string
}

function get(base: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request(new URL(path, base), { headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      )
    })
    call.on('error', reject)
    call.end()
  })
}

const studio = () => test.server.addresses.studio
const openSocket = (headers: Record<string, string>): Promise<'open' | number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${studio().replace('http', 'ws')}/trpc`, { headers })
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => undefined)
  })

describe('the HTTP server', { timeout: 60_000 }, () => {
  it('gives nothing under a rebound host name, on both ports', async () => {
    const { registry } = test.server.addresses
    expect((await get(studio(), '/trpc/system.info')).status).toBe(200)
    expect((await get(studio(), '/trpc/system.info', { host: 'attacker.example' })).status).toBe(
      421,
    )
    expect((await get(studio(), '/', { host: 'attacker.example' })).status).toBe(421)
    expect((await get(registry, '/subjects', { host: 'attacker.example' })).status).toBe(421)
    expect((await get(registry, '/subjects')).status).toBe(200)
    expect((await get(studio(), '/trpc/system.info', { host: 'studio.example' })).status).toBe(200)
  })

  it('refuses other origins, sites and their WebSockets, and sends no CORS headers', async () => {
    const origin = 'https://attacker.example'
    const crossOrigin = await get(studio(), '/trpc/system.info', { origin })
    expect(crossOrigin.status).toBe(403)
    expect(crossOrigin.headers['access-control-allow-origin']).toBeUndefined()
    expect((await get(test.server.addresses.registry, '/subjects', { origin })).status).toBe(403)
    expect((await get(studio(), '/views/x', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(await openSocket({ origin })).toBe(403)
    expect(await openSocket({ host: 'attacker.example' })).toBe(421)
    expect(await openSocket({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await openSocket({ origin: studio() })).toBe('open')
  })

  it('gives errors with code and details, and nothing of the inside', async () => {
    const client = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${studio()}/trpc` })] })
    const refused = await client.topics.describe.query({ name: 'nowhere' }).catch((error) => error)
    expect(refused.data).toMatchObject({
      code: 'NOT_FOUND',
      app: { code: 'topic-not-found', origin: 'user', details: { topic: 'nowhere' } },
    })
    expect(refused.data.stack).toBeUndefined()
    const badInput = await client.topics.create
      .mutate({ name: 'no blanks', partitions: 1 })
      .catch((error) => error)
    expect(badInput.message).toMatch(/^name: is no topic name/)
    expect(badInput.data.app).toMatchObject({ code: 'bad-input', details: { field: 'name' } })
    const view = await get(studio(), '/views/none')
    expect(view.status).toBe(404)
    expect(JSON.parse(view.body).message).toBe('No running pipeline has a view called none.')
  })

  it('serves subscriptions over one WebSocket', async () => {
    const socket = createWSClient({
      url: `${studio().replace('http', 'ws')}/trpc`,
      WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
    })
    const client = createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] })
    await client.topics.create.mutate({ name: 'over-websocket' })
    const listed = await new Promise<string[]>((resolve, reject) => {
      const subscription = client.topics.live.subscribe(undefined, {
        onData: (topics) => {
          subscription.unsubscribe()
          resolve(topics.map(({ name }) => name))
        },
        onError: reject,
      })
    })
    expect(listed).toContain('over-websocket')
    await socket.close()
  })
})
