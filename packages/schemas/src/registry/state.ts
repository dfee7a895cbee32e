/** The registry's state, rebuilt from the records of `_schemas`; `replay` is the only place that changes it. */
import type { CompatibilityLevel, RegisteredSchema, RegistryRecord } from './api.ts'
import { isLevel } from './levels.ts'

export interface StoredVersion extends RegisteredSchema {
  deleted: boolean
}

export class RegistryState {
  level: CompatibilityLevel = 'BACKWARD'
  readonly subjectLevels = new Map<string, CompatibilityLevel>()
  /** All versions by subject and version, soft-deleted ones included. */
  readonly bySubject = new Map<string, Map<number, StoredVersion>>()
  /** Text by id; stays when versions go, since records refer to it. */
  readonly texts = new Map<number, string>()
  readonly idsByText = new Map<string, number>()
  idMax = 0

  /** Takes one record of the log. Records of kinds that are not known are passed over, as in Confluent's store reader. */
  replay(record: RegistryRecord): void {
    const key = objectOf(record.key)
    const value = record.value === null ? null : objectOf(record.value)
    if (key === undefined || value === undefined) return
    const subject = typeof key.subject === 'string' ? key.subject : null
    switch (key.keytype) {
      case 'SCHEMA':
        if (subject !== null) this.replaySchema(subject, Number(key.version), value)
        return
      case 'CONFIG':
        this.replayConfig(subject, value?.compatibilityLevel)
        return
      case 'DELETE_SUBJECT':
        if (subject !== null && value !== null) this.replayDelete(subject, Number(value.version))
    }
  }

  live(subject: string): StoredVersion[] {
    return this.all(subject).filter((one) => !one.deleted)
  }

  /** Soft-deleted versions included, oldest first. */
  all(subject: string): StoredVersion[] {
    const versions = this.bySubject.get(subject)
    return versions ? [...versions.values()].sort((a, b) => a.version - b.version) : []
  }

  names(withDeleted: boolean): string[] {
    return [...this.bySubject.keys()]
      .filter((subject) => withDeleted || this.live(subject).length > 0)
      .sort()
  }

  levelOf(subject: string): CompatibilityLevel {
    return this.subjectLevels.get(subject) ?? this.level
  }

  private replaySchema(
    subject: string,
    version: number,
    value: Record<string, unknown> | null,
  ): void {
    const versions = this.bySubject.get(subject) ?? new Map<number, StoredVersion>()
    if (value === null) versions.delete(version)
    else {
      const id = Number(value.id)
      const schema = String(value.schema)
      versions.set(version, { subject, version, id, schema, deleted: value.deleted === true })
      this.texts.set(id, schema)
      if (!this.idsByText.has(schema)) this.idsByText.set(schema, id)
      this.idMax = Math.max(this.idMax, id)
    }
    if (versions.size === 0) this.bySubject.delete(subject)
    else this.bySubject.set(subject, versions)
  }

  private replayConfig(subject: string | null, level: unknown): void {
    if (subject === null) this.level = isLevel(level) ? level : 'BACKWARD'
    else if (isLevel(level)) this.subjectLevels.set(subject, level)
    else this.subjectLevels.delete(subject)
  }

  private replayDelete(subject: string, version: number): void {
    for (const one of this.all(subject)) if (one.version <= version) one.deleted = true
  }
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    // A record that somebody else wrote into the topic: passed over like an unknown kind.
    return undefined
  }
}
