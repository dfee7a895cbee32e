/** Checks record batches that strangers sent, before any of their bytes reaches a file. */
import { AppError, messageOf } from '@millrace/base'
import type { Codecs } from '../compression/codec.ts'
import {
  at,
  type BatchHeader,
  batchHeaderSize,
  batchPrefixSize,
  compressionOf,
  hasLogAppendTime,
  isControl,
  isTransactional,
  noProducerId,
  noTimestamp,
  readBatchHeader,
  setInt64,
  viewOf,
} from './batch-header.ts'
import type { Crc32c } from './crc32c.ts'
import { RecordCursor } from './record-cursor.ts'
import { recordsOf } from './records-of.ts'

export type BatchProblem =
  | 'CORRUPT_MESSAGE'
  | 'MESSAGE_TOO_LARGE'
  | 'INVALID_RECORD'
  | 'INVALID_TIMESTAMP'
  | 'INVALID_TXN_STATE'
  | 'UNSUPPORTED_COMPRESSION_TYPE'

export interface Problem {
  error: BatchProblem
  message: string
}

export interface CheckOptions {
  crc32c: Crc32c
  codecs: Codecs
  /** `max.message.bytes` of the topic: the most that one batch may take as sent. */
  batchBytesMax: number
  /** Control batches may come from coordinators alone. */
  internal?: boolean
}

/**
 * Size of the batch at `position` if its header is whole and of magic 2, its length fits `bytes` and its CRC holds.
 * This is what recovery asks; it never throws.
 */
export function validBatchSize(bytes: Uint8Array, position: number, crc32c: Crc32c): number {
  if (position + batchHeaderSize > bytes.length) return -1
  const view = viewOf(bytes)
  const size = view.getInt32(position + at.length) + batchPrefixSize
  if (size < batchHeaderSize || position + size > bytes.length) return -1
  if (view.getInt8(position + at.magic) !== 2) return -1
  if (view.getInt32(position + at.lastOffsetDelta) < 0) return -1
  const crc = crc32c(bytes.subarray(position + at.attributes, position + size))
  return crc === view.getUint32(position + at.crc) ? size : -1
}

/**
 * Headers of the batches in `bytes`, all checked down to the single record, or the first problem. A wrong max timestamp is
 * put right in place, as Kafka does: look-ups by time rely on it.
 */
export function checkBatches(
  bytes: Uint8Array,
  options: CheckOptions,
): { ok: true; headers: BatchHeader[] } | ({ ok: false } & Problem) {
  const headers: BatchHeader[] = []
  const view = viewOf(bytes)
  if (bytes.length === 0) return no('INVALID_RECORD', 'There is no record batch.')
  for (let position = 0; position < bytes.length; ) {
    const problem = checkFrame(bytes, view, position)
    if (problem) return { ok: false, ...problem }
    const header = readBatchHeader(view, position)
    const bad = checkBatch(bytes, position, header, options)
    if (bad) return { ok: false, ...bad }
    headers.push(header)
    position += header.size
  }
  return { ok: true, headers }
}

function checkFrame(bytes: Uint8Array, view: DataView, position: number): Problem | undefined {
  const left = bytes.length - position
  if (left <= at.magic) return corrupt(`${left} bytes are no record batch`)
  const magic = view.getInt8(position + at.magic)
  if (magic === 0 || magic === 1) {
    return {
      error: 'INVALID_RECORD',
      message: `Message format ${magic} is not taken; send record batches (format 2, Kafka 0.11 or later).`,
    }
  }
  if (magic !== 2) return corrupt(`magic ${magic} is unknown`)
  if (left < batchHeaderSize) return invalid('the batch header is cut off')
  const size = view.getInt32(position + at.length) + batchPrefixSize
  if (size < batchHeaderSize) return corrupt(`a length of ${size} does not fit`)
  if (size > left) return invalid(`it is cut off, ${size} bytes are announced and ${left} there`)
  return undefined
}

