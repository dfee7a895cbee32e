/** The reader's side of in-process reading: the readers of one thread and the port that they share. */
import type { Fs } from '@millrace/base'
import type { Codecs } from '../compression/codec.ts'
import type { DoorReply, ReaderRequest } from './door-messages.ts'
import type { ControlPort, LogReader, OpenReaderOptions } from './reader-api.ts'
import { type ReaderHost, SegmentReader } from './segment-reader.ts'

/** Readers of one thread share its port. */
export interface ReaderHub {
  open(options: OpenReaderOptions): LogReader
  /** Takes what arrived at the port; readers do it themselves before they say `waiting`. */
  poll(): void
  close(): void
}

export interface ReaderHubOptions {
  fs: Fs
  codecs: Codecs
  port: ControlPort
}

/** One for each thread that reads. */
export function createReaderHub(options: ReaderHubOptions): ReaderHub {
  return new Hub(options)
}

class Hub implements ReaderHub, ReaderHost {
  readonly fs: Fs
  readonly codecs: Codecs
  private readonly port: ControlPort
  private readonly readers = new Map<number, SegmentReader>()
  private nextLease = 1

  constructor(options: ReaderHubOptions) {
    this.fs = options.fs
    this.codecs = options.codecs
    this.port = options.port
  }

  open(options: OpenReaderOptions): LogReader {
    const lease = this.nextLease++
    const reader = new SegmentReader(this, lease, options)
    this.readers.set(lease, reader)
    this.send({
      is: 'open',
      lease,
      topic: options.topic,
      partition: options.partition,
      offset: options.offset,
      doorbell: options.doorbell?.word,
      doorbellIndex: options.doorbell?.index ?? 0,
    })
    this.poll()
    return reader
  }

  poll(): void {
    for (let message = this.port.receive(); message !== undefined; message = this.port.receive()) {
      const reply = message as DoorReply
      this.readers.get(reply.lease)?.receive(reply)
    }
  }

  send(request: ReaderRequest): void {
    this.port.postMessage(request)
  }

  forget(lease: number): void {
    this.readers.delete(lease)
    this.send({ is: 'close', lease })
  }

  close(): void {
    for (const reader of [...this.readers.values()]) reader.close()
    this.port.close()
  }
}
