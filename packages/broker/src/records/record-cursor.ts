/** Walks the records of a batch without allocating: one cursor object, its fields hold the record at hand. */
import { AppError, emptyBytes } from '@millrace/base'
import { hasLogAppendTime, readBatchHeader, viewOf } from './batch-header.ts'

/** Zigzag varints and the bounds check that they need; throws `AppError` `corrupt-record`. */
export class VarintReader {
  bytes: Uint8Array = emptyBytes
  position = 0
  limit = 0

  /** int32 */
  varint(): number {
    const bytes = this.bytes
    let position = this.position
    if (position < this.limit && bytes[position] < 128) {
      const byte = bytes[position]
      this.position = position + 1
      return (byte >>> 1) ^ -(byte & 1)
    }
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      if (position >= this.limit) throw corrupt('a number is cut off', position)
      const byte = bytes[position++]
      value |= (byte & 127) << shift
      if (byte < 128) {
        this.position = position
        return (value >>> 1) ^ -(value & 1)
      }
    }
    throw corrupt('a number is longer than 5 bytes', this.position)
  }

  /** int64 as a number, exact up to 2^53. */
  varlong(): number {
    const start = this.position
    let low = 0
    let factor = 1
    let position = start
    for (let count = 0; count < 10; count++) {
      if (position >= this.limit) throw corrupt('a number is cut off', position)
      const byte = this.bytes[position++]
      low += (byte & 127) * factor
      if (byte < 128) {
        this.position = position
        return low % 2 === 0 ? low / 2 : -(low + 1) / 2
      }
      factor *= 128
    }
    throw corrupt('a number is longer than 10 bytes', start)
  }

  skip(size: number): void {
    if (size < 0 || this.position + size > this.limit) {
      throw corrupt(`a length of ${size} does not fit`, this.position)
    }
    this.position += size
  }
}

/**
 * After `next()` returned true the fields describe one record; keys and values are `bytes[start .. end)`, null is
 * start -1. Offsets and timestamps are absolute.
 */
export class RecordCursor extends VarintReader {
  offset = 0
  timestamp = 0
  offsetDelta = 0
  keyStart = -1
  keyEnd = -1
  valueStart = -1
  valueEnd = -1
  headersStart = 0
  headersEnd = 0
  headerCount = 0
  /** Records not yet walked. */
  remaining = 0
  private baseOffset = 0
  private baseTimestamp = 0
  /** The timestamp of every record when the broker stamps them, else undefined. */
  private appendTime: number | undefined

  /**
   * Begins a batch: its header lies at `headerPosition` of `header`, its records, decompressed, are
   * `records[start .. end)`.
   */
  begin(
    header: Uint8Array,
    headerPosition: number,
    records: { bytes: Uint8Array; start: number; end: number },
  ): void {
    const fields = readBatchHeader(viewOf(header), headerPosition)
    this.baseOffset = fields.baseOffset
    this.baseTimestamp = fields.baseTimestamp
    this.appendTime = hasLogAppendTime(fields.attributes) ? fields.maxTimestamp : undefined
    this.remaining = fields.recordCount
    this.bytes = records.bytes
    this.position = records.start
    this.limit = records.end
  }

  /** Moves to the next record; false after the last. Throws `AppError` `corrupt-record`. */
  next(): boolean {
    if (this.remaining <= 0) return false
    this.remaining--
    const size = this.varint()
    const start = this.position
    const limit = this.limit
    if (size < 6 || start + size > limit) throw corrupt(`a record of ${size} bytes`, start)
    const end = start + size
    this.limit = end
    this.position = start + 1
    const delta = this.varlong()
    this.timestamp = this.appendTime ?? this.baseTimestamp + delta
    this.offsetDelta = this.varint()
    this.offset = this.baseOffset + this.offsetDelta
    const keySize = this.varint()
    this.keyStart = keySize < 0 ? -1 : this.position
    if (keySize > 0) this.skip(keySize)
    this.keyEnd = keySize < 0 ? -1 : this.position
    const valueSize = this.varint()
    this.valueStart = valueSize < 0 ? -1 : this.position
    if (valueSize > 0) this.skip(valueSize)
    this.valueEnd = valueSize < 0 ? -1 : this.position
    this.headerCount = this.varint()
    this.headersStart = this.position
    this.headersEnd = end
    this.position = end
    this.limit = limit
    return true
  }

  /** Checks lengths inside the headers of the record at hand: `next` alone trusts them. */
  checkHeaders(): void {
    if (this.headerCount === 0) {
      if (this.headersStart !== this.headersEnd) throw corrupt('bytes are left', this.headersStart)
      return
    }
    if (this.headerCount < 0) throw corrupt(`${this.headerCount} headers`, this.headersStart)
    const position = this.position
    const limit = this.limit
    this.position = this.headersStart
    this.limit = this.headersEnd
    for (let header = 0; header < this.headerCount; header++) {
      this.skip(this.varint())
      const size = this.varint()
      if (size > 0) this.skip(size)
    }
    if (this.position !== this.headersEnd) throw corrupt('bytes are left', this.position)
    this.position = position
    this.limit = limit
  }

  /** Are there bytes behind the last record? */
  atEnd(): boolean {
    return this.position === this.limit
  }
}

const headerReader = new VarintReader()

/** Calls `visit(key, value)` for each header; slices share memory with `bytes`. */
export function forEachHeader(
  headers: { bytes: Uint8Array; start: number; end: number; count: number },
  visit: (key: Uint8Array, value: Uint8Array | null) => void,
): void {
  const reader = headerReader
  reader.bytes = headers.bytes
  reader.position = headers.start
  reader.limit = headers.end
  for (let index = 0; index < headers.count; index++) {
    const keySize = reader.varint()
    const keyStart = reader.position
    reader.skip(keySize)
    const valueSize = reader.varint()
    const valueStart = reader.position
    if (valueSize > 0) reader.skip(valueSize)
    visit(
      headers.bytes.subarray(keyStart, keyStart + keySize),
      valueSize < 0 ? null : headers.bytes.subarray(valueStart, valueStart + valueSize),
    )
  }
}

function corrupt(what: string, position: number): AppError {
  return new AppError(`Corrupt record: ${what}, at byte ${position}.`, {
    code: 'corrupt-record',
    origin: 'external',
    details: { position },
  })
}
