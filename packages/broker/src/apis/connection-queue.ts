/**
 * One connection's requests, answered strictly in the order of their arrival, as Kafka does: the next one starts when
 * the one before is answered. Produce requests in a row may wait for the disk together, so that one sync serves many.
 */
import { messageOf } from '@millrace/base'
import { ProtocolError } from '../protocol/index.ts'
import type { BrokerServices, Peer } from './context.ts'
import { dispatch, isProduce, type ResponseParts } from './dispatch.ts'

/** Produce requests of one connection that may wait for the disk at a time. */
export const producesInFlightMax = 16
/** Requests of one connection that may wait; above either limit the connection is not read. */
export const requestsQueuedMax = 64
export const requestBytesQueuedMax = 64 * 1024 * 1024

export interface ConnectionOutput {
  /** False when the peer is slow: no request is started until `resume` is called. */
  send(parts: ResponseParts): boolean
  /** Malformed bytes or a bug: this connection ends, with the cause logged. */
  fail(cause: string): void
  /** The queue became full, or has room again. */
  setReading(reading: boolean): void
}

interface Slot {
  /** Undefined until answered. */
  parts: ResponseParts | undefined
}

export class ConnectionQueue {
  private readonly services: BrokerServices
  private readonly peer: Peer
  private readonly output: ConnectionOutput
  private frames: Uint8Array[] = []
  private queuedBytes = 0
  private inFlight: Slot[] = []
  /** All in flight are Produce. */
  private producing = false
  private writable = true
  private reading = true
  private closed = false

  constructor(services: BrokerServices, peer: Peer, output: ConnectionOutput) {
    this.services = services
    this.peer = peer
    this.output = output
  }

  /** Is nothing queued, in flight or waiting for the peer to read? */
  isIdle(): boolean {
    return this.frames.length === 0 && this.inFlight.length === 0
  }

  push(frame: Uint8Array): void {
    if (this.closed) return
    this.frames.push(frame)
    this.queuedBytes += frame.length
    this.run()
  }

  /** The peer has read what was sent. */
  resume(): void {
    this.writable = true
    this.run()
  }

  close(): void {
    this.closed = true
    this.frames = []
    this.inFlight = []
  }

  private mayStart(frame: Uint8Array): boolean {
    if (this.closed || !this.writable) return false
    if (this.inFlight.length === 0) return true
    return this.producing && this.inFlight.length < producesInFlightMax && isProduce(frame)
  }

  private run(): void {
    let started = 0
    while (started < this.frames.length && this.mayStart(this.frames[started])) {
      const frame = this.frames[started++]
      this.queuedBytes -= frame.length
      this.start(frame)
    }
    if (started > 0) this.frames.splice(0, started)
    const full =
      this.frames.length >= requestsQueuedMax || this.queuedBytes >= requestBytesQueuedMax
    if (full === this.reading) {
      this.reading = !full
      this.output.setReading(this.reading)
    }
  }

  private start(frame: Uint8Array): void {
    const slot: Slot = { parts: undefined }
    this.producing = isProduce(frame)
    this.inFlight.push(slot)
    try {
      const answer = dispatch(frame, this.services, this.peer)
      if (answer instanceof Promise) {
        answer.then(
          (parts) => {
            this.answered(slot, parts)
            this.run()
          },
          (error) => this.fail(error),
        )
      } else this.answered(slot, answer)
    } catch (error) {
      this.fail(error)
    }
  }

  private answered(slot: Slot, parts: ResponseParts): void {
    slot.parts = parts
    while (this.inFlight.length > 0 && this.inFlight[0].parts !== undefined) {
      const ready = this.inFlight.shift()?.parts ?? []
      if (!this.closed && ready.length > 0 && !this.output.send(ready)) this.writable = false
    }
  }

  private fail(error: unknown): void {
    if (this.closed) return
    this.close()
    const kind = error instanceof ProtocolError ? 'bad request' : 'internal error'
    this.output.fail(`${kind}: ${messageOf(error)}`)
  }
}
