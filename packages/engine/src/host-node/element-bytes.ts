/**
 * Elements as bytes for a ring: a batch is its columns one after the other, each at a multiple of 8 bytes, so that the
 * other thread reads them as views. Dictionaries and shared buffers stay behind: only the bytes of the rows travel.
 */
import { assert, unreachable } from '@millrace/base'
import type { Batch, BytesColumn, Column, Element, Origins } from '@millrace/schemas'

const elementKind = { batch: 1, watermark: 2, barrier: 3, idle: 4, active: 5, end: 6 } as const
const flag = { eventTimes: 1, rowKinds: 2, origins: 4 } as const
const representations = ['bool', 'i32', 'i64', 'f64', 'bytes'] as const
/** kind, rows, flags, columns; a control element has its number in the two words that follow. */
const headBytes = 16
/** representation, has nulls, bytes of data, unused. */
const columnHeadBytes = 16
/** Slices shorter than this are copied byte by byte: cheaper than the call. */
const shortSliceBytes = 32

function padded(bytes: number): number {
  return (bytes + 7) & ~7
}

/** Bytes that `encodeElement` writes: a multiple of 8. */
export function elementBytes(element: Element): number {
  if (element.is !== 'batch') return headBytes + 8
  const { batch } = element
  const count = batch.length
  let bytes = headBytes + batch.columns.length * columnHeadBytes
  if (batch.eventTimes) bytes += count * 8
  if (batch.rowKinds) bytes += padded(count)
  if (batch.origins) bytes += padded(count * 4) + count * 8
  for (const column of batch.columns) bytes += columnBytes(column, count)
  return bytes
}

function columnBytes(column: Column, count: number): number {
  const nulls = column.valid ? padded((count + 7) >> 3) : 0
  switch (column.rep) {
    case 'bool':
      return nulls + padded(count)
    case 'i32':
      return nulls + padded(count * 4)
    case 'i64':
    case 'f64':
      return nulls + count * 8
    case 'bytes':
      return nulls + padded((count + 1) * 4) + padded(sliceBytes(column, count))
  }
}

function sliceBytes(column: BytesColumn, count: number): number {
  const { starts, ends, valid } = column
  let bytes = 0
  for (let i = 0; i < count; i++) {
    if (valid === null || (valid[i >> 3] & (1 << (i & 7))) !== 0) bytes += ends[i] - starts[i]
  }
  return bytes
}

/** Writes the element to `buffer` from byte `at` on (a multiple of 8); returns the byte after it. */
export function encodeElement(element: Element, buffer: ArrayBufferLike, at: number): number {
  if (element.is === 'batch') return new BatchEncoder(buffer, at).encode(element.batch)
  const head = new Int32Array(buffer, at, 4)
  const value = new Float64Array(buffer, at + headBytes, 1)
  head.fill(0)
  value[0] = 0
  switch (element.is) {
    case 'watermark':
      head[0] = elementKind.watermark
      value[0] = element.time
      break
    case 'barrier':
      head[0] = elementKind.barrier
      value[0] = element.checkpoint
      break
    case 'idle':
      head[0] = elementKind.idle
      break
    case 'active':
      head[0] = elementKind.active
      break
    case 'end':
      head[0] = elementKind.end
      break
    default:
      unreachable(element)
  }
  return at + headBytes + 8
}

class BatchEncoder {
  private readonly buffer: ArrayBufferLike
  private at: number

  constructor(buffer: ArrayBufferLike, at: number) {
    this.buffer = buffer
    this.at = at
  }

  encode(batch: Batch): number {
    const count = batch.length
    const head = new Int32Array(this.buffer, this.at, 4)
    head[0] = elementKind.batch
    head[1] = count
    head[2] =
      (batch.eventTimes ? flag.eventTimes : 0) |
      (batch.rowKinds ? flag.rowKinds : 0) |
      (batch.origins ? flag.origins : 0)
    head[3] = batch.columns.length
    this.at += headBytes
    if (batch.eventTimes) this.putFloat64(batch.eventTimes, count)
    if (batch.rowKinds) this.putUint8(batch.rowKinds, count)
    if (batch.origins) {
      this.putInt32(batch.origins.partition, count)
      this.putFloat64(batch.origins.offset, count)
    }
    for (const column of batch.columns) this.putColumn(column, count)
    return this.at
  }

  private putColumn(column: Column, count: number): void {
    const head = new Int32Array(this.buffer, this.at, 4)
    head[0] = representations.indexOf(column.rep)
    head[1] = column.valid ? 1 : 0
    head[2] = 0
    this.at += columnHeadBytes
    if (column.valid) this.putValidity(column.valid, count)
    switch (column.rep) {
      case 'bool':
        this.putUint8(column.values, count)
        return
      case 'i32':
        this.putInt32(column.values, count)
        return
      case 'i64':
        this.putInt64(column.words, count)
        return
      case 'f64':
        this.putFloat64(column.values, count)
        return
      case 'bytes':
        head[2] = this.putSlices(column, count)
    }
  }

