/** What is wrong with a schema text, and where in the text. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import type { SchemaFault } from './api.ts'

/** Null: the text is an Avro schema. The place is the byte that is no JSON, else where the name in question stands. */
export function schemaFault(text: string): SchemaFault | null {
  const parsed = parseAvroSchema(text)
  if (parsed.ok) return null
  const { message } = parsed
  const index = byteIndex(text, message) ?? nameIndex(text, message)
  if (index === null) return { message, index, line: null, column: null }
  const before = text.slice(0, index).split('\n')
  return { message, index, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}

/** The reader of JSON names the byte. */
function byteIndex(text: string, message: string): number | null {
  const byte = /not JSON.*? byte (\d+)/.exec(message)?.[1]
  return byte === undefined ? null : decodeUtf8(encodeUtf8(text).subarray(0, Number(byte))).length
}

/** The reader of schemas names what it does not take, in quotes or as Record.field; a name that stands once is the place. */
function nameIndex(text: string, message: string): number | null {
  const names = [
    /"([^"]+)"/.exec(message)?.[1],
    /\b[\w.]+\.(\w+)/.exec(message)?.[1],
    /\b(?:Record|Enum|Fixed) (?:\w+\.)*(\w+)/i.exec(message)?.[1],
  ]
  for (const name of names) {
    const at = name === undefined ? -1 : text.indexOf(`"${name}"`)
    if (at >= 0 && text.indexOf(`"${name}"`, at + 1) < 0) return at
  }
  return null
}
