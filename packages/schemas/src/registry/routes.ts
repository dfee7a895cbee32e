/** The paths of Confluent's REST API, each a few lines over the registry's core. */
import { compatibilityLevels } from './api.ts'
import type { RegistryCore } from './core.ts'
import { readSchema } from './core.ts'
import { refusals } from './errors.ts'
import { isLevel } from './levels.ts'
import type { StoredVersion } from './state.ts'

export interface Call {
  core: RegistryCore
  /** Decoded variable parts of the path, in order. */
  parts: readonly string[]
  query: Readonly<Record<string, string | undefined>>
  /** Parsed JSON object; empty without a body. */
  body: Readonly<Record<string, unknown>>
}

/** The answer as JSON, or as it is where Confluent sends a bare schema. */
export type Answer = { json: unknown } | { text: string }

export interface Route {
  method: string
  /** `*` is a variable part. */
  path: string
  answer(call: Call): Answer | Promise<Answer>
}

const json = (value: unknown): Answer => ({ json: value })

function isOn(call: Call, name: string): boolean {
  return call.query[name]?.toLowerCase() === 'true'
}

/** The subject's versions that the call may see; refuses a subject without any. */
function versionsOf(call: Call, subject: string): StoredVersion[] {
  const { state } = call.core
  const versions = isOn(call, 'deleted') ? state.all(subject) : state.live(subject)
  if (versions.length === 0) throw refusals.subjectNotFound(subject)
  return versions
}

/** `latest` and -1 are 'latest'. */
function versionNumber(text: string): number | 'latest' {
  if (text === 'latest' || text === '-1') return 'latest'
  const version = /^\d{1,10}$/.test(text) ? Number(text) : 0
  if (version < 1 || version > 2147483647) throw refusals.invalidVersion(text)
  return version
}

function pick(versions: readonly StoredVersion[], text: string): StoredVersion {
  const version = versionNumber(text)
  const found =
    version === 'latest' ? versions.at(-1) : versions.find((one) => one.version === version)
  if (!found) throw refusals.versionNotFound(version === 'latest' ? -1 : version)
  return found
}

function versionOf(call: Call): StoredVersion {
  const [subject, version] = call.parts
  versionNumber(version)
  return pick(versionsOf(call, subject), version)
}

function shown({ subject, version, id, schema }: StoredVersion) {
  return { subject, version, id, schema }
}

/** The schema of a request body; refuses what this registry does not support by name. */
function schemaOf(call: Call) {
  const { schema, schemaType, references, id, version } = call.body
  if (schemaType !== undefined && schemaType !== null && schemaType !== 'AVRO')
    throw refusals.unsupportedType(String(schemaType))
  if (Array.isArray(references) && references.length > 0) throw refusals.unsupportedReferences()
  const isImport = typeof id === 'number' && id >= 0 && typeof version === 'number'
  if (isImport) throw refusals.notInImportMode(call.parts[0])
  if (typeof schema !== 'string') throw refusals.emptySchema()
  return readSchema(schema)
}

function textOfId(call: Call): string {
  const text = call.core.state.texts.get(idOf(call))
  if (text === undefined) throw refusals.schemaIdNotFound(idOf(call))
  return text
}

function idOf(call: Call): number {
  const id = /^\d{1,10}$/.test(call.parts[0]) ? Number(call.parts[0]) : -1
  if (id < 0) throw refusals.noSuchPath()
  return id
}

/** Live versions with the id (soft-deleted ones too on request), in the order of subjects. */
function usesOfId(call: Call): StoredVersion[] {
  textOfId(call)
  const { state } = call.core
  return state
    .names(true)
    .flatMap((subject) => (isOn(call, 'deleted') ? state.all(subject) : state.live(subject)))
    .filter((one) => one.id === idOf(call))
}

function withPrefix(call: Call): string[] {
  const prefix = call.query.subjectPrefix ?? ''
  return call.core.state
    .names(isOn(call, 'deleted'))
    .filter((subject) => subject.startsWith(prefix))
}

async function checkCompatibility(call: Call): Promise<Answer> {
  const [subject, version] = call.parts
  const { text, parsed } = schemaOf(call)
  const { core } = call
  const live = core.state.live(subject)
  let problems: string[]
  if (version === undefined) problems = core.problemsOf(subject, parsed, live)
  else if (versionNumber(version) === 'latest' && live.length === 0) problems = []
  else problems = core.problemsWith(subject, parsed, pick(live, version))
  const isSame = live.some((one) => one.schema === text)
  const answer = { is_compatible: problems.length === 0 || (isSame && version === undefined) }
  return json(isOn(call, 'verbose') ? { ...answer, messages: problems } : answer)
}

