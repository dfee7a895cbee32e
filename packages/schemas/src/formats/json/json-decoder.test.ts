import { describe, expect, it } from 'vitest'
import { field, types } from '../../types.ts'
import type { SourceColumn } from '../api.ts'
import { decodeAll } from '../testing/decoding.ts'
import { createJsonDecoder } from './json-decoder.ts'

function decode(columns: readonly SourceColumn[], ...values: (Uint8Array | string | null)[]) {
  return decodeAll(createJsonDecoder({ format: 'json', columns }), columns, values)
}

/** One column `v`; the cells of the good records, the messages of the bad ones. */
function cells(type: SourceColumn['type'], ...values: string[]) {
  const { rows, bad } = decode([field('v', type)], ...values.map((value) => `{"v":${value}}`))
  return { cells: rows.map((row) => row.v), messages: bad.map((one) => one.message) }
}

describe('layout', () => {
  const columns = [field('a', types.bigint), field('b', types.string)]

  it('reads the needed fields of records with the same layout', () => {
    const { rows, bad } = decode(
      columns,
      '{"a":1,"x":"skip, \\"me\\"","b":"one"}',
      '{"a":22,"x":"","b":"two"}',
      '{"a":-333,"x":"y","b":""}',
    )
    expect(rows).toEqual([
      { a: 1n, b: 'one' },
      { a: 22n, b: 'two' },
      { a: -333n, b: '' },
    ])
    expect(bad).toEqual([])
  })

  it('follows records whose keys, order and white space change', () => {
    const { rows } = decode(
      columns,
      '{"a":1,"b":"x"}',
      '{"b":"y","a":2}',
      ' { "a" : 3 , "b" : "z" } ',
      '{"b":"only b"}',
      '{}',
      '{"u":{"a":9,"deep":[1,{"b":[]}]},"a":4}',
      '{"a":5,"b":"x"}',
    )
    expect(rows.map((row) => row.a)).toEqual([1n, 2n, 3n, null, null, 4n, 5n])
    expect(rows.map((row) => row.b)).toEqual(['x', 'y', 'z', 'only b', null, null, 'x'])
  })

  it('never takes a remembered comma for the first member', () => {
    const { rows, bad } = decode(columns, '{"a":1,"b":"x"}', '{,"b":"x"}', '{"b":"x""a":1}')
    expect(rows).toHaveLength(1)
    expect(bad.map((one) => one.index)).toEqual([1, 2])
  })

  it('lets the last of duplicate keys win, whole objects included', () => {
    const nested = [field('b', types.bigint), field('c', types.bigint)].map((column) => ({
      ...column,
      path: `a.${column.name}`,
    }))
    expect(decode(columns, '{"a":1,"a":2}', '{"a":1,"a":null}', '{"a":null,"a":3}').rows).toEqual([
      { a: 2n, b: null },
      { a: null, b: null },
      { a: 3n, b: null },
    ])
    expect(decode(nested, '{"a":{"b":1,"c":2},"a":{"b":3}}').rows).toEqual([{ b: 3n, c: null }])
  })

  it('reads nested paths, keys with dots, escaped keys and a parent beside its child', () => {
    const paths: SourceColumn[] = [
      { ...field('city', types.string), path: 'address.geo.city' },
      { ...field('dotted', types.bigint), path: 'x\\.y' },
      { ...field('address', types.string), path: 'address' },
    ]
    const { rows, bad } = decode(
      paths,
      '{"address":{"zip":1,"geo":{"city":"Köln"}},"x.y":7}',
      '{"addr\\u0065ss":{"geo":null}}',
      '{"address":null}',
      '{"address":"text"}',
    )
    expect(rows).toEqual([
      { city: 'Köln', dotted: 7n, address: '{"zip":1,"geo":{"city":"Köln"}}' },
      { city: null, dotted: null, address: '{"geo":null}' },
      { city: null, dotted: null, address: null },
    ])
    expect(bad[0].message).toBe('address: found the text "text", expected an object')
  })
})

