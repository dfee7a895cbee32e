import { describe, expect, it } from 'vitest'
import { createGuard, type RequestFacts } from './guard.ts'

const guard = createGuard(['studio.example'])

const request = (facts: Partial<RequestFacts>): RequestFacts => ({
  method: 'GET',
  path: '/',
  host: '127.0.0.1:4300',
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
  fetchDestination: undefined,
  upgrade: false,
  ...facts,
})
const status = (facts: Partial<RequestFacts>) => {
  const verdict = guard(request(facts))
  return verdict.ok ? 200 : verdict.status
}

describe('the request guard', () => {
  it('answers for loopback names and allowed hosts only, so that a rebound name gets nothing', () => {
    expect(status({ host: 'localhost:4300' })).toBe(200)
    expect(status({ host: '[::1]:4300' })).toBe(200)
    expect(status({ host: 'Studio.Example' })).toBe(200)
    expect(status({ host: 'attacker.example:4300' })).toBe(421)
    expect(status({ host: '127.0.0.1.attacker.example' })).toBe(421)
    expect(status({ host: '127.0.0.1@attacker.example' })).toBe(421)
    expect(status({ host: undefined })).toBe(421)
  })

  it('takes an Origin only if it is the very one that was asked', () => {
    expect(status({ origin: 'http://127.0.0.1:4300' })).toBe(200)
    expect(status({ origin: 'http://127.0.0.1:3000' })).toBe(403)
    expect(status({ origin: 'http://localhost:4300' })).toBe(403)
    expect(status({ origin: 'null' })).toBe(403)
    expect(status({ origin: 'https://attacker.example', method: 'POST', path: '/trpc/x' })).toBe(
      403,
    )
  })

  it('refuses a WebSocket that another site opens', () => {
    const upgrade = { upgrade: true, path: '/trpc', fetchMode: 'websocket' }
    expect(status({ ...upgrade, origin: 'http://127.0.0.1:4300', fetchSite: 'same-origin' })).toBe(
      200,
    )
    expect(status({ ...upgrade, origin: 'https://attacker.example' })).toBe(403)
    expect(status({ ...upgrade, fetchSite: 'cross-site' })).toBe(403)
  })

  it('lets a link from elsewhere open a page, but not data', () => {
    const link = { fetchSite: 'cross-site', fetchMode: 'navigate', fetchDestination: 'document' }
    expect(status({ ...link, path: '/pipelines/orders' })).toBe(200)
    expect(status({ ...link, path: '/trpc/topics.list' })).toBe(403)
    expect(status({ ...link, path: '/views/latest' })).toBe(403)
    expect(status({ ...link, method: 'POST' })).toBe(403)
    expect(status({ ...link, fetchDestination: 'iframe' })).toBe(403)
    expect(status({ fetchSite: 'same-site', fetchMode: 'cors' })).toBe(403)
  })
})
