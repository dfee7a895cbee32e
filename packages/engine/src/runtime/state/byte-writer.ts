/** Appends numbers and bytes to a growing buffer: the form of everything that a snapshot holds. Little-endian. */

export class ByteWriter {
  private bytes: Uint8Array
  private view: DataView
  length = 0

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  u8(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  i32(value: number): void {
    this.reserve(4)
    this.view.setInt32(this.length, value, true)
    this.length += 4
  }

  f64(value: number): void {
    this.reserve(8)
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  i64(value: bigint): void {
    this.reserve(8)
    this.view.setBigInt64(this.length, value, true)
    this.length += 8
  }

  /** LEB128 of a whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest >= 0x80) {
      this.bytes[this.length++] = (rest % 0x80) + 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.bytes[this.length++] = rest
  }

  /** A whole number between −2^52 and 2^52; a fraction is rounded. */
  zigzag(value: number): void {
    const whole = Math.round(value)
    this.varint(whole >= 0 ? whole * 2 : -whole * 2 - 1)
  }

  /** The slice [start, end) of `source`, without its length. */
  raw(source: Uint8Array, start: number, end: number): void {
    const size = end - start
    this.reserve(size)
    if (size <= 32) {
      for (let i = 0; i < size; i++) this.bytes[this.length + i] = source[start + i]
    } else {
      this.bytes.set(source.subarray(start, end), this.length)
    }
    this.length += size
  }

  /** Length and bytes. */
  sized(source: Uint8Array, start = 0, end = source.length): void {
    this.varint(end - start)
    this.raw(source, start, end)
  }

  /** The bytes so far, as a copy; the writer is empty again. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length)
    this.length = 0
    return taken
  }

  private reserve(size: number): void {
    const needed = this.length + size
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.length))
    this.bytes = grown
    this.view = new DataView(grown.buffer)
  }
}
