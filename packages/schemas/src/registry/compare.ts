/** Compatibility of two schema texts in the studio's words. */
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import type { Incompatibility } from './api.ts'
import { incompatibilities } from './compatibility.ts'

export interface SchemaComparison {
  /** Why consumers with the new schema cannot read records of the old one; empty: backward compatible. */
  backward: Incompatibility[]
  /** Why consumers with the old schema cannot read records of the new one; empty: forward compatible. */
  forward: Incompatibility[]
}

/** Both directions at once; a sentence when one of the texts is no schema. */
export function compareSchemas(oldText: string, newText: string): SchemaComparison | string {
  const before = parseAvroSchema(oldText)
  const after = parseAvroSchema(newText)
  if (!before.ok) return before.message
  if (!after.ok) return after.message
  return {
    backward: incompatibilities(after.schema, before.schema, { reader: 'new', writer: 'old' }),
    forward: incompatibilities(before.schema, after.schema, { reader: 'old', writer: 'new' }),
  }
}
