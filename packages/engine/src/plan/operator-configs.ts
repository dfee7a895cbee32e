/**
 * The JSON config of every physical operator, by `PhysicalOperator.type`. Row types are not repeated here: an operator
 * finds them in `PhysicalOperator.inputs` and `.outputs`. Column numbers index the operator's (first) input row unless
 * said otherwise. Because of column pruning a physical row may hold fewer columns than the edge type of its port.
 */
import type { DataType, Field, RowType } from '@millrace/schemas'
import type { TypedExpression } from '../expressions/typed.ts'

/** How an event time (or any TIMESTAMP column of JSON or of a plain Avro long) is written in the record. */
export type TimeUnit = 'ms' | 's' | 'us' | 'iso8601'

/** A column that a record is declared to have. */
export interface DeclaredColumn {
  name: string
  /** The time column is always TIMESTAMP(3) here, whatever its record writes. */
  type: DataType
  nullable: boolean
  /** Keys from the record's root to the value; absent: the column's own name at the root. */
  path?: readonly string[]
  /** Set for TIMESTAMP columns only: how the record writes it. */
  unit?: TimeUnit
}

export interface TimeSettings {
  /** Index into the declared `columns` (not into the output row: the column may not be produced). */
  column: number
  unit: TimeUnit
  /** Bounded out-of-orderness: the watermark is the largest event time of the partition − waitMs − 1. */
  waitMs: number
}

/**
 * `topic-source`. Output 0: rows of the `produced` columns. Output 1: dead letters (`deadLetterRow`), port
 * `dead-letters`; the compiler wires it to a `dead-letter-sink`.
 */
export interface TopicSourceConfig {
  topic: string
  format: 'json' | 'avro'
  columns: readonly DeclaredColumn[]
  /** Which of `columns` the plan uses, in output order; others need not be decoded (but the time column must). */
  produced: readonly number[]
  /** `null`: rows have no event time and the source sends no watermarks. */
  time: TimeSettings | null
  start: 'earliest' | 'latest' | 'committed' | { timestampMs: number }
  /** A partition without rows for this long (wall clock) stops holding the watermark; null: never. */
  idleAfterMs: number | null
  /** Consumer group whose offsets are committed at each checkpoint and from which `committed` starts. */
  group: string
  /**
   * Bytes that are not UTF-8 in a STRING: the record is a dead letter, or U+FFFD stands for them.
   */
  invalidUtf8: 'dead-letter' | 'replace'
}

/** How a generated column gets its values. The column's type decides their representation. */
export type GeneratorSpec =
  /** start, start + 1, …; a STRING is `prefix` followed by the number. */
  | { is: 'sequence'; start: number; prefix: string }
  /** 36 characters in a UUID's shape, from the seed. */
  | { is: 'uuid' }
  /** One of `values` (text in the column type's form) by weight; absent weights: equally often. */
  | { is: 'pick'; values: readonly string[]; weights?: readonly number[] }
  /** One of `count` keys `prefix`1 …; key k has weight 1 / k^skew (Zipf); skew 0: equally often. */
  | { is: 'key'; count: number; prefix: string; skew: number }
  /** Whole number in [low, high]. */
  | { is: 'integer'; low: number; high: number }
  /** In [low, high], for DECIMAL (at the type's scale) and DOUBLE. */
  | { is: 'decimal'; low: number; high: number }
  /** True for this share of the rows. */
  | { is: 'boolean'; share: number }
  /** The row's event time. */
  | { is: 'event-time' }

export interface GeneratedColumn {
  name: string
  type: DataType
  nullable: boolean
  generator: GeneratorSpec
  /** This share of the values is NULL, 0 to 1. */
  nullShare: number
}

/** `generator-source`. Outputs as `topic-source`: 0 rows, 1 dead letters (the bad records it makes). */
export interface GeneratorSourceConfig {
  /** Over all partitions and subtasks, once live. */
  rowsPerSecond: number
  seed: number
  columns: readonly GeneratedColumn[]
  produced: readonly number[]
  /** Simulated partitions: each has its own sequence of rows and its own watermark; spread over subtasks. */
  partitions: number
  /** Share (0 to 1) of rows whose event time lies up to `maxMs` behind their turn. */
  disorder: { share: number; maxMs: number }
  /** Share (0 to 1) of records that cannot be decoded. */
  badShare: number
  /** Event time before the start that is written first, as fast as it can; then it goes on live. */
  historyMs: number
  /** `null`: no column is the event time; `column` indexes `columns`. */
  time: { column: number; waitMs: number } | null
  /** Ends after so many rows (previews, tests); null: never. */
  rowsMax: number | null
}

/**
 * `calc`: a chain of filters and selects fused into one loop. A row passes if `condition` is TRUE (not NULL). Output 0
 * has one column for each projection, or every input column if `projections` is null. Event times, and origins where
 * the output asks for them, travel with their rows. Output 1, present if an expression can fail for a row (see
 * `canFail`): `deadLetterRow`, the failing input row as JSON in `value`.
 */
export interface CalcConfig {
  condition: TypedExpression | null
  projections: readonly { name: string; expression: TypedExpression }[] | null
  /** Column of output 0 (a TIMESTAMP) that becomes the rows' event time; absent: they keep theirs. */
  eventTime?: number
}

export type AggregateFunction = 'count' | 'sum' | 'avg' | 'min' | 'max' | 'bool-or' | 'bool-and'

