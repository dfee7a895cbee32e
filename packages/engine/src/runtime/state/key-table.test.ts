import { encodeUtf8 } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { KeyTable } from './key-table.ts'

const entryOf = (table: KeyTable, text: string) => {
  const bytes = encodeUtf8(text)
  return table.entryOf(bytes, 0, bytes.length)
}

describe('key table', () => {
  it('numbers keys in the order in which they come, and keeps the numbers while it grows', () => {
    const table = new KeyTable()
    for (let round = 0; round < 2; round++) {
      for (let key = 0; key < 5000; key++) expect(entryOf(table, `key-${key}`)).toBe(key)
    }
    expect(table.count).toBe(5000)
    expect(table.capacity).toBeGreaterThanOrEqual(5000)
  })

  it('tells prefixes, the empty key and keys of zero bytes apart', () => {
    const table = new KeyTable()
    const keys = ['', 'a', 'aa', '\0', '\0\0', 'a\0']
    expect(keys.map((key) => entryOf(table, key))).toEqual([0, 1, 2, 3, 4, 5])
    expect(keys.map((key) => entryOf(table, key))).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('keeps its own copy of a key', () => {
    const table = new KeyTable()
    const bytes = encodeUtf8('once')
    table.entryOf(bytes, 0, bytes.length)
    bytes.fill(0)
    expect(entryOf(table, 'once')).toBe(0)
    const { data, start, end } = table.keyOf(0)
    expect(data.slice(start, end)).toEqual(encodeUtf8('once'))
  })
})
