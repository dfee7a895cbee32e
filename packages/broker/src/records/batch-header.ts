/** The fixed 61 bytes in front of every record batch, magic 2 (KIP-98): where its fields lie and how to read them. */
import { type CompressionName, compressionNames } from '../compression/codec.ts'

export const batchHeaderSize = 61
/** Base offset and length come before what `length` counts. */
export const batchPrefixSize = 12
export const noTimestamp = -1
export const noProducerId = -1
export const noSequence = -1

/** Byte positions inside a batch. */
export const at = {
  baseOffset: 0,
  length: 8,
  partitionLeaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  recordCount: 57,
} as const

/** A view for reading and patching batches that lie in `bytes`. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Offsets, timestamps and producer ids are int64 on the wire and plain numbers here: exact up to 2^53. */
export function getInt64(view: DataView, position: number): number {
  return view.getInt32(position) * 0x100000000 + view.getUint32(position + 4)
}

export function setInt64(view: DataView, position: number, value: number): void {
  view.setInt32(position, Math.floor(value / 0x100000000))
  view.setUint32(position + 4, value >>> 0)
}

export interface BatchHeader {
  baseOffset: number
  /** Whole size in bytes, prefix included. */
  size: number
  partitionLeaderEpoch: number
  magic: number
  crc: number
  attributes: number
  lastOffsetDelta: number
  baseTimestamp: number
  maxTimestamp: number
  producerId: number
  producerEpoch: number
  baseSequence: number
  recordCount: number
}

/** The header of the batch at `position`; the caller has checked that 61 bytes are there. */
export function readBatchHeader(view: DataView, position = 0): BatchHeader {
  return {
    baseOffset: getInt64(view, position + at.baseOffset),
    size: view.getInt32(position + at.length) + batchPrefixSize,
    partitionLeaderEpoch: view.getInt32(position + at.partitionLeaderEpoch),
    magic: view.getInt8(position + at.magic),
    crc: view.getUint32(position + at.crc),
    attributes: view.getInt16(position + at.attributes),
    lastOffsetDelta: view.getInt32(position + at.lastOffsetDelta),
    baseTimestamp: getInt64(view, position + at.baseTimestamp),
    maxTimestamp: getInt64(view, position + at.maxTimestamp),
    producerId: getInt64(view, position + at.producerId),
    producerEpoch: view.getInt16(position + at.producerEpoch),
    baseSequence: view.getInt32(position + at.baseSequence),
    recordCount: view.getInt32(position + at.recordCount),
  }
}

/** The offset after the batch's last one; compaction keeps it, so a reader goes on here. */
export function nextOffsetOf(header: BatchHeader): number {
  return header.baseOffset + header.lastOffsetDelta + 1
}

/** Undefined for the three codes that nobody assigned. */
export function compressionOf(attributes: number): CompressionName | undefined {
  return compressionNames[attributes & 7]
}

export function hasLogAppendTime(attributes: number): boolean {
  return (attributes & 8) !== 0
}

export function isTransactional(attributes: number): boolean {
  return (attributes & 16) !== 0
}

export function isControl(attributes: number): boolean {
  return (attributes & 32) !== 0
}

/** Sets what the broker decides on append; both fields lie outside the CRC. */
export function assignOffset(view: DataView, position: number, offset: number): void {
  setInt64(view, position + at.baseOffset, offset)
  view.setInt32(position + at.partitionLeaderEpoch, 0)
}
