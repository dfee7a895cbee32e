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

/** Longest schema text that is registered, in UTF-16 units. */
export const schemaTextMax = 1_000_000

/** Writes that wait for the log at most; more are refused. */
export const pendingWritesMax = 1000

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
  /** Resolves once the records are durable, in this order. */
  append(records: readonly RegistryRecord[]): Promise<void>
}

/** A registered version of a subject. */
export interface RegisteredSchema {
  subject: string
  version: number
  id: number
  /** In Avro's own rendering. */
  schema: string
}

export interface Registry {
  /** Reads the log. Every other call needs it done; `handle` and `register` await it themselves. */
  load(): Promise<void>
  /** Answers one request of Confluent's REST API; never throws for what a client sends. */
  handle(request: RegistryRequest): Promise<RegistryResponse>
  /** Text of a schema by id, also of soft-deleted versions; undefined: no such id. */
  schemaById(id: number): string | undefined
  /** Latest live version of a subject. */
  latest(subject: string): RegisteredSchema | undefined
  /** Live subjects, sorted. */
  subjects(): string[]
  /** Live versions of a subject, oldest first. */
  versions(subject: string): RegisteredSchema[]
  /** The level that holds for a subject. */
  compatibility(subject: string): CompatibilityLevel
  /**
   * Registers (or finds) a schema as `POST /subjects/S/versions` does. Throws `AppError` `schema-refused` with the registry's
   * message.
   */
  register(subject: string, schema: string): Promise<RegisteredSchema>
}

/** A difference between two schemas in words: "adds promo_code, optional". */
export interface SchemaDifference {
  /** Dotted path of the field; empty: the schema as a whole. */
  path: string
  words: string
}

export interface SchemaField {
  name: string
  /** In a few words: "long (timestamp-millis)". */
  type: string
  /** Its value may be null. */
  optional: boolean
  /** JSON text; null: none. */
  default: string | null
}

export type IncompatibilityType =
  | 'NAME_MISMATCH'
  | 'FIXED_SIZE_MISMATCH'
  | 'MISSING_ENUM_SYMBOLS'
  | 'READER_FIELD_MISSING_DEFAULT_VALUE'
  | 'TYPE_MISMATCH'
  | 'MISSING_UNION_BRANCH'

/** Why a reader cannot read what a writer wrote. */
export interface Incompatibility {
  /** Avro's name for it. */
  type: IncompatibilityType
  /** JSON pointer into the reader's schema: `/fields/2/type`. */
  path: string
  /** Dotted path of the field; empty: the schema as a whole. */
  field: string
  /** What it is about: the field, the symbols, the types. */
  info: string
  /** In words, for people, speaking of the reader's and the writer's schema by the names given. */
  message: string
}

/** Why a compatibility level forbids a schema. */
export interface LevelProblem {
  /** The earlier version that it does not go with. */
  version: number
  /** Consumers with the new schema meet old records, or consumers with the old one meet new records. */
  breaks: 'new-readers' | 'old-readers'
  rule: IncompatibilityType
  /** Dotted path of the field; empty: the schema as a whole. */
  field: string
  message: string
  /** What would make it compatible. */
  mend: string
}

/** Why a text is no schema; the place is null where nothing in the text stands for it. */
export interface SchemaFault {
  message: string
  /** UTF-16 index into the text. */
  index: number | null
  /** From 1. */
  line: number | null
  column: number | null
}

/** Reads recorded values as consumers with a new schema would. */
export interface Rehearsal {
  /** Why the value cannot be read; null: it can. */
  problemOf(bytes: Uint8Array): string | null
}
