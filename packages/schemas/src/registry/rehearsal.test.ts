import { expect, it } from 'vitest'
import { avscType, lookupOf, wire } from '../formats/testing/avro.ts'
import { createRehearsal } from './rehearsal.ts'

const record = (...fields: unknown[]) => ({ type: 'record', name: 'Order', fields })
const id = { name: 'id', type: 'string' }
const note = { name: 'note', type: ['null', 'string'] }
const state = (...symbols: string[]) => ({
  name: 'state',
  type: { type: 'enum', name: 'State', symbols },
})

const old = record(id, note, state('NEW', 'PAID'))
const bytes = (value: unknown) => wire(1, avscType(old).toBuffer(value))
const plain = bytes({ id: 'a', note: null, state: 'NEW' })
const full = bytes({ id: 'b', note: { string: 'x' }, state: 'PAID' })

function problem(reader: unknown, value: Uint8Array): string | null | undefined {
  return createRehearsal(JSON.stringify(reader), lookupOf({ 1: old }))?.problemOf(value)
}

it('reads what was written, with the defaults of the new schema', () => {
  const next = record(id, note, { name: 'tip', type: 'int', default: 0 })
  expect(problem(next, plain)).toBeNull()
  expect(problem(next, full)).toBeNull()
})

it('fails every record for a field that none has, also an optional one without a default', () => {
  for (const type of ['int', ['null', 'int']])
    expect(problem(record(id, { name: 'tip', type }), plain)).toMatch(/tip/)
})

it('fails only the records whose value does not fit', () => {
  const required = record(id, { name: 'note', type: 'string' })
  expect(problem(required, plain)).toBe('note: found null, expected STRING NOT NULL')
  expect(problem(required, full)).toBeNull()
  const fewer = record(id, state('NEW'))
  expect(problem(fewer, plain)).toBeNull()
  expect(problem(fewer, full)).toMatch(/state lacks the symbol PAID/)
  const numbers = record(id, { name: 'note', type: ['null', 'int'] })
  expect(problem(numbers, plain)).toBeNull()
  expect(problem(numbers, full)).toMatch(/note/)
})

it('takes a logical type that is added or taken away for no change', () => {
  const written = record({ name: 'at', type: 'long' }, { name: 'price', type: 'bytes' })
  const value = wire(1, avscType(written).toBuffer({ at: 5n, price: Buffer.of(0, 200) }))
  const reader = record(
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'price', type: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 } },
  )
  const rehearsal = createRehearsal(JSON.stringify(reader), lookupOf({ 1: written }))
  expect(rehearsal?.problemOf(value)).toBeNull()
})

it('names what is no Avro, and a schema that the registry does not have', () => {
  expect(problem(old, Uint8Array.of(0x7b, 0x7d))).toMatch(/may be JSON/)
  expect(problem(old, wire(9, Uint8Array.of(0)))).toBe('schema 9 is not in the registry')
})

it('reads schemas that are no record by the rules alone', () => {
  const lookup = lookupOf({ 1: 'int', 2: 'string' })
  const long = createRehearsal('"long"', lookup)
  expect(long?.problemOf(wire(1, avscType('int').toBuffer(5)))).toBeNull()
  expect(long?.problemOf(wire(2, avscType('string').toBuffer('x')))).toMatch(/string/)
})
