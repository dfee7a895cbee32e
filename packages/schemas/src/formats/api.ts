/** What the formats offer to connectors, the topic browser and the preview: bytes to columns, columns to bytes, and how they look. */
import type { Batch } from '../batch.ts'
import type { Column } from '../columns.ts'
import type { Field, RowType } from '../types.ts'

export type Format = 'json' | 'avro'

/** How a number (or a text) stands for an instant. */
export type TimeUnit = 'ms' | 's' | 'us' | 'iso8601'

/** A column and where its value lies in a record. */
export interface SourceColumn extends Field {
  /** Keys joined by dots go into nested objects, `\.` is a dot of the key itself. Absent: one key, the column's name as it is. */
  path?: string
  /** For TIMESTAMP only: what a number means. Absent or `iso8601`: text is expected, ISO-8601 or SQL style. */
  unit?: TimeUnit
}

/** The writer's schema of a registry id. `unknown`: the registry has none; `wait`: not fetched yet, decoding stops there. */
export type SchemaFound = { is: 'found'; text: string } | { is: 'unknown' } | { is: 'wait' }

/** Looks up what has been fetched so far; never waits. */
export interface SchemaLookup {
  find(schemaId: number): SchemaFound
}

export interface DecoderSpec {
  format: Format
  /** Only the columns that are needed, in the order of the output. */
  columns: readonly SourceColumn[]
  /** Needed by Avro. */
  schemas?: SchemaLookup
  /** Avro: the schema that the columns were taken from; its aliases and defaults apply to records of other versions. */
  readerSchema?: string
  /** Text that is not UTF-8: the record is bad (default), or U+FFFD stands for each malformed sequence. */
  invalidUtf8?: 'dead-letter' | 'replace'
}

/** Record i is `data[starts[i] .. ends[i])`; `ends[i] < starts[i]`: the record has no value (a tombstone). */
export interface RecordSlices {
  data: Uint8Array
  starts: Int32Array
  ends: Int32Array
  count: number
}

/** `no-value`: a tombstone · `not-format`: the bytes are not this format · `wrong-type`: a value does not fit its column. */
export type BadCode = 'no-value' | 'not-format' | 'wrong-type' | 'unknown-schema'

/** A record that gave no row. */
export interface BadRecord {
  /** Index into the input. */
  index: number
  code: BadCode
  /** Path of the offending value; null: the record as a whole. */
  path: string | null
  /** One sentence: where, what was found, what was expected. */
  message: string
}

export interface DecodedRows {
  /** Rows in the columns: the good records, in order. */
  length: number
  /** In the order of the spec. Strings may be slices of the input's `data`: keep that as long as the columns. */
  columns: Column[]
  bad: BadRecord[]
  /** Input index of each row; null: row i is record i. */
  records: Int32Array | null
  /** How many input records were dealt with, good and bad; less than asked only when a schema is awaited. */
  consumed: number
  /** The schema id to fetch before the rest can be decoded; null: none. */
  awaiting: number | null
}

/** Decodes many records at once, straight into columns. Never throws for what a record holds. Not re-entrant. */
export interface BatchDecoder {
  /** Decodes records `from` (default 0) up to `input.count`. The result belongs to the caller. */
  decode(input: RecordSlices, from?: number): DecodedRows
  /** Gives columns back for use by a later `decode`; only when nobody holds them any more. */
  recycle(columns: Column[]): void
}

export interface EncoderSpec {
  format: Format
  row: RowType
  /** JSON: `iso8601` (default) 2026-01-31T08:00:00.000Z · `sql` 2026-01-31 08:00:00.000, Flink's default. */
  timestamps?: 'iso8601' | 'sql'
  /** Avro: the registry id that goes in front of every value; its schema is `avroSchemaOf(row, name)`. */
  schemaId?: number
}

/** Turns rows into record values; valid until the next `encode` of the same encoder. */
export interface BatchEncoder {
  /** Rows `from` (default 0) up to `to` (default all) of a batch of the spec's row type. */
  encode(batch: Batch, from?: number, to?: number): RecordSlices
}

/** Bytes as a person reads them. */
export interface DisplayedValue {
  /** What the bytes were taken for. */
  as: 'none' | 'json' | 'avro' | 'text' | 'binary'
  /** Ready to show: JSON text (compact), plain text, or hexadecimal. */
  text: string
  /** Avro only: the id of its schema. */
  schemaId: number | null
  /** Why the bytes could not be shown as what they claim to be; null: they could. */
  problem: string | null
  /** A schema to fetch first, then call again; null: none. */
  awaiting: number | null
}

/** One column as guessed from recent records. */
export interface InferredColumn extends SourceColumn {
  /** Share of the records that have a value here, 0 to 1. */
  filled: number
  /** A value as text, shortened. */
  example: string
}

/** A column that may say when a record happened; the likeliest first. */
export interface TimeCandidate {
  column: string
  unit: TimeUnit
  /** 0 to 1. */
  confidence: number
  /** The latest value seen, as ISO-8601. */
  latest: string
  /** In words: why it is thought to be a time. */
  reason: string
}

export interface Inference {
  columns: InferredColumn[]
  times: TimeCandidate[]
  /** Records looked at, and those that did not decode. */
  sampled: number
  undecodable: number
  /** The first reason why one did not; null: all did. */
  problem: string | null
}

/** A record of the sample; null: none. */
export interface SampledRecord {
  key: Uint8Array | null
  value: Uint8Array | null
}