describe('bad records', () => {
  it('are left out, reported by index and named with path, what was found and what was expected', () => {
    const columns = [field('a', types.bigint), field('b', types.string, false)]
    const { rows, bad, records } = decode(
      columns,
      '{"a":1,"b":"x"}',
      '{"a":"one","b":"x"}',
      '{"a":2,"b":"y"}',
      '{"a":2,"b":null}',
      '{"a":2}',
      null,
      '',
      '[1]',
      '{"a":3,"b":"z"}',
    )
    expect(rows.map((row) => row.a)).toEqual([1n, 2n, 3n])
    expect(records).toEqual([0, 2, 8])
    expect(bad).toEqual([
      {
        index: 1,
        code: 'wrong-type',
        path: 'a',
        message: 'a: found the text "one", expected BIGINT',
      },
      {
        index: 3,
        code: 'wrong-type',
        path: 'b',
        message: 'b: found null, expected STRING NOT NULL',
      },
      { index: 4, code: 'wrong-type', path: 'b', message: 'b: missing, expected STRING NOT NULL' },
      { index: 5, code: 'no-value', path: null, message: 'the record has no value (a tombstone)' },
      {
        index: 6,
        code: 'not-format',
        path: null,
        message: 'not JSON: the value is empty (0 bytes), expected an object',
      },
      {
        index: 7,
        code: 'not-format',
        path: null,
        message: 'not a JSON object: the value is another kind of JSON, expected {…}',
      },
    ])
  })

  it('leave no trace in the row that takes their place', () => {
    const columns = [field('a', types.string), field('b', types.bigint)]
    const { rows } = decode(
      columns,
      '{"a":null,"b":"bad"}',
      '{"a":"x","b":1}',
      '{"a":"\\u00',
      '{"a":"y"}',
    )
    expect(rows).toEqual([
      { a: 'x', b: 1n },
      { a: 'y', b: null },
    ])
  })

  it.each([
    ['{"a":1', "not JSON: it ends at byte 6, expected ',' or '}'"],
    ['{"a":1}}', "not JSON: byte 7 is 0x7d '}' after the end of the value, expected nothing more"],
    ['{"a":01}', "not JSON: byte 6 is 0x31 '1', expected ',' or '}'"],
    ['{"a":1,}', "not JSON: byte 7 is 0x7d '}', expected a key in double quotes"],
    ['{"a" 1}', "not JSON: byte 5 is 0x31 '1', expected ':' behind the key"],
    ['{"z":"\u0001"}', 'not JSON: byte 6 is the control character 0x01 inside a text'],
    ['{"z":"\\x"}', 'not JSON: byte 6 is an escape that JSON does not have'],
    ['{"z":[1,2}', "not JSON: byte 9 is 0x7d '}', expected ',' or ']'"],
    ['{"z":"abc', 'not JSON: it ends at byte 9, expected the closing quote of a text'],
    ['{"z":nul}', "not JSON: byte 5 is 0x6e 'n', expected a value"],
    ['{"z":1.}', "not JSON: byte 5 is 0x31 '1', expected a number"],
    ['hello', "not JSON: byte 0 is 0x68 'h', expected a value"],
    [
      '\u0000\u0000\u0000\u0000\u0007xyz',
      "not JSON: first byte 0x00, expected '{'; it may be Avro with a schema id (format avro)",
    ],
  ])('%s is refused with its place', (text, message) => {
    expect(decode([field('a', types.bigint)], text).bad[0]?.message).toBe(message)
  })

  it('includes invalid UTF-8, also in fields that nobody needs', () => {
    const bytes = (...inside: number[]) =>
      Uint8Array.from([...'{"z":"'].map((c) => c.charCodeAt(0)).concat(inside, 0x22, 0x7d))
    const { bad } = decode(
      [field('a', types.bigint)],
      bytes(0xc3, 0xa4),
      bytes(0xff),
      bytes(0xc0, 0x80),
      bytes(0xed, 0xa0, 0x80),
      bytes(0xf4, 0x90, 0x80, 0x80),
      bytes(0xe2, 0x82),
    )
    expect(bad.map((one) => one.index)).toEqual([1, 2, 3, 4, 5])
    expect(bad[0].message).toBe('not JSON: byte 6 is 0xff, which is not valid UTF-8')
  })

  it('may end anywhere, also where the memory ends', () => {
    const columns = [field('long_name', types.bigint), field('b', types.string)]
    const whole = '{"long_name":12,"other":"abcdefgh","b":"x"}'
    for (let size = 0; size < whole.length; size++) {
      const decoder = createJsonDecoder({ format: 'json', columns })
      const { rows, bad } = decodeAll(decoder, columns, [whole, whole.slice(0, size)], '')
      expect(rows).toHaveLength(1)
      expect(bad.map((one) => one.index)).toEqual([1])
    }
  })

  it('takes invalid UTF-8 when asked to replace it', () => {
    const columns = [field('a', types.string), field('b', types.bigint)]
    const decoder = createJsonDecoder({ format: 'json', columns, invalidUtf8: 'replace' })
    const broken = (head: string, tail: string) =>
      Uint8Array.from([...head, '\u00ff', ...tail].map((c) => c.charCodeAt(0)))
    const { rows, bad } = decodeAll(decoder, columns, [
      '{"a":"before","b":1}',
      broken('{"a":"x', 'y","b":2}'),
      '{"a":"between","b":null}',
      broken('{"z":"', '","a":"z\\n","b":3}'),
      broken('{"a":"x', '","b":'),
      broken('{"a":"x', '","b":"no"}'),
      '{"a":"after","b":4}',
    ])
    expect(rows).toEqual([
      { a: 'before', b: 1n },
      { a: 'x\ufffdy', b: 2n },
      { a: 'between', b: null },
      { a: 'z\n', b: 3n },
      { a: 'after', b: 4n },
    ])
    expect(bad.map((one) => one.message)).toEqual([
      'not JSON: byte 7 is 0xff, which is not valid UTF-8',
      'b: found the text "no", expected BIGINT',
    ])
  })

  it('bounds the depth', () => {
    const nested = (depth: number) => `{"z":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    const { rows, bad } = decode([field('a', types.bigint)], nested(1000), nested(1001))
    expect(rows).toHaveLength(1)
    expect(bad[0].message).toBe('not JSON: nested deeper than 1000 levels at byte 1004')
  })
})

describe('types', () => {
  it('BIGINT takes whole numbers of 64 bits, as number or text', () => {
    expect(
      cells(
        types.bigint,
        '9223372036854775807',
        '-9223372036854775808',
        '123456789012345678',
        '-4294967296',
        '-1',
        '0',
        '-0',
        '1e3',
        '5.0',
        '" 42 "',
        '"-7"',
        'null',
      ).cells,
    ).toEqual([
      9223372036854775807n,
      -9223372036854775808n,
      123456789012345678n,
      -4294967296n,
      -1n,
      0n,
      0n,
      1000n,
      5n,
      42n,
      -7n,
      null,
    ])
    expect(
      cells(types.bigint, '9223372036854775808', '1.5', 'true', '""', '[1]', '{}', '1e400')
        .messages,
    ).toEqual([
      'v: 9223372036854775808 is out of range for BIGINT',
      'v: found 1.5, expected a whole number (BIGINT)',
      'v: found true, expected BIGINT',
      'v: found the text "", expected BIGINT',
      'v: found an array, expected BIGINT',
      'v: found an object, expected BIGINT',
      'v: 1e400 is out of range for BIGINT',
    ])
  })

  it('INT is bounded to 32 bits', () => {
    expect(cells(types.int, '2147483647', '-2147483648', '2147483648', '-2147483649')).toEqual({
      cells: [2147483647, -2147483648],
      messages: ['v: 2147483648 is out of range for INT', 'v: -2147483649 is out of range for INT'],
    })
  })

  it('DOUBLE is exact to the last bit', () => {
    const numbers = ['0.1', '-0.0', '1e22', '123.456', '1e-7', '2.2250738585072014e-308', '5e-324']
    numbers.push('0.30000000000000004', '9007199254740993', '179769313486231580793e289', '"1.5"')
    expect(cells(types.double, ...numbers, '"NaN"').cells).toEqual([
      ...numbers.map((number) => Number(number.replaceAll('"', ''))),
      Number.NaN,
    ])
  })

  it('DECIMAL rounds half up and refuses what does not fit', () => {
    expect(
      cells(
        types.decimal(6, 2),
        '1',
        '1.005',
        '-1.005',
        '0.004',
        '"12.5"',
        '1e3',
        '9999.99',
        '1.2e-3',
      ),
    ).toEqual({
      cells: ['1.00', '1.01', '-1.01', '0.00', '12.50', '1000.00', '9999.99', '0.00'],
      messages: [],
    })
    expect(cells(types.decimal(6, 2), '10000', '9999.995', '"x"').messages).toEqual([
      'v: 10000 is out of range for DECIMAL(6, 2)',
      'v: 9999.995 is out of range for DECIMAL(6, 2)',
      'v: found the text "x", expected DECIMAL(6, 2)',
    ])
  })

  it('STRING is text, or the JSON text of any other value', () => {
    expect(
      cells(
        types.string,
        '"plain"',
        '"a\\n\\"\\\\\\/\\u00e4\\ud83d\\ude00"',
        '"Ω"',
        '1.50',
        'true',
        '{"k": [1]}',
        'null',
        '"after"',
      ).cells,
    ).toEqual(['plain', 'a\n"\\/ä😀', 'Ω', '1.50', 'true', '{"k": [1]}', null, 'after'])
    expect(cells(types.string, '"\\ud83d"', '"\\ude00"', '"\\ud83dx"').messages).toHaveLength(3)
  })

  it('BOOLEAN is true or false, also as text', () => {
    expect(cells(types.boolean, 'true', 'false', '"TRUE"', '" false"', '1', '"yes"')).toEqual({
      cells: [true, false, true, false],
      messages: [
        'v: found the number 1, expected BOOLEAN',
        'v: found the text "yes", expected BOOLEAN',
      ],
    })
  })

  it('BYTES is base64, DATE is yyyy-MM-dd', () => {
    expect(cells(types.bytes, '"AAECAw=="', '""', '"*"').cells).toEqual([
      Uint8Array.of(0, 1, 2, 3),
      new Uint8Array(0),
    ])
    expect(cells(types.date, '"1970-01-02"', '"2024-02-29"', '"2023-02-29"', '5')).toEqual({
      cells: [1, 19782],
      messages: [
        'v: found the text "2023-02-29", expected DATE',
        'v: found the number 5, expected DATE',
      ],
    })
  })

  it('TIMESTAMP is ISO-8601 or SQL text; a number needs a unit', () => {
    const time = Date.UTC(2026, 0, 31, 8, 5, 9, 123)
    expect(
      cells(
        types.timestamp,
        '"2026-01-31T08:05:09.123Z"',
        '"2026-01-31 08:05:09.123"',
        '"2026-01-31T10:05:09.123456+02:00"',
        '"2026-01-31T08:05Z"',
        '"1969-12-31T23:59:59.9-0000"',
        '"2026-01-31T25:00:00Z"',
        '1700000000000',
      ),
    ).toEqual({
      cells: [time, time, time, Date.UTC(2026, 0, 31, 8, 5), -100],
      messages: [
        'v: found the text "2026-01-31T25:00:00Z", expected TIMESTAMP(3)',
        "v: found the number 1700000000000, expected a TIMESTAMP(3) as text; a number needs the column's unit (ms, s or us)",
      ],
    })
  })

  it('TIMESTAMP reads epoch numbers by the unit of its column', () => {
    const at = (unit: 'ms' | 's' | 'us', ...values: string[]) =>
      decode(
        [{ ...field('v', types.timestamp), unit }],
        ...values.map((v) => `{"v":${v}}`),
      ).rows.map((row) => row.v)
    expect(at('ms', '1700000000123', '"1700000000123"', '-1')).toEqual([
      1700000000123, 1700000000123, -1,
    ])
    expect(at('s', '1700000000', '1700000000.123', '1.7e9')).toEqual([
      1700000000000, 1700000000123, 1700000000000,
    ])
    expect(at('us', '1700000000123456', '-1')).toEqual([1700000000123, -1])
  })
})
