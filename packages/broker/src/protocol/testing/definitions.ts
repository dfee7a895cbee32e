/** Random messages of any API and version, made from the same definitions as the codec. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Api } from '../index.ts'
import { apis, zeroUuid } from '../index.ts'
import { formatUuid } from '../uuid.ts'

interface Field {
  name: string
  type: string
  versions?: string
  nullable?: string
  tag?: number
  default?: unknown
  fields?: Field[]
}

interface Definition {
  key: number
  name: string
  versions: string
  request: Field[]
  response: Field[]
}

const folder = new URL('../definitions/', import.meta.url)

export const definitions: readonly Definition[] = readdirSync(folder).map((file) =>
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
)

export function apiOf(definition: Definition): Api<unknown, unknown> {
  const found = Object.values(apis).find((api) => api.key === definition.key)
  if (!found) throw new Error(`No API ${definition.key}`)
  return found as unknown as Api<unknown, unknown>
}

function holds(range: string | undefined, version: number): boolean {
  if (range === undefined) return true
  const [low, high] = range.endsWith('+') ? [range.slice(0, -1), '32767'] : range.split('-')
  return version >= Number(low) && version <= Number(high ?? low)
}

const text = fc.oneof(fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme', maxLength: 60 }))
const primitives: Record<string, fc.Arbitrary<unknown>> = {
  bool: fc.boolean(),
  int8: fc.integer({ min: -128, max: 127 }),
  int16: fc.integer({ min: -32768, max: 32767 }),
  int32: fc.integer(),
  int64: fc.maxSafeInteger(),
  int64clamped: fc.maxSafeInteger(),
  string: text,
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.uint8Array({ minLength: 1000, maxLength: 1500, size: 'max' }),
  ),
  uuid: fc.oneof(
    fc.constant(zeroUuid),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map(formatUuid),
  ),
}

/** Fields that the version does not have keep their default. */
export function arbitraryMessage(fields: Field[], version: number): fc.Arbitrary<unknown> {
  return fc.record(
    Object.fromEntries(fields.map((field) => [field.name, arbitraryField(field, version)])),
  )
}

function arbitraryField(field: Field, version: number): fc.Arbitrary<unknown> {
  const zero = fc.constant(zeroOf(field))
  if (!holds(field.versions, version)) return zero
  const array = field.type.startsWith('[]')
  const element =
    primitives[array ? field.type.slice(2) : field.type] ??
    arbitraryMessage(field.fields ?? [], version)
  const value = array ? fc.array(element, { maxLength: 3 }) : element
  const optional = field.tag !== undefined && field.fields !== undefined && !array
  const nullable = optional || (field.nullable !== undefined && holds(field.nullable, version))
  return nullable ? fc.option(value, { nil: null }) : value
}

function zeroOf(field: Field): unknown {
  if (field.default !== undefined) return field.default
  if (field.type.startsWith('[]')) return []
  if (field.fields) return null
  if (field.type === 'string') return ''
  if (field.type === 'bool') return false
  if (field.type === 'uuid') return zeroUuid
  return field.type === 'bytes' ? new Uint8Array(0) : 0
}