export interface PhysicalAggregate {
  name: string
  function: AggregateFunction
  /** Column of the argument; null: COUNT(*). */
  argument: number | null
  distinct: boolean
  /** BOOLEAN column: only rows where it is TRUE count; null: every row. */
  filter: number | null
  /**
   * Result, as Flink types it: COUNT BIGINT NOT NULL · SUM of INT INT, BIGINT BIGINT (both wrap), DECIMAL(p, s)
   * DECIMAL(18, s), DOUBLE DOUBLE · AVG of integers the same integer type, truncated; DECIMAL DECIMAL(18, max(s, 6)) ·
   * MIN, MAX the argument's type. NULL when no non-null value came.
   */
  type: DataType
}

/**
 * `window-aggregate`: tumbling event-time windows [start, start + sizeMs). Event time is `Batch.eventTimes`; a row with
 * none (NaN) is dropped with the verdict `no-event-time`. Output 0: the key columns, `window_start`, `window_end`,
 * `window_time` (= end − 1, the event time of the result row), the aggregates, and `firing` (INT, 1 for the first) if
 * `allowedLatenessMs` > 0. Output 1, port `late`: the too-late rows, `lateColumns` of the input.
 */
export interface WindowAggregateConfig {
  shape: 'tumbling'
  /** "For each"; empty: the whole stream is one group. */
  keys: readonly number[]
  sizeMs: number
  offsetMs: number
  /** Above 0: each accepted late row fires its window again; the output is upsert on (keys, window_start, window_end). */
  allowedLatenessMs: number
  aggregates: readonly PhysicalAggregate[]
  /** Output 0 ends with the column `firing`. */
  firing: boolean
  /** Columns of the input that make a row of output 1, in order. */
  lateColumns: readonly number[]
}

/**
 * `process-function`: user code, keyed. The code sees rows as objects by the names of the input row's fields. Output 0:
 * what it emits. Outputs 1 …: its side outputs, in the order of `sideOutputs`.
 */
export interface ProcessFunctionConfig {
  code: {
    typescript: string
    /** What runs; null: not emitted yet (the deployer or the preview emits it and stores it in the plan). */
    javascript: string | null
  }
  keys: readonly number[]
  /** Names; the row types are those of outputs 1 …. */
  sideOutputs: readonly string[]
}

/** `topic-sink`. */
export interface TopicSinkConfig {
  topic: string
  format: 'json' | 'avro'
  /** The record key: of one column its text (UTF-8), of several a JSON object; empty: no key. */
  keys: readonly number[]
  guarantee: 'at-least-once'
  /** Number of partitions if the sink has to create the topic. */
  partitions: number
  /** Records carry their row's event time as timestamp; else the wall clock. */
  eventTimestamps: boolean
  /** `upsert`: +I and +U write the row, −D a tombstone, −U nothing. */
  changelog: 'append' | 'upsert'
  /** format avro: the writer's schema as JSON text and the subject it is registered under; else null. */
  avro: { schema: string; subject: string } | null
}

/** `view-sink`: the latest row of each key, kept in memory and shown live. */
export interface ViewSinkConfig {
  view: string
  /** What a row replaces; empty: the last `rowsMax` rows. */
  keys: readonly number[]
  /** Rows kept; the oldest leaves first. */
  rowsMax: number
  /** Column for the chart's time axis; null: arrival. */
  timeColumn: number | null
}

/**
 * `dead-letter-sink`: writes `deadLetterRow`s to `topic`: key and value bytes untouched, headers `millrace.error`,
 * `.topic`, `.partition`, `.offset`, `.timestamp` (absent where NULL) and `.node`.
 */
export interface DeadLetterSinkConfig {
  topic: string
  /** Logical node that gave the record up. */
  node: string
}

export interface OperatorConfigs {
  'topic-source': TopicSourceConfig
  'generator-source': GeneratorSourceConfig
  calc: CalcConfig
  'window-aggregate': WindowAggregateConfig
  'process-function': ProcessFunctionConfig
  'topic-sink': TopicSinkConfig
  'view-sink': ViewSinkConfig
  'dead-letter-sink': DeadLetterSinkConfig
}

export type OperatorType = keyof OperatorConfigs

const column = (name: string, type: DataType, nullable = true): Field => ({ name, type, nullable })

/** What a dead-letter port carries. Where a row failed after decoding, `value` is the row as JSON and `key` NULL. */
export const deadLetterRow: RowType = {
  fields: [
    column('error', { kind: 'STRING' }, false),
    column('topic', { kind: 'STRING' }),
    column('partition', { kind: 'INT' }),
    column('offset', { kind: 'BIGINT' }),
    column('timestamp', { kind: 'TIMESTAMP', precision: 3 }),
    column('key', { kind: 'BYTES' }),
    column('value', { kind: 'BYTES' }),
  ],
}

/** Names of the states that the compiler declares for operators; see `StateDeclaration`. */
export const stateNames = {
  /** `topic-source`, `generator-source`: union; offset, largest event time, watermark and idleness by partition. */
  sourcePartitions: 'partitions',
  /** `window-aggregate`: keyed; accumulators by key and window. */
  windows: 'windows',
  /** `process-function`: keyed; the named values of each key, and its timers. */
  values: 'values',
  timers: 'timers',
  /** `view-sink`: list; the rows kept. */
  viewRows: 'rows',
} as const
