/** Default values in schemas: are they of their type? */
import type { JsonTree } from '../json/json-tree.ts'
import { JsonNumber, printJsonTree } from '../json/json-tree.ts'
import { decimalParts, integerOf } from '../text/numbers.ts'
import type { AvroSchema } from './schema.ts'
import { describeSchema } from './schema.ts'

/** Why the value is no default of the type, or undefined. A union takes a default of any of its branches, as Avro 1.12 does. */
export function defaultProblem(schema: AvroSchema, value: JsonTree): string | undefined {
  return isDefault(schema, value)
    ? undefined
    : `${printJsonTree(value)} is not a ${describeSchema(schema)}`
}

/** A record's default may leave out fields that have defaults themselves, without end if the type is recursive. */
const defaultDepthMax = 64

function isDefault(schema: AvroSchema, value: JsonTree, depth = 0): boolean {
  if (depth > defaultDepthMax) return false
  switch (schema.is) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'int':
      return isInteger(value, -(2n ** 31n), 2n ** 31n - 1n)
    case 'long':
      return isInteger(value, -(2n ** 63n), 2n ** 63n - 1n)
    case 'float':
    case 'double':
      return value instanceof JsonNumber
    case 'string':
      return typeof value === 'string'
    case 'bytes':
      return typeof value === 'string' && isLatin1(value)
    case 'fixed':
      return typeof value === 'string' && isLatin1(value) && value.length === schema.size
    case 'enum':
      return typeof value === 'string' && schema.symbols.includes(value)
    case 'array':
      return Array.isArray(value) && value.every((item) => isDefault(schema.items, item, depth + 1))
    case 'map':
      return (
        value instanceof Map &&
        [...value.values()].every((item) => isDefault(schema.values, item, depth + 1))
      )
    case 'union':
      return schema.branches.some((branch) => isDefault(branch, value, depth + 1))
    case 'record':
      return (
        value instanceof Map &&
        schema.fields.every((one) => {
          const given = value.has(one.name) ? value.get(one.name) : one.default
          return given !== undefined && isDefault(one.schema, given, depth + 1)
        })
      )
  }
}

function isInteger(value: JsonTree, min: bigint, max: bigint): boolean {
  if (!(value instanceof JsonNumber)) return false
  const parts = decimalParts(value.text)
  return parts !== undefined && typeof integerOf(parts, min, max) === 'bigint'
}

/** Bytes are written as text whose code points 0 to 255 are the bytes. */
function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 255) return false
  return true
}
