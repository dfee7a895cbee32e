/** The named limits of the formats that have no test beside their own file. */
import { encodeUtf8 } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { field, types } from '../types.ts'
import { avroDepthMax } from './avro/cursor.ts'
import { recycledColumnsMax } from './column-slot.ts'
import { createDecoder } from './decoder.ts'
import { inferColumns, sampledRecordsMax } from './infer/infer-columns.ts'
import { inferredColumnsMax } from './infer/names.ts'
import { buildKeyTree, layoutMembersMax, learningMax, pathDepthMax } from './json/key-tree.ts'
import { lookupOf, wire } from './testing/avro.ts'
import { decodeAll, slicesOf } from './testing/decoding.ts'
import { numberLengthMax } from './text/numbers.ts'

describe('limits', () => {
  it('layoutMembersMax: records with ever new keys decode and do not grow the memory of layouts', () => {
    const columns = [field('a', types.bigint)]
    const decoder = createDecoder({ format: 'json', columns })
    const values = Array.from({ length: 3 * layoutMembersMax }, (_, i) => `{"k${i}":0,"a":${i}}`)
    const { rows, bad } = decodeAll(decoder, columns, values)
    expect(bad).toEqual([])
    expect(rows.map((row) => row.a)).toEqual(values.map((_, i) => BigInt(i)))
    const { root } = decoder as unknown as { root: { layout: unknown[] } }
    expect(root.layout.length).toBe(layoutMembersMax)
  })

  it('learningMax: an object with more new keys than that is read all the same', () => {
    const columns = [field('a', types.bigint)]
    const decoder = createDecoder({ format: 'json', columns })
    const many = Array.from({ length: 3 * learningMax }, (_, i) => `"k${i}":0,`).join('')
    const { rows, bad } = decodeAll(decoder, columns, [
      `{${many}"a":1}`,
      `{${many}"a":2}`,
      '{"a":3}',
    ])
    expect(bad).toEqual([])
    expect(rows).toEqual([{ a: 1n }, { a: 2n }, { a: 3n }])
    const { root } = decoder as unknown as { root: { layout: unknown[] } }
    expect(root.layout.length).toBeLessThanOrEqual(learningMax + 3)
  })

  it('pathDepthMax: a path with more keys is refused by name', () => {
    const path = (depth: number) => [
      { ...field('a', types.string), path: 'x.'.repeat(depth - 1).concat('y') },
    ]
    expect(buildKeyTree(path(pathDepthMax)).slots).toHaveLength(1)
    expect(() => buildKeyTree(path(pathDepthMax + 1))).toThrow(
      'The path of column a has 33 keys; at most 32 are allowed.',
    )
  })

  it('numberLengthMax: longer numbers are bad, not slow', () => {
    const columns = [field('a', types.double)]
    const decoder = createDecoder({ format: 'json', columns })
    const long = '1'.repeat(numberLengthMax)
    const { rows, bad } = decodeAll(decoder, columns, [`{"a":${long}}`, `{"a":${long}1}`])
    expect(rows).toEqual([{ a: Number.POSITIVE_INFINITY }])
    expect(bad).toHaveLength(1)
  })

  it('avroDepthMax: deeper values are bad', () => {
    const schema = { type: 'record', name: 'L', fields: [{ name: 'next', type: ['null', 'L'] }] }
    const columns = [field('x', types.string)]
    const decoder = createDecoder({ format: 'avro', columns, schemas: lookupOf({ 1: schema }) })
    const chain = (depth: number) =>
      wire(
        1,
        Uint8Array.from({ length: depth }, (_, i) => (i === depth - 1 ? 0 : 2)),
      )
    expect(decodeAll(decoder, columns, [chain(avroDepthMax)]).rows).toHaveLength(1)
    expect(decodeAll(decoder, columns, [chain(avroDepthMax + 1)]).bad[0].message).toBe(
      'not Avro of schema 1: values are nested deeper than 200 levels',
    )
  })

  it('recycledColumnsMax: columns given back are used again, the rest is left to the collector', () => {
    const decoder = createDecoder({ format: 'json', columns: [field('a', types.bigint)] })
    const input = slicesOf([encodeUtf8('{"a":1}')])
    const decoded = Array.from({ length: recycledColumnsMax + 1 }, () => decoder.decode(input))
    for (const one of decoded) decoder.recycle(one.columns)
    const again = Array.from({ length: recycledColumnsMax + 1 }, () => decoder.decode(input))
    const known = new Set(decoded.map((one) => one.columns[0]))
    expect(again.filter((one) => known.has(one.columns[0]))).toHaveLength(recycledColumnsMax)
  })

  it('sampledRecordsMax and inferredColumnsMax: inference looks at the last records and first columns', () => {
    const record = (value: unknown) => ({ key: null, value: encodeUtf8(JSON.stringify(value)) })
    const old = Array.from({ length: 10 }, () => record({ old: 1 }))
    const recent = Array.from({ length: sampledRecordsMax }, () => record({ recent: 1 }))
    const inference = inferColumns([...old, ...recent], 'json')
    expect(inference.sampled).toBe(sampledRecordsMax)
    expect(inference.columns.map((column) => column.name)).toEqual(['recent'])
    const wide = Object.fromEntries(
      Array.from({ length: inferredColumnsMax + 5 }, (_, i) => [`c${i}`, i]),
    )
    expect(inferColumns([record(wide)], 'json').columns).toHaveLength(inferredColumnsMax)
  })
})
