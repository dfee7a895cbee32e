/** Reads a partition's segments in the caller's own thread, below what the broker's thread has published. */
import { AppError, type Fs } from '@millrace/base'
import type { Codecs } from '../compression/codec.ts'
import {
  type BatchHeader,
  batchHeaderSize,
  compressionOf,
  isControl,
  nextOffsetOf,
  readBatchHeader,
  viewOf,
} from '../records/batch-header.ts'
import { recordsOf } from '../records/records-of.ts'
import { BlockBuilder } from './block-builder.ts'
import type { DoorReply, Located, ReaderRequest } from './door-messages.ts'
import type {
  LogReader,
  OpenReaderOptions,
  ReaderBounds,
  ReadResult,
  SegmentPlace,
} from './reader-api.ts'
import { SegmentBuffer } from './segment-buffer.ts'
import { SlotTable } from './slot-table.ts'

/** What a reader needs of its thread. */
export interface ReaderHost {
  readonly fs: Fs
  readonly codecs: Codecs
  send(request: ReaderRequest): void
  /** Hands out what arrived at the port. */
  poll(): void
  /** The lease ends. */
  forget(lease: number): void
}

type ReaderState = 'waiting' | 'ready' | 'failed' | 'closed'

export class SegmentReader implements LogReader {
  readonly topic: string
  readonly partition: number
  private readonly hub: ReaderHost
  private readonly lease: number
  private readonly committedOnly: boolean
  private readonly block = new BlockBuilder()
  private readonly buffer: SegmentBuffer
  private state: ReaderState = 'waiting'
  private failure: Error | undefined
  private offset: number
  private locateRequest = 0
  private segments: SegmentPlace[] = []
  private table: SlotTable | undefined
  private slot = 0
  /** The segment being read: index into `segments`, and the next batch's place. */
  private segment = 0
  private filePosition = 0
  /** Offset of the batch at `filePosition`, as far as it is known: nothing is parsed at or beyond the published end. */
  private batchOffset = 0

  constructor(hub: ReaderHost, lease: number, options: OpenReaderOptions) {
    this.hub = hub
    this.buffer = new SegmentBuffer(hub.fs)
    this.lease = lease
    this.topic = options.topic
    this.partition = options.partition
    this.offset = options.offset
    this.committedOnly = options.isolation !== 'read-uncommitted'
  }

  position(): number {
    return this.offset
  }

  bounds(): ReaderBounds | undefined {
    const { table, slot } = this
    if (!table) return undefined
    const highWatermark = table.highWatermark(slot)
    const lastStableOffset = table.lastStableOffset(slot)
    return { highWatermark, lastStableOffset, logStart: table.logStart(slot) }
  }

  available(): number {
    return Math.max(0, this.end() - this.offset)
  }

  private end(): number {
    if (!this.table) return 0
    return this.committedOnly
      ? this.table.lastStableOffset(this.slot)
      : this.table.highWatermark(this.slot)
  }

  seek(offset: number): void {
    this.offset = offset
    if (this.state !== 'ready') {
      if (this.state === 'waiting') this.locate()
      return
    }
    this.state = 'waiting'
    this.locate()
    this.hub.poll()
  }

  private locate(): void {
    this.locateRequest++
    this.hub.send({
      is: 'locate',
      lease: this.lease,
      request: this.locateRequest,
      offset: this.offset,
    })
  }

  receive(reply: DoorReply): void {
    if (this.state === 'closed') return
    switch (reply.is) {
      case 'opened':
        this.table = new SlotTable(reply.words)
        this.slot = reply.slot
        this.segments = reply.segments
        // A seek that was sent before the lease arrived has its own answer on the way.
        if (this.locateRequest === 0) this.begin(reply.start)
        return
      case 'located':
        if (reply.request === this.locateRequest) this.begin(reply.start)
        return
      case 'segments':
        this.segments.push(...reply.segments)
        return
      case 'gone':
        this.fail(
          new AppError(reply.message, {
            code: 'log-gone',
            origin: 'external',
            details: { topic: this.topic, partition: this.partition },
          }),
        )
    }
  }

  private begin(start: Located): void {
    this.state = 'ready'
    this.enter(
      Math.max(
        0,
        this.segments.findIndex((place) => place.baseOffset === start.segmentBase),
      ),
    )
    this.filePosition = start.position
    this.batchOffset = start.segmentBase
  }

  private enter(segment: number): void {
    this.buffer.close()
    this.segment = segment
    this.filePosition = 0
  }

