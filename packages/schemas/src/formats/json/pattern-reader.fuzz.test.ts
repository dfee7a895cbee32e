/**
 * Runs of records beside the general decoder. Invariants:
 * 1. records decoded together give what each gives to a decoder that has seen no other, and so has no pattern;
 * 2. so it is when decoders take turns at the scanner's memory;
 * 3. each unusual value and shape is met by a pattern that expects another.
 */
import { concatBytes, encodeUtf8 } from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { field, types } from '../../types.ts'
import type { SourceColumn } from '../api.ts'
import { type Decoded, decodeAll } from '../testing/decoding.ts'
import { createJsonDecoder } from './json-decoder.ts'

const columns: SourceColumn[] = [
  field('text', types.string),
  field('flag', types.boolean),
  field('int', types.int),
  field('long', types.bigint),
  field('double', types.double),
  field('decimal', types.decimal(9, 3)),
  { ...field('ms', types.timestamp), unit: 'ms' },
  { ...field('seconds', types.timestamp), unit: 's' },
  { ...field('micros', types.timestamp), unit: 'us' },
  field('at', types.timestamp),
  field('day', types.date),
  field('bytes', types.bytes),
  { ...field('inner', types.string), path: 'nested.inner' },
  { ...field('sure', types.bigint, false) },
]
const few: SourceColumn[] = [field('long', types.bigint), field('text', types.string)]

const texts = [
  '""',
  '"plain"',
  '"of more than sixteen bytes, so twice"',
  '"größer 😀"',
  '"a \\"b\\" \\u00e9\\n"',
]
const oddTexts = ['"\\x"', '"\\u00g0"', '"tab\there"', '"half \\ud800"', '"\\u12"', "'a'", '"open']
const integers = [
  '0',
  '7',
  '-12',
  '12345678',
  '1700000000000',
  '999999999999999999',
  '2147483648',
  '-0',
]
const oddNumbers = [
  ...['01', '-', '1.', '.5', '1e3', '-1E-2', '1.5', '12.340', '0.000', '1e', '+1', '1.5.2', '-01'],
  ...['9007199254740993', '9007199254740991.0', '123456789012345678', '9223372036854775807'],
  ...['9223372036854775808', '123456789012.3456789', '0.12345678901234567', '1234567.8915', '-0.0'],
  ...['1234567.5', '-999999.999', '1000000'],
]
const words = ['null', 'true', 'false', 'nul', 'tru', 'fals', 'nulls', 'True']
const nests = [
  ...['{}', '[]', '[1,2,3]', '{"a":[{"b":null}, "c" ],"d" : {"e":1e5}}', '[ ]', '{ }'],
  ...['[1,]', '{"a"}', '{"a":1,}', '[1 2]', '{"a":1', '[', '{1:2}'],
  `${'['.repeat(70)}${']'.repeat(70)}`,
]
const any = [...texts, ...oddTexts, ...integers, ...oddNumbers, ...words, ...nests]

/** Mostly what the column usually holds, now and then anything. */
function values(usual: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...usual), weight: 30 },
    { arbitrary: fc.constantFrom(...usual, 'null'), weight: 2 },
    { arbitrary: fc.constantFrom(...any), weight: 1 },
  )
}

const usual: Record<string, readonly string[]> = {
  text: texts.slice(0, 4),
  flag: ['true', 'false'],
  int: ['0', '7', '-12', '12345678'],
  long: integers,
  double: ['0', '-1.5', '12.25', '1234567.891', '3'],
  decimal: ['0', '12.5', '-3.125', '7'],
  ms: integers.slice(0, 5),
  seconds: integers.slice(0, 4),
  micros: integers.slice(0, 6),
  at: ['"2026-01-31T08:00:00Z"', '"2026-01-31 08:00:00.123"'],
  day: ['"2026-01-31"'],
  bytes: ['"aGVsbG8="', '""'],
  other: [...texts, ...integers, ...nests.slice(0, 6), 'null', 'true', '1.5e300'],
  sure: ['1', '22'],
}
const inner = values(texts.slice(0, 4))

const record = fc
  .record({
    cells: fc.record(
      Object.fromEntries(Object.entries(usual).map(([name, list]) => [name, values(list)])),
    ),
    nested: fc.oneof(
      { arbitrary: inner.map((text) => `{"inner":${text},"rest":1}`), weight: 30 },
      { arbitrary: fc.constantFrom('null', '{}', '[]', '{"inner":"a","inner":"b"}'), weight: 1 },
    ),
    without: fc.oneof(
      { arbitrary: fc.constant(''), weight: 12 },
      { arbitrary: fc.constantFrom('other', 'text', 'nested', 'sure'), weight: 2 },
    ),
    end: fc.oneof(
      { arbitrary: fc.constant('}'), weight: 40 },
      { arbitrary: fc.constantFrom('} ', '', '}}', ',"long":5}', '} x'), weight: 1 },
    ),
    mangle: fc.option(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { freq: 30 }),
  })
  .map(({ cells, nested, without, end, mangle }) => {
    const members = Object.entries({ ...cells, nested }).filter(([name]) => name !== without)
    const text = members.map(([name, value]) => `"${name}":${value}`).join(',')
    const bytes = encodeUtf8(`{${text}${end}`)
    return mangle === null ? bytes : bytes.with(mangle.at % bytes.length, mangle.byte)
  })

