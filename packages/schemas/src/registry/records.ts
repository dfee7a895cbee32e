/** The records that the registry writes, key order and magic numbers as in Confluent's `_schemas` topic. */
import type { CompatibilityLevel, RegistryRecord } from './api.ts'
import type { StoredVersion } from './state.ts'

function schemaKey(subject: string, version: number): string {
  return JSON.stringify({ keytype: 'SCHEMA', subject, version, magic: 1 })
}

export function schemaRecord(one: StoredVersion): RegistryRecord {
  const { subject, version, id, schema, deleted } = one
  return {
    key: schemaKey(subject, version),
    value: JSON.stringify({ subject, version, id, schema, deleted }),
  }
}

/** Permanent deletion of a version. */
export function schemaTombstone(subject: string, version: number): RegistryRecord {
  return { key: schemaKey(subject, version), value: null }
}

/** `subject` null: the global level; `level` null: removes the setting. */
export function configRecord(
  subject: string | null,
  level: CompatibilityLevel | null,
): RegistryRecord {
  return {
    key: JSON.stringify({ keytype: 'CONFIG', subject, magic: 0 }),
    value: level === null ? null : JSON.stringify({ compatibilityLevel: level }),
  }
}

/** Soft deletion of a subject up to a version. */
export function deleteSubjectRecord(subject: string, version: number): RegistryRecord {
  return {
    key: JSON.stringify({ keytype: 'DELETE_SUBJECT', subject, magic: 0 }),
    value: JSON.stringify({ subject, version }),
  }
}
