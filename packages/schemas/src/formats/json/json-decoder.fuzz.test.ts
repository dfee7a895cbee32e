/**
 * The decoder beside JSON.parse. Invariants:
 * 1. a record gives a row exactly when it is valid UTF-8 and JSON.parse takes it as an object;
 * 2. cells equal what JSON.parse gives at the column's path, the last of duplicate keys counting;
 * 3. it never throws, whatever bytes come, and bad records leave the rows around them untouched;
 * 4. numbers are equal to the last bit.
 */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { field, types } from '../../types.ts'
import type { SourceColumn } from '../api.ts'
import { decodeAll } from '../testing/decoding.ts'
import { createJsonDecoder } from './json-decoder.ts'

const columns: SourceColumn[] = [
  field('a', types.string),
  field('b', types.string),
  { ...field('c', types.string), path: 'n.c' },
]

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** What the row must be; undefined: the record must be bad. */
function expected(bytes: Uint8Array): Record<string, unknown> | undefined {
  const object = parseObject(bytes)
  if (object === undefined) return undefined
  const own = (from: object, key: string): unknown =>
    Object.hasOwn(from, key) ? (from as Record<string, unknown>)[key] : null
  const nested = own(object, 'n')
  if (nested !== null && (typeof nested !== 'object' || Array.isArray(nested))) return undefined
  return {
    a: own(object, 'a'),
    b: own(object, 'b'),
    c: nested === null ? null : own(nested as object, 'c'),
  }
}

/** A STRING cell holds text as it is and anything else as JSON text: both sides to one form. */
function comparable(row: Record<string, unknown>): unknown[] {
  return [row.a, row.b, row.c].map((cell) => (typeof cell === 'string' ? `"${cell}` : cell))
}

function cellOf(cell: unknown, wanted: unknown): unknown {
  return typeof wanted === 'string' || cell === null ? cell : JSON.parse(cell as string)
}

function check(values: Uint8Array[]): void {
  const halfSurrogate = /\\u[dD][89a-fA-F]/
  // Deliberate differences: halves of surrogate pairs are refused, and every copy of a duplicate key must fit.
  const usable = values.filter((bytes) => {
    const text = new TextDecoder().decode(bytes)
    return !halfSurrogate.test(text) && text.split(/"n"/).length <= 2
  })
  const { rows, bad, records } = decodeAll(
    createJsonDecoder({ format: 'json', columns }),
    columns,
    usable,
  )
  const wanted = usable.map(expected)
  const good = wanted.flatMap((row, index) => (row === undefined ? [] : [index]))
  expect(bad.map((one) => one.index)).toEqual(
    wanted.flatMap((row, index) => (row === undefined ? [index] : [])),
  )
  for (const one of bad) expect(one.message).not.toBe('not JSON')
  expect(records ?? rows.map((_, row) => row)).toEqual(good)
  rows.forEach((row, at) => {
    const want = wanted[good[at]] as Record<string, unknown>
    const got = {
      a: cellOf(row.a, want.a),
      b: cellOf(row.b, want.b),
      c: cellOf(row.c, want.c),
    }
    expect(comparable(got)).toEqual(comparable(want))
  })
}

const key = fc.constantFrom('a', 'b', 'n', 'c', 'other', 'ключ', 'a b', '')
const member = fc.tuple(key, fc.jsonValue({ maxDepth: 3 }))
const nested = fc
  .array(fc.tuple(fc.constantFrom('c', 'd'), fc.jsonValue({ maxDepth: 1 })), { maxLength: 3 })
  .map((members) => ['n', members] as const)

/** An object as text: any order, duplicates, white space, escapes of non-ASCII letters. */
const objectText = fc
  .tuple(
    fc.array(fc.oneof(member, nested), { maxLength: 6 }),
    fc.constantFrom('', ' ', '\n\t', '  '),
    fc.boolean(),
  )
  .map(([members, space, escaped]) => {
    const text = objectOf(
      members.map(([name, value]) => [
        name,
        name === 'n' && isMembers(value)
          ? objectOf(
              value.map(([inner, v]) => [inner, JSON.stringify(v)]),
              space,
            )
          : JSON.stringify(value),
      ]),
      space,
    )
    return escaped ? [...text].map((c) => (c > '\u007e' ? escapeText(c) : c)).join('') : text
  })

function escapeText(text: string): string {
  return Array.from(
    { length: text.length },
    (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('')
}

function isMembers(value: unknown): value is [string, unknown][] {
  return (
    Array.isArray(value) && value.every((one) => Array.isArray(one) && typeof one[0] === 'string')
  )
}

function objectOf(members: [string, string][], space: string): string {
  return `${space}{${space}${members
    .map(([name, value]) => `${JSON.stringify(name)}${space}:${space}${value}`)
    .join(`${space},${space}`)}${space}}${space}`
}

/** Changes that break records, or nearly: cut, a byte changed, a byte taken out, a piece doubled. */
const mutation = fc.record({
  how: fc.constantFrom('cut', 'byte', 'drop', 'double'),
  at: fc.nat(),
  byte: fc.oneof(
    fc.nat(255),
    fc.constantFrom(...'{}[],:"\\0e.-n '.split('').map((c) => c.charCodeAt(0))),
  ),
})

function mutate(bytes: Uint8Array, { how, at, byte }: { how: string; at: number; byte: number }) {
  if (bytes.length === 0) return bytes
  const p = at % bytes.length
  if (how === 'cut') return bytes.slice(0, p)
  if (how === 'drop') return Uint8Array.from([...bytes.slice(0, p), ...bytes.slice(p + 1)])
  if (how === 'double') return Uint8Array.from([...bytes.slice(0, p), ...bytes.slice(p >> 1)])
  return bytes.with(p, byte)
}

describe('the JSON decoder beside JSON.parse', () => {
  it('takes the same records and gives the same cells', () => {
    fc.assert(
      fc.property(fc.array(objectText, { minLength: 1, maxLength: 8 }), (texts) => {
        check(texts.map((text) => encodeUtf8(text)))
      }),
      { numRuns: 400 },
    )
  })

  it('refuses the same records when they are mutated or cut', () => {
    const record = fc
      .tuple(objectText, fc.array(mutation, { maxLength: 3 }))
      .map(([text, changes]) => changes.reduce<Uint8Array>(mutate, encodeUtf8(text)))
    fc.assert(fc.property(fc.array(record, { minLength: 1, maxLength: 6 }), check), {
      numRuns: 1500,
    })
  })

  it('takes any bytes without throwing', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), check), {
      numRuns: 500,
    })
  })

  it('reads doubles and integers to the last bit', () => {
    const numbers: SourceColumn[] = [field('d', types.double), field('l', types.bigint)]
    const digits = fc.tuple(
      fc.constantFrom('', '-'),
      fc.bigInt({ min: 0n, max: 10n ** 22n }),
      fc.option(fc.stringMatching(/^[0-9]{1,20}$/)),
      fc.option(fc.integer({ min: -330, max: 310 })),
    )
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => String(value)),
      digits.map(
        ([sign, whole, fraction, exponent]) =>
          `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : `e${exponent}`}`,
      ),
    )
    fc.assert(
      fc.property(number, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (text, long) => {
        const { rows } = decodeAll(
          createJsonDecoder({ format: 'json', columns: numbers }),
          numbers,
          [`{"d":${text},"l":${long}}`],
        )
        expect(Object.is(rows[0].d, JSON.parse(text))).toBe(true)
        expect(rows[0].l).toBe(long)
      }),
      { numRuns: 3000 },
    )
  })
})
