/** Every message of every version is read back as it was written. */
import { concatBytes } from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Api, Reader, readWhole, Writer } from './index.ts'
import { apiOf, arbitraryMessage, definitions } from './testing/definitions.ts'

function bytesOf(
  write: (writer: Writer, message: unknown, version: number) => void,
  message: unknown,
  version: number,
): Uint8Array {
  const writer = new Writer(16)
  write(writer, message, version)
  return concatBytes(writer.finish())
}

function versionsOf(api: Api<unknown, unknown>): number[] {
  return Array.from({ length: api.maxVersion - api.minVersion + 1 }, (_, i) => api.minVersion + i)
}

describe.each(definitions)('$name', (definition) => {
  const api = apiOf(definition)
  it.each(versionsOf(api))('reads back what it wrote, v%i', (version) => {
    fc.assert(
      fc.property(arbitraryMessage(definition.request, version), (message) => {
        const bytes = bytesOf(api.writeRequest, message, version)
        expect(readWhole(api.readRequest, new Reader(bytes), version)).toEqual(message)
      }),
      { numRuns: 30 },
    )
    fc.assert(
      fc.property(arbitraryMessage(definition.response, version), (message) => {
        const bytes = bytesOf(api.writeResponse, message, version)
        expect(readWhole(api.readResponse, new Reader(bytes), version)).toEqual(message)
      }),
      { numRuns: 30 },
    )
  })
})
