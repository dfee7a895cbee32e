/**
 * The decoder beside avsc, over random schemas and values. Invariants:
 * 1. every record that avsc writes gives the row that avsc reads;
 * 2. mutated bytes never throw, and the rows around a bad record stay as they were.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { types } from '../../types.ts'
import type { SourceColumn } from '../api.ts'
import { avscType, lookupOf, wire } from '../testing/avro.ts'
import { decodeAll } from '../testing/decoding.ts'
import { createAvroDecoder } from './avro-decoder.ts'

/** A field's schema, its column, and what avsc's value looks like as a cell; null column: only to be skipped. */
interface Case {
  schema: unknown
  value: fc.Arbitrary<unknown>
  type: SourceColumn['type'] | null
}

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const int = fc.integer()
const text = fc.string({ unit: 'binary', maxLength: 12 })
const bytes = fc.uint8Array({ maxLength: 8 }).map((array) => Buffer.from(array))

const simple: Case[] = [
  { schema: 'int', value: int, type: types.int },
  { schema: 'long', value: long, type: types.bigint },
  { schema: 'double', value: fc.double({ noNaN: true }), type: types.double },
  { schema: 'float', value: fc.float({ noNaN: true }), type: types.double },
  { schema: 'boolean', value: fc.boolean(), type: types.boolean },
  { schema: 'string', value: text, type: types.string },
  { schema: 'bytes', value: bytes, type: types.bytes },
]

const nested = fc.constantFrom(...simple).chain((inner) =>
  fc.constantFrom<Case>(
    inner,
    {
      schema: { type: 'array', items: inner.schema },
      value: fc.array(inner.value, { maxLength: 3 }),
      type: null,
    },
    {
      schema: { type: 'map', values: inner.schema },
      value: fc.dictionary(fc.string({ maxLength: 4 }), inner.value, {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      type: null,
    },
    {
      schema: ['null', inner.schema],
      value: fc.option(inner.value.map((value) => ({ [inner.schema as string]: value }))),
      type: inner.type,
    },
  ),
)

const records = fc.array(nested, { minLength: 1, maxLength: 6 }).chain((cases) => {
  const values = fc.array(fc.tuple(...cases.map((one) => one.value)), {
    minLength: 1,
    maxLength: 4,
  })
  return values.map((rows) => ({ cases, rows }))
})

function schemaOf(cases: readonly Case[]) {
  const fields = cases.map((one, i) => ({ name: `f${i}`, type: one.schema }))
  return { type: 'record', name: 'R', fields }
}

function columnsOf(cases: readonly Case[]): SourceColumn[] {
  return cases.flatMap((one, i) =>
    one.type === null ? [] : [{ name: `f${i}`, type: one.type, nullable: true }],
  )
}

function unwrapped(cell: unknown): unknown {
  if (cell === null || typeof cell !== 'object') return cell
  if (cell instanceof Uint8Array) return Uint8Array.from(cell)
  return unwrapped(Object.values(cell)[0])
}

describe('the Avro decoder beside avsc', () => {
  it('reads what avsc writes', () => {
    fc.assert(
      fc.property(records, ({ cases, rows }) => {
        const schema = schemaOf(cases)
        const type = avscType(schema)
        const objects = rows.map((row) => Object.fromEntries(row.map((cell, i) => [`f${i}`, cell])))
        const columns = columnsOf(cases)
        const decoder = createAvroDecoder({
          format: 'avro',
          columns,
          schemas: lookupOf({ 3: schema }),
        })
        const values = objects.map((one) => wire(3, type.toBuffer(one)))
        const decoded = decodeAll(decoder, columns, values)
        expect(decoded.bad).toEqual([])
        expect(decoded.rows).toEqual(
          objects.map((one) =>
            Object.fromEntries(columns.map(({ name }) => [name, unwrapped(one[name])])),
          ),
        )
      }),
      { numRuns: 400 },
    )
  })

  it('survives mutated bytes between good records', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255), fc.boolean())
    fc.assert(
      fc.property(
        records,
        fc.array(change, { minLength: 1, maxLength: 3 }),
        ({ cases, rows }, changes) => {
          const schema = schemaOf(cases)
          const type = avscType(schema)
          const object = Object.fromEntries(rows[0].map((cell, i) => [`f${i}`, cell]))
          const good = wire(3, type.toBuffer(object))
          let broken = Uint8Array.from(good)
          for (const [at, byte, cut] of changes) {
            if (cut) broken = broken.slice(0, at % (broken.length + 1))
            else if (broken.length > 0) broken[at % broken.length] = byte
          }
          const columns = columnsOf(cases)
          const decoder = createAvroDecoder({
            format: 'avro',
            columns,
            schemas: lookupOf({ 3: schema }),
          })
          const { rows: decoded, bad } = decodeAll(decoder, columns, [good, broken, good])
          expect(decoded.length + bad.length).toBe(3)
          expect(decoded.at(-1)).toEqual(decoded[0])
        },
      ),
      { numRuns: 1000 },
    )
  })
})
