/** Record bytes as a person reads them, for the topic browser: never throws, and says why bytes are not what they seem. */
import { displayUtf8, toHex } from '@millrace/base'
import type { DisplayedValue, SchemaLookup } from './api.ts'
import { AvroCursor } from './avro/cursor.ts'
import { parseAvroSchema } from './avro/parse-schema.ts'
import { avroText } from './avro/value-text.ts'
import { wireHeaderSize, wireSchemaId } from './avro/wire.ts'
import { problemOfJson } from './json/explain.ts'
import { isUtf8, openBrace, openBracket, quote, skipSpace } from './json/scan.ts'

/** Bytes that are shown as hexadecimal at most. */
export const shownBytesMax = 65_536

/** `schemas` lets Avro be shown; without it, bytes with a schema id are shown as hexadecimal. */
export function displayValue(bytes: Uint8Array | null, schemas?: SchemaLookup): DisplayedValue {
  if (bytes === null) return shown('none', '')
  const schemaId = wireSchemaId(bytes, 0, bytes.length)
  if (schemaId >= 0) return displayAvro(bytes, schemaId, schemas)
  if (!isReadable(bytes)) return binary(bytes, null)
  const text = displayUtf8(bytes)
  const first = bytes[skipSpace(bytes, 0, bytes.length)]
  if (first !== openBrace && first !== openBracket && first !== quote) return shown('text', text)
  const problem = problemOfJson(bytes, 0, bytes.length)
  return problem === undefined ? shown('json', text) : { ...shown('text', text), problem }
}

function shown(as: DisplayedValue['as'], text: string): DisplayedValue {
  return { as, text, schemaId: null, problem: null, awaiting: null }
}

function binary(bytes: Uint8Array, problem: string | null): DisplayedValue {
  const isLong = bytes.length > shownBytesMax
  const text = toHex(isLong ? bytes.subarray(0, shownBytesMax) : bytes)
  const shortened = isLong ? `the first ${shownBytesMax} of ${bytes.length} bytes are shown` : null
  return { ...shown('binary', text), problem: problem ?? shortened }
}

function displayAvro(
  bytes: Uint8Array,
  schemaId: number,
  schemas: SchemaLookup | undefined,
): DisplayedValue {
  const found = schemas?.find(schemaId) ?? { is: 'unknown' as const }
  if (found.is === 'wait') return { ...binary(bytes, null), schemaId, awaiting: schemaId }
  if (found.is === 'unknown') return binary(bytes, `schema ${schemaId} is not in the registry`)
  const parsed = parseAvroSchema(found.text)
  if (!parsed.ok) return { ...binary(bytes, parsed.message), schemaId }
  const cursor = new AvroCursor()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  cursor.open(bytes, view, wireHeaderSize, bytes.length)
  const text = avroText(cursor, parsed.schema)
  if (text === undefined)
    return { ...binary(bytes, `not Avro of schema ${schemaId}: ${cursor.fault}`), schemaId }
  const left = bytes.length - cursor.p
  if (left > 0)
    return {
      ...binary(bytes, `not Avro of schema ${schemaId}: ${left} bytes are left behind the value`),
      schemaId,
    }
  return { ...shown('avro', text), schemaId }
}

/** UTF-8 without control characters other than tab and line ends. */
function isReadable(bytes: Uint8Array): boolean {
  for (const byte of bytes) {
    if (byte === 0x7f) return false
    if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return false
  }
  return isUtf8(bytes, 0, bytes.length)
}
