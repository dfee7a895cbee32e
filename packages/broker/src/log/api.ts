/** The log's interface: what the protocol handlers, the group coordinator and in-process readers may ask of it. */
import type { Cancel, Clock, Fs, Random, Scheduler } from '@millrace/base'
import type { Codecs } from '../compression/codec.ts'
import type { Crc32c } from '../records/crc32c.ts'
import type { LogDoor } from './log-door.ts'
import type { TopicConfig } from './topic-config.ts'

/** Names of Kafka's error codes that the log answers with; `protocol` maps them to numbers. */
export type LogError =
  | 'NONE'
  | 'OFFSET_OUT_OF_RANGE'
  | 'CORRUPT_MESSAGE'
  | 'MESSAGE_TOO_LARGE'
  | 'INVALID_TIMESTAMP'
  | 'INVALID_RECORD'
  | 'UNSUPPORTED_COMPRESSION_TYPE'
  | 'OUT_OF_ORDER_SEQUENCE_NUMBER'
  | 'INVALID_PRODUCER_EPOCH'
  | 'INVALID_TXN_STATE'
  | 'KAFKA_STORAGE_ERROR'

/** `os`: acknowledged when the kernel has the bytes · `fsync`: acknowledged after a group fdatasync. */
export type Durability = 'os' | 'fsync'

export interface LogEnvironment {
  fs: Fs
  clock: Clock
  scheduler: Scheduler
  random: Random
  codecs: Codecs
  crc32c: Crc32c
}

export type AppendResult =
  | {
      error: 'NONE'
      /** Offset of the first record; of the first append when this is a repeat by an idempotent producer. */
      baseOffset: number
      /** Offset after the last record: the response is parked until `isSafe(nextOffset)`. */
      nextOffset: number
      /** Broker time when the topic stamps log append time, else -1. */
      logAppendTime: number
      logStart: number
      duplicate: boolean
    }
  | { error: Exclude<LogError, 'NONE'>; message: string; logStart: number }

export interface AppendOptions {
  /** `client`: checked like a stranger's bytes · `internal`: written by this process (coordinators). */
  origin?: 'client' | 'internal'
}

export type Isolation = 'read-uncommitted' | 'read-committed'

export interface AbortedTransaction {
  producerId: number
  firstOffset: number
}

export interface FetchOptions {
  maxBytes: number
  isolation?: Isolation
  /** KIP-74: hand out the first batch even if it is larger than `maxBytes`. */
  atLeastOneBatch?: boolean
}

export type FetchResult =
  | {
      error: 'NONE'
      /** Whole batches, the first one may start before the offset asked for; empty at the end. */
      bytes: Uint8Array
      highWatermark: number
      lastStableOffset: number
      logStart: number
      /** Aborted transactions that overlap `bytes`, for read-committed. */
      aborted: AbortedTransaction[]
    }
  | {
      error: 'OFFSET_OUT_OF_RANGE' | 'KAFKA_STORAGE_ERROR'
      highWatermark: number
      lastStableOffset: number
      logStart: number
    }

export interface OffsetAndTimestamp {
  offset: number
  timestamp: number
}

/** One partition. Everything is synchronous but `whenSafe` and `close`. */
export interface PartitionLog {
  readonly topic: string
  readonly partition: number
  /** First offset that can be read. */
  readonly logStart: number
  /** Offset after the last record that may be acknowledged and read. */
  readonly highWatermark: number
  readonly lastStableOffset: number
  /** Offset after the last record written; never shown to a reader. */
  readonly logEnd: number
  /** Why this log takes nothing more (a failed write or fsync), or undefined. */
  readonly failure: Error | undefined
  /** Bytes in all segments. */
  sizeBytes(): number
  /**
   * Checks `records` (one or more batches; a client sends one), sets their offsets *in place* and appends them.
   * The caller gives the array away. Never throws for what a client or a disk can do.
   */
  append(records: Uint8Array, options?: AppendOptions): AppendResult
  /** Is everything below `offset` under the high watermark? */
  isSafe(offset: number): boolean
  /** Resolves when `isSafe(offset)`; rejects with `AppError` `log-stopped` when it never will be. */
  whenSafe(offset: number): Promise<void>
  read(offset: number, options: FetchOptions): FetchResult
  /** First record at or after `timestamp` below the high watermark (ListOffsets). */
  offsetForTimestamp(timestamp: number): OffsetAndTimestamp | undefined
  /** Record with the highest timestamp (ListOffsets -3, KIP-734). */
  maxTimestamp(): OffsetAndTimestamp | undefined
  /** Runs after the high watermark or the last stable offset moved, and when the log stopped. */
  onAdvance(listener: () => void): Cancel
}

export interface TopicInfo {
  readonly name: string
  /** 22 characters of base64url, as `parseUuid` of `protocol` takes it. */
  readonly id: string
  readonly partitions: number
  readonly config: TopicConfig
  /** Kafka hides these from consumers that subscribe by pattern. */
  readonly internal: boolean
}

export type CreateTopicResult =
  | { error: 'NONE'; topic: TopicInfo }
  | {
      error:
        | 'TOPIC_ALREADY_EXISTS'
        | 'INVALID_TOPIC_EXCEPTION'
        | 'INVALID_PARTITIONS'
        | 'INVALID_CONFIG'
        | 'KAFKA_STORAGE_ERROR'
      message: string
    }

export interface CreateTopicOptions {
  name: string
  partitions: number
  /** As sent by the client; what is not honoured is refused by name. */
  configs?: ReadonlyMap<string, string | null>
  /** Check only, write nothing. */
  validateOnly?: boolean
}

/** Owns every topic and partition of one data directory. Opened by `openLogManager(options)` in `log-manager.ts`. */
export interface LogManager {
  /** Did the run before this one end with `close`? True for a new directory. */
  readonly cleanStart: boolean
  /** This cluster's id, made once. */
  readonly clusterId: string
  topics(): readonly TopicInfo[]
  topic(name: string): TopicInfo | undefined
  topicById(id: string): TopicInfo | undefined
  createTopic(options: CreateTopicOptions): CreateTopicResult
  deleteTopic(name: string): 'NONE' | 'UNKNOWN_TOPIC_OR_PARTITION' | 'KAFKA_STORAGE_ERROR'
  /** Runs after a topic was created or deleted. */
  onTopicsChanged(listener: () => void): Cancel
  /**
   * Opens (and recovers) on first use; undefined if there is no such partition. Throws `AppError` `fs-…` when its files
   * cannot be read.
   */
  partition(topic: string, partition: number): PartitionLog | undefined
  /** A producer id that was never given before, also after a crash (InitProducerId). */
  allocateProducerId(): number
  /** The door for in-process readers, see `log-door.ts` and `log-reader.ts`. */
  readonly door: LogDoor
  /** Syncs all, writes the clean shutdown marker. */
  close(): Promise<void>
}

export interface LogManagerOptions {
  environment: LogEnvironment
  directory: string
  /** Open file handles at a time. */
  fileHandlesMax?: number
  /** For topics that do not say otherwise. */
  durability?: Durability
}
