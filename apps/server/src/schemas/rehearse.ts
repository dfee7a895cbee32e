/** Reads a topic's last records with a schema that is not registered yet. */
import type { SchemaLookup } from '@millrace/schemas/formats'
import { createRehearsal } from '@millrace/schemas/registry'
import type { SchemaRehearsal } from '../api-types.ts'
import type { Sampled } from '../topics/infer-topic.ts'

export interface RehearsalOf {
  /** Null: there is no such topic. */
  topic: string | null
  part: 'key' | 'value'
  schema: string
  /** The schemas that the records were written with. */
  schemas: SchemaLookup
  records: readonly Sampled[]
}

export function rehearse({ topic, part, schema, schemas, records }: RehearsalOf): SchemaRehearsal {
  const found: SchemaRehearsal = {
    topic,
    records: 0,
    readable: 0,
    tombstones: 0,
    firstFailure: null,
  }
  const rehearsal = createRehearsal(schema, schemas)
  if (rehearsal === null) return found
  for (const record of records) {
    const bytes = record[part]
    if (bytes === null) {
      found.tombstones++
      continue
    }
    found.records++
    const reason = rehearsal.problemOf(bytes)
    if (reason === null) found.readable++
    else found.firstFailure ??= { partition: record.partition, offset: record.offset, reason }
  }
  return found
}
