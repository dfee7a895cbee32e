/** The Schema Registry over a store: HTTP requests in, HTTP answers out, nothing else touched. */
import { AppError } from '@millrace/base'
import type {
  RegisteredSchema,
  Registry,
  RegistryRequest,
  RegistryResponse,
  RegistryStore,
} from './api.ts'
import { registryContentType } from './api.ts'
import { RegistryCore, readSchema } from './core.ts'
import { RegistryRefusal, refusals } from './errors.ts'
import type { Answer, Call, Route } from './routes.ts'
import { routes } from './routes.ts'
import type { StoredVersion } from './state.ts'

export function createRegistry(store: RegistryStore): Registry {
  const core = new RegistryCore(store)
  return {
    load: () => core.load(),
    handle: (request) => handle(core, request),
    schemaById: (id) => core.state.texts.get(id),
    latest: (subject) => core.state.live(subject).map(registered).at(-1),
    subjects: () => core.state.names(false),
    versions: (subject) => core.state.live(subject).map(registered),
    compatibility: (subject) => core.state.levelOf(subject),
    register: async (subject, schema) => {
      try {
        return registered(await core.register(subject, readSchema(schema)))
      } catch (thrown) {
        if (!(thrown instanceof RegistryRefusal)) throw thrown
        throw new AppError(thrown.message, {
          code: 'schema-refused',
          origin: thrown.status >= 500 ? 'internal' : 'user',
          retriable: thrown.status >= 500,
          details: { subject, errorCode: thrown.errorCode },
          cause: thrown,
        })
      }
    },
  }
}

function registered({ subject, version, id, schema }: StoredVersion): RegisteredSchema {
  return { subject, version, id, schema }
}

async function handle(core: RegistryCore, request: RegistryRequest): Promise<RegistryResponse> {
  try {
    await core.load()
    const { route, parts } = find(request.method.toUpperCase(), request.path)
    const call: Call = { core, parts, query: request.query ?? {}, body: bodyOf(request) }
    return response(200, await route.answer(call))
  } catch (thrown) {
    if (!(thrown instanceof RegistryRefusal)) throw thrown
    return response(thrown.status, {
      json: { error_code: thrown.errorCode, message: thrown.message },
    })
  }
}

function response(status: number, answer: Answer): RegistryResponse {
  const body = 'text' in answer ? answer.text : JSON.stringify(answer.json)
  return { status, body, contentType: registryContentType }
}

const compiled = routes.map((route) => ({ route, segments: segmentsOf(route.path) }))

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
}

function find(method: string, path: string): { route: Route; parts: string[] } {
  const segments = segmentsOf(path)
  const fitting = compiled.filter(
    (one) =>
      one.segments.length === segments.length &&
      one.segments.every((segment, i) => segment === '*' || segment === segments[i]),
  )
  const found = fitting.find((one) => one.route.method === method)
  if (!found) throw fitting.length > 0 ? refusals.methodNotAllowed() : refusals.noSuchPath()
  const parts = segments.filter((_, i) => found.segments[i] === '*').map(decodePart)
  return { route: found.route, parts }
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    throw refusals.badRequest(`The path has an escape that is not valid: ${part}`)
  }
}

function bodyOf(request: RegistryRequest): Record<string, unknown> {
  const text = request.body ?? ''
  if (text === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refusals.badRequest('The body is not valid JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw refusals.badRequest('The body must be a JSON object')
  return value as Record<string, unknown>
}
