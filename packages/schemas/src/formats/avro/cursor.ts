/** Reads Avro's binary encoding from a slice; a read that does not fit sets `fault` and leaves the position where it failed. */
import { emptyBytes } from '@millrace/base'

const emptyView = new DataView(emptyBytes.buffer)

const two32 = 4294967296

export class AvroCursor {
  data: Uint8Array = emptyBytes
  view: DataView = emptyView
  start = 0
  p = 0
  end = 0
  /** Empty: all is well so far. */
  fault = ''
  /** Words of the integer that `readVarint` read last. */
  low = 0
  high = 0
  /** Bounds of the bytes that `readBytes` read last. */
  sliceStart = 0
  sliceEnd = 0

  /** Says that the bytes end too early; returns false. */
  truncated(): false {
    this.fault = `it ends at byte ${this.end - this.start}, inside a value`
    return false
  }

  skip(size: number): boolean {
    if (size > this.end - this.p) return this.truncated()
    this.p += size
    return true
  }

  /** A zigzag varint of up to 64 bits into `low` and `high`. */
  readVarint(): boolean {
    if (this.p >= this.end) return this.truncated()
    const first = this.data[this.p]
    if (first < 0x80) {
      this.p++
      const value = (first >>> 1) ^ -(first & 1)
      this.low = value
      this.high = value >> 31
      return true
    }
    return this.readLongVarint()
  }

  private readLongVarint(): boolean {
    const { data, end } = this
    let bits0 = 0
    let bits1 = 0
    let bits2 = 0
    for (let i = 0; i < 10; i++) {
      if (this.p >= end) return this.truncated()
      const byte = data[this.p++]
      const part = byte & 0x7f
      if (i < 4) bits0 |= part << (7 * i)
      else if (i < 8) bits1 |= part << (7 * (i - 4))
      else bits2 |= part << (7 * (i - 8))
      if (byte < 0x80) {
        const low = bits0 | (bits1 << 28)
        const high = (bits1 >>> 4) | (bits2 << 24)
        const sign = -(low & 1)
        this.low = ((low >>> 1) | (high << 31)) ^ sign
        this.high = (high >>> 1) ^ sign
        return true
      }
    }
    this.fault = `byte ${this.p - this.start} still belongs to a number that is longer than ten bytes`
    return false
  }

  /** The integer read last as a number; inexact beyond 2^53. */
  number(): number {
    return this.high * two32 + (this.low >>> 0)
  }

  bigint(): bigint {
    return (BigInt(this.high) << 32n) | BigInt(this.low >>> 0)
  }

  /** A length and that many bytes; the slice's bounds are in `sliceStart` and `sliceEnd`. */
  readBytes(): boolean {
    if (!this.readVarint()) return false
    const size = this.number()
    if (size < 0) {
      this.fault = `byte ${this.p - this.start} follows the negative length ${size}`
      return false
    }
    if (size > this.end - this.p) return this.truncated()
    this.sliceStart = this.p
    this.p += size
    this.sliceEnd = this.p
    return true
  }

  readFloat(): number {
    if (this.end - this.p < 4) {
      this.truncated()
      return 0
    }
    this.p += 4
    return this.view.getFloat32(this.p - 4, true)
  }

  readDouble(): number {
    if (this.end - this.p < 8) {
      this.truncated()
      return 0
    }
    this.p += 8
    return this.view.getFloat64(this.p - 8, true)
  }

  /** An index below `count` (union branch, enum symbol), or -1. */
  readIndex(count: number, what: string): number {
    if (!this.readVarint()) return -1
    const index = this.number()
    if (index >= 0 && index < count) return index
    this.fault = `${what} ${index} does not exist, there are ${count}`
    return -1
  }

  /**
   * The header of an array's or map's next block: its number of items, 0 at the end, -1 for a fault. A block that tells its size
   * in bytes leaves that in `sliceEnd` as the position behind it, else -1.
   */
  readBlock(): number {
    if (!this.readVarint()) return -1
    let count = this.number()
    this.sliceEnd = -1
    if (count < 0) {
      count = -count
      if (!this.readVarint()) return -1
      const size = this.number()
      if (size < 0 || size > this.end - this.p) {
        this.truncated()
        return -1
      }
      this.sliceEnd = this.p + size
    }
    return count
  }

  open(data: Uint8Array, view: DataView, start: number, end: number): void {
    this.data = data
    this.view = view
    this.start = start
    this.p = start
    this.end = end
    this.fault = ''
  }

  close(): void {
    this.data = emptyBytes
    this.view = emptyView
  }
}

/** Items of no size (null, an empty record) that one array may hold: bytes do not bound them. */
export const emptyItemsMax = 100_000

/** Deepest nesting of values that is read. */
export const avroDepthMax = 200
