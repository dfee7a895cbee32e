/** The Schema Registry as its users see it: a pure HTTP handler over a log of records. */

/** Confluent's levels of compatibility. */
export const compatibilityLevels = [
  'NONE',
  'BACKWARD',
  'BACKWARD_TRANSITIVE',
  'FORWARD',
  'FORWARD_TRANSITIVE',
  'FULL',
  'FULL_TRANSITIVE',
] as const
export type CompatibilityLevel = (typeof compatibilityLevels)[number]

export const registryContentType = 'application/vnd.schemaregistry.v1+json'

export interface RegistryRequest {
  /** GET, POST, PUT, DELETE. */
  method: string
  /** Without the query, still percent-encoded: `/subjects/orders-value/versions`. */
  path: string
  query?: Readonly<Record<string, string | undefined>>
  /** The body's text; empty or absent: none. */
  body?: string
}

export interface RegistryResponse {
  status: number
  body: string
  contentType: string
}

/** One entry of the `_schemas` topic: UTF-8 JSON as Confluent writes it; a null value deletes. */
export interface RegistryRecord {
  key: string
  value: string | null
}

/** The log behind the registry: append-only, one writer. */
export interface RegistryStore {
  /** Every record, oldest first. */
  load(): Promise<readonly RegistryRecord[]>
  /** Resolves once the record is durable. */
  append(record: RegistryRecord): Promise<void>
}

/** A registered version of a subject. */
export interface RegisteredSchema {
  subject: string
  version: number
  id: number
  /** As registered. */
  schema: string
}

export interface Registry {
  /** Answers one request of Confluent's REST API; never throws for what a client sends. */
  handle(request: RegistryRequest): Promise<RegistryResponse>
  /** Text of a schema by id (also of deleted versions), undefined: no such id. */
  schemaById(id: number): string | undefined
  /** Latest live version of a subject. */
  latest(subject: string): RegisteredSchema | undefined
  /** Live subjects, sorted. */
  subjects(): string[]
  /** Live versions of a subject, oldest first. */
  versions(subject: string): RegisteredSchema[]
  /** Registers (or finds) a schema as `POST /subjects/S/versions` does. Throws `AppError` with the registry's message. */
  register(subject: string, schema: string): Promise<RegisteredSchema>
}

/** A difference between two schemas in words: "adds promo_code, optional". */
export interface SchemaDifference {
  /** Dotted path of the field. */
  path: string
  words: string
}

/** Why a reader cannot read what a writer wrote. */
export interface Incompatibility {
  /** Confluent's name: READER_FIELD_MISSING_DEFAULT_VALUE … */
  type: string
  /** JSON pointer into the reader's schema: `/fields/2/type`. */
  path: string
  /** In words, for people. */
  message: string
}
