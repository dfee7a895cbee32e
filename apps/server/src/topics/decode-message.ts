/** Records as people see them: decoded keys and values, header texts, event time. */
import { displayUtf8, toHex } from '@millrace/base'
import type { KafkaRecord } from '@millrace/broker/client'
import { displayValue, type SchemaLookup, type TimeUnit } from '@millrace/schemas/formats'
import type { DecodedBytes, TopicMessage } from '../api-types.ts'
import { eventTimeOf, splitPath, valueAt } from './value-path.ts'

/** Characters of text, and bytes of a value, that a list of messages carries; more on request. */
const shownCharactersMax = 20_000
const shownBytesMax = 256 * 1024
const shownHexBytesMax = 64

/** Where a topic's records say when they happened. */
export interface TimeOfTopic {
  column: string
  path: string
  unit: TimeUnit
}

export interface MessageDecoder {
  schemas: SchemaLookup
  /** Full name of an Avro schema by its id. */
  nameOfSchema(id: number): string
  time: TimeOfTopic | null
}

export function decodeMessage(
  partition: number,
  record: KafkaRecord,
  decoder: MessageDecoder,
): TopicMessage {
  const value = decodeBytes(record.value, decoder)
  return {
    partition,
    offset: record.offset,
    timestamp: record.timestamp,
    key: decodeBytes(record.key, decoder),
    value,
    headers: record.headers.map((header) => ({
      name: displayUtf8(header.key),
      value: header.value === null ? null : displayUtf8(header.value).slice(0, shownCharactersMax),
    })),
    eventTime: decoder.time === null ? null : eventTimeIn(value, decoder.time),
  }
}

/** Event time of a decoded value in ms; null: it holds none. Avro timestamps are decoded to ISO text. */
export function eventTimeIn(value: DecodedBytes, { path, unit }: TimeOfTopic): number | null {
  if (value.is !== 'json' && value.is !== 'avro') return null
  const found = valueAt(value.value, splitPath(path))
  const isInstant = value.is === 'avro' && typeof found === 'string'
  return eventTimeOf(found, isInstant ? 'iso8601' : unit)
}

export function decodeBytes(bytes: Uint8Array | null, decoder: MessageDecoder): DecodedBytes {
  if (bytes === null) return { is: 'null' }
  const size = bytes.length
  if (size > shownBytesMax) {
    const text = displayUtf8(bytes.subarray(0, shownCharactersMax))
    return { is: 'text', text, bytes: size, truncated: true }
  }
  const shown = displayValue(bytes, decoder.schemas)
  if (shown.problem !== null) return undecodable(bytes, shown.problem)
  switch (shown.as) {
    case 'none':
      return { is: 'null' }
    case 'json':
      return { is: 'json', value: parsed(shown.text), text: shown.text, bytes: size }
    case 'avro': {
      const schemaId = shown.schemaId ?? 0
      const name = decoder.nameOfSchema(schemaId)
      return {
        is: 'avro',
        value: parsed(shown.text),
        text: shown.text,
        bytes: size,
        schemaId,
        name,
      }
    }
    case 'text':
      return {
        is: 'text',
        text: shown.text.slice(0, shownCharactersMax),
        bytes: size,
        truncated: shown.text.length > shownCharactersMax,
      }
    case 'binary':
      return undecodable(bytes, 'These bytes are neither JSON nor Avro nor text.')
  }
}

function undecodable(bytes: Uint8Array, reason: string): DecodedBytes {
  return {
    is: 'undecodable',
    reason,
    bytes: bytes.length,
    hex: toHex(bytes.subarray(0, shownHexBytesMax)),
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A record passes when its key, value or a header contains the text, in any case. */
export function messageMatches(message: TopicMessage, filter: string): boolean {
  if (filter === '') return true
  const wanted = filter.toLowerCase()
  const texts = [textOf(message.key), textOf(message.value)]
  for (const { name, value } of message.headers) texts.push(name, value ?? '')
  return texts.some((text) => text.toLowerCase().includes(wanted))
}

function textOf(bytes: DecodedBytes): string {
  switch (bytes.is) {
    case 'null':
      return ''
    case 'json':
    case 'avro':
    case 'text':
      return bytes.text
    case 'undecodable':
      return `${bytes.reason} ${bytes.hex}`
  }
}
