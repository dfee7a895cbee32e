import { encodeUtf8 } from '@millrace/base'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Codecs, type CompressionName, compressionNames } from '../compression/codec.ts'
import { loadNodeCodecs } from '../compression/node/codecs.ts'
import { crc32cNative } from '../compression/node/crc32c.ts'
import { BatchBuilder } from './batch-builder.ts'
import { assignOffset, at, readBatchHeader, setInt64, viewOf } from './batch-header.ts'
import { checkBatches, validBatchSize } from './checks.ts'
import { crc32cPortable } from './crc32c.ts'
import { forEachHeader, RecordCursor } from './record-cursor.ts'
import { recordsOf } from './records-of.ts'

let codecs: Codecs
beforeAll(async () => {
  codecs = await loadNodeCodecs()
})

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

function batchOf(values: (string | null)[], compression: CompressionName = 'none'): Uint8Array {
  const builder = new BatchBuilder({ crc32c: crc32cPortable, compression, codecs })
  values.forEach((value, index) => {
    builder.append(
      1_700_000_000_000 + index,
      index % 2 ? null : encodeUtf8(`k${index}`),
      value === null ? null : encodeUtf8(value),
      index === 1 ? [{ key: encodeUtf8('h'), value: null }] : [],
    )
  })
  return builder.build()
}

function options(internal = false) {
  return { crc32c: crc32cNative, codecs, batchBytesMax: 1_000_000, internal }
}

/** Rewrites the CRC after a field inside it was changed. */
function sign(batch: Uint8Array): Uint8Array {
  viewOf(batch).setUint32(at.crc, crc32cPortable(batch.subarray(at.attributes)))
  return batch
}

describe('crc32c', () => {
  it('gives the check value of RFC 3720 and agrees with the native one at every length', () => {
    expect(crc32cPortable(encodeUtf8('123456789'))).toBe(0xe3069283)
    const bytes = new Uint8Array(67).map((_, index) => index * 31)
    for (let size = 0; size < bytes.length; size++) {
      expect(crc32cPortable(bytes.subarray(0, size))).toBe(crc32cNative(bytes.subarray(0, size)))
    }
  })
})

describe('a record batch', () => {
  it.each(compressionNames)('comes back as it was built, compressed with %s', (compression) => {
    const batch = batchOf(['one', null, '', 'x'.repeat(3000)], compression)
    expect(checkBatches(batch, options())).toMatchObject({
      ok: true,
      headers: [{ recordCount: 4 }],
    })
    assignOffset(viewOf(batch), 0, 5_000_000_000)
    expect(validBatchSize(batch, 0, crc32cNative)).toBe(batch.length)
    const cursor = new RecordCursor()
    cursor.begin(batch, 0, recordsOf(batch, 0, readBatchHeader(viewOf(batch)), codecs))
    const seen: unknown[] = []
    while (cursor.next()) {
      const headers: string[] = []
      forEachHeader(
        {
          bytes: cursor.bytes,
          start: cursor.headersStart,
          end: cursor.headersEnd,
          count: cursor.headerCount,
        },
        (key, value) => headers.push(`${text(key)}=${value}`),
      )
      const { keyStart, keyEnd, valueStart, valueEnd, bytes } = cursor
      seen.push([
        cursor.offset,
        cursor.timestamp,
        keyStart < 0 ? null : text(bytes.subarray(keyStart, keyEnd)),
        valueStart < 0 ? null : valueEnd - valueStart,
        headers.join(),
      ])
    }
    expect(seen).toEqual([
      [5_000_000_000, 1_700_000_000_000, 'k0', 3, ''],
      [5_000_000_001, 1_700_000_000_001, null, null, 'h=null'],
      [5_000_000_002, 1_700_000_000_002, 'k2', 0, ''],
      [5_000_000_003, 1_700_000_000_003, null, 3000, ''],
    ])
  })

  it('is refused with a wrong checksum', () => {
    const batch = batchOf(['one'])
    batch[batch.length - 2] ^= 1
    expect(checkBatches(batch, options())).toMatchObject({ ok: false, error: 'CORRUPT_MESSAGE' })
    expect(validBatchSize(batch, 0, crc32cNative)).toBe(-1)
  })

  it('is refused for good when its checksum holds and its records do not', () => {
    const batch = batchOf(['one'])
    viewOf(batch).setInt32(at.recordCount, 2)
    viewOf(batch).setInt32(at.lastOffsetDelta, 1)
    expect(checkBatches(sign(batch), options())).toMatchObject({ error: 'INVALID_RECORD' })
    const packed = batchOf(['one'])
    viewOf(packed).setInt16(at.attributes, 1)
    expect(checkBatches(sign(packed), options())).toMatchObject({ error: 'INVALID_RECORD' })
  })

  it('is refused when it is larger than max.message.bytes', () => {
    const check = checkBatches(batchOf(['x'.repeat(200)]), { ...options(), batchBytesMax: 100 })
    expect(check).toMatchObject({ ok: false, error: 'MESSAGE_TOO_LARGE' })
  })

  it('is refused when its count and its last offset delta disagree', () => {
    const batch = batchOf(['one', 'two'])
    viewOf(batch).setInt32(at.lastOffsetDelta, 5)
    expect(checkBatches(sign(batch), options())).toMatchObject({ error: 'INVALID_RECORD' })
  })

  it('is refused as a control or transactional batch from a client, and taken from a coordinator', () => {
    const control = batchOf(['one'])
    viewOf(control).setInt16(at.attributes, 32)
    expect(checkBatches(sign(control), options())).toMatchObject({ error: 'INVALID_RECORD' })
    expect(checkBatches(control, options(true))).toMatchObject({ ok: true })
    viewOf(control).setInt16(at.attributes, 16)
    expect(checkBatches(sign(control), options())).toMatchObject({ error: 'INVALID_TXN_STATE' })
  })

  it('is refused in the old formats by name', () => {
    const batch = batchOf(['one'])
    viewOf(batch).setInt8(at.magic, 1)
    expect(checkBatches(batch, options())).toMatchObject({ error: 'INVALID_RECORD' })
  })

  it('is refused with a producer id beyond what a number holds exactly', () => {
    const batch = batchOf(['one'])
    setInt64(viewOf(batch), at.producerId, 2 ** 60)
    viewOf(batch).setInt16(at.producerEpoch, 0)
    viewOf(batch).setInt32(at.baseSequence, 0)
    expect(checkBatches(sign(batch), options())).toMatchObject({ error: 'INVALID_RECORD' })
  })

  it('keeps negative and far timestamps exactly', () => {
    const builder = new BatchBuilder({ crc32c: crc32cPortable })
    const times = [-5, 4_102_444_800_000_000, 0]
    for (const time of times) builder.append(time, null, null)
    const batch = builder.build()
    const cursor = new RecordCursor()
    cursor.begin(batch, 0, { bytes: batch, start: 61, end: batch.length })
    const seen: number[] = []
    while (cursor.next()) seen.push(cursor.timestamp)
    expect(seen).toEqual(times)
  })
})
