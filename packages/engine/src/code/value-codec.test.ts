import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodeValue, encodeValue } from './value-codec.ts'

it('brings back every value that it accepts', () => {
  const values = fc.anything({
    withBigInt: true,
    withMap: true,
    withSet: true,
    withDate: true,
    withNullPrototype: false,
    maxDepth: 4,
  })
  fc.assert(
    fc.property(values, (value) => {
      expect(decodeValue(encodeValue(value))).toEqual(value)
    }),
    { seed: 7, numRuns: 500 },
  )
})

it('keeps negative zero, NaN and infinities', () => {
  for (const value of [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    expect(Object.is(decodeValue(encodeValue(value)), value)).toBe(true)
  }
})

it('keeps an object that looks like its own tags', () => {
  expect(decodeValue(encodeValue({ $: 'n', v: '1' }))).toEqual({ $: 'n', v: '1' })
})

it('refuses functions, symbols and cycles, and says why', () => {
  const cycle: Record<string, unknown> = {}
  cycle.self = cycle
  expect(() => encodeValue(() => 1)).toThrow(
    'This value cannot be kept as state: it holds a function.',
  )
  expect(() => encodeValue([Symbol('x')])).toThrow('it holds a symbol')
  expect(() => encodeValue(cycle)).toThrow('contains itself')
})

it('gives a fresh value at each read', () => {
  const text = encodeValue({ list: [1] })
  const first = decodeValue(text) as { list: number[] }
  first.list.push(2)
  expect(decodeValue(text)).toEqual({ list: [1] })
})