  read(maxBytes: number): ReadResult {
    if (this.state !== 'ready') this.hub.poll()
    if (this.failure) return { is: 'failed', error: this.failure }
    if (this.state !== 'ready') return { is: 'waiting' }
    const end = this.end()
    const logStart = this.table?.logStart(this.slot) ?? 0
    const highWatermark = this.table?.highWatermark(this.slot) ?? 0
    if (this.offset < logStart || this.offset > highWatermark) {
      return { is: 'out-of-range', logStart, highWatermark }
    }
    if (this.offset >= end) return this.atEnd()
    try {
      return this.readBelow(end, maxBytes)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      this.fail(error)
      return { is: 'failed', error }
    }
  }

  /** Nothing to read may also mean that the topic is gone, which only the broker's thread can tell. */
  private atEnd(): ReadResult {
    this.hub.poll()
    if (this.failure) return { is: 'failed', error: this.failure }
    return { is: 'end', nextOffset: this.offset }
  }

  private readBelow(end: number, maxBytes: number): ReadResult {
    const { block } = this
    for (;;) {
      if (this.offset >= end) return { is: 'end', nextOffset: this.offset }
      const place = this.segments[this.segment]
      const next = this.segments[this.segment + 1]
      if (!place) {
        this.hub.poll()
        if (!this.segments[this.segment]) return { is: 'waiting' }
        continue
      }
      const nextBatch = { position: this.filePosition, offset: this.batchOffset, end }
      const count = this.buffer.fill(place.path, nextBatch, maxBytes)
      const taken = this.take()
      if (block.count > 0) return { is: 'records', block }
      if (taken > 0) continue
      // Whole batches end at the segment's end; what is readable beyond lies in the next one.
      if (count >= batchHeaderSize && this.batchOffset < (next?.baseOffset ?? end)) {
        throw this.corrupt('a record batch does not end in its segment')
      }
      if (next) {
        this.enter(this.segment + 1)
        this.batchOffset = next.baseOffset
        continue
      }
      this.hub.poll()
      if (!this.segments[this.segment + 1]) return { is: 'waiting' }
    }
  }

  /** Takes whole batches from the buffer into the block; returns how many it passed. */
  private take(): number {
    const { block, buffer } = this
    const { bytes, count, end } = buffer
    const view = viewOf(bytes)
    block.begin(bytes)
    let position = this.filePosition - buffer.at
    let passed = 0
    while (this.batchOffset < end && position + batchHeaderSize <= count) {
      const header = readBatchHeader(view, position)
      if (header.size < batchHeaderSize || header.magic !== 2) {
        throw this.corrupt(`no record batch at byte ${buffer.at + position}`)
      }
      buffer.sawBatch(header.size)
      if (position + header.size > count) break
      const nextOffset = nextOffsetOf(header)
      if (nextOffset > end) break
      const wanted = nextOffset > this.offset && !isControl(header.attributes)
      if (wanted && compressionOf(header.attributes) !== 'none') {
        // A compressed batch has bytes of its own, so it is a block of its own.
        if (block.count > 0) break
        this.takeCompressed(position, header)
      } else if (wanted) {
        const start = position + batchHeaderSize
        block.addBatch(bytes, position, { start, end: position + header.size, from: this.offset })
      }
      position += header.size
      passed++
      this.batchOffset = nextOffset
      if (nextOffset > this.offset) this.offset = nextOffset
      if (block.bytes !== bytes) break
    }
    this.filePosition = buffer.at + position
    block.nextOffset = this.offset
    return passed
  }

  private takeCompressed(position: number, header: BatchHeader): void {
    const { bytes } = this.buffer
    const records = recordsOf(bytes, position, header, this.hub.codecs)
    this.block.begin(records.bytes)
    this.block.addBatch(bytes, position, {
      start: records.start,
      end: records.end,
      from: this.offset,
    })
  }

  private fail(error: Error): void {
    this.failure = error
    this.state = 'failed'
    this.buffer.close()
  }

  private corrupt(what: string): AppError {
    return new AppError(`The log of ${this.topic}-${this.partition} is damaged: ${what}.`, {
      code: 'log-damaged',
      origin: 'external',
      details: { topic: this.topic, partition: this.partition, offset: this.batchOffset },
    })
  }

  close(): void {
    if (this.state === 'closed') return
    this.state = 'closed'
    this.failure ??= new AppError('This reader is closed.', {
      code: 'reader-closed',
      origin: 'internal',
    })
    this.buffer.close()
    this.hub.forget(this.lease)
  }
}