  private putValidity(valid: Uint8Array, count: number): void {
    const bytes = (count + 7) >> 3
    const target = new Uint8Array(this.buffer, this.at, bytes)
    target.set(valid.subarray(0, bytes))
    this.at += padded(bytes)
  }

  private putUint8(values: Uint8Array, count: number): void {
    const target = new Uint8Array(this.buffer, this.at, count)
    target.set(values.subarray(0, count))
    this.at += padded(count)
  }

  private putInt32(values: Int32Array, count: number): void {
    const target = new Int32Array(this.buffer, this.at, count)
    target.set(values.subarray(0, count))
    this.at += padded(count * 4)
  }

  private putInt64(words: Int32Array, count: number): void {
    const target = new Int32Array(this.buffer, this.at, count * 2)
    target.set(words.subarray(0, count * 2))
    this.at += count * 8
  }

  private putFloat64(values: Float64Array, count: number): void {
    const target = new Float64Array(this.buffer, this.at, count)
    target.set(values.subarray(0, count))
    this.at += count * 8
  }

  /** count + 1 positions, then the bytes of the slices one after the other. Returns how many bytes. */
  private putSlices(column: BytesColumn, count: number): number {
    const { data, starts, ends, valid } = column
    const positions = new Int32Array(this.buffer, this.at, count + 1)
    this.at += padded((count + 1) * 4)
    const target = new Uint8Array(this.buffer, this.at)
    let to = 0
    positions[0] = 0
    for (let i = 0; i < count; i++) {
      if (valid === null || (valid[i >> 3] & (1 << (i & 7))) !== 0) {
        const start = starts[i]
        const end = ends[i]
        if (end - start > shortSliceBytes) {
          target.set(data.subarray(start, end), to)
          to += end - start
        } else for (let from = start; from < end; from++) target[to++] = data[from]
      }
      positions[i + 1] = to
    }
    this.at += padded(to)
    return to
  }
}

/** Reads what `encodeElement` wrote; the columns are views of `buffer`, which the element owns from now on. */
export function decodeElement(buffer: ArrayBuffer, at = 0): Element {
  const head = new Int32Array(buffer, at, 4)
  const value = () => new Float64Array(buffer, at + headBytes, 1)[0]
  switch (head[0]) {
    case elementKind.batch:
      return { is: 'batch', batch: new BatchDecoder(buffer, at).decode() }
    case elementKind.watermark:
      return { is: 'watermark', time: value() }
    case elementKind.barrier:
      return { is: 'barrier', checkpoint: value() }
    case elementKind.idle:
      return { is: 'idle' }
    case elementKind.active:
      return { is: 'active' }
    default:
      assert(head[0] === elementKind.end, `an element of kind ${head[0]} came out of a ring`)
      return { is: 'end' }
  }
}

class BatchDecoder {
  private readonly buffer: ArrayBuffer
  private at: number

  constructor(buffer: ArrayBuffer, at: number) {
    this.buffer = buffer
    this.at = at
  }

  decode(): Batch {
    const [, count, flags, columnCount] = new Int32Array(this.buffer, this.at, 4)
    this.at += headBytes
    const eventTimes = flags & flag.eventTimes ? this.float64(count) : null
    const rowKinds = flags & flag.rowKinds ? this.uint8(count) : null
    const origins: Origins | null =
      flags & flag.origins ? { partition: this.int32(count), offset: this.float64(count) } : null
    const columns: Column[] = []
    for (let i = 0; i < columnCount; i++) columns.push(this.column(count))
    return { length: count, columns, eventTimes, rowKinds, origins }
  }

  private column(count: number): Column {
    const [code, hasNulls, dataBytes] = new Int32Array(this.buffer, this.at, 3)
    this.at += columnHeadBytes
    const valid = hasNulls ? this.uint8((count + 7) >> 3) : null
    const rep = representations[code]
    switch (rep) {
      case 'bool':
        return { rep, valid, values: this.uint8(count) }
      case 'i32':
        return { rep, valid, values: this.int32(count) }
      case 'i64': {
        const values = new BigInt64Array(this.buffer, this.at, count)
        const words = new Int32Array(this.buffer, this.at, count * 2)
        this.at += count * 8
        return { rep, valid, values, words }
      }
      case 'f64':
        return { rep, valid, values: this.float64(count) }
      case 'bytes': {
        const positions = this.int32(count + 1)
        const data = this.uint8(dataBytes)
        const starts = positions.subarray(0, count)
        return { rep, valid, data, starts, ends: positions.subarray(1, count + 1) }
      }
    }
  }

  private uint8(count: number): Uint8Array {
    const view = new Uint8Array(this.buffer, this.at, count)
    this.at += padded(count)
    return view
  }

  private int32(count: number): Int32Array {
    const view = new Int32Array(this.buffer, this.at, count)
    this.at += padded(count * 4)
    return view
  }

  private float64(count: number): Float64Array {
    const view = new Float64Array(this.buffer, this.at, count)
    this.at += count * 8
    return view
  }
}