function alone(wanted: readonly SourceColumn[], records: readonly Uint8Array[]): Decoded {
  const all: Decoded = { rows: [], bad: [], records: [] }
  records.forEach((bytes, index) => {
    const decoder = createJsonDecoder({ format: 'json', columns: wanted })
    const { rows, bad } = decodeAll(decoder, wanted, [bytes])
    for (const row of rows) {
      all.rows.push(row)
      all.records?.push(index)
    }
    for (const one of bad) all.bad.push({ ...one, index })
  })
  return all
}

function together({ rows, bad, records }: Decoded): Decoded {
  return { rows, bad, records: records ?? rows.map((_, row) => row) }
}

/** UTF-8 that is not well-formed: overlong, half a surrogate pair, above U+10FFFF, cut, alone. */
const malformed = [
  [0xc1, 0x81],
  [0xe0, 0x9f, 0xbf],
  [0xed, 0xa0, 0x80],
  [0xf0, 0x8f, 0xbf, 0xbf],
  [0xf4, 0x90, 0x80, 0x80],
  [0xf5, 0x80, 0x80, 0x80],
  [0xe2, 0x82],
  [0x80],
  [0x00],
  [0x1f],
]
const edges = [
  [0xc2, 0x80],
  [0xdf, 0xbf],
  [0xe0, 0xa0, 0x80],
  [0xed, 0x9f, 0xbf],
  [0xee, 0x80, 0x80],
  [0xf0, 0x90, 0x80, 0x80],
  [0xf4, 0x8f, 0xbf, 0xbf],
  [0x7f],
]

const first = Object.fromEntries(Object.entries(usual).map(([name, [value]]) => [name, value]))

/** An ordinary record with these bytes as one of its values. */
function recordWith(name: string, value: Uint8Array): Uint8Array {
  const members = Object.entries({ ...first, nested: '{"inner":"in","rest":[1]}' })
  const [before, after = ''] = members
    .map(([key, text]) => (key === name ? `"${key}":\n` : `"${key}":${text}`))
    .join(',')
    .split('\n')
  return concatBytes([encodeUtf8(`{${before}`), value, encodeUtf8(`${after}}`)])
}

const shapes = [
  '{}',
  ' {"text":"a"} ',
  '{ "text" : "a" , "int" : 1 }',
  '{"text":"a","text":"b"}',
  '{"text":"a","text":null}',
  '{"nested":{"inner":"a"},"nested":{"rest":1}}',
  '{"nested":{"inner":"a"},"nested":null}',
  '{"nested":{"other":{"deep":[{}]},"inner":"a"},"text":"b"}',
  '{"nested":{},"text":"b"}',
  '{"nested":null,"text":"b"}',
  '{"t\\u0065xt":"a","\\u0069nt":2}',
  '{"text":5,"int":"7"}',
  '{"text":"a\\n","bytes":"!"}',
  `{"${'long key '.repeat(9)}":1,"text":"a"}`,
]

describe('records that are written alike', () => {
  it('give what each of them gives alone, whoever else uses the scanner', () => {
    let runs = 0
    fc.assert(
      fc.property(fc.array(record, { minLength: 20, maxLength: 60 }), (records) => {
        const decoders = [columns, few].map((wanted) => ({
          wanted,
          decoder: createJsonDecoder({ format: 'json', columns: wanted }),
        }))
        const half = records.length >> 1
        for (const part of [records.slice(0, half), records.slice(half)]) {
          for (const { wanted, decoder } of decoders) {
            expect(together(decodeAll(decoder, wanted, part))).toEqual(alone(wanted, part))
            runs++
          }
        }
      }),
      { numRuns: 100 },
    )
    expect(runs).toBeGreaterThanOrEqual(400)
  })

  it.each([...Object.keys(usual), 'nested'])('meet every unusual value of %s', (name) => {
    const ordinary = recordWith('', encodeUtf8(''))
    const quoted = [...malformed, ...edges].flatMap((bytes) =>
      ['', 'so that it does not lie in front'].map((front) =>
        concatBytes([encodeUtf8(`"${front}`), Uint8Array.from(bytes), encodeUtf8('"')]),
      ),
    )
    const records = [...any.map((text) => encodeUtf8(text)), ...quoted].flatMap((value) => [
      ordinary,
      recordWith(name, value),
    ])
    for (const wanted of [columns, few]) {
      const decoder = createJsonDecoder({ format: 'json', columns: wanted })
      expect(together(decodeAll(decoder, wanted, records))).toEqual(alone(wanted, records))
    }
  })

  it.each(shapes)('may be %s', (shape) => {
    const wanted = columns.filter(({ nullable }) => nullable)
    const records = [shape, shape, `${shape} x`, shape, '{"text":"another","long":1}', shape]
    const bytes = records.map((text) => encodeUtf8(text))
    const decoder = createJsonDecoder({ format: 'json', columns: wanted })
    for (let round = 0; round < 3; round++) {
      expect(together(decodeAll(decoder, wanted, bytes))).toEqual(alone(wanted, bytes))
    }
  })
})
