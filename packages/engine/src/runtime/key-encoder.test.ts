import { encodeUtf8, randomInteger, seededRandom } from '@millrace/base'
import { BatchBuilder, type CellValue, field, type RowType, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { KeyEncoder, keyGrouper } from './key-encoder.ts'
import { hashBytes } from './key-groups.ts'
import { batchOf, rowsOf } from './testing/batches.ts'

const row: RowType = {
  fields: [
    field('s', types.string),
    field('i', types.int),
    field('l', types.bigint),
    field('d', types.double),
    field('b', types.boolean),
    field('x', types.bytes),
  ],
}

function keyOf(columns: readonly number[], cells: readonly CellValue[]): Uint8Array {
  const encoder = new KeyEncoder(
    columns,
    columns.map((index) => row.fields[index].type),
  )
  const { data, starts, ends } = encoder.encode(batchOf(row, [{ cells }]))
  return data.slice(starts[0], ends[0])
}

describe('key encoder', () => {
  it('gives back every key that it wrote, for every choice of columns', () => {
    const random = seededRandom(3)
    const maybe = (value: CellValue): CellValue => (random.next() < 0.3 ? null : value)
    for (const columns of [
      [],
      [0],
      [1],
      [2],
      [3],
      [5],
      [0, 1],
      [5, 0],
      [4, 3, 2],
      [0, 1, 2, 3, 4, 5],
    ]) {
      const type = { fields: columns.map((index) => row.fields[index]) }
      const rows = Array.from({ length: 50 }, () => ({
        cells: [
          maybe('x'.repeat(randomInteger(random, 0, 40))),
          maybe(random.uint32() | 0),
          maybe(BigInt.asIntN(64, BigInt(random.uint32()) ** 2n)),
          maybe(random.next()),
          maybe(random.next() < 0.5),
          maybe(new Uint8Array([255, 0, random.uint32() & 255])),
        ],
      }))
      const encoder = new KeyEncoder(
        columns,
        type.fields.map((one) => one.type),
      )
      const keys = encoder.encode(batchOf(row, rows))
      const builder = new BatchBuilder(type, { capacity: 50, withEventTime: false })
      for (let i = 0; i < rows.length; i++) {
        const key = { data: keys.data, start: keys.starts[i], end: keys.ends[i] }
        encoder.decode(builder, builder.addRow(0), key)
      }
      const expected = rows.map(({ cells }) => ({ cells: columns.map((index) => cells[index]) }))
      expect(rowsOf(type, builder.take())).toEqual(expected)
    }
  })

  it('makes one key of 0 and −0, and one of every NaN', () => {
    const at = (value: number) => keyOf([3], [null, null, null, value, null, null])
    expect(at(-0)).toEqual(at(0))
    expect(at(Number.NaN)).toEqual(at(0 / 0))
    expect(at(1)).not.toEqual(at(0))
  })

  it('does not confuse the borders of neighbouring columns', () => {
    const two = (s: string | null, x: string | null) =>
      keyOf([0, 5], [s, null, null, null, null, x === null ? null : encodeUtf8(x)])
    expect(two('ab', 'c')).not.toEqual(two('a', 'bc'))
    expect(two(null, 'a')).not.toEqual(two('', 'a'))
  })
})

describe('hash v1', () => {
  it.each([
    ['', 0],
    ['hello', 0x248bfa47],
    ['hello, world', 0x149bbb7f],
    ['The quick brown fox jumps over the lazy dog', 0x2e4ff723],
  ])('of "%s" is as published for MurmurHash3 x86 32', (text, expected) => {
    const bytes = encodeUtf8(text)
    expect(hashBytes(bytes, 0, bytes.length) >>> 0).toBe(expected)
  })

  it('keeps the key groups of BIGINT and INT keys as Java hashes them', () => {
    const groupOf = (index: number, cell: CellValue) => {
      const data = keyOf([index], [null, cell as never, cell as never, null, null, null])
      return keyGrouper('flink', [row.fields[index].type])({ data, start: 0, end: data.length })
    }
    // Long.hashCode(2^32 + 1) is 0, Long.hashCode(42) is 42, as Integer.hashCode(42).
    expect(groupOf(2, 2n ** 32n + 1n)).toBe(groupOf(2, 0n))
    expect(groupOf(2, 42n)).toBe(groupOf(1, 42))
    expect(groupOf(1, 42)).toBe(1134849565 % 128)
  })
})
