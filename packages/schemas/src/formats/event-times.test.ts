import { encodeUtf8 } from '@millrace/base'
import { expect, it } from 'vitest'
import { field, types } from '../types.ts'
import type { SourceColumn } from './api.ts'
import { createDecoder } from './decoder.ts'
import { readEventTimes } from './event-times.ts'
import { slicesOf } from './testing/decoding.ts'

function times(column: SourceColumn, unit: 'ms' | 's' | 'us' | 'iso8601', ...values: string[]) {
  const decoder = createDecoder({ format: 'json', columns: [column] })
  const input = slicesOf(values.map((value) => encodeUtf8(`{"v":${value}}`)))
  const { columns, length } = decoder.decode(input)
  return [...readEventTimes(columns[0], column.type, unit, length)]
}

it('reads event times from numbers by unit, from timestamps, dates and text; NaN for NULL', () => {
  expect(times(field('v', types.bigint), 'ms', '1700000000123', 'null')).toEqual([
    1700000000123,
    Number.NaN,
  ])
  expect(times(field('v', types.bigint), 'us', '1700000000123456')).toEqual([1700000000123])
  expect(times(field('v', types.int), 's', '1700000000')).toEqual([1700000000000])
  expect(times(field('v', types.double), 's', '1700000000.5')).toEqual([1700000000500])
  expect(times(field('v', types.timestamp), 'ms', '"2023-11-14T22:13:20.5Z"')).toEqual([
    1700000000500,
  ])
  expect(times(field('v', types.date), 'ms', '"1970-01-02"')).toEqual([86_400_000])
  expect(times(field('v', types.string), 'iso8601', '"2023-11-14T22:13:20Z"', '"x"')).toEqual([
    1700000000000,
    Number.NaN,
  ])
})
