import { describe, expect, it } from 'vitest'
import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'

describe('byte writer', () => {
  it('writes what the reader reads', () => {
    const varints = [0, 1, 127, 128, 16_384, 2 ** 32, 2 ** 53 - 1]
    const zigzags = [0, -1, 1, -64, 64, -(2 ** 40), 1_700_000_000_000]
    const writer = new ByteWriter(1)
    for (const value of varints) writer.varint(value)
    for (const value of zigzags) writer.zigzag(value)
    writer.f64(Number.NEGATIVE_INFINITY)
    writer.i64(-(2n ** 63n))
    writer.i32(-5)
    writer.sized(new Uint8Array([1, 2, 3]))
    const reader = new ByteReader(writer.take())
    expect(varints.map(() => reader.varint())).toEqual(varints)
    expect(zigzags.map(() => reader.zigzag())).toEqual(zigzags)
    expect(reader.f64()).toBe(Number.NEGATIVE_INFINITY)
    expect(reader.i64()).toBe(-(2n ** 63n))
    expect(reader.i32()).toBe(-5)
    expect([...reader.sized()]).toEqual([1, 2, 3])
    expect(reader.atEnd).toBe(true)
  })

  it('is refused by name when it ends in the middle of an entry', () => {
    const writer = new ByteWriter()
    writer.f64(1)
    const short = writer.take().subarray(0, 5)
    expect(() => new ByteReader(short).f64()).toThrow('it is damaged')
  })
})
