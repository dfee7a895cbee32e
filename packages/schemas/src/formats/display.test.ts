import { encodeUtf8 } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { displayValue } from './display.ts'
import { avscType, lookupOf, wire } from './testing/avro.ts'

const schema = {
  type: 'record',
  name: 'R',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'local', type: { type: 'long', logicalType: 'local-timestamp-micros' } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 } },
    { name: 'raw', type: 'bytes' },
    { name: 'tags', type: { type: 'map', values: ['null', 'double'] } },
    { name: 'kind', type: { type: 'enum', name: 'K', symbols: ['A', 'B'] } },
  ],
}
const bytes = wire(
  4,
  avscType(schema).toBuffer({
    id: 9223372036854775807n,
    at: 1_767_225_600_123n,
    local: 1_767_225_600_123_456n,
    day: 20_454,
    price: Buffer.from([0xff]),
    raw: Buffer.from([0xca, 0xfe]),
    tags: { a: null, b: { double: 1.5 } },
    kind: 'B',
  }),
)
const schemas = lookupOf({ 4: schema })

describe('a value is shown', () => {
  it('as JSON text when it is JSON, as text with the reason when it nearly is', () => {
    expect(displayValue(encodeUtf8(' {"a": 1}'))).toMatchObject({ as: 'json', text: ' {"a": 1}' })
    expect(displayValue(encodeUtf8('{"a": 1'))).toMatchObject({
      as: 'text',
      text: '{"a": 1',
      problem: "not JSON: it ends at byte 7, expected ',' or '}'",
    })
    expect(displayValue(encodeUtf8('user-1'))).toMatchObject({ as: 'text', problem: null })
  })

  it('as Avro with readable times and all digits', () => {
    expect(displayValue(bytes, schemas)).toEqual({
      as: 'avro',
      text: '{"id":9223372036854775807,"at":"2026-01-01T00:00:00.123Z","local":"2026-01-01 00:00:00.123","day":"2026-01-01","price":-0.01,"raw":"cafe","tags":{"a":null,"b":1.5},"kind":"B"}',
      schemaId: 4,
      problem: null,
      awaiting: null,
    })
  })

  it('as hexadecimal with the reason when Avro does not decode', () => {
    expect(displayValue(bytes.subarray(0, 9), schemas)).toMatchObject({
      as: 'binary',
      schemaId: 4,
      problem: 'not Avro of schema 4: it ends at byte 4, inside a value',
    })
    expect(displayValue(wire(9, bytes), schemas).problem).toBe('schema 9 is not in the registry')
    expect(displayValue(Uint8Array.of(1, 0xff))).toMatchObject({ as: 'binary', text: '01ff' })
    expect(displayValue(new Uint8Array(70_000)).problem).toBe('schema 0 is not in the registry')
    expect(displayValue(new Uint8Array(70_000).fill(1)).problem).toBe(
      'the first 65536 of 70000 bytes are shown',
    )
  })

  it('as nothing when there is none, and waits for a schema that is being fetched', () => {
    expect(displayValue(null)).toMatchObject({ as: 'none', text: '' })
    expect(displayValue(bytes, { find: () => ({ is: 'wait' }) }).awaiting).toBe(4)
  })
})
