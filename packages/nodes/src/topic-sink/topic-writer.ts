/**
 * Appends records to one topic for an operator that never waits: whoever is not ready or has no room is told so, and
 * woken. At least once: what was appended is acknowledged before a checkpoint completes.
 */
import type { StepResult } from '@millrace/engine/runtime'

/** What of the broker's producer is needed here. */
export interface RecordProducer {
  append(topic: string, partition: number, record: OutRecord): boolean
  whenRoom(): Promise<void>
  flush(): Promise<void>
  close(): Promise<void>
}

export interface OutRecord {
  key?: Uint8Array | null
  value: Uint8Array | null
  headers?: readonly { key: Uint8Array; value: Uint8Array | null }[]
  timestamp?: number
}

export interface OpenTopic {
  producer: RecordProducer
  partitions: number
}

export interface TopicWriterOptions {
  topic: string
  /** Makes the topic if it is absent, and a producer. */
  open(): Promise<OpenTopic>
  wake(): void
  fail(error: unknown): void
}

export class TopicWriter {
  private readonly options: TopicWriterOptions
  private opened: OpenTopic | undefined
  private closed = false
  /** `idle`: nothing asked · `pending`: flushing · `done`: everything appended before is acknowledged. */
  private flushing: 'idle' | 'pending' | 'done' = 'idle'
  private waitsForRoom = false

  constructor(options: TopicWriterOptions) {
    this.options = options
    options.open().then(
      (opened) => {
        if (this.closed) void opened.producer.close().catch(() => undefined)
        else this.opened = opened
        options.wake()
      },
      (error: unknown) => this.fail(error),
    )
  }

  /** Partitions of the topic; undefined: not open yet, call again when woken. */
  get partitions(): number | undefined {
    return this.opened?.partitions
  }

  /** False: not taken, call again when woken. */
  append(partition: number, record: OutRecord): boolean {
    const { opened } = this
    if (!opened) return false
    if (opened.producer.append(this.options.topic, partition, record)) return true
    if (!this.waitsForRoom) {
      this.waitsForRoom = true
      opened.producer.whenRoom().then(
        () => {
          this.waitsForRoom = false
          this.options.wake()
        },
        (error: unknown) => this.fail(error),
      )
    }
    return false
  }

  /** `done` once everything appended before is acknowledged; `blocked` until then. */
  flush(): StepResult {
    if (!this.opened) return 'blocked'
    if (this.flushing === 'done') {
      this.flushing = 'idle'
      return 'done'
    }
    if (this.flushing === 'idle') {
      this.flushing = 'pending'
      this.opened.producer.flush().then(
        () => {
          this.flushing = 'done'
          this.options.wake()
        },
        (error: unknown) => this.fail(error),
      )
    }
    return 'blocked'
  }

  close(): void {
    this.closed = true
    // What is still under way is written again after a restore.
    void this.opened?.producer.close().catch(() => undefined)
  }

  private fail(error: unknown): void {
    if (this.closed) return
    this.options.fail(error)
    this.options.wake()
  }
}
