import { encodeUtf8 } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decimalParts, int64Words, parseInt64, scaledDecimal } from './numbers.ts'

it('reads every 64-bit integer into words, and refuses the first one beyond', () => {
  const read = (text: string) => {
    const bytes = encodeUtf8(text)
    if (!parseInt64(bytes, 0, bytes.length)) return undefined
    return (BigInt(int64Words[1]) << 32n) | BigInt(int64Words[0] >>> 0)
  }
  const edge = fc.constantFrom(
    0n,
    2n ** 31n,
    2n ** 32n,
    2n ** 53n,
    10n ** 9n,
    10n ** 18n,
    2n ** 63n,
  )
  const near = fc.tuple(edge, fc.bigInt({ min: -3n, max: 3n })).map(([a, b]) => a + b)
  const any = fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n })
  fc.assert(
    fc.property(fc.oneof(near, any), fc.boolean(), (size, negative) => {
      const value = negative ? -size : size
      const fits = BigInt.asIntN(64, value) === value
      expect(read(value.toString())).toBe(fits ? value : undefined)
    }),
    { numRuns: 3000 },
  )
  for (const text of ['', '-', '1a', '1.0', '+1', ' 1']) expect(read(text)).toBeUndefined()
  expect(read('-0007')).toBe(-7n)
})

it('scales decimals exactly, half away from zero', () => {
  const scaled = (text: string, precision: number, scale: number) => {
    const parts = decimalParts(text)
    return parts && scaledDecimal(parts, precision, scale)
  }
  expect(scaled('0.5', 3, 0)).toBe(1n)
  expect(scaled('-0.5', 3, 0)).toBe(-1n)
  expect(scaled('0.05', 3, 0)).toBe(0n)
  expect(scaled('0.49999', 3, 0)).toBe(0n)
  expect(scaled('999.5', 3, 0)).toBeUndefined()
  expect(scaled('1e17', 18, 0)).toBe(10n ** 17n)
  expect(scaled('1e-400', 18, 2)).toBe(0n)
  expect(scaled('1e999999999', 18, 2)).toBeUndefined()
  expect(scaled('.5', 3, 1)).toBe(5n)
  expect(scaled('5.', 3, 1)).toBe(50n)
  expect(scaled('e5', 3, 1)).toBeUndefined()
})
