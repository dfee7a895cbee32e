/** The fields of a record schema as a list for people: type in words, optional or not, default. */
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import { describeSchema, isNullable, withoutNull } from '../formats/avro/schema.ts'
import { printJsonTree } from '../formats/json/json-tree.ts'
import type { SchemaField } from './api.ts'

/** The fields of a schema text, in its order; empty when it is no record. */
export function describeFields(text: string): SchemaField[] {
  const parsed = parseAvroSchema(text)
  if (!parsed.ok || parsed.schema.is !== 'record') return []
  return parsed.schema.fields.map((field) => ({
    name: field.name,
    type: describeSchema(withoutNull(field.schema)),
    optional: isNullable(field.schema),
    default: field.default === undefined ? null : printJsonTree(field.default),
  }))
}
