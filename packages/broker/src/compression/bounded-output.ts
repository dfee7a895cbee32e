/** A growing output that refuses to pass its limit: what the LZ4 and Snappy decoders write into. */
import { type CompressionName, corruptCompression, decompressedTooLarge } from './codec.ts'

export class BoundedOutput {
  bytes: Uint8Array
  size = 0
  private readonly name: CompressionName
  private readonly sizeMax: number

  constructor(name: CompressionName, sizeHint: number, sizeMax: number) {
    this.name = name
    this.sizeMax = sizeMax
    this.bytes = new Uint8Array(Math.min(sizeMax, Math.max(64, sizeHint)))
  }

  reserve(more: number): void {
    const needed = this.size + more
    if (needed <= this.bytes.length) return
    if (needed > this.sizeMax) throw decompressedTooLarge(this.name, this.sizeMax)
    const grown = new Uint8Array(Math.min(this.sizeMax, Math.max(needed, this.bytes.length * 2)))
    grown.set(this.bytes.subarray(0, this.size))
    this.bytes = grown
  }

  /** `source[from .. from + count)`; the caller has checked that it is there. */
  literal(source: Uint8Array, from: number, count: number): void {
    this.reserve(count)
    if (count > 32) this.bytes.set(source.subarray(from, from + count), this.size)
    else for (let i = 0; i < count; i++) this.bytes[this.size + i] = source[from + i]
    this.size += count
  }

  /** Repeats `count` bytes from `distance` back; the two may overlap. `floor`: nothing before it may be repeated. */
  repeat(distance: number, count: number, floor: number): void {
    const from = this.size - distance
    if (distance <= 0 || from < floor) {
      throw corruptCompression(this.name, `a match reaches ${distance} bytes back`)
    }
    this.reserve(count)
    const bytes = this.bytes
    if (distance >= count && count > 32) {
      bytes.copyWithin(this.size, from, from + count)
    } else {
      for (let i = 0; i < count; i++) bytes[this.size + i] = bytes[from + i]
    }
    this.size += count
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.size)
  }
}
