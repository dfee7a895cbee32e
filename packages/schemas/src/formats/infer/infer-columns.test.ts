import { encodeUtf8 } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { formatType } from '../../types.ts'
import type { Inference } from '../api.ts'
import { createDecoder } from '../decoder.ts'
import { avscType, lookupOf, wire } from '../testing/avro.ts'
import { decodeAll } from '../testing/decoding.ts'
import { inferColumns, schemaIdsOf } from './infer-columns.ts'

const record = (value: Uint8Array | string | null) => ({
  key: null,
  value: typeof value === 'string' ? encodeUtf8(value) : value,
})

function infer(...values: unknown[]): Inference {
  return inferColumns(
    values.map((value) => record(JSON.stringify(value))),
    'json',
  )
}

const columnsOf = (inference: Inference) =>
  inference.columns.map((c) => `${c.name} ${formatType(c.type)}${c.path ? ` at ${c.path}` : ''}`)

describe('columns of JSON records', () => {
  it('get types that hold every value of the sample', () => {
    const inference = infer(
      { id: 'a', n: 1, x: 1, ok: true, day: '2026-01-31', tags: [1], gone: null, mixed: 1 },
      { id: 'b', n: -2, x: 1.5, ok: false, day: '2026-02-01', tags: [], gone: null, mixed: 'x' },
    )
    expect(columnsOf(inference)).toEqual([
      'id STRING',
      'n BIGINT',
      'x DOUBLE',
      'ok BOOLEAN',
      'day DATE',
      'tags STRING',
      'gone STRING',
      'mixed STRING',
    ])
    expect(inference.columns.map((column) => column.filled)).toEqual([1, 1, 1, 1, 1, 1, 0, 1])
    expect(inference.columns[0].example).toBe('b')
  })

  it('flatten objects one level deep, with paths and free names', () => {
    const inference = infer(
      { a: { b: 1, 'c.d': { e: 2 } }, a_b: 2, o: { x: 1 } },
      { a: null, o: 5 },
    )
    expect(columnsOf(inference)).toEqual([
      'a_b BIGINT at a.b',
      'a_c.d STRING at a.c\\.d',
      'a_b_2 BIGINT',
      'o STRING',
    ])
  })

  it('decode the records that they were inferred from', () => {
    const value =
      '{"user":{"id":7,"name":"x"},"big":99999999999999999999,"at":"2026-01-31T00:00:00Z"}'
    const { columns } = inferColumns([record(value)], 'json')
    const { rows, bad } = decodeAll(createDecoder({ format: 'json', columns }), columns, [value])
    expect(bad).toEqual([])
    expect(rows).toEqual([
      { user_id: 7n, user_name: 'x', big: '99999999999999999999', at: Date.UTC(2026, 0, 31) },
    ])
  })

  it('count what does not decode and say why', () => {
    const sample = ['{"a":1}', 'oops', null, '[1]'].map(record)
    expect(inferColumns(sample, 'json')).toMatchObject({
      sampled: 4,
      undecodable: 3,
      problem: "not JSON: byte 0 is 0x6f 'o', expected a value",
    })
  })
})

describe('event-time candidates', () => {
  it('are ranked by name, order and magnitude, with their unit', () => {
    const rows = Array.from({ length: 10 }, (_, i) => ({
      order_no: 1_000_000_000 + ((i * 7919) % 1000),
      placed_at: 1_767_225_600_000 + i * 1000,
      seen_us: 1_767_225_600_000_000 + i,
      epoch: 1_767_225_600 + i,
      updated_at: '2026-01-01T00:00:00Z',
      amount: i,
    }))
    const { times } = infer(...rows)
    expect(times.map((time) => [time.column, time.unit])).toEqual([
      ['placed_at', 'ms'],
      ['seen_us', 'us'],
      ['updated_at', 'iso8601'],
      ['epoch', 's'],
      ['order_no', 's'],
    ])
    expect(times[0]).toMatchObject({
      latest: '2026-01-01T00:00:09.000Z',
      reason:
        'numbers that are milliseconds since 1970, from 2026-01-01T00:00:00 to 2026-01-01T00:00:09; the name says so; it grows from record to record',
    })
    expect(times[0].confidence).toBeGreaterThan(0.8)
  })

  it('are none where nothing looks like a time', () => {
    expect(infer({ a: 1, b: 'x', c: 12.5 }).times).toEqual([])
  })
})

describe('columns of Avro records', () => {
  const schema = {
    type: 'record',
    name: 'Click',
    fields: [
      { name: 'user', type: 'string' },
      { name: 'referrer', type: ['null', 'string'], default: null },
      { name: 'timestamp_ms', type: 'long' },
      { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
      {
        name: 'price',
        type: { type: 'bytes', logicalType: 'decimal', precision: 30, scale: 2 },
      },
      {
        name: 'page',
        type: { type: 'record', name: 'Page', fields: [{ name: 'url', type: 'string' }] },
      },
      { name: 'either', type: ['int', 'string'] },
    ],
  }
  const value = (i: number) =>
    wire(
      12,
      avscType(schema).toBuffer({
        user: `u${i}`,
        referrer: i === 0 ? null : { string: 'x' },
        timestamp_ms: BigInt(1_767_225_600_000 + i),
        at: BigInt(1_767_225_600_000 + i),
        price: Buffer.from([1, 0]),
        page: { url: '/' },
        either: i === 0 ? { int: 5 } : { string: 'five' },
      }),
    )

  it('come from the schema, with examples and time candidates', () => {
    const sample = [value(0), value(1)].map(record)
    const inference = inferColumns(sample, 'avro', lookupOf({ 12: schema }))
    expect(schemaIdsOf(sample)).toEqual([12])
    expect(columnsOf(inference)).toEqual([
      'user STRING',
      'referrer STRING',
      'timestamp_ms BIGINT',
      'at TIMESTAMP(3)',
      'price STRING',
      'page_url STRING at page.url',
      'either STRING',
    ])
    expect(inference.columns.map((column) => column.nullable)).toEqual([
      false,
      true,
      false,
      false,
      false,
      false,
      false,
    ])
    expect(inference.columns.map((column) => column.example)).toEqual([
      'u1',
      'x',
      '1767225600001',
      '1767225600001',
      '2.56',
      '/',
      'five',
    ])
    expect(inference.columns[1].filled).toBe(0.5)
    expect(inference.times.map((time) => [time.column, time.unit])).toEqual([
      ['at', 'ms'],
      ['timestamp_ms', 'ms'],
    ])
    expect(inference).toMatchObject({ undecodable: 0, problem: null })
  })

  it('say what is missing when they cannot be known', () => {
    expect(inferColumns([record('{"a":1}')], 'avro', lookupOf({})).problem).toContain(
      "not Avro: first byte 0x7b '{'",
    )
    expect(inferColumns([record(value(0))], 'avro', lookupOf({})).problem).toBe(
      'schema 12 is not in the registry',
    )
  })
})
