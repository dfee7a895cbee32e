/** Writes Kafka's primitive types into a growing buffer; large byte fields are referenced, not copied. No I/O. */
import { assert, encodeUtf8 } from '@millrace/base'
import { parseUuid } from './uuid.ts'

/** Byte fields from this size on become parts of their own instead of being copied. */
export const referenceBytesMin = 1024
const twoTo32 = 4294967296

export interface TaggedField {
  tag: number
  write(writer: Writer): void
}

type WriteElement<T> = (writer: Writer, value: T, version: number) => void

/** Callers must not change referenced bytes before the parts are sent. */
export class Writer {
  private buffer: Uint8Array
  private view: DataView
  private start = 0
  private at = 0
  private parts: Uint8Array[] = []
  private partsSize = 0

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity)
    this.view = new DataView(this.buffer.buffer)
  }

  /** Bytes written so far. */
  size(): number {
    return this.partsSize + this.at - this.start
  }

  /** Makes room for `size` bytes and returns where they go. */
  private reserve(size: number): number {
    const at = this.at
    if (at + size > this.buffer.length) return this.grow(size)
    this.at = at + size
    return at
  }

  private grow(size: number): number {
    const pending = this.buffer.subarray(this.start, this.at)
    const capacity = Math.max(256, 2 * this.buffer.length, 2 * (pending.length + size))
    const buffer = new Uint8Array(capacity)
    buffer.set(pending)
    this.buffer = buffer
    this.view = new DataView(buffer.buffer)
    this.start = 0
    this.at = pending.length + size
    return pending.length
  }

  bool(value: boolean): void {
    const at = this.reserve(1)
    this.buffer[at] = value ? 1 : 0
  }

  int8(value: number): void {
    const at = this.reserve(1)
    this.view.setInt8(at, value)
  }

  int16(value: number): void {
    const at = this.reserve(2)
    this.view.setInt16(at, value)
  }

  int32(value: number): void {
    const at = this.reserve(4)
    this.view.setInt32(at, value)
  }

  int64(value: number): void {
    assert(Number.isSafeInteger(value), `int64 ${value} is not a safe integer`)
    const at = this.reserve(8)
    this.view.setInt32(at, Math.floor(value / twoTo32))
    this.view.setUint32(at + 4, value >>> 0)
  }

  int64clamped(value: number): void {
    this.int64(value)
  }

  uuid(value: string): void {
    this.raw(parseUuid(value))
  }

  uvarint(value: number): void {
    let rest = value
    while (rest > 127) {
      this.int8((rest & 127) | 128)
      rest >>>= 7
    }
    this.int8(rest)
  }

  private length(value: number, flexible: boolean, wide: boolean): void {
    if (flexible) this.uvarint(value + 1)
    else if (wide) this.int32(value)
    else {
      assert(value <= 32767, `A string of ${value} bytes does not fit the protocol`)
      this.int16(value)
    }
  }

  string(value: string | null, flexible: boolean): void {
    this.nullableString(value, flexible, false)
  }

  nullableString(value: string | null, flexible: boolean, allowed = true): void {
    if (value === null) {
      assert(allowed, 'Null in a string that may not be null')
      this.length(-1, flexible, false)
      return
    }
    const bytes = encodeUtf8(value)
    this.length(bytes.length, flexible, false)
    this.raw(bytes)
  }

  bytes(value: Uint8Array | null, flexible: boolean): void {
    this.nullableBytes(value, flexible, false)
  }

  nullableBytes(value: Uint8Array | null, flexible: boolean, allowed = true): void {
    if (value === null) {
      assert(allowed, 'Null in bytes that may not be null')
      this.length(-1, flexible, true)
      return
    }
    this.length(value.length, flexible, true)
    if (value.length >= referenceBytesMin) this.reference(value)
    else this.raw(value)
  }

  /** Copies `bytes` as they are. */
  raw(bytes: Uint8Array): void {
    const at = this.reserve(bytes.length)
    this.buffer.set(bytes, at)
  }

  private reference(bytes: Uint8Array): void {
    this.cut()
    this.parts.push(bytes)
    this.partsSize += bytes.length
  }

  private cut(): void {
    if (this.at === this.start) return
    const part = this.buffer.subarray(this.start, this.at)
    this.parts.push(part)
    this.partsSize += part.length
    this.start = this.at
  }

  array<T>(
    values: readonly T[] | null,
    flexible: boolean,
    version: number,
    write: WriteElement<T>,
  ): void {
    this.nullableArray(values, flexible, version, write, false)
  }

  nullableArray<T>(
    values: readonly T[] | null,
    flexible: boolean,
    version: number,
    write: WriteElement<T>,
    allowed = true,
  ): void {
    if (values === null) {
      assert(allowed, 'Null in an array that may not be null')
      this.length(-1, flexible, true)
      return
    }
    this.length(values.length, flexible, true)
    for (const value of values) write(this, value, version)
  }

  /** The tag section at the end of a flexible structure; `fields` in rising order of tag. */
  tags(fields: readonly TaggedField[]): void {
    this.uvarint(fields.length)
    for (const field of fields) {
      const inner = new Writer(64)
      field.write(inner)
      this.uvarint(field.tag)
      this.uvarint(inner.size())
      for (const part of inner.finish()) this.raw(part)
    }
  }

  /** The parts in order; the writer is spent afterwards. */
  finish(): Uint8Array[] {
    this.cut()
    return this.parts
  }
}

export const putInt32: WriteElement<number> = (writer, value) => writer.int32(value)
export const putString =
  (flexible: boolean): WriteElement<string> =>
  (writer, value) =>
    writer.string(value, flexible)
