import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import { avscType } from '../formats/testing/avro.ts'
import { compareSchemas } from './compare.ts'
import { incompatibilities } from './compatibility.ts'

function parsed(schema: unknown) {
  const result = parseAvroSchema(JSON.stringify(schema))
  if (!result.ok) throw new Error(result.message)
  return result.schema
}

const record = (...fields: unknown[]) => ({ type: 'record', name: 'R', namespace: 'n', fields })

/** [type, path, message] of every reason why the reader cannot read the writer's data. */
function reasons(reader: unknown, writer: unknown) {
  return incompatibilities(parsed(reader), parsed(writer)).map((one) => [
    one.type,
    one.path,
    one.message,
  ])
}

describe('a reader can read a writer', () => {
  it.each([
    ['the same schema', 'long', 'long'],
    ['int as long', 'long', 'int'],
    ['long as double', 'double', 'long'],
    ['string as bytes', 'bytes', 'string'],
    ['one type by a union', ['null', 'string'], 'string'],
    ['a union of one by the type', 'double', ['int', 'long']],
    ['with promotion into a union', ['null', 'double'], 'int'],
    ['a removed field', record(), record({ name: 'a', type: 'int' })],
    ['a new field with a default', record({ name: 'a', type: 'int', default: 0 }), record()],
    [
      'a renamed field by its alias',
      record({ name: 'b', type: 'int', aliases: ['a'] }),
      record({ name: 'a', type: 'int' }),
    ],
    [
      'more symbols than its own when it has a default',
      { type: 'enum', name: 'E', symbols: ['A'], default: 'A' },
      { type: 'enum', name: 'E', symbols: ['A', 'B'] },
    ],
    [
      'a recursive type',
      record({ name: 'next', type: ['null', 'n.R'], default: null }),
      record({ name: 'next', type: ['null', 'n.R'] }),
    ],
  ])('%s', (_, reader, writer) => {
    expect(reasons(reader, writer)).toEqual([])
  })
})

describe('a reader cannot read a writer', () => {
  it('and every reason is named with its place', () => {
    const writer = record(
      { name: 'a', type: 'string' },
      { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A', 'B', 'C'] } },
      { name: 'f', type: { type: 'fixed', name: 'F', size: 4 } },
      { name: 'u', type: ['null', 'string', 'int'] },
      { name: 'o', type: { type: 'record', name: 'O', fields: [{ name: 'x', type: 'long' }] } },
    )
    const reader = record(
      { name: 'a', type: 'int' },
      { name: 'e', type: { type: 'enum', name: 'E', symbols: ['A'] } },
      { name: 'f', type: { type: 'fixed', name: 'F', size: 8 } },
      { name: 'u', type: ['null', 'int'] },
      { name: 'o', type: { type: 'record', name: 'P', fields: [{ name: 'x', type: 'int' }] } },
      { name: 'z', type: 'int' },
    )
    expect(reasons(reader, writer)).toEqual([
      [
        'TYPE_MISMATCH',
        '/fields/0/type',
        'The field a is string in the old schema and int in the new one.',
      ],
      [
        'MISSING_ENUM_SYMBOLS',
        '/fields/1/type/symbols',
        'The field e lacks the symbols B, C of the old schema and has no default symbol.',
      ],
      [
        'FIXED_SIZE_MISMATCH',
        '/fields/2/type/size',
        'The field f has size 4 in the old schema and 8 in the new one.',
      ],
      [
        'MISSING_UNION_BRANCH',
        '/fields/3/type/1',
        'The field u may be string in the old schema, which the new one does not take.',
      ],
      [
        'NAME_MISMATCH',
        '/fields/4/type/name',
        'The field o is named n.O in the old schema and n.P in the new one.',
      ],
      [
        'TYPE_MISMATCH',
        '/fields/4/type/fields/0/type',
        'The field o.x is long in the old schema and int in the new one.',
      ],
      [
        'READER_FIELD_MISSING_DEFAULT_VALUE',
        '/fields/5',
        'The field z is missing in the old schema and has no default in the new one.',
      ],
    ])
  })
})

it('compares both directions for the studio', () => {
  const old = JSON.stringify(record({ name: 'a', type: 'int' }))
  const next = JSON.stringify(record({ name: 'a', type: 'long' }))
  expect(compareSchemas(old, next)).toMatchObject({
    backward: [],
    forward: [{ type: 'TYPE_MISMATCH', field: 'a' }],
  })
  expect(compareSchemas('{', next)).toContain('not JSON')
})

const leaf = fc.constantFrom<unknown>(
  'int',
  'long',
  'float',
  'double',
  'string',
  'bytes',
  'boolean',
  { type: 'array', items: 'int' },
  { type: 'array', items: 'long' },
  { type: 'map', values: 'string' },
  { type: 'map', values: 'double' },
  ['null', 'int'],
  ['null', 'string'],
  ['int', 'string'],
  ['null', 'long', 'string'],
  'null',
)
const fields = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 })
  .chain((names) =>
    fc.tuple(
      ...names.map((name) =>
        fc.tuple(leaf, fc.boolean()).map(([type, withDefault]) => {
          const isNullFirst = Array.isArray(type) && type[0] === 'null'
          if (withDefault && isNullFirst) return { name, type, default: null }
          return withDefault && type === 'int' ? { name, type, default: 0 } : { name, type }
        }),
      ),
    ),
  )

describe('beside the resolver of avsc', () => {
  it('the same pairs of schemas are compatible', () => {
    let compatible = 0
    fc.assert(
      fc.property(fields, fields, (readerFields, writerFields) => {
        const reader = record(...readerFields)
        const writer = record(...writerFields)
        let resolves = true
        try {
          avscType(reader).createResolver(avscType(writer))
        } catch {
          resolves = false
        }
        if (resolves) compatible++
        expect(reasons(reader, writer).length === 0).toBe(resolves)
      }),
      { numRuns: 2000 },
    )
    expect(compatible).toBeGreaterThan(50)
  })
})
