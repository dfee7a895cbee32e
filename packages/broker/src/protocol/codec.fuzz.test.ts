/**
 * Bytes of strangers. Invariants, for each API, version and direction:
 * 1. a reader throws `ProtocolError` or nothing;
 * 2. what it hands out was in the frame: no array has more elements, no string or byte field more bytes than the frame;
 * 3. a message cut off anywhere is refused.
 */
import { concatBytes, randomInteger, seededRandom } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ProtocolError, Reader, readWhole, Writer } from './index.ts'
import { apiOf, arbitraryMessage, definitions } from './testing/definitions.ts'

type Read = (reader: Reader, version: number) => unknown

/** Undefined when refused as it should be. */
function attempt(read: Read, bytes: Uint8Array, version: number): unknown {
  try {
    return readWhole(read, new Reader(bytes), version)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

function largest(value: unknown): number {
  if (typeof value === 'string' || value instanceof Uint8Array) return value.length
  if (Array.isArray(value)) return Math.max(value.length, ...value.map(largest))
  if (typeof value === 'object' && value !== null)
    return Math.max(0, ...Object.values(value).map(largest))
  return 0
}

function randomFrame(seed: number): { bytes: Uint8Array; version: number } {
  const random = seededRandom(seed)
  const bytes = new Uint8Array(randomInteger(random, 0, 200))
  const small = random.next() < 0.5
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.uint32() & (small ? 3 : 255)
  return { bytes, version: random.uint32() }
}

it('never throws anything but ProtocolError on random bytes, and hands out nothing beyond the frame', () => {
  for (let seed = 0; seed < 1000; seed++) {
    const { bytes, version } = randomFrame(seed)
    for (const definition of definitions) {
      const api = apiOf(definition)
      const chosen = api.minVersion + (version % (api.maxVersion - api.minVersion + 1))
      for (const read of [api.readRequest, api.readResponse]) {
        const message = attempt(read, bytes, chosen)
        if (message === undefined) continue
        expect(largest(message), `seed ${seed} ${api.name} v${chosen}`).toBeLessThanOrEqual(
          Math.max(bytes.length, 22),
        )
      }
    }
  }
})

it('refuses messages that are cut off, and survives flipped bytes', () => {
  for (const definition of definitions) {
    const api = apiOf(definition)
    const version = api.maxVersion
    fc.assert(
      fc.property(
        arbitraryMessage(definition.request, version),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        (message, position, byte) => {
          const writer = new Writer()
          api.writeRequest(writer, message, version)
          const bytes = concatBytes(writer.finish())
          const at = bytes.length === 0 ? 0 : position % bytes.length
          if (bytes.length > 0) {
            expect(attempt(api.readRequest, bytes.subarray(0, at), version)).toBeUndefined()
          }
          const flipped = bytes.slice()
          if (flipped.length > 0) flipped[at] = byte
          attempt(api.readRequest, flipped, version)
        },
      ),
      { numRuns: 100 },
    )
  }
})

it('refuses an array that claims more elements than the frame has bytes, before it allocates', () => {
  const claim = Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0, 0)
  const metadata = definitions.find((definition) => definition.name === 'Metadata')
  if (!metadata) throw new Error('no Metadata')
  expect(() => apiOf(metadata).readRequest(new Reader(claim), 1)).toThrow(ProtocolError)
})

it('refuses int64 values beyond 2^53 where they must be exact, and clamps them where they are only compared', () => {
  const beyond = Uint8Array.of(0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
  expect(() => new Reader(beyond).int64()).toThrow('beyond 2^53')
  expect(new Reader(beyond).int64clamped()).toBe(Number.MAX_SAFE_INTEGER)
})
