/** The in-process reader's interface: how an engine worker reads segments in its own thread, without the broker's. */

/** How one thread asks the broker's thread for a lease; the answer arrives by polling, so a waiting reader never sleeps. */
export interface ControlPort {
  postMessage(message: unknown): void
  /** The next message that has arrived, if any (Node: `receiveMessageOnPort`). */
  receive(): unknown
  close(): void
}

/** A segment file of a leased partition. */
export interface SegmentPlace {
  baseOffset: number
  path: string
}

/**
 * Records of one or more whole record batches, as positions into one byte array: nothing is allocated per record.
 * Valid until the next `read` of the same reader. Record `i` has offset `offsets[i]`, timestamp `timestamps[i]`, and key
 * `bytes[keyStart[i] .. keyEnd[i])`; a null key or value has start -1. Headers are `headerCount[i]` pairs in Kafka's
 * encoding from `headersStart[i]` (read them with `forEachHeader`). The arrays are longer than `count`: use `count`.
 */
export interface RecordBlock {
  count: number
  bytes: Uint8Array
  offsets: Float64Array
  timestamps: Float64Array
  keyStart: Int32Array
  keyEnd: Int32Array
  valueStart: Int32Array
  valueEnd: Int32Array
  headersStart: Int32Array
  headersEnd: Int32Array
  headerCount: Int32Array
  /** Record batch `b` ends before record `batchEnd[b]`; the same whatever sizes were asked for. */
  batchCount: number
  batchEnd: Int32Array
  /** Where reading goes on after this block: also past control batches and gaps. */
  nextOffset: number
}

export type ReadResult =
  | { is: 'records'; block: RecordBlock }
  /** Nothing new below the end; `nextOffset` may have moved past control batches and gaps. */
  | { is: 'end'; nextOffset: number }
  /** The lease or a segment list is on its way from the broker's thread; the doorbell rings. */
  | { is: 'waiting' }
  /** The offset lies under the log start (retention) or beyond the log's end: the source's policy decides. */
  | { is: 'out-of-range'; logStart: number; highWatermark: number }
  /** The topic is gone, the log stopped, or a batch is corrupt. */
  | { is: 'failed'; error: Error }

export interface ReaderBounds {
  logStart: number
  highWatermark: number
  lastStableOffset: number
}

export interface LogReader {
  readonly topic: string
  readonly partition: number
  /** Offset of the next record to hand out. */
  position(): number
  /** From here on; asks for a new place in the segments. */
  seek(offset: number): void
  /** As published by the broker's thread, no message needed; undefined until the lease is there. */
  bounds(): ReaderBounds | undefined
  /** Offsets between the position and the end: lag in records (gaps counted). */
  available(): number
  /**
   * The next block: whole record batches below the end, of at most about `maxBytes` (at least one batch), without
   * control batches, aborted transactions and records before the position.
   */
  read(maxBytes: number): ReadResult
  close(): void
}

/** A word that the broker's thread adds to and notifies when a leased partition moves or an answer arrives. */
export interface Doorbell {
  word: Int32Array
  index: number
}

export interface OpenReaderOptions {
  topic: string
  partition: number
  offset: number
  /** Default `read-committed`: up to the last stable offset. */
  isolation?: 'read-uncommitted' | 'read-committed'
  doorbell?: Doorbell
}
