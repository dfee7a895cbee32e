/** The schema registry over HTTP, as connectors need it (Confluent's REST API). */
import { AppError, messageOf } from '@millrace/base'
import type { RegistryAccess } from './connector.ts'

const requestTimeoutMs = 10_000

/** `address` null: this host has no registry, and says so when one is needed. */
export function httpRegistry(address: string | null): RegistryAccess {
  return {
    async schema(id) {
      const response = await ask(address, `/schemas/ids/${id}`)
      if (response.status === 404) return undefined
      const body = (await bodyOf(response, address)) as { schema: string }
      return body.schema
    },
    async register(subject, schema) {
      const path = `/subjects/${encodeURIComponent(subject)}/versions`
      const response = await ask(address, path, JSON.stringify({ schema, schemaType: 'AVRO' }))
      return ((await bodyOf(response, address)) as { id: number }).id
    },
  }
}

async function ask(address: string | null, path: string, body?: string): Promise<Response> {
  if (address === null) throw unreachable('this server runs without one')
  try {
    return await fetch(`${address}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body,
      signal: AbortSignal.timeout(requestTimeoutMs),
    })
  } catch (cause) {
    throw unreachable(`${address}: ${messageOf(cause)}`, cause)
  }
}

async function bodyOf(response: Response, address: string | null): Promise<unknown> {
  const body = (await response.json().catch(() => undefined)) as { message?: string } | undefined
  if (response.ok && body !== undefined) return body
  const why = body?.message ?? `status ${response.status}`
  throw new AppError(`The schema registry at ${address} refused: ${why}.`, {
    code: 'registry-refused',
    origin: 'external',
    retriable: response.status >= 500,
    details: { status: response.status },
  })
}

function unreachable(why: string, cause?: unknown): AppError {
  return new AppError(`The schema registry cannot be reached: ${why}.`, {
    code: 'registry-unreachable',
    origin: 'external',
    retriable: true,
    cause,
  })
}
