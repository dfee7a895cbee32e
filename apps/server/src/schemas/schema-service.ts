/** The registry as the studio sees it: subjects with what uses them, and the REST API's answers as results. */
import { AppError } from '@millrace/base'
import type { SchemaLookup } from '@millrace/schemas/formats'
import {
  describeLevelProblems,
  type Registry,
  type RegistryRequest,
} from '@millrace/schemas/registry'
import type {
  CompatibilityAnswer,
  CompatibilityLevel,
  SchemaVersion,
  SubjectSummary,
} from '../api-types.ts'
import type { SchemaService } from '../services.ts'
import type { Sampled } from '../topics/infer-topic.ts'
import { type KnownPipeline, readersOf, writersOf } from '../topics/references.ts'
import { rehearse } from './rehearse.ts'

export interface SchemaServiceOptions {
  registry: Registry
  pipelines(): readonly KnownPipeline[]
  topicNames(): Promise<readonly string[]>
  /** The last records of a topic. */
  newestRecords(topic: string): Promise<readonly Sampled[]>
  audit(action: string, subject: string, words: string): void
}

/** Writer schemas by id, as they are known now. */
export function schemaLookup(registry: Registry): SchemaLookup {
  return {
    find: (id) => {
      const text = registry.schemaById(id)
      return text === undefined ? { is: 'unknown' } : { is: 'found', text }
    },
  }
}

/** The full name of a named Avro schema, else its type. */
export function schemaName(text: string | undefined): string {
  if (text === undefined) return 'unknown schema'
  try {
    const schema = JSON.parse(text) as { name?: unknown; namespace?: unknown; type?: unknown }
    if (typeof schema.name !== 'string') return String(schema.type ?? schema)
    const hasSpace = typeof schema.namespace === 'string' && !schema.name.includes('.')
    return hasSpace ? `${schema.namespace}.${schema.name}` : schema.name
  } catch {
    return text.slice(0, 60)
  }
}

/** Subjects are named after topics: `<topic>-value` and `<topic>-key`. */
export function topicOfSubject(subject: string): string | null {
  const match = /^(.+)-(?:value|key)$/.exec(subject)
  return match ? match[1] : null
}

export function createSchemaService(options: SchemaServiceOptions): SchemaService {
  const { registry } = options
  return {
    subjects: () => subjects(options),
    async versions(subject) {
      const versions = registry.versions(subject)
      if (versions.length === 0) throw unknownSubject(subject)
      return versions.map(({ version, id, schema }) => ({
        subject,
        version,
        id,
        type: 'AVRO',
        schema,
      }))
    },
    async register(subject, schema): Promise<SchemaVersion> {
      const { version, id, schema: text } = await registry.register(subject, schema)
      options.audit('register-schema', subject, `Registered version ${version} of ${subject}.`)
      return { subject, version, id, type: 'AVRO', schema: text }
    },
    async delete(subject, version, permanent) {
      const path = `/subjects/${encodeURIComponent(subject)}${version === null ? '' : `/versions/${version}`}`
      const remove = (query: Record<string, string>) =>
        ask(registry, { method: 'DELETE', path, query })
      const deleted = await remove({})
      // The registry takes away for good only what was taken away before.
      if (permanent) await remove({ permanent: 'true' })
      const what = version === null ? subject : `version ${version} of ${subject}`
      options.audit('delete-schema', subject, `Deleted ${what}${permanent ? ' for good' : ''}.`)
      return { versions: version === null ? (deleted as number[]) : [deleted as number] }
    },
    test: (subject, schema) => testCompatibility(registry, subject, schema),
    async rehearse(subject, schema) {
      const wanted = topicOfSubject(subject)
      const names = await options.topicNames()
      const topic = wanted !== null && names.includes(wanted) ? wanted : null
      const records = topic === null ? [] : await options.newestRecords(topic)
      const part = subject.endsWith('-key') ? 'key' : 'value'
      return rehearse({ topic, part, schema, schemas: schemaLookup(registry), records })
    },
    config: (subject) => levelOf(registry, subject),
    async setConfig(subject, level) {
      const path = subject === null ? '/config' : `/config/${encodeURIComponent(subject)}`
      await ask(registry, {
        method: level === null ? 'DELETE' : 'PUT',
        path,
        ...(level === null ? {} : { body: JSON.stringify({ compatibility: level }) }),
      })
      const whose = subject ?? 'all subjects'
      const words = level === null ? "the registry's level" : level
      options.audit('set-compatibility', whose, `Set the compatibility of ${whose} to ${words}.`)
      return level ?? levelOf(registry, null)
    },
  }
}

async function subjects(options: SchemaServiceOptions): Promise<SubjectSummary[]> {
  const { registry } = options
  const topics = new Set(await options.topicNames())
  const pipelines = options.pipelines()
  const summaries: SubjectSummary[] = []
  for (const subject of registry.subjects()) {
    const latest = registry.latest(subject)
    if (!latest) continue
    const topic = topicOfSubject(subject)
    const own = await ownLevel(registry, subject)
    summaries.push({
      subject,
      type: 'AVRO',
      versions: registry.versions(subject).map(({ version }) => version),
      latestId: latest.id,
      compatibility: own ?? (await levelOf(registry, null)),
      compatibilityInherited: own === null,
      topics: topic !== null && topics.has(topic) ? [topic] : [],
      usedBy:
        topic === null ? [] : [...readersOf(topic, pipelines), ...writersOf(topic, pipelines)],
    })
  }
  return summaries
}

async function testCompatibility(
  registry: Registry,
  subject: string,
  schema: string,
): Promise<CompatibilityAnswer> {
  const level = await levelOf(registry, subject)
  const versions = registry.versions(subject)
  if (versions.length === 0) return { compatible: true, level, problems: [] }
  const answer = (await ask(registry, {
    method: 'POST',
    path: `/compatibility/subjects/${encodeURIComponent(subject)}/versions`,
    body: JSON.stringify({ schema, schemaType: 'AVRO' }),
  })) as { is_compatible: boolean }
  const compatible = answer.is_compatible
  return {
    compatible,
    level,
    problems: compatible ? [] : describeLevelProblems(level, schema, versions),
  }
}

async function levelOf(registry: Registry, subject: string | null): Promise<CompatibilityLevel> {
  const own = subject === null ? null : await ownLevel(registry, subject)
  if (own !== null) return own
  const answer = (await ask(registry, { method: 'GET', path: '/config' })) as {
    compatibilityLevel: CompatibilityLevel
  }
  return answer.compatibilityLevel
}

async function ownLevel(registry: Registry, subject: string): Promise<CompatibilityLevel | null> {
  const path = `/config/${encodeURIComponent(subject)}`
  const answer = await registry.handle({ method: 'GET', path })
  if (answer.status === 404) return null
  return (JSON.parse(answer.body) as { compatibilityLevel: CompatibilityLevel }).compatibilityLevel
}

/** The body of a good answer; a refusal becomes an error with the registry's own message. */
async function ask(registry: Registry, request: RegistryRequest): Promise<unknown> {
  const answer = await registry.handle(request)
  const body: unknown = JSON.parse(answer.body)
  if (answer.status < 300) return body
  const { message, error_code: errorCode } = body as { message: string; error_code: number }
  throw new AppError(message, {
    code: answer.status === 404 ? 'schema-not-found' : 'schema-refused',
    origin: 'user',
    details: { errorCode },
  })
}

function unknownSubject(subject: string): AppError {
  return new AppError(`The registry has no subject ${subject}.`, {
    code: 'schema-not-found',
    origin: 'user',
    details: { subject },
  })
}
