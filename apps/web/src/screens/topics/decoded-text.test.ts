import { expect, it } from 'vitest'
import { bytesOf, hexDump, oneLine, treeLines } from './decoded-text.ts'

it('prints a JSON value on one line without quoting plain keys', () => {
  const value = { page_url: '/pay', 'odd key': [1, null], inner: {} }
  expect(oneLine({ is: 'json', value, text: '', bytes: 10 })).toBe(
    '{ page_url: "/pay", "odd key": [1, null], inner: {} }',
  )
})

it('says why bytes did not decode, and how many they are', () => {
  expect(
    oneLine({ is: 'undecodable', reason: 'not Avro: first byte 0x7b', bytes: 112, hex: '7b' }),
  ).toBe('not Avro: first byte 0x7b. 112 bytes')
})

it('lays a value out as a tree with types', () => {
  expect(treeLines({ a: 1, b: { c: 'x' } })).toEqual([
    { depth: 0, name: 'a', text: '1', type: 'BIGINT' },
    { depth: 0, name: 'b', text: null, type: 'ROW' },
    { depth: 1, name: 'c', text: '"x"', type: 'STRING' },
  ])
})

it('dumps bytes in hexadecimal with their ASCII', () => {
  expect(hexDump(bytesOf(btoa('{"a":1}\u0000')))).toBe(
    '000000  7b 22 61 22 3a 31 7d 00                          {"a":1}.',
  )
})
