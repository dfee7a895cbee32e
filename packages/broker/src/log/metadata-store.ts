/** Topics, the cluster's id and handed-out producer ids, in a small log of their own: appended, synced, replayed at start. */
import {
  AppError,
  assert,
  concatBytes,
  decodeUtf8,
  encodeUtf8,
  type FileHandle,
  messageOf,
  writeFileAtomicSync,
} from '@millrace/base'
import { BatchBuilder } from '../records/batch-builder.ts'
import { batchHeaderSize } from '../records/batch-header.ts'
import { RecordCursor } from '../records/record-cursor.ts'
import type { LogEnvironment } from './api.ts'
import { scanBatches } from './scan.ts'

export interface StoredTopic {
  name: string
  id: string
  partitions: number
  configs: Record<string, string>
}

type MetadataRecord =
  | { type: 'cluster'; id: string }
  | { type: 'topic'; topic: StoredTopic }
  | { type: 'delete-topic'; id: string }
  | { type: 'producer-ids'; next: number }

/** Records that may be dead before the file is written anew at start. */
const deadRecordsMax = 1000

export class MetadataStore {
  clusterId: string | undefined
  /** Producer ids below it may have been handed out. */
  producerIdsBelow = 0
  readonly topics = new Map<string, StoredTopic>()
  private readonly environment: LogEnvironment
  private readonly file: FileHandle
  private records = 0
  private failure: Error | undefined

  /** Replays the file at `path`, created if absent; a torn last write is cut off. */
  constructor(environment: LogEnvironment, path: string) {
    this.environment = environment
    let file = environment.fs.openSync(path, 'append')
    this.load(file)
    if (this.records > this.live().length + deadRecordsMax) {
      file.close()
      const batches = this.live().map((record) => this.encode(record))
      writeFileAtomicSync(environment.fs, path, concatBytes(batches))
      file = environment.fs.openSync(path, 'append')
      this.records = batches.length
    }
    this.file = file
  }

  private load(file: FileHandle): void {
    const end = scanBatches({
      file,
      from: 0,
      to: file.size(),
      crc32c: this.environment.crc32c,
      visit: (header, position) => {
        const bytes = file.readSync(position, header.size)
        const cursor = new RecordCursor()
        cursor.begin(bytes, 0, { bytes, start: batchHeaderSize, end: bytes.length })
        while (cursor.next()) {
          this.replay(parse(bytes.subarray(cursor.valueStart, cursor.valueEnd)))
        }
        return true
      },
    })
    if (end < file.size()) file.truncateSync(end)
    // A process that was killed may have written and not synced: what is replayed is relied on from now on.
    file.syncSync()
  }

  /**
   * Durable when it returns. Throws `AppError`, then nothing has changed; after a failed sync, or a write that could not be
   * undone, every later call throws as well: what the file holds is not known before the next start.
   */
  write(record: MetadataRecord): void {
    if (this.failure) throw this.failure
    const size = this.file.size()
    try {
      this.file.appendSync(this.encode(record))
    } catch (error) {
      this.undo(size)
      throw error
    }
    try {
      this.file.syncSync()
    } catch (error) {
      this.stop(error)
      throw error
    }
    this.replay(record)
  }

  private undo(size: number): void {
    try {
      this.file.truncateSync(size)
    } catch (error) {
      this.stop(error)
    }
  }

  private stop(cause: unknown): void {
    this.failure = new AppError(
      `The topic metadata cannot be written: ${messageOf(cause)} Mend the disk, then start again.`,
      { code: 'log-stopped', origin: 'external', cause },
    )
  }

  /** The only place that changes what the store holds. */
  private replay(record: MetadataRecord): void {
    this.records++
    switch (record.type) {
      case 'cluster':
        this.clusterId = record.id
        return
      case 'topic':
        this.topics.set(record.topic.id, record.topic)
        return
      case 'delete-topic':
        this.topics.delete(record.id)
        return
      case 'producer-ids':
        this.producerIdsBelow = record.next
        return
    }
  }

  private live(): MetadataRecord[] {
    const records: MetadataRecord[] = []
    if (this.clusterId) records.push({ type: 'cluster', id: this.clusterId })
    if (this.producerIdsBelow > 0) {
      records.push({ type: 'producer-ids', next: this.producerIdsBelow })
    }
    for (const topic of this.topics.values()) records.push({ type: 'topic', topic })
    return records
  }

  private encode(record: MetadataRecord): Uint8Array {
    const builder = new BatchBuilder({ crc32c: this.environment.crc32c })
    builder.append(this.environment.clock.now(), null, encodeUtf8(JSON.stringify(record)))
    return builder.build()
  }

  close(): void {
    this.file.close()
  }
}

/** Our own bytes behind a checksum: another shape is a bug or a newer version's file. */
function parse(bytes: Uint8Array): MetadataRecord {
  try {
    const record = JSON.parse(decodeUtf8(bytes)) as MetadataRecord
    assert(typeof record.type === 'string', 'a metadata record has a type')
    return record
  } catch (cause) {
    throw new AppError(
      `The topic metadata was written by another version of Millrace: ${messageOf(cause)}`,
      { code: 'metadata-unreadable', origin: 'external', cause },
    )
  }
}
