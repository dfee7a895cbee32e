/** The two ends of a channel between workers: elements as bytes over a ring in shared memory. */
import { assert } from '@millrace/base'
import type { Element } from '@millrace/schemas'
import type { InputChannel, OutputChannel } from '../runtime/channel.ts'
import { decodeElement, elementBytes, encodeElement } from './element-bytes.ts'
import {
  firstFrameByte,
  frameHeadBytes,
  frameKind,
  type Ring,
  RingReader,
  RingWriter,
  sharedRingMemory,
} from './ring.ts'

/** The most that one element may become: a reader refuses to gather more. */
export const elementBytesMax = 256 * 1024 * 1024

/**
 * Copies each element once into the ring. What finds no room waits here: one batch at most, and the few control
 * elements that a subtask sends behind it.
 */
export class RingOutputChannel implements OutputChannel {
  private readonly ring: RingWriter
  private readonly buffer: SharedArrayBuffer
  private readonly bytes: Uint8Array
  private readonly waiting: Element[] = []
  /** An oversize element on its way in parts, and how far it has come. */
  private parts: { bytes: Uint8Array; at: number } | undefined

  constructor(buffer: SharedArrayBuffer, wakeReader: Ring) {
    this.buffer = buffer
    this.bytes = new Uint8Array(buffer, firstFrameByte)
    this.ring = new RingWriter(sharedRingMemory(buffer), this.bytes.length, wakeReader)
  }

  hasRoom(): boolean {
    return this.flush()
  }

  push(element: Element): void {
    assert(this.waiting.length === 0 && !this.parts, 'push to a full channel')
    this.waiting.push(element)
    this.flush()
  }

  flush(): boolean {
    for (;;) {
      if (this.parts && !this.sendParts(this.parts)) return false
      const element = this.waiting[0]
      if (element === undefined) return true
      if (!this.send(element)) return false
      this.waiting.shift()
    }
  }

  /** True: all of it is in the ring or on its way in parts. */
  private send(element: Element): boolean {
    const bytes = elementBytes(element)
    if (bytes + frameHeadBytes > this.ring.frameBytesMax) {
      const whole = new ArrayBuffer(bytes)
      encodeElement(element, whole, 0)
      this.parts = { bytes: new Uint8Array(whole), at: 0 }
      return true
    }
    const at = this.ring.reserve(bytes + frameHeadBytes)
    if (at < 0) return false
    encodeElement(element, this.buffer, firstFrameByte + at)
    this.ring.publish(frameKind.whole)
    return true
  }

  private sendParts(parts: { bytes: Uint8Array; at: number }): boolean {
    const partBytesMax = this.ring.frameBytesMax - frameHeadBytes
    while (parts.at < parts.bytes.length) {
      const size = Math.min(partBytesMax, parts.bytes.length - parts.at)
      const at = this.ring.reserve(size + frameHeadBytes)
      if (at < 0) return false
      this.bytes.set(parts.bytes.subarray(parts.at, parts.at + size), at)
      parts.at += size
      this.ring.publish(parts.at === parts.bytes.length ? frameKind.last : frameKind.part)
    }
    this.parts = undefined
    return true
  }
}

/** Copies each element out of the ring at once, so that the writer gets its room back before the batch is used. */
export class RingInputChannel implements InputChannel {
  private readonly ring: RingReader
  private readonly bytes: Uint8Array
  private current: Element | undefined
  private parts: Uint8Array[] = []
  private partBytes = 0

  constructor(buffer: SharedArrayBuffer, wakeWriter: Ring) {
    this.bytes = new Uint8Array(buffer, firstFrameByte)
    this.ring = new RingReader(sharedRingMemory(buffer), this.bytes.length, wakeWriter)
  }

  peek(): Element | undefined {
    if (this.current === undefined) this.current = this.receive()
    return this.current
  }

  take(): Element {
    const element = this.peek()
    assert(element, 'take from an empty channel')
    this.current = undefined
    return element
  }

  fill(): number {
    return this.ring.fill()
  }

  private receive(): Element | undefined {
    while (this.ring.next()) {
      const { payload, payloadBytes, kind } = this.ring
      const bytes = new Uint8Array(payloadBytes)
      bytes.set(this.bytes.subarray(payload, payload + payloadBytes))
      this.ring.release()
      if (kind === frameKind.whole) return decodeElement(bytes.buffer)
      this.parts.push(bytes)
      this.partBytes += payloadBytes
      assert(this.partBytes <= elementBytesMax, 'an element has more bytes than any may have')
      if (kind === frameKind.last) return this.gather()
    }
    return undefined
  }

  private gather(): Element {
    const whole = new Uint8Array(this.partBytes)
    let at = 0
    for (const part of this.parts) {
      whole.set(part, at)
      at += part.length
    }
    this.parts = []
    this.partBytes = 0
    return decodeElement(whole.buffer)
  }
}
