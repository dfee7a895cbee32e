/** Builds one record batch: used by our client's producer, the coordinators and tests. */
import { assert } from '@millrace/base'
import { type Codecs, type CompressionName, compressionNames } from '../compression/codec.ts'
import {
  at,
  batchHeaderSize,
  batchPrefixSize,
  noProducerId,
  noSequence,
  noTimestamp,
  setInt64,
  viewOf,
} from './batch-header.ts'
import type { Crc32c } from './crc32c.ts'

export interface RecordHeader {
  key: Uint8Array
  value: Uint8Array | null
}

export interface BatchBuilderOptions {
  crc32c: Crc32c
  compression?: CompressionName
  /** Needed unless compression is `none`. */
  codecs?: Codecs
  baseOffset?: number
  producerId?: number
  producerEpoch?: number
  baseSequence?: number
  /** Attribute bits beyond compression: 16 transactional, 32 control. */
  attributes?: number
}

const noHeaders: readonly RecordHeader[] = []

/** Growing, reusable: after `build()` it is empty again. */
export class BatchBuilder {
  private bytes = new Uint8Array(1024)
  private size = batchHeaderSize
  private records = 0
  private baseTimestamp = noTimestamp
  private maxTimestamp = noTimestamp
  private readonly options: BatchBuilderOptions

  constructor(options: BatchBuilderOptions) {
    this.options = options
  }

  get count(): number {
    return this.records
  }

  /** Bytes so far, before compression, header included. */
  get sizeBytes(): number {
    return this.size
  }

  append(
    timestamp: number,
    key: Uint8Array | null,
    value: Uint8Array | null,
    headers: readonly RecordHeader[] = noHeaders,
  ): void {
    if (this.records === 0) this.baseTimestamp = timestamp
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp
    const delta = timestamp - this.baseTimestamp
    let body = 1 + varlongSize(delta) + varlongSize(this.records) + blobSize(key) + blobSize(value)
    body += varlongSize(headers.length)
    for (const header of headers) body += blobSize(header.key) + blobSize(header.value)
    this.reserve(body + 5)
    this.varlong(body)
    this.bytes[this.size++] = 0
    this.varlong(delta)
    this.varlong(this.records)
    this.blob(key)
    this.blob(value)
    this.varlong(headers.length)
    for (const header of headers) {
      this.blob(header.key)
      this.blob(header.value)
    }
    this.records++
  }

  /** The batch; the builder starts over. At least one record. */
  build(baseSequence = this.options.baseSequence ?? noSequence): Uint8Array {
    assert(this.records > 0, 'a batch has at least one record')
    const { compression = 'none', codecs, attributes = 0 } = this.options
    let batch: Uint8Array
    if (compression === 'none') {
      batch = this.bytes.slice(0, this.size)
    } else {
      assert(codecs, `codecs are needed for ${compression}`)
      const packed = codecs[compression].compress(this.bytes.subarray(batchHeaderSize, this.size))
      batch = new Uint8Array(batchHeaderSize + packed.length)
      batch.set(packed, batchHeaderSize)
    }
    this.writeHeader(batch, attributes | compressionNames.indexOf(compression), baseSequence)
    this.size = batchHeaderSize
    this.records = 0
    this.maxTimestamp = noTimestamp
    return batch
  }

  private writeHeader(batch: Uint8Array, attributes: number, baseSequence: number): void {
    const { baseOffset = 0, producerId = noProducerId, producerEpoch = -1 } = this.options
    const view = viewOf(batch)
    setInt64(view, at.baseOffset, baseOffset)
    view.setInt32(at.length, batch.length - batchPrefixSize)
    view.setInt32(at.partitionLeaderEpoch, 0)
    view.setInt8(at.magic, 2)
    view.setInt16(at.attributes, attributes)
    view.setInt32(at.lastOffsetDelta, this.records - 1)
    setInt64(view, at.baseTimestamp, this.baseTimestamp)
    setInt64(view, at.maxTimestamp, this.maxTimestamp)
    setInt64(view, at.producerId, producerId)
    view.setInt16(at.producerEpoch, producerEpoch)
    view.setInt32(at.baseSequence, baseSequence)
    view.setInt32(at.recordCount, this.records)
    view.setUint32(at.crc, this.options.crc32c(batch.subarray(at.attributes)))
  }

  private reserve(more: number): void {
    const needed = this.size + more
    if (needed <= this.bytes.length) return
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2))
    grown.set(this.bytes.subarray(0, this.size))
    this.bytes = grown
  }

  private blob(bytes: Uint8Array | null): void {
    if (bytes === null) {
      this.bytes[this.size++] = 1
      return
    }
    this.varlong(bytes.length)
    this.bytes.set(bytes, this.size)
    this.size += bytes.length
  }

  private varlong(value: number): void {
    let rest = zigzag(value)
    while (rest >= 128) {
      this.bytes[this.size++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.size++] = rest
  }
}

function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}

function varlongSize(value: number): number {
  let size = 1
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) size++
  return size
}

function blobSize(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varlongSize(bytes.length) + bytes.length
}
