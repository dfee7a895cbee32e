/** Reads Kafka's primitive types from one frame: no I/O, and every length is checked before anything is allocated. */
import { decodeUtf8 } from '@millrace/base'
import { ProtocolError } from './protocol-error.ts'
import { formatUuid } from './uuid.ts'

/** Elements of one array; each takes at least one byte of the frame as well. */
export const arrayElementsMax = 1_000_000
/** Strings up to this size are decoded by hand when they are ASCII: faster than TextDecoder. */
const shortStringBytes = 48
const twoTo32 = 4294967296

type ReadElement<T> = (reader: Reader, version: number) => T

/** Byte slices that it hands out share the frame's memory. Malformed input throws `ProtocolError`. */
export class Reader {
  readonly frame: Uint8Array
  at: number
  private readonly view: DataView

  constructor(frame: Uint8Array, at = 0) {
    this.frame = frame
    this.at = at
    this.view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  }

  remaining(): number {
    return this.frame.length - this.at
  }

  /** Moves on by `size` bytes and returns where they began. */
  private take(size: number): number {
    const start = this.at
    if (size > this.frame.length - start) {
      throw new ProtocolError(`Frame ends early: ${size} bytes wanted, ${this.remaining()} left`)
    }
    this.at = start + size
    return start
  }

  bool(): boolean {
    return this.frame[this.take(1)] !== 0
  }

  int8(): number {
    return this.view.getInt8(this.take(1))
  }

  int16(): number {
    return this.view.getInt16(this.take(2))
  }

  int32(): number {
    return this.view.getInt32(this.take(4))
  }

  /** Refuses what a JavaScript number cannot hold exactly. */
  int64(): number {
    const value = this.wideInt64()
    if (!Number.isSafeInteger(value)) {
      throw new ProtocolError(`An int64 of about ${value} lies beyond 2^53`)
    }
    return value
  }

  /** For values that are only compared (times asked for): beyond 2^53 it answers the nearest safe integer. */
  int64clamped(): number {
    const value = this.wideInt64()
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
  }

  private wideInt64(): number {
    const start = this.take(8)
    return this.view.getInt32(start) * twoTo32 + this.view.getUint32(start + 4)
  }

  uuid(): string {
    const start = this.take(16)
    return formatUuid(this.frame.subarray(start, start + 16))
  }

  /** Unsigned varint of at most 32 bits. */
  uvarint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.frame[this.take(1)]
      if (shift === 28 && byte > 15) break
      value = (value | ((byte & 127) << shift)) >>> 0
      if (byte < 128) return value
    }
    throw new ProtocolError('A varint is longer than 32 bits')
  }

  /** A length as the field's encoding has it; -1 stands for null. */
  private length(flexible: boolean, wide: boolean): number {
    if (flexible) return this.uvarint() - 1
    const length = wide ? this.int32() : this.int16()
    if (length < -1) throw new ProtocolError(`A length of ${length}`)
    return length
  }

  string(flexible: boolean): string {
    const length = this.length(flexible, false)
    if (length < 0) throw new ProtocolError('Null in a string that may not be null')
    return this.text(length)
  }

  nullableString(flexible: boolean, allowed = true): string | null {
    const length = this.length(flexible, false)
    if (length >= 0) return this.text(length)
    if (!allowed) throw new ProtocolError('Null in a string that may not be null')
    return null
  }

  private text(size: number): string {
    const start = this.take(size)
    if (size <= shortStringBytes) {
      let text = ''
      let at = start
      while (at < this.at && this.frame[at] < 128) text += String.fromCharCode(this.frame[at++])
      if (at === this.at) return text
    }
    try {
      return decodeUtf8(this.frame.subarray(start, this.at))
    } catch {
      throw new ProtocolError('A string is not valid UTF-8')
    }
  }

  bytesOfSize(size: number): Uint8Array {
    const start = this.take(size)
    return this.frame.subarray(start, this.at)
  }

  bytes(flexible: boolean): Uint8Array {
    const length = this.length(flexible, true)
    if (length < 0) throw new ProtocolError('Null in bytes that may not be null')
    return this.bytesOfSize(length)
  }

  nullableBytes(flexible: boolean, allowed = true): Uint8Array | null {
    const length = this.length(flexible, true)
    if (length >= 0) return this.bytesOfSize(length)
    if (!allowed) throw new ProtocolError('Null in bytes that may not be null')
    return null
  }

  array<T>(flexible: boolean, version: number, read: ReadElement<T>): T[] {
    const elements = this.nullableArray(flexible, version, read, false)
    if (elements === null) throw new ProtocolError('Null in an array that may not be null')
    return elements
  }

  nullableArray<T>(
    flexible: boolean,
    version: number,
    read: ReadElement<T>,
    allowed: boolean,
  ): T[] | null {
    const count = this.length(flexible, true)
    if (count < 0) {
      if (!allowed) throw new ProtocolError('Null in an array that may not be null')
      return null
    }
    if (count > this.remaining() || count > arrayElementsMax) {
      throw new ProtocolError(`An array of ${count} elements in ${this.remaining()} bytes`)
    }
    const elements: T[] = []
    for (let i = 0; i < count; i++) elements.push(read(this, version))
    return elements
  }

  /** How many tagged fields follow. */
  tagCount(): number {
    return this.uvarint()
  }

  /** Reads the size of a tagged field and answers where it ends. */
  tagEnd(): number {
    const size = this.uvarint()
    if (size > this.remaining()) throw new ProtocolError(`A tagged field of ${size} bytes`)
    return this.at + size
  }

  /** Leaves a tagged field; unknown ones are skipped whole. */
  skipTo(end: number): void {
    if (this.at > end) throw new ProtocolError('A tagged field is longer than its size')
    this.at = end
  }

  skipTags(): void {
    for (let left = this.tagCount(); left > 0; left--) {
      this.uvarint()
      this.skipTo(this.tagEnd())
    }
  }

  /** A request's body must fill its frame exactly. */
  expectEnd(): void {
    if (this.remaining() > 0) throw new ProtocolError(`${this.remaining()} bytes too many`)
  }
}

export const elementInt32: ReadElement<number> = (reader) => reader.int32()
/** Strings in arrays, in the encoding of the message around them. */
export const elementString =
  (flexible: boolean): ReadElement<string> =>
  (reader) =>
    reader.string(flexible)
