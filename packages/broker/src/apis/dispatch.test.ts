/** Headers, versions and strangers' bytes, before any handler runs. */
import { concatBytes, randomInteger, seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import {
  type Api,
  apis,
  frameRequest,
  newApiVersionsRequest,
  newHeartbeatRequest,
  newListGroupsRequest,
  ProtocolError,
  Reader,
  Writer,
} from '../protocol/index.ts'
import { dispatch } from './index.ts'
import { brokerKit, present } from './testing/broker-kit.ts'

const client = newApiVersionsRequest({ clientSoftwareName: 'test', clientSoftwareVersion: '1.0' })

it('lists what it offers in every version of ApiVersions, Produce from v0', async () => {
  const { ask } = await brokerKit()
  for (let version = 0; version <= 4; version++) {
    const answer = present(await ask(apis.apiVersions, client, version))
    const listed = new Map(
      answer.apiKeys.map((api) => [api.apiKey, [api.minVersion, api.maxVersion]]),
    )
    expect(answer.errorCode).toBe(0)
    expect([...listed.keys()].sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20, 22, 32,
    ])
    expect(listed.get(0)).toEqual([0, 11])
    expect(listed.get(1)).toEqual([4, 12])
    expect(listed.get(3)).toEqual([0, 12])
  }
})

it('answers an ApiVersions version that it does not have with a v0 body, error 35 and its range', async () => {
  const { services, peer } = await brokerKit()
  const writer = new Writer()
  for (const value of [18, 5]) writer.int16(value)
  writer.int32(99)
  writer.nullableString('new client', false)
  writer.raw(Uint8Array.of(0, 5, 106, 97, 118, 97, 2, 53, 0))
  const reader = new Reader(
    concatBytes(await dispatch(concatBytes(writer.finish()), services, peer)),
  )
  expect(reader.int32()).toBe(reader.remaining())
  expect(reader.int32()).toBe(99)
  expect(apis.apiVersions.readResponse(reader, 0)).toMatchObject({
    errorCode: 35,
    apiKeys: [{ apiKey: 18, minVersion: 0, maxVersion: 4 }],
  })
  expect(reader.remaining()).toBe(0)
})

it('refuses software names that KIP-511 does not allow', async () => {
  const { ask } = await brokerKit()
  expect(await ask(apis.apiVersions, newApiVersionsRequest(), 3)).toMatchObject({ errorCode: 42 })
})

it('answers every API in every version that it lists', async () => {
  const { services, peer } = await brokerKit()
  for (const api of Object.values(apis) as unknown as Api<unknown, unknown>[]) {
    for (let version = api.minVersion; version <= api.maxVersion; version++) {
      const request = requestFor(api)
      const header = { version, correlationId: 1, clientId: null }
      const frame = concatBytes(frameRequest(api, header, request)).subarray(4)
      const answer = concatBytes(await dispatch(frame, services, peer))
      const reader = new Reader(answer, 8)
      if (version >= api.flexibleFrom && api.key !== 18) reader.skipTags()
      api.readResponse(reader, version)
      expect(reader.remaining(), `${api.name} v${version}`).toBe(0)
    }
  }
})

/** A request of defaults, with acks so that Produce is answered. */
function requestFor(api: Api<unknown, unknown>): unknown {
  const zeros = new Reader(new Uint8Array(200))
  const request = api.readRequest(zeros, api.minVersion) as Record<string, unknown>
  return api.key === 0 ? { ...request, acks: 1 } : request
}

it('closes the connection on unknown APIs and versions', async () => {
  const { services, peer } = await brokerKit()
  const frame = (key: number, version: number) =>
    Uint8Array.of(0, key, 0, version, 0, 0, 0, 1, 255, 255)
  for (const [key, version] of [
    [99, 0],
    [0, 2],
    [3, 13],
    [1, 13],
  ]) {
    expect(() => dispatch(frame(key, version), services, peer)).toThrow(ProtocolError)
  }
})

it('takes a client id that is null or empty', async () => {
  const { services, peer } = await brokerKit()
  for (const clientId of [null, '']) {
    for (const version of [0, 4]) {
      const header = { version, correlationId: 1, clientId }
      const parts = frameRequest(apis.heartbeat, header, newHeartbeatRequest({ groupId: 'g' }))
      const answer = concatBytes(await dispatch(concatBytes(parts).subarray(4), services, peer))
      expect(answer.length).toBeGreaterThan(8)
    }
  }
})

it('takes null filters of ListGroups as "all"', async () => {
  const { ask } = await brokerKit()
  const request = newListGroupsRequest({ statesFilter: null, typesFilter: null })
  expect(await ask(apis.listGroups, request)).toMatchObject({ errorCode: 0, groups: [] })
})

it('survives random bytes: an answer, silence or ProtocolError', async () => {
  const { services, peer, time } = await brokerKit()
  const keys = Object.values(apis).map((api) => api.key)
  for (let seed = 0; seed < 2000; seed++) {
    const random = seededRandom(seed)
    const frame = new Uint8Array(randomInteger(random, 0, 120))
    const small = random.next() < 0.7
    for (let i = 0; i < frame.length; i++) frame[i] = random.uint32() & (small ? 3 : 255)
    if (frame.length > 10) {
      frame.set([0, keys[seed % keys.length], 0, randomInteger(random, 0, 12)])
      frame.set([255, 255], 8)
    }
    try {
      const answer = dispatch(frame, services, peer)
      if (answer instanceof Promise)
        void answer.catch((error) => expect(error).toBeInstanceOf(ProtocolError))
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw new Error(`seed ${seed}`, { cause: error })
    }
  }
  time.advance(600_000)
  await Promise.resolve()
})
