/** Schema texts as people read them. */
import { describeDifference } from '@millrace/schemas/registry'
import type { SchemaVersion } from '@millrace/server'

/** Indented JSON; what is none stays as it is. */
export function prettySchema(schema: string): string {
  try {
    return JSON.stringify(JSON.parse(schema), null, 2)
  } catch {
    return schema
  }
}

/** What changed, one sentence each; never empty. */
export function changeWords(before: string, after: string): string[] {
  const found = describeDifference(before, after)
  return found.length === 0 ? ['same meaning'] : found.map(({ words }) => words)
}

/** What a version changed, in one line. */
export function versionWords(before: SchemaVersion | undefined, version: SchemaVersion): string {
  return before ? changeWords(before.schema, version.schema).join('; ') : 'first version'
}