function checkBatch(
  bytes: Uint8Array,
  position: number,
  header: BatchHeader,
  options: CheckOptions,
): Problem | undefined {
  if (header.size > options.batchBytesMax) {
    return {
      error: 'MESSAGE_TOO_LARGE',
      message: `The record batch has ${header.size} bytes, max.message.bytes is ${options.batchBytesMax}.`,
    }
  }
  const crc = options.crc32c(bytes.subarray(position + at.attributes, position + header.size))
  if (crc !== header.crc) return corrupt('its checksum does not match')
  if (!options.internal && isControl(header.attributes)) {
    return { error: 'INVALID_RECORD', message: 'Clients may not write control batches.' }
  }
  if (!options.internal && isTransactional(header.attributes)) {
    return { error: 'INVALID_TXN_STATE', message: 'Transactions are not offered by this broker.' }
  }
  if (!options.internal && hasLogAppendTime(header.attributes)) {
    return { error: 'INVALID_TIMESTAMP', message: 'Only the broker may stamp log append time.' }
  }
  if (header.recordCount <= 0 || header.lastOffsetDelta !== header.recordCount - 1) {
    return invalid(
      `${header.recordCount} records with a last offset delta of ${header.lastOffsetDelta}`,
    )
  }
  if (header.producerId !== noProducerId) {
    const safe = header.producerId >= 0 && Number.isSafeInteger(header.producerId)
    if (!safe || header.producerEpoch < 0 || header.baseSequence < 0) {
      return invalid(
        `producer id ${header.producerId}, epoch ${header.producerEpoch}, sequence ${header.baseSequence}`,
      )
    }
  }
  const problem = checkRecords(bytes, position, header, options.codecs)
  if (problem) return problem
  if (header.maxTimestamp !== latestTimestamp) {
    header.maxTimestamp = latestTimestamp
    const view = viewOf(bytes)
    setInt64(view, position + at.maxTimestamp, latestTimestamp)
    const signed = bytes.subarray(position + at.attributes, position + header.size)
    header.crc = options.crc32c(signed)
    view.setUint32(position + at.crc, header.crc)
  }
  return undefined
}

const cursor = new RecordCursor()
/** Of the batch that `checkRecords` walked last. */
let latestTimestamp = noTimestamp

/** The checksum held: what is wrong here stays wrong when it is sent again, so no client is told to (INVALID_RECORD). */
function checkRecords(
  bytes: Uint8Array,
  position: number,
  header: BatchHeader,
  codecs: Codecs,
): Problem | undefined {
  const compression = compressionOf(header.attributes)
  if (!compression) {
    return {
      error: 'UNSUPPORTED_COMPRESSION_TYPE',
      message: `Compression ${header.attributes & 7} is unknown.`,
    }
  }
  try {
    cursor.begin(bytes, position, recordsOf(bytes, position, header, codecs))
    let index = 0
    latestTimestamp = noTimestamp
    while (cursor.next()) {
      if (cursor.offsetDelta !== index) {
        return invalid(`record ${index} has offset delta ${cursor.offsetDelta}`)
      }
      if (!Number.isSafeInteger(cursor.timestamp))
        return invalid(`the timestamp of record ${index}`)
      cursor.checkHeaders()
      if (cursor.timestamp > latestTimestamp) latestTimestamp = cursor.timestamp
      index++
    }
    return cursor.atEnd() ? undefined : invalid('bytes are left behind the last record')
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    if (error.code === 'decompressed-too-large') {
      return { error: 'MESSAGE_TOO_LARGE', message: error.message }
    }
    return invalid(messageOf(error))
  } finally {
    cursor.bytes = new Uint8Array(0)
  }
}

function no(error: BatchProblem, message: string): { ok: false } & Problem {
  return { ok: false, error, message }
}

function corrupt(what: string): Problem {
  return { error: 'CORRUPT_MESSAGE', message: `Corrupt record batch: ${what}.` }
}

function invalid(what: string): Problem {
  return { error: 'INVALID_RECORD', message: `Invalid record batch: ${what}.` }
}
