import { encodeUtf8 } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { field, types } from '../../types.ts'
import type { SourceColumn } from '../api.ts'
import { avscType, lookupOf, wire } from '../testing/avro.ts'
import { decodeAll, slicesOf } from '../testing/decoding.ts'
import { createAvroDecoder } from './avro-decoder.ts'

const order = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'lines', type: { type: 'array', items: { type: 'map', values: 'long' } } },
    { name: 'amount', type: 'double' },
    { name: 'count', type: 'long' },
    { name: 'placed_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'micros', type: { type: 'long', logicalType: 'timestamp-micros' } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 3 } },
    { name: 'status', type: { type: 'enum', name: 'Status', symbols: ['NEW', 'PAID'] } },
    { name: 'note', type: ['null', 'string'], default: null },
    {
      name: 'address',
      type: [
        'null',
        { type: 'record', name: 'Address', fields: [{ name: 'city', type: 'string' }] },
      ],
    },
    { name: 'express', type: 'boolean' },
    { name: 'hash', type: { type: 'fixed', name: 'Hash', size: 2 } },
    { name: 'ratio', type: 'float' },
  ],
}

const value = {
  id: 'o-1',
  lines: [{ a: 1n }, { b: 2n, c: -3n }],
  amount: 12.5,
  count: 9223372036854775807n,
  placed_at: 1_700_000_000_123n,
  micros: 1_700_000_000_123_999n,
  day: 19_000,
  price: Buffer.from([0xff, 0x85]),
  status: 'PAID',
  note: null,
  address: { 'shop.Address': { city: 'Köln' } },
  express: true,
  hash: Buffer.from([1, 2]),
  ratio: 0.5,
}

const bytes = (record: object = value) => wire(7, avscType(order).toBuffer(record))

function decode(columns: SourceColumn[], ...values: (Uint8Array | null)[]) {
  const decoder = createAvroDecoder({ format: 'avro', columns, schemas: lookupOf({ 7: order }) })
  return decodeAll(decoder, columns, values)
}

const columns: SourceColumn[] = [
  field('ratio', types.double),
  field('id', types.string, false),
  field('amount', types.double),
  field('count', types.bigint),
  field('placed_at', types.timestamp),
  field('micros', types.timestamp),
  field('day', types.date),
  field('price', types.decimal(9, 2)),
  field('status', types.string),
  field('note', types.string),
  { ...field('city', types.string), path: 'address.city' },
  field('address', types.string),
  field('express', types.boolean),
  field('hash', types.bytes),
  field('lines', types.string),
  field('nowhere', types.bigint),
]