const subjectRoutes: Route[] = [
  { method: 'GET', path: '/subjects', answer: (call) => json(withPrefix(call)) },
  {
    method: 'GET',
    path: '/subjects/*/versions',
    answer: (call) => json(versionsOf(call, call.parts[0]).map((one) => one.version)),
  },
  {
    method: 'POST',
    path: '/subjects/*/versions',
    answer: async (call) => {
      const { id } = await call.core.register(call.parts[0], schemaOf(call))
      return json({ id })
    },
  },
  { method: 'GET', path: '/subjects/*/versions/*', answer: (call) => json(shown(versionOf(call))) },
  {
    method: 'GET',
    path: '/subjects/*/versions/*/schema',
    answer: (call) => ({ text: versionOf(call).schema }),
  },
  {
    method: 'GET',
    path: '/subjects/*/versions/*/referencedby',
    answer: (call) => {
      versionOf(call)
      return json([])
    },
  },
  {
    method: 'POST',
    path: '/subjects/*',
    answer: (call) => {
      const versions = versionsOf(call, call.parts[0])
      const { text } = schemaOf(call)
      const found = versions.findLast((one) => one.schema === text)
      if (!found) throw refusals.schemaNotFound()
      return json(shown(found))
    },
  },
  {
    method: 'DELETE',
    path: '/subjects/*',
    answer: async (call) =>
      json(await call.core.deleteSubject(call.parts[0], isOn(call, 'permanent'))),
  },
  {
    method: 'DELETE',
    path: '/subjects/*/versions/*',
    answer: async (call) => {
      const [subject, version] = call.parts
      versionNumber(version)
      const all = call.core.state.all(subject)
      if (all.length === 0) throw refusals.subjectNotFound(subject)
      const isLatest = versionNumber(version) === 'latest' && !isOn(call, 'permanent')
      const one = pick(isLatest ? call.core.state.live(subject) : all, version)
      return json(await call.core.deleteVersion(one, isOn(call, 'permanent')))
    },
  },
]

const schemaRoutes: Route[] = [
  { method: 'GET', path: '/schemas/types', answer: () => json(['AVRO']) },
  {
    method: 'GET',
    path: '/schemas',
    answer: (call) => {
      const { state } = call.core
      const lists = withPrefix(call).map((subject) =>
        isOn(call, 'deleted') ? state.all(subject) : state.live(subject),
      )
      const chosen = isOn(call, 'latestOnly') ? lists.map((list) => list.slice(-1)) : lists
      return json(chosen.flat().map(shown))
    },
  },
  { method: 'GET', path: '/schemas/ids/*', answer: (call) => json({ schema: textOfId(call) }) },
  { method: 'GET', path: '/schemas/ids/*/schema', answer: (call) => ({ text: textOfId(call) }) },
  {
    method: 'GET',
    path: '/schemas/ids/*/subjects',
    answer: (call) => json([...new Set(usesOfId(call).map((one) => one.subject))]),
  },
  {
    method: 'GET',
    path: '/schemas/ids/*/versions',
    answer: (call) => json(usesOfId(call).map(({ subject, version }) => ({ subject, version }))),
  },
]

function levelOfBody(call: Call) {
  const level = call.body.compatibility
  const upper = typeof level === 'string' ? level.toUpperCase() : undefined
  if (!isLevel(upper)) throw refusals.invalidLevel()
  return compatibilityLevels.find((one) => one === upper) ?? 'BACKWARD'
}

/** A subject's own level, or the global one when the call asks to fall back. */
function subjectLevel(call: Call) {
  const [subject] = call.parts
  const { state } = call.core
  const own = state.subjectLevels.get(subject)
  if (own === undefined && !isOn(call, 'defaultToGlobal')) throw refusals.noSubjectLevel(subject)
  return own ?? state.level
}

const configRoutes: Route[] = [
  {
    method: 'GET',
    path: '/config',
    answer: (call) => json({ compatibilityLevel: call.core.state.level }),
  },
  {
    method: 'PUT',
    path: '/config',
    answer: async (call) => {
      const compatibility = levelOfBody(call)
      await call.core.setLevel(null, compatibility)
      return json({ compatibility })
    },
  },
  {
    method: 'DELETE',
    path: '/config',
    answer: async (call) => {
      const compatibilityLevel = call.core.state.level
      await call.core.setLevel(null, null)
      return json({ compatibilityLevel })
    },
  },
  {
    method: 'GET',
    path: '/config/*',
    answer: (call) => json({ compatibilityLevel: subjectLevel(call) }),
  },
  {
    method: 'PUT',
    path: '/config/*',
    answer: async (call) => {
      const compatibility = levelOfBody(call)
      await call.core.setLevel(call.parts[0], compatibility)
      return json({ compatibility })
    },
  },
  {
    method: 'DELETE',
    path: '/config/*',
    answer: async (call) => {
      const [subject] = call.parts
      const compatibilityLevel = call.core.state.subjectLevels.get(subject)
      if (compatibilityLevel === undefined) throw refusals.subjectNotFound(subject)
      await call.core.setLevel(subject, null)
      return json({ compatibilityLevel })
    },
  },
]

const otherRoutes: Route[] = [
  { method: 'GET', path: '/', answer: () => json({}) },
  { method: 'GET', path: '/mode', answer: () => json({ mode: 'READWRITE' }) },
  {
    method: 'GET',
    path: '/mode/*',
    answer: (call) => {
      if (!isOn(call, 'defaultToGlobal')) throw refusals.noSubjectMode(call.parts[0])
      return json({ mode: 'READWRITE' })
    },
  },
  {
    method: 'POST',
    path: '/compatibility/subjects/*/versions/*',
    answer: checkCompatibility,
  },
  { method: 'POST', path: '/compatibility/subjects/*/versions', answer: checkCompatibility },
]

export const routes: readonly Route[] = [
  ...subjectRoutes,
  ...schemaRoutes,
  ...configRoutes,
  ...otherRoutes,
]
