/** Keys and values of messages as text: one line for the table, indented for the detail. */
import type { DecodedBytes, RawMessage, TopicMessage } from '@millrace/server'

/** One line; the table cuts it. */
export function oneLine(decoded: DecodedBytes): string {
  switch (decoded.is) {
    case 'null':
      return 'null'
    case 'json':
    case 'avro':
      return typeof decoded.value === 'string' ? decoded.value : inline(decoded.value)
    case 'text':
      return decoded.text
    case 'undecodable':
      return `${decoded.reason.replace(/\.$/, '')}. ${decoded.bytes} bytes`
  }
}

/** Keys need not be text: other bytes are shown as such. */
export function keyLine(key: DecodedBytes): string {
  if (key.is !== 'undecodable') return oneLine(key)
  return `0x${key.hex}${key.bytes * 2 > key.hex.length ? '…' : ''}`
}

/** The fields of the values shown, in the order in which they are first seen. */
export function fieldsOf(messages: readonly TopicMessage[]): string[] {
  const fields = new Set<string>()
  for (const { value } of messages.slice(0, fieldMessagesMax)) {
    const isRecord = (value.is === 'json' || value.is === 'avro') && isObject(value.value)
    if (isRecord) for (const field of Object.keys(value.value as object)) fields.add(field)
  }
  return [...fields]
}

/** Messages that are searched for fields. */
const fieldMessagesMax = 200

/** The text of one field; undefined: the value has none of that name. */
export function fieldText({ value }: TopicMessage, field: string): string | undefined {
  if ((value.is !== 'json' && value.is !== 'avro') || !isObject(value.value)) return undefined
  const found = (value.value as Record<string, unknown>)[field]
  return found === undefined || typeof found === 'string' ? found : inline(found)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** { page_url: "/checkout", n: 3 }: keys without quotes, as people write objects. */
function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${plainKey(key)}: ${inline(item)}`)
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`
  }
  return JSON.stringify(value)
}

function plainKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
}

export interface TreeLine {
  depth: number
  name: string
  /** null: an object or array whose lines follow. */
  text: string | null
  type: string
}

/** The lines of a decoded value as a tree. */
export function treeLines(value: unknown, name = '', depth = 0): TreeLine[] {
  if (typeof value !== 'object' || value === null) {
    return [
      {
        depth,
        name,
        text: value === undefined ? 'null' : JSON.stringify(value),
        type: typeName(value),
      },
    ]
  }
  const entries = Array.isArray(value)
    ? value.map((item, i): [string, unknown] => [String(i), item])
    : Object.entries(value)
  const lines = entries.flatMap(([key, item]) =>
    treeLines(item, key, name === '' ? depth : depth + 1),
  )
  if (name === '') return lines
  const type = Array.isArray(value) ? `ARRAY, ${value.length}` : 'ROW'
  return [{ depth, name, text: null, type }, ...lines]
}

function typeName(value: unknown): string {
  if (typeof value === 'string') return 'STRING'
  if (typeof value === 'boolean') return 'BOOLEAN'
  if (typeof value === 'number') return Number.isInteger(value) ? 'BIGINT' : 'DOUBLE'
  return 'NULL'
}

const earliestInstant = Date.UTC(2000, 0)
const latestInstant = Date.UTC(2100, 0)

/** The instant that a number of milliseconds since 1970 may be; null: it looks like no time. */
export function instantOf({ text, type }: TreeLine): number | null {
  const ms = type === 'BIGINT' ? Number(text) : Number.NaN
  return ms >= earliestInstant && ms < latestInstant ? ms : null
}

export function bytesOf(base64: string | null): Uint8Array {
  if (base64 === null) return new Uint8Array(0)
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

/** Offset, sixteen bytes, their ASCII: a line for each sixteen. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 16) {
    const slice = [...bytes.subarray(at, at + 16)]
    const hex = slice.map((byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const ascii = slice
      .map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.'))
      .join('')
    lines.push(`${at.toString(16).padStart(6, '0')}  ${hex.padEnd(47)}  ${ascii}`)
  }
  return lines.join('\n')
}

/** Key and value as text, or as bytes. */
export function bytesText({ key, value }: RawMessage, shape: 'raw' | 'hex'): string {
  const text = (base64: string | null) => {
    if (base64 === null) return 'null'
    const bytes = bytesOf(base64)
    return shape === 'raw' ? new TextDecoder().decode(bytes) : hexDump(bytes) || '(empty)'
  }
  return `key\n${text(key)}\n\nvalue\n${text(value)}`
}

export function messageKey(message: TopicMessage): string {
  return `${message.partition}/${message.offset}`
}

/** The message as a row for a test: pretty JSON of its value. */
export function asTestRow(message: TopicMessage): string {
  const { value } = message
  if (value.is === 'json' || value.is === 'avro') return JSON.stringify(value.value, null, 2)
  return oneLine(value)
}
