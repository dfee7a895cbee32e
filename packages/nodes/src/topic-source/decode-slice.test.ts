import { encodeUtf8 } from '@millrace/base'
import type { TopicSourceConfig } from '@millrace/engine/plan'
import { deadLetterRow } from '@millrace/engine/plan'
import { newPartition } from '@millrace/engine/runtime'
import { type Batch, type RowType, rowAt, types } from '@millrace/schemas'
import { expect, it } from 'vitest'
import { type Records, SliceDecoder } from './decode-slice.ts'

const row: RowType = {
  fields: [
    { name: 'city', type: types.string, nullable: true },
    { name: 'amount', type: types.bigint, nullable: true },
  ],
}

const config: TopicSourceConfig = {
  topic: 'orders',
  format: 'json',
  columns: [
    { name: 'city', type: types.string, nullable: true, path: ['ship.to', 'city'] },
    { name: 'amount', type: types.bigint, nullable: true },
    { name: 'at', type: types.timestamp, nullable: true },
  ],
  produced: [0, 1],
  time: { column: 2, unit: 's', waitMs: 0 },
  start: 'earliest',
  idleAfterMs: null,
  group: 'g',
  invalidUtf8: 'dead-letter',
}

/** Records from offset 40 on, each record batch as long as `batches` says; null: a record without value. */
function recordsOf(values: readonly (string | null)[], batches: readonly number[]): Records {
  const bytes = values.map((value) => encodeUtf8(value ?? ''))
  const data = new Uint8Array(bytes.reduce((sum, value) => sum + value.length, 0))
  const valueStart = new Int32Array(values.length)
  const valueEnd = new Int32Array(values.length)
  let at = 0
  bytes.forEach((value, i) => {
    data.set(value, at)
    valueStart[i] = values[i] === null ? -1 : at
    at += value.length
    valueEnd[i] = values[i] === null ? -1 : at
  })
  let end = 0
  return {
    count: values.length,
    bytes: data,
    offsets: Float64Array.from(values, (_, i) => 40 + i),
    timestamps: Float64Array.from(values, () => 123),
    keyStart: new Int32Array(values.length).fill(-1),
    keyEnd: new Int32Array(values.length).fill(-1),
    valueStart,
    valueEnd,
    batchCount: batches.length,
    batchEnd: Int32Array.from(batches, (size) => (end += size)),
  }
}

const decoder = (changes: Partial<TopicSourceConfig> = {}) =>
  new SliceDecoder({
    config: { ...config, ...changes },
    schemas: { find: () => ({ is: 'unknown' }) },
    origins: true,
    deadLetterEventTime: false,
  })

const rowsOf = (batch: Batch | null, type: RowType) =>
  Array.from({ length: batch?.length ?? 0 }, (_, i) => batch && rowAt(batch, type, i))
const order = (city: string, at: number) =>
  `{"at": ${at}, "ship.to": {"city": "${city}"}, "amount": 7}`

it('gives rows with event time and origin, and keeps no bytes of the reader', () => {
  const records = recordsOf([order('Ulm', 5), order('Bonn', 6)], [2])
  const { emissions, consumed } = decoder().decode(records, { from: 0, to: 2 }, newPartition(3, 40))
  records.bytes.fill(0)
  expect(consumed).toBe(2)
  const [{ rows, deadLetters, after }] = emissions
  expect(rowsOf(rows, row)).toEqual([
    { city: 'Ulm', amount: 7n },
    { city: 'Bonn', amount: 7n },
  ])
  expect([...(rows?.eventTimes ?? [])].slice(0, 2)).toEqual([5000, 6000])
  expect(rows?.origins).toEqual({
    partition: Int32Array.of(3, 3),
    offset: Float64Array.of(40, 41),
  })
  expect(deadLetters).toBeNull()
  expect(after).toMatchObject({
    offset: 42,
    maxEventTime: 6000,
    maxEventTimeOffset: 41,
    watermark: 5999,
  })
})

it('sends records that do not decode to the dead letters as they are, also those without value', () => {
  const values = [order('Ulm', 5), '{"at": ', null, order('Bonn', 6)]
  const { emissions } = decoder().decode(
    recordsOf(values, [4]),
    { from: 0, to: 4 },
    newPartition(0, 40),
  )
  const [{ rows, deadLetters, after }] = emissions
  expect(rowsOf(rows, row).map((cells) => cells?.city)).toEqual(['Ulm', 'Bonn'])
  expect(rows?.origins?.offset).toEqual(Float64Array.of(40, 43))
  expect(rowsOf(deadLetters, deadLetterRow)).toMatchObject([
    {
      topic: 'orders',
      partition: 0,
      offset: 41n,
      timestamp: 123,
      key: null,
      value: encodeUtf8('{"at": '),
    },
    { offset: 42n, value: null },
  ])
  expect(after).toMatchObject({ offset: 44, watermark: 5999 })
})

it('leaves the watermark where it was when the records end inside a record batch', () => {
  const records = recordsOf([order('Ulm', 5), order('Bonn', 6), order('Kiel', 7)], [3])
  const { emissions } = decoder().decode(records, { from: 0, to: 2 }, newPartition(0, 40))
  expect(emissions[0].after).toMatchObject({ offset: 42, maxEventTime: 6000, watermark: null })
  const rest = decoder().decode(
    records,
    { from: 2, to: 3 },
    {
      ...newPartition(0, 42),
      ...emissions[0].after,
    },
  )
  expect(rest.emissions[0].after).toMatchObject({ offset: 43, watermark: 6999 })
})

it('cuts before a record batch that is late for the ones before it', () => {
  const records = recordsOf([order('Ulm', 9), order('Bonn', 4)], [1, 1])
  const { emissions } = decoder().decode(records, { from: 0, to: 2 }, newPartition(0, 40))
  expect(emissions.map(({ rows, after }) => [rows?.length, after.offset, after.watermark])).toEqual(
    [
      [1, 41, 8999],
      [1, 42, 8999],
    ],
  )
})

it('hands out dead letters with the records around them, so that a checkpoint between two batches repeats none', () => {
  const values = [order('Ulm', 9), '{"at": ', order('Bonn', 4), '{']
  const records = recordsOf(values, [1, 1, 1, 1])
  const { emissions } = decoder().decode(records, { from: 0, to: 4 }, newPartition(0, 40))
  expect(
    emissions.map(({ deadLetters, records: count, after }) => [
      rowsOf(deadLetters, deadLetterRow).map((letter) => letter?.offset),
      count,
      after.offset,
    ]),
  ).toEqual([
    [[41n], 2, 42],
    [[43n], 2, 44],
  ])
})
