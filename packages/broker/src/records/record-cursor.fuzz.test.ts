/**
 * The cursor beside a plain reading of the format (KIP-98). Invariants: the same fields for every record, whatever sizes,
 * nulls and headers it has; and on damaged bytes both take the same records before they refuse the same one.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BatchBuilder } from './batch-builder.ts'
import { batchHeaderSize } from './batch-header.ts'
import { crc32cPortable } from './crc32c.ts'
import { RecordCursor } from './record-cursor.ts'

type Fields = (number | bigint)[]

/** Fields of each record of the batch, then `refused` if one is not a record. */
function plainly(batch: Uint8Array, count: number, base: { offset: number; time: number }) {
  const seen: (Fields | 'refused')[] = []
  let p = batchHeaderSize
  let end = batch.length
  const number = (bytesMax: number) => {
    let value = 0n
    for (let i = 0; i < bytesMax; i++) {
      if (p >= end) throw new RangeError('cut')
      const byte = batch[p++]
      value |= BigInt(byte & 127) << BigInt(7 * i)
      if (byte < 128) return BigInt.asIntN(bytesMax * 7, (value >> 1n) ^ -(value & 1n))
    }
    throw new RangeError('long')
  }
  const int = () => Number(BigInt.asIntN(32, number(5)))
  const slice = () => {
    const size = int()
    if (size < 0) return [-1, -1]
    if (p + size > end) throw new RangeError('size')
    p += size
    return [p - size, p]
  }
  try {
    for (let i = 0; i < count; i++) {
      const size = int()
      if (size < 6 || p + size > batch.length) throw new RangeError('size')
      end = p + size
      p++
      const time = Number(number(10))
      const delta = int()
      const [key, value] = [slice(), slice()]
      const headers = int()
      seen.push([base.time + time, base.offset + delta, ...key, ...value, headers, p, end])
      p = end
      end = batch.length
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    seen.push('refused')
  }
  return seen
}

function byCursor(batch: Uint8Array) {
  const seen: (Fields | 'refused')[] = []
  const cursor = new RecordCursor()
  cursor.begin(batch, 0, { bytes: batch, start: batchHeaderSize, end: batch.length })
  try {
    while (cursor.next()) {
      const { timestamp, offset, keyStart, keyEnd, valueStart, valueEnd } = cursor
      const { headerCount, headersStart, headersEnd } = cursor
      const slices = [keyStart, keyEnd, valueStart, valueEnd]
      seen.push([timestamp, offset, ...slices, headerCount, headersStart, headersEnd])
    }
  } catch {
    seen.push('refused')
  }
  return seen
}

const size = fc.oneof(fc.nat(20), fc.nat(200), fc.constantFrom(62, 63, 64, 127, 128, 8191, 8192))
const bytes = fc.option(size.map((length) => new Uint8Array(length).fill(7)))
const record = fc.record({
  key: bytes,
  value: bytes,
  time: fc.oneof(fc.nat(70), fc.nat(20_000), fc.integer({ min: -9000, max: 2_000_000_000 })),
  headers: fc.array(fc.constant({ key: new Uint8Array(3), value: null }), { maxLength: 2 }),
})

it('reads and refuses as a plain reading does', () => {
  fc.assert(
    fc.property(
      fc.array(record, { minLength: 1, maxLength: 80 }),
      fc.array(fc.record({ at: fc.nat(60), byte: fc.oneof(fc.nat(8), fc.nat(255)) }), {
        maxLength: 3,
      }),
      (records, damage) => {
        const builder = new BatchBuilder({ crc32c: crc32cPortable, baseOffset: 100 })
        for (const { key, value, time, headers } of records) {
          builder.append(5000 + time, key, value, headers)
        }
        const batch = builder.build()
        for (const { at, byte } of damage) {
          if (batchHeaderSize + at < batch.length) batch[batchHeaderSize + at] = byte
        }
        const base = { offset: 100, time: 5000 + records[0].time }
        expect(byCursor(batch)).toEqual(plainly(batch, records.length, base))
      },
    ),
    { numRuns: 4000 },
  )
})
