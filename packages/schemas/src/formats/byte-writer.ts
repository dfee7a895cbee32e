/** Bytes that grow: what the encoders write into. The memory is used again for the next batch. */

const hexDigits = '0123456789abcdef'

export class ByteWriter {
  data: Uint8Array = new Uint8Array(4096)
  view: DataView = new DataView(this.data.buffer)
  at = 0

  clear(): void {
    this.at = 0
  }

  /** Makes room for `size` more bytes. */
  ensure(size: number): void {
    const needed = this.at + size
    if (needed <= this.data.length) return
    const grown = new Uint8Array(Math.max(needed, this.data.length * 2))
    grown.set(this.data.subarray(0, this.at))
    this.data = grown
    this.view = new DataView(grown.buffer)
  }

  byte(value: number): void {
    this.ensure(1)
    this.data[this.at++] = value
  }

  bytes(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start
    this.ensure(size)
    // A short copy is cheaper by hand than by a call with a new view.
    if (size <= 48) for (let p = start; p < end; p++) this.data[this.at++] = source[p]
    else {
      this.data.set(source.subarray(start, end), this.at)
      this.at += size
    }
  }

  ascii(text: string): void {
    this.ensure(text.length)
    for (let i = 0; i < text.length; i++) this.data[this.at++] = text.charCodeAt(i)
  }

  /** A 64-bit integer (words, low first) in decimal digits. */
  int64(low: number, high: number): void {
    const value = high * 4294967296 + (low >>> 0)
    if (Number.isSafeInteger(value)) this.integer(value)
    else this.ascii(((BigInt(high) << 32n) | BigInt(low >>> 0)).toString())
  }

  /** A safe integer in decimal digits. */
  integer(value: number): void {
    this.ensure(17)
    let rest = value
    if (value < 0) {
      this.data[this.at++] = 0x2d
      rest = -value
    }
    let size = 1
    for (let bound = 10; bound <= rest; bound *= 10) size++
    for (let p = this.at + size - 1; p >= this.at; p--) {
      const tens = Math.floor(rest / 10)
      this.data[p] = 0x30 + (rest - tens * 10)
      rest = tens
    }
    this.at += size
  }

  /** `width` digits with leading zeros. */
  padded(value: number, width: number): void {
    this.ensure(width)
    let rest = value
    for (let p = this.at + width - 1; p >= this.at; p--) {
      const tens = Math.floor(rest / 10)
      this.data[p] = 0x30 + (rest - tens * 10)
      rest = tens
    }
    this.at += width
  }

  hex(byte: number): void {
    this.ascii(hexDigits[byte >> 4] + hexDigits[byte & 15])
  }

  /** A zigzag varint of 64 bits (words, low first). */
  varint(low: number, high: number): void {
    this.ensure(10)
    const sign = high >> 31
    let restLow = (low << 1) ^ sign
    let restHigh = ((high << 1) | (low >>> 31)) ^ sign
    while (restHigh !== 0 || restLow >>> 0 >= 0x80) {
      this.data[this.at++] = (restLow & 0x7f) | 0x80
      restLow = (restLow >>> 7) | (restHigh << 25)
      restHigh >>>= 7
    }
    this.data[this.at++] = restLow
  }

  /** A safe integer as zigzag varint. */
  varintOf(value: number): void {
    this.varint(value | 0, Math.floor(value / 4294967296))
  }
}