describe('Avro records', () => {
  it('become columns of every type', () => {
    const other = { ...value, id: 'o-2', note: { string: 'ring' }, address: null, count: -1n }
    const { rows, bad } = decode(columns, bytes(), bytes(other))
    expect(bad).toEqual([])
    const row = {
      ratio: 0.5,
      id: 'o-1',
      amount: 12.5,
      count: 9223372036854775807n,
      placed_at: 1_700_000_000_123,
      micros: 1_700_000_000_123,
      day: 19_000,
      price: '-0.12',
      status: 'PAID',
      note: null,
      city: 'Köln',
      address: '{"city":"Köln"}',
      express: true,
      hash: Uint8Array.of(1, 2),
      lines: '[{"a":1},{"b":2,"c":-3}]',
      nowhere: null,
    }
    expect(rows).toEqual([
      row,
      { ...row, id: 'o-2', note: 'ring', city: null, address: null, count: -1n },
    ])
  })

  it('are skipped where nothing is needed', () => {
    expect(decode([field('express', types.boolean)], bytes()).rows).toEqual([{ express: true }])
  })

  it('that are bad are reported with the reason', () => {
    const good = bytes()
    const wanted = [field('id', types.string), field('express', types.boolean)]
    const { rows, bad } = decode(
      wanted,
      encodeUtf8('{"id":1}'),
      good,
      Uint8Array.of(0, 1),
      null,
      new Uint8Array(0),
      wire(8, good.subarray(5)),
      good.subarray(0, 20),
      wire(7, Uint8Array.of(...good.subarray(5), 9)),
      good,
    )
    expect(rows).toHaveLength(2)
    expect(bad.map((one) => [one.index, one.code, one.message])).toEqual([
      [
        0,
        'not-format',
        "not Avro: first byte 0x7b '{', expected 0x00 (schema id); it may be JSON (format json)",
      ],
      [2, 'not-format', 'not Avro: 2 bytes are too short for the schema id (0x00 and four bytes)'],
      [3, 'no-value', 'the record has no value (a tombstone)'],
      [4, 'not-format', 'not Avro: the value is empty (0 bytes), expected 0x00 and a schema id'],
      [5, 'unknown-schema', 'schema 8 is not in the registry'],
      [6, 'not-format', 'not Avro of schema 7: it ends at byte 15, inside a value'],
      [7, 'not-format', 'not Avro of schema 7: 1 byte is left behind the value'],
    ])
  })

  it('whose schema does not fit a column say so', () => {
    const message = (column: SourceColumn) => decode([column], bytes()).bad[0]?.message
    expect(message(field('id', types.bigint))).toBe(
      'id: the schema has string, expected BIGINT (schema 7)',
    )
    expect(message(field('note', types.double))).toBeUndefined()
    expect(message(field('nowhere', types.bigint, false))).toBe(
      'nowhere: the schema has no such field, expected BIGINT NOT NULL (schema 7)',
    )
    expect(message(field('note', types.string, false))).toBe(
      'note: found null, expected STRING NOT NULL',
    )
    expect(message(field('count', types.int))).toBe(
      'count: 9223372036854775807 is out of range for INT',
    )
    expect(message({ ...field('x', types.string), path: 'id.x' })).toBe(
      'id: the schema has string, expected a record (schema 7)',
    )
  })

  it('with text that is not UTF-8 are bad, or get U+FFFD', () => {
    const schema = { type: 'record', name: 'T', fields: [{ name: 't', type: 'string' }] }
    const wanted = [field('t', types.string)]
    const spec = { format: 'avro', columns: wanted, schemas: lookupOf({ 1: schema }) } as const
    const broken = wire(1, Uint8Array.of(4, 0x61, 0xff))
    expect(decodeAll(createAvroDecoder(spec), wanted, [broken]).bad[0].message).toBe(
      't: found text that is not valid UTF-8',
    )
    const replacing = createAvroDecoder({ ...spec, invalidUtf8: 'replace' })
    expect(decodeAll(replacing, wanted, [broken]).rows).toEqual([{ t: 'a\ufffd' }])
  })

  it('may tell the size of array and map blocks, which are stepped over', () => {
    const schema = {
      type: 'record',
      name: 'B',
      fields: [
        { name: 'a', type: { type: 'array', items: 'int' } },
        { name: 'm', type: { type: 'map', values: 'int' } },
        { name: 'last', type: 'int' },
      ],
    }
    // −2 items in 2 bytes, 1 item, end · −1 item in 3 bytes, end · 21
    const payload = Uint8Array.of(3, 4, 2, 4, 2, 6, 0, 1, 6, 2, 0x6b, 8, 0, 42)
    const spec = { format: 'avro', schemas: lookupOf({ 1: schema }) } as const
    const last = [field('last', types.int)]
    expect(
      decodeAll(createAvroDecoder({ ...spec, columns: last }), last, [wire(1, payload)]).rows,
    ).toEqual([{ last: 21 }])
    const all = [field('a', types.string), field('m', types.string)]
    expect(
      decodeAll(createAvroDecoder({ ...spec, columns: all }), all, [wire(1, payload)]).rows,
    ).toEqual([{ a: '[1,2,3]', m: '{"k":4}' }])
  })

  it('wait for a schema that is not fetched yet, and go on behind it', () => {
    const fetched = new Set([7])
    const wanted = [field('id', types.string)]
    const decoder = createAvroDecoder({
      format: 'avro',
      columns: wanted,
      schemas: {
        find: (id) =>
          fetched.has(id) ? { is: 'found', text: JSON.stringify(order) } : { is: 'wait' },
      },
    })
    const payload = bytes().subarray(5)
    const input = slicesOf([wire(7, payload), wire(9, payload), wire(7, payload)])
    const first = decoder.decode(input)
    expect([first.length, first.consumed, first.awaiting]).toEqual([1, 1, 9])
    fetched.add(9)
    const second = decoder.decode(input, 1)
    expect([second.length, second.consumed, second.awaiting]).toEqual([2, 2, null])
    expect([...(second.records ?? [])]).toEqual([1, 2])
  })

  it('of another version follow names, aliases and defaults of the reader', () => {
    const reader = {
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'order_id', type: 'string', aliases: ['id'] },
        { name: 'currency', type: 'string', default: 'EUR' },
        { name: 'discount', type: 'double', default: 0.5 },
      ],
    }
    const wanted = [
      field('order_id', types.string),
      field('currency', types.string, false),
      field('discount', types.double),
    ]
    const decoder = createAvroDecoder({
      format: 'avro',
      columns: wanted,
      schemas: lookupOf({ 7: order }),
      readerSchema: JSON.stringify(reader),
    })
    expect(decodeAll(decoder, wanted, [bytes()]).rows).toEqual([
      { order_id: 'o-1', currency: 'EUR', discount: 0.5 },
    ])
  })

  it('cannot make an array of nothing run for ever', () => {
    const nulls = {
      type: 'record',
      name: 'N',
      fields: [{ name: 'n', type: { type: 'array', items: 'null' } }],
    }
    const wanted = [field('x', types.string)]
    const decoder = createAvroDecoder({
      format: 'avro',
      columns: wanted,
      schemas: lookupOf({ 1: nulls }),
    })
    const billions = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]
    expect(decodeAll(decoder, wanted, [wire(1, Uint8Array.from(billions))]).bad[0].message).toBe(
      'not Avro of schema 1: an array has more than 100000 items of no size',
    )
  })
})
