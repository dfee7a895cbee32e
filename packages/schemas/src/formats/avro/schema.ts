/** Avro schemas (specification 1.11) as typed trees; named types are shared objects, so recursion is a cycle. */
import type { JsonTree } from '../json/json-tree.ts'

export const primitiveNames = [
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
] as const
export type PrimitiveName = (typeof primitiveNames)[number]

/** A logical type that is understood; others are ignored, as the specification asks. */
export type Logical =
  | { is: 'date' | 'time-millis' | 'time-micros' | 'uuid' }
  | { is: 'timestamp-millis' | 'timestamp-micros' | 'local-timestamp-millis' }
  | { is: 'local-timestamp-micros' }
  | { is: 'decimal'; precision: number; scale: number }

export interface AvroPrimitive {
  is: PrimitiveName
  logical: Logical | null
}

export interface AvroFixed {
  is: 'fixed'
  /** Full name. */
  name: string
  aliases: string[]
  size: number
  logical: Logical | null
}

export interface AvroEnum {
  is: 'enum'
  name: string
  aliases: string[]
  symbols: string[]
  default: string | null
}

export interface AvroArray {
  is: 'array'
  items: AvroSchema
}

export interface AvroMap {
  is: 'map'
  values: AvroSchema
}

export interface AvroUnion {
  is: 'union'
  branches: AvroSchema[]
}

export interface AvroField {
  name: string
  aliases: string[]
  schema: AvroSchema
  /** undefined: none. */
  default: JsonTree | undefined
}

export interface AvroRecord {
  is: 'record'
  name: string
  aliases: string[]
  fields: AvroField[]
}

export type AvroNamed = AvroFixed | AvroEnum | AvroRecord
export type AvroSchema = AvroPrimitive | AvroNamed | AvroArray | AvroMap | AvroUnion

export function isNamed(schema: AvroSchema): schema is AvroNamed {
  return schema.is === 'record' || schema.is === 'enum' || schema.is === 'fixed'
}

/** The name without its namespace. */
export function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf('.') + 1)
}

/** A schema in a few words: `long (timestamp-millis)`, `record Order`, `null or string`. */
export function describeSchema(schema: AvroSchema): string {
  switch (schema.is) {
    case 'record':
    case 'enum':
      return `${schema.is} ${shortName(schema.name)}`
    case 'array':
      return `array of ${describeSchema(schema.items)}`
    case 'map':
      return `map of ${describeSchema(schema.values)}`
    case 'union':
      return schema.branches.map(describeSchema).join(' or ')
    case 'fixed':
      return withLogical(`fixed ${shortName(schema.name)}`, schema.logical)
    default:
      return withLogical(schema.is, schema.logical)
  }
}

function withLogical(words: string, logical: Logical | null): string {
  if (logical === null) return words
  if (logical.is === 'decimal') return `decimal(${logical.precision}, ${logical.scale})`
  return `${words} (${logical.is})`
}

/** Can the value be null? */
export function isNullable(schema: AvroSchema): boolean {
  return schema.is === 'null' || (schema.is === 'union' && schema.branches.some(isNullable))
}

/** The schema without its null branch; null alone stays. */
export function withoutNull(schema: AvroSchema): AvroSchema {
  if (schema.is !== 'union') return schema
  const branches = schema.branches.filter((branch) => branch.is !== 'null')
  return branches.length === 1 ? branches[0] : { is: 'union', branches }
}
