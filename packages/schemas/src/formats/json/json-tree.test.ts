import { encodeUtf8 } from '@millrace/base'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJsonTree, printJsonTree, treeDepthMax } from './json-tree.ts'

it('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const parsed = parseJsonTree(encodeUtf8(JSON.stringify(value, null, space)))
      expect(parsed.ok && JSON.parse(printJsonTree(parsed.tree))).toEqual(
        JSON.parse(JSON.stringify(value)),
      )
    }),
    { numRuns: 500 },
  )
})

it('keeps the digits of numbers and the last of duplicate keys', () => {
  const parsed = parseJsonTree('{"a":1,"b":123456789012345678901.50,"a":2}')
  expect(parsed.ok && printJsonTree(parsed.tree)).toBe('{"a":2,"b":123456789012345678901.50}')
})

it('refuses what is no JSON, and bounds the depth', () => {
  expect(parseJsonTree('{"a":}')).toEqual({
    ok: false,
    message: "not JSON: byte 5 is 0x7d '}', expected a value",
  })
  const nested = (depth: number) => parseJsonTree('['.repeat(depth) + ']'.repeat(depth)).ok
  expect(nested(treeDepthMax)).toBe(true)
  expect(nested(treeDepthMax + 2)).toBe(false)
})
