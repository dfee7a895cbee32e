import { describe, expect, it } from 'vitest'
import { parseAvroSchema, schemaDepthMax } from './parse-schema.ts'
import { describeSchema } from './schema.ts'

function parse(schema: unknown) {
  return parseAvroSchema(typeof schema === 'string' ? schema : JSON.stringify(schema))
}

const problem = (schema: unknown) => {
  const parsed = parse(schema)
  return parsed.ok ? undefined : parsed.message
}

const record = (...fields: unknown[]) => ({ type: 'record', name: 'R', namespace: 'n', fields })

describe('a schema', () => {
  it('is read with its names, references and logical types', () => {
    const parsed = parse(
      record(
        { name: 'a', type: { type: 'long', logicalType: 'timestamp-micros' } },
        {
          name: 'b',
          type: {
            type: 'fixed',
            name: 'F',
            size: 8,
            logicalType: 'decimal',
            precision: 9,
            scale: 2,
          },
        },
        { name: 'c', type: ['null', 'F', { type: 'array', items: 'n.R' }] },
        { name: 'd', type: { type: 'string', logicalType: 'date' } },
        { name: 'e', type: { type: 'map', values: { type: 'enum', name: 'x.E', symbols: ['A'] } } },
      ),
    )
    expect(
      parsed.ok &&
        parsed.schema.is === 'record' &&
        parsed.schema.fields.map((one) => describeSchema(one.schema)),
    ).toEqual([
      'long (timestamp-micros)',
      'decimal(9, 2)',
      'null or decimal(9, 2) or array of record R',
      'string',
      'map of enum E',
    ])
  })

  it.each([
    ['{', 'The schema is not JSON: it ends at byte 1, expected a key in double quotes.'],
    ['5', 'the schema must be a type name, an object or an array (a union).'],
    ['{"type":"array"}', 'the schema has no "items".'],
    [
      record({ name: 'a', type: 'x' }),
      'field n.R.a: "x" is not a defined name; no type "n.x" was seen before.',
    ],
    [record({ name: 'a-b', type: 'int' }), 'Record n.R has a field with the illegal name "a-b".'],
    [
      record({ name: 'a', type: 'int' }, { name: 'a', type: 'int' }),
      'Record n.R has two fields named "a".',
    ],
    [record({ name: 'a', type: ['int', 'int'] }), 'field n.R.a: "int" is twice in the union.'],
    [
      record({ name: 'a', type: ['int', ['null']] }),
      'field n.R.a: a union inside a union is not allowed.',
    ],
    [
      record({ name: 'a', type: 'int', default: 'x' }),
      'Invalid default for field n.R.a: "x" is not a int.',
    ],
    [
      record({ name: 'a', type: 'int', default: 2147483648 }),
      'Invalid default for field n.R.a: 2147483648 is not a int.',
    ],
    [{ type: 'record', name: 'R' }, 'Record R has no "fields" array.'],
    [{ type: 'enum', name: 'E', symbols: ['A', 'A'] }, 'Enum E has a symbol twice.'],
    [
      { type: 'enum', name: 'E', symbols: ['A'], default: 'B' },
      'The default of enum E is not one of its symbols.',
    ],
    [{ type: 'fixed', name: 'F' }, 'Fixed F has no valid "size".'],
    [
      record({ name: 'a', type: { type: 'fixed', name: 'R', size: 1 } }),
      'field n.R.a: the name n.R is defined twice.',
    ],
  ])('%j is refused: %s', (schema, message) => {
    expect(problem(schema)).toBe(message)
  })

  it('may not be nested too deeply, and a recursive default ends', () => {
    const nested = (depth: number) =>
      `${'{"type":"array","items":'.repeat(depth)}"int"${'}'.repeat(depth)}`
    expect(problem(nested(schemaDepthMax))).toBeUndefined()
    expect(problem(nested(schemaDepthMax + 1))).toContain('nested deeper than 64 levels')
    expect(problem(record({ name: 'r', type: 'n.R', default: {} }))).toContain('Invalid default')
  })
})
