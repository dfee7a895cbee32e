/** Reads what `ByteWriter` wrote. Running over the end is a damaged snapshot and says so. */
import { AppError } from '@millrace/base'

export class ByteReader {
  readonly bytes: Uint8Array
  private readonly view: DataView
  position = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get atEnd(): boolean {
    return this.position >= this.bytes.length
  }

  u8(): number {
    return this.bytes[this.advance(1)]
  }

  i32(): number {
    return this.view.getInt32(this.advance(4), true)
  }

  f64(): number {
    return this.view.getFloat64(this.advance(8), true)
  }

  i64(): bigint {
    return this.view.getBigInt64(this.advance(8), true)
  }

  varint(): number {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.u8()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 0x80
    }
  }

  zigzag(): number {
    const coded = this.varint()
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2
  }

  /** Start of the next `size` bytes inside `bytes`; the reader stands behind them. */
  skip(size: number): number {
    return this.advance(size)
  }

  sized(): Uint8Array {
    const size = this.varint()
    const start = this.advance(size)
    return this.bytes.subarray(start, start + size)
  }

  private advance(size: number): number {
    const start = this.position
    if (start + size > this.bytes.length) {
      throw new AppError('A snapshot part ends in the middle of an entry: it is damaged.', {
        code: 'snapshot-damaged',
        origin: 'external',
        details: { position: start, size: this.bytes.length },
      })
    }
    this.position = start + size
    return start
  }
}
