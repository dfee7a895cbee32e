/** What the registry does, without HTTP: each write decides on the present state, appends, then replays. */
import { messageOf } from '@millrace/base'
import { parseAvroSchema } from '../formats/avro/parse-schema.ts'
import type { AvroSchema } from '../formats/avro/schema.ts'
import type { CompatibilityLevel, RegistryRecord, RegistryStore } from './api.ts'
import { pendingWritesMax, schemaTextMax } from './api.ts'
import { canonicalSchema } from './canonical.ts'
import { RegistryRefusal, refusals } from './errors.ts'
import type { EarlierVersion } from './levels.ts'
import { comparedVersions, levelProblems } from './levels.ts'
import { configRecord, deleteSubjectRecord, schemaRecord, schemaTombstone } from './records.ts'
import type { StoredVersion } from './state.ts'
import { RegistryState } from './state.ts'

export interface ReadSchema {
  /** Avro's rendering. */
  text: string
  parsed: AvroSchema
}

/** Throws `RegistryRefusal` 42201 for a schema that is none. */
export function readSchema(text: string): ReadSchema {
  if (text.trim() === '') throw refusals.emptySchema()
  if (text.length > schemaTextMax) throw refusals.schemaTooLong(text.length, schemaTextMax)
  const parsed = parseAvroSchema(text)
  if (!parsed.ok) throw refusals.invalidSchema(text, parsed.message)
  return { text: canonicalSchema(text), parsed: parsed.schema }
}

export class RegistryCore {
  state = new RegistryState()
  private readonly store: RegistryStore
  private loading: Promise<void> | null = null
  private tail: Promise<unknown> = Promise.resolve()
  private pending = 0

  constructor(store: RegistryStore) {
    this.store = store
  }

  /** Rebuilds the state from the log, once; a failed load is tried again by the next call. */
  load(): Promise<void> {
    this.loading ??= this.readLog().catch((thrown: unknown) => {
      this.loading = null
      throw thrown instanceof RegistryRefusal ? thrown : refusals.storeFailed(messageOf(thrown))
    })
    return this.loading
  }

  private async readLog(): Promise<void> {
    const state = new RegistryState()
    for (const record of await this.store.load()) state.replay(record)
    this.state = state
  }

  /** Registers the schema, or finds the live version that has it. */
  register(subject: string, schema: ReadSchema): Promise<StoredVersion> {
    return this.write(async (append) => {
      const { state } = this
      const known = state.live(subject).find((one) => one.schema === schema.text)
      if (known) return known
      const problems = this.problemsOf(subject, schema.parsed, state.live(subject))
      if (problems.length > 0) throw refusals.incompatible(subject, problems)
      const version = 1 + (state.all(subject).at(-1)?.version ?? 0)
      const id = state.idsByText.get(schema.text) ?? state.idMax + 1
      const made = { subject, version, id, schema: schema.text, deleted: false }
      await append([schemaRecord(made)])
      return made
    })
  }

  /** Why the level of the subject forbids the schema beside these versions; none: it may be registered. */
  problemsOf(subject: string, schema: AvroSchema, versions: readonly StoredVersion[]): string[] {
    const level = this.state.levelOf(subject)
    const compared = comparedVersions(level, versions.flatMap(parsedVersion))
    return levelProblems(level, schema, compared)
  }

  /** Against one version, whatever the level would compare; NONE forbids nothing. */
  problemsWith(subject: string, schema: AvroSchema, version: StoredVersion): string[] {
    const level = this.state.levelOf(subject)
    return level === 'NONE' ? [] : levelProblems(level, schema, parsedVersion(version))
  }

  deleteSubject(subject: string, permanent: boolean): Promise<number[]> {
    return this.write(async (append) => {
      const { state } = this
      const all = state.all(subject)
      const live = state.live(subject)
      if (all.length === 0) throw refusals.subjectNotFound(subject)
      if (permanent) {
        if (live.length > 0) throw refusals.subjectNotSoftDeleted(subject)
        await append(all.map((one) => schemaTombstone(subject, one.version)))
        return all.map((one) => one.version)
      }
      const last = live.at(-1)
      if (!last) throw refusals.subjectSoftDeleted(subject)
      const records = [deleteSubjectRecord(subject, last.version)]
      if (state.subjectLevels.has(subject)) records.push(configRecord(subject, null))
      await append(records)
      return live.map((one) => one.version)
    })
  }

  deleteVersion(one: StoredVersion, permanent: boolean): Promise<number> {
    return this.write(async (append) => {
      const { subject, version } = one
      const present = this.state.bySubject.get(subject)?.get(version)
      if (!present) throw refusals.versionNotFound(version)
      if (permanent && !present.deleted) throw refusals.versionNotSoftDeleted(subject, version)
      if (!permanent && present.deleted) throw refusals.versionSoftDeleted(subject, version)
      const record = permanent
        ? schemaTombstone(subject, version)
        : schemaRecord({ ...present, deleted: true })
      await append([record])
      return version
    })
  }

  setLevel(subject: string | null, level: CompatibilityLevel | null): Promise<void> {
    return this.write((append) => append([configRecord(subject, level)]))
  }

  /** One write at a time. A failed append leaves the log unknown: the state is read again before anything else. */
  private write<R>(
    decide: (append: (records: readonly RegistryRecord[]) => Promise<void>) => Promise<R>,
  ): Promise<R> {
    if (this.pending >= pendingWritesMax) throw refusals.tooManyWrites(pendingWritesMax)
    this.pending++
    const run = this.tail.then(async () => {
      await this.load()
      return decide((records) => this.append(records))
    })
    this.tail = run.then(
      () => undefined,
      () => undefined,
    )
    return run.finally(() => {
      this.pending--
    })
  }

  private async append(records: readonly RegistryRecord[]): Promise<void> {
    try {
      await this.store.append(records)
    } catch (thrown) {
      this.loading = null
      throw refusals.storeFailed(messageOf(thrown))
    }
    for (const record of records) this.state.replay(record)
  }
}

/** A stored text that does not parse any more (written by another registry) cannot be compared with. */
function parsedVersion(one: StoredVersion): EarlierVersion[] {
  const parsed = parseAvroSchema(one.schema)
  return parsed.ok ? [{ ...one, parsed: parsed.schema }] : []
}
