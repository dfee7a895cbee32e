/** What the `topics` router answers. */
import type { Milliseconds, PipelineReference } from './common.ts'

export interface TopicSummary {
  name: string
  /** Millrace's or the broker's own. */
  internal: boolean
  partitions: number
  /** Records kept, all partitions. */
  records: number
  bytes: number
  /** Largest partition over the mean, 1 = even; null: empty. */
  skew: number | null
  rowsPerSecond: number
  bytesPerSecond: number
  /** Rows per second, oldest first, one value a second, at most 60. */
  sparkline: number[]
  /** From the first and last records of each partition; null: empty, or too many partitions to look. */
  timeSpan: TimeSpan | null
  /** "delete", "compact"; null: the broker does not say. */
  cleanup: string | null
  /** How long records are kept, ms; null: for good. */
  retentionMs: number | null
  schema: { subject: string; version: number; type: string } | null
  format: 'json' | 'avro' | null
  writtenBy: PipelineReference[]
  readBy: PipelineReference[]
  /** Consumer groups with commits here, those of pipelines left out. */
  groups: string[]
}

export interface TimeSpan {
  from: Milliseconds
  to: Milliseconds
  /** The column of event time; null: these are record timestamps. */
  column: string | null
}

export interface TopicDescription {
  summary: TopicSummary
  partitions: {
    partition: number
    start: number
    end: number
    records: number
    bytes: number
    rowsPerSecond: number
  }[]
  config: { name: string; value: string | null; isDefault: boolean; readOnly: boolean }[]
  groups: GroupSummary[]
}

export interface GroupSummary {
  group: string
  state: string
  protocol: string
  members: { id: string; client: string; host: string }[]
  partitions: { partition: number; committed: number | null; end: number; behind: number | null }[]
  behind: number
  /** Set when the group is an engine source. */
  pipeline: string | null
}

/** A key or value as people see it. `truncated`: ask `topics.raw` for the whole. */
export type DecodedBytes =
  | { is: 'null' }
  /** `text` is compact JSON with every digit; in `value` integers beyond 2^53 are rounded. */
  | { is: 'json'; value: unknown; text: string; bytes: number }
  | { is: 'avro'; value: unknown; text: string; bytes: number; schemaId: number; name: string }
  | { is: 'text'; text: string; bytes: number; truncated: boolean }
  /** Not what it should be: why, and the first bytes. */
  | { is: 'undecodable'; reason: string; bytes: number; hex: string }

export interface TopicMessage {
  partition: number
  offset: number
  /** Record timestamp, ms. */
  timestamp: Milliseconds
  key: DecodedBytes
  value: DecodedBytes
  headers: { name: string; value: string | null }[]
  /** By the time column that a pipeline declares or that looks like it, ms; null: none known, or it does not parse. */
  eventTime: number | null
}

export type BrowseFrom =
  | { is: 'earliest' }
  | { is: 'last'; count: number }
  | { is: 'offset'; partition: number; offset: number }
  | { is: 'time'; at: Milliseconds }
  | { is: 'cursor'; cursor: TopicCursor }

/** Next offset by partition. */
export type TopicCursor = Record<string, number>

export interface BrowsePage {
  /** Merged by timestamp; within a partition in the order of offsets, even where timestamps go back. */
  messages: TopicMessage[]
  cursor: TopicCursor
  /** Nothing follows now. */
  atEnd: boolean
  /** Records looked at for this page; more than `messages` when a filter is set. */
  scanned: number
  /** Read the topic's time column as event time. */
  timeColumn: string | null
}

export interface TailBatch {
  messages: TopicMessage[]
  cursor: TopicCursor
  /** Arrived but not shown, because more came than a screen can follow. */
  notShown: number
  perSecond: number
}

export interface RawMessage {
  partition: number
  offset: number
  timestamp: Milliseconds
  /** base64; null: a null key. */
  key: string | null
  value: string | null
  headers: { name: string; value: string | null }[]
}

export interface InferredColumn {
  name: string
  /** `formatType` text: "BIGINT", "TIMESTAMP(3)" … */
  type: string
  nullable: boolean
  /** Dotted path in the JSON value, when it is not the name. */
  path: string | null
  /** Up to three values seen, as text. */
  examples: string[]
  /** Share of sampled records that have it, 0 to 1. */
  presence: number
}

export interface TimeCandidate {
  column: string
  unit: 'ms' | 's' | 'us' | 'iso8601'
  /** Why it looks like event time. */
  words: string
  /** Largest disorder seen within a partition, ms; a proposal for `waitMs`. */
  disorderMs: Milliseconds
  waitMs: Milliseconds
}

export interface Inference {
  format: 'json' | 'avro'
  columns: InferredColumn[]
  time: TimeCandidate[]
  /** Records looked at, and how many of them did not decode. */
  sampled: number
  undecodable: number
  /** Why the first of them did not decode. */
  problem: string | null
  subject: string | null
}

/** How the records of a topic lie in event time, judged from its newest records. */
export interface TopicTime {
  /** Columns that may say it: what pipelines declare, then the likeliest. */
  candidates: { column: string; unit: TimeCandidate['unit']; words: string }[]
  /** The column judged; null: no column looks like event time. */
  column: string | null
  /** Records in the topic, and how many of them, the newest of each partition, were judged. */
  kept: number
  sampled: number
  /** Judged records in which the column holds no time. */
  withoutTime: number
  partitions: {
    partition: number
    kept: number
    sampled: number
    /** Event time, ms: of what is kept (from its first and last records), and of what was judged. */
    span: { from: Milliseconds; to: Milliseconds } | null
    sampledSpan: { from: Milliseconds; to: Milliseconds } | null
  }[]
  /** Judged records by event time, `stepMs` each; null: none has a time. */
  rate: { from: Milliseconds; stepMs: Milliseconds; rows: number[] } | null
  /** How far records lie behind the newest one of their partition when they arrive. */
  disorder: {
    inOrder: number
    /** Records behind by more than the band before and at most `upToMs`. */
    bands: { upToMs: Milliseconds; records: number }[]
  }
  /** The smallest delay that would have admitted the share, and how many records come later still. */
  delays: { share: number; delayMs: Milliseconds | null; later: number }[]
  /** How long pipelines wait on this column, and the share of the judged records that this admits. */
  waits: {
    pipeline: string
    name: string
    node: string
    waitMs: Milliseconds
    admitted: number | null
  }[]
}

export interface ImportResult {
  imported: number
  /** The first 100. */
  errors: { line: number; message: string }[]
  errorCount: number
}

export interface ProduceResult {
  offsets: { partition: number; offset: number }[]
}

/** A generator that `topics.fill` can write with. */
export interface FillRecipe {
  id: string
  title: string
  /** "Orders: id, user, product, amount, placed_at" */
  description: string
}

export interface SampleRecord {
  partition: number
  offset: number
  timestamp: Milliseconds
  /** base64 */
  key: string | null
  value: string | null
}

/** A slice of the real topics for the preview. Bytes are as in the topic: decoding happens in the browser. */
export interface TopicSample {
  topics: {
    topic: string
    partitions: number
    records: SampleRecord[]
    /** Records of the slice before thinning. */
    sliceRecords: number
    /** Event-time span of the records, ms; null: no event time. */
    from: number | null
    to: number | null
  }[]
  /** Avro schemas named by the records, by registry id. */
  schemas: { id: number; type: 'AVRO'; schema: string }[]
  /** "12,400 records from 12:30 to 12:45, every 4th key of orders and clicks" */
  words: string
  thinnedTo: number
}
