import { displayUtf8 } from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CellValue } from '../batch.ts'
import { BatchBuilder } from '../batch-builder.ts'
import type { RowType } from '../types.ts'
import { field, types } from '../types.ts'
import type { Format, RecordSlices } from './api.ts'
import { avroSchemaOf } from './avro/avro-encoder.ts'
import { createDecoder } from './decoder.ts'
import { createEncoder } from './encoder.ts'
import { createKeyEncoder } from './key-encoder.ts'
import { avscType, lookupOf } from './testing/avro.ts'
import { decodeAll } from './testing/decoding.ts'

const row: RowType = {
  fields: [
    field('s', types.string),
    field('i', types.int),
    field('l', types.bigint),
    field('d', types.double),
    field('p', types.decimal(18, 4)),
    field('b', types.boolean),
    field('x', types.bytes),
    field('day', types.date),
    field('t', types.timestamp),
    field('n', types.bigint, false),
  ],
}

function batchOf(type: RowType, rows: readonly CellValue[][]) {
  const builder = new BatchBuilder(type, { capacity: rows.length, withEventTime: false })
  for (const cells of rows) {
    const at = builder.addRow(0)
    cells.forEach((cell, index) => {
      builder.setCell(index, at, cell)
    })
  }
  return builder.take()
}

function valuesOf(slices: RecordSlices): (Uint8Array | null)[] {
  return Array.from({ length: slices.count }, (_, i) =>
    slices.ends[i] < slices.starts[i] ? null : slices.data.slice(slices.starts[i], slices.ends[i]),
  )
}

const textsOf = (slices: RecordSlices) =>
  valuesOf(slices).map((value) => value && displayUtf8(value))

const cells: CellValue[] = [
  'a "quoted"\n\u0001 ü',
  -5,
  -9223372036854775808n,
  1.5,
  -12345n,
  true,
  Uint8Array.of(0, 255),
  19_000,
  Date.UTC(2026, 0, 31, 8, 5, 9, 7),
  42n,
]

describe('JSON', () => {
  it('is written in the order of the columns, with all digits', () => {
    const encoder = createEncoder({ format: 'json', row })
    const nulls: CellValue[] = [...new Array<null>(9).fill(null), 0n]
    expect(textsOf(encoder.encode(batchOf(row, [cells, nulls])))).toEqual([
      '{"s":"a \\"quoted\\"\\n\\u0001 ü","i":-5,"l":-9223372036854775808,"d":1.5,"p":-1.2345,"b":true,"x":"AP8=","day":"2022-01-08","t":"2026-01-31T08:05:09.007Z","n":42}',
      '{"s":null,"i":null,"l":null,"d":null,"p":null,"b":null,"x":null,"day":null,"t":null,"n":0}',
    ])
  })

  it('writes times in SQL style on request, and numbers that JSON lacks as text', () => {
    const type: RowType = { fields: [field('t', types.timestamp), field('d', types.double)] }
    const encoder = createEncoder({ format: 'json', row: type, timestamps: 'sql' })
    const rows: CellValue[][] = [
      [-1, Number.NaN],
      [0, -0],
      [0, 1e21],
    ]
    expect(textsOf(encoder.encode(batchOf(type, rows), 0, 3))).toEqual([
      '{"t":"1969-12-31 23:59:59.999","d":"NaN"}',
      '{"t":"1970-01-01 00:00:00.000","d":-0.0}',
      '{"t":"1970-01-01 00:00:00.000","d":1e+21}',
    ])
    expect(encoder.encode(batchOf(type, rows), 1, 2).count).toBe(1)
  })
})

describe('Avro', () => {
  it('is what avsc reads under the derived schema', () => {
    const schema = JSON.parse(avroSchemaOf(row, 'shop.Order')) as unknown
    const encoder = createEncoder({ format: 'avro', row, schemaId: 300 })
    const [value] = valuesOf(encoder.encode(batchOf(row, [cells])))
    expect([...(value ?? []).slice(0, 5)]).toEqual([0, 0, 0, 1, 44])
    const read = avscType(schema).fromBuffer(Buffer.from((value ?? new Uint8Array(0)).slice(5)))
    expect(read).toMatchObject({
      s: { string: cells[0] },
      l: { long: -9223372036854775808n },
      t: { long: BigInt(cells[8] as number) },
      n: 42n,
    })
  })

  it('refuses column names that Avro does not allow', () => {
    expect(() => avroSchemaOf({ fields: [field('a-b', types.int)] }, 'R')).toThrow(
      'Avro does not allow the name "a-b"',
    )
  })
})

const cell = (arbitrary: fc.Arbitrary<CellValue>) => fc.option(arbitrary)
const anyRow = fc.tuple(
  cell(fc.string({ unit: 'binary', maxLength: 20 })),
  cell(fc.integer()),
  cell(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  cell(fc.double()),
  cell(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n })),
  cell(fc.boolean()),
  cell(fc.uint8Array({ maxLength: 70 })),
  cell(fc.integer({ min: -700_000, max: 2_900_000 })),
  cell(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 })),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
)

describe('what is written', () => {
  it.each<Format>(['json', 'avro'])('is read back as it was (%s)', (format) => {
    const decoder = createDecoder({
      format,
      columns: row.fields,
      schemas: lookupOf({ 5: JSON.parse(avroSchemaOf(row, 'R')) }),
    })
    const encoder = createEncoder({ format, row, schemaId: 5 })
    fc.assert(
      fc.property(fc.array(anyRow, { minLength: 1, maxLength: 5 }), (rows) => {
        const { rows: read, bad } = decodeAll(
          decoder,
          row.fields,
          valuesOf(encoder.encode(batchOf(row, rows))),
        )
        expect(bad).toEqual([])
        expect(read.map((one) => Object.values(one))).toEqual(
          rows.map((one) => one.map((value, i) => (i === 4 ? scaled(value) : value))),
        )
      }),
      { numRuns: 300 },
    )
  })
})

function scaled(value: CellValue): CellValue {
  if (typeof value !== 'bigint') return null
  const digits = (value < 0n ? -value : value).toString().padStart(5, '0')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`
}

describe('keys', () => {
  it('of one column are its text, and absent for NULL', () => {
    const batch = batchOf(row, [cells, [...new Array<null>(9).fill(null), 7n]])
    expect(textsOf(createKeyEncoder(row, [0]).encode(batch))).toEqual([cells[0], null])
    expect(textsOf(createKeyEncoder(row, [9]).encode(batch))).toEqual(['42', '7'])
  })

  it('of several columns are a JSON object', () => {
    const batch = batchOf(row, [cells])
    expect(textsOf(createKeyEncoder(row, [9, 1]).encode(batch))).toEqual(['{"n":42,"i":-5}'])
  })
})
