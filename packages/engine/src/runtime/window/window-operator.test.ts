import { field, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { batchOf } from '../testing/batches.ts'
import { OperatorHarness } from '../testing/operator-harness.ts'
import { countAll, keyValueRow, sumValue, windowSpec } from '../testing/plans.ts'
import { testRegistry } from '../testing/test-operators.ts'
import { type VerifyInput, verifyOperator } from '../testing/verify-operator.ts'

const registry = testRegistry([])
const row = (key: string | null, value: bigint | null, time?: number): VerifyInput => ({
  row: { cells: [key, value], time },
})
const watermark = (time: number): VerifyInput => ({ watermark: time })

describe('tumbling window', () => {
  it('counts and sums by key, and sends late rows out of the late port', () => {
    //   0 ──────── 10 ──────── 20      two keys; the row at 3 arrives after watermark 10: late
    verifyOperator(windowSpec({ sizeMs: 10 }), registry)
      .input(row('a', 1n, 1), row('b', 2n, 4), watermark(10), row('a', 9n, 3), watermark(20))
      .expect(
        ['a 0 10 9 1 1 @9', 'b 0 10 9 1 2 @9', 'watermark 10', 'watermark 20'],
        ['watermark 10', 'a 9 @3', 'watermark 20'],
      )
  })

  it('fires several windows of one watermark in the order of their ends', () => {
    //   0 ── 10 ── 20 ── 30      rows arrive newest first, one watermark closes all
    verifyOperator(windowSpec({ sizeMs: 10 }), registry)
      .input(row('a', 1n, 25), row('b', 2n, 15), row('a', 4n, 5), row('a', 8n, 16), watermark(99))
      .expect(
        [
          'a 0 10 9 1 4 @9',
          'a 10 20 19 1 8 @19',
          'b 10 20 19 1 2 @19',
          'a 20 30 29 1 1 @29',
          'watermark 99',
        ],
        ['watermark 99'],
      )
  })

  it('fires again for each late row that is still allowed, counting the firings', () => {
    //   0 ──────── 10 ···· 15      lateness 5: the window stays until watermark 14
    verifyOperator(windowSpec({ sizeMs: 10, allowedLatenessMs: 5 }), registry)
      .input(
        row('a', 1n, 1),
        watermark(9),
        row('a', 2n, 2),
        row('b', 4n, 3),
        row('a', 8n, 4),
        watermark(13),
        row('a', 16n, 5),
        watermark(14),
        row('a', 32n, 6),
        watermark(20),
      )
      .expect(
        [
          'a 0 10 9 1 1 1 @9',
          'watermark 9',
          'a 0 10 9 2 3 2 @9 kind 2',
          'a 0 10 9 3 11 3 @9 kind 2',
          'b 0 10 9 1 4 1 @9',
          'watermark 13',
          'a 0 10 9 4 27 4 @9 kind 2',
          'watermark 14',
          'watermark 20',
        ],
        ['watermark 9', 'watermark 13', 'watermark 14', 'a 32 @6', 'watermark 20'],
      )
  })

  it('keeps NULL keys apart from empty ones, and NULL values out of sums', () => {
    verifyOperator(windowSpec({ sizeMs: 10 }), registry)
      .input(row(null, 1n, 1), row('', 2n, 1), row(null, null, 2), row('', null, 3), watermark(9))
      .expect([' 0 10 9 2 2 @9', 'NULL 0 10 9 2 1 @9', 'watermark 9'], ['watermark 9'])
  })

  it('makes one group of the whole stream without keys', () => {
    verifyOperator(windowSpec({ sizeMs: 10, keys: [] }), registry)
      .input(row('a', 1n, 1), row('b', 2n, 1), watermark(9))
      .expect(['0 10 9 2 3 @9', 'watermark 9'], ['watermark 9'])
  })

  it('groups by several columns of different types', () => {
    const input = {
      fields: [
        field('country', types.string),
        field('vip', types.boolean),
        field('amount', types.double),
      ],
    }
    const spec = windowSpec({ sizeMs: 10, input, keys: [0, 1], aggregates: [countAll] })
    const at = (country: string, vip: boolean | null): VerifyInput => ({
      row: { cells: [country, vip, 1], time: 1 },
    })
    verifyOperator(spec, registry)
      .input(at('de', true), at('de', false), at('de', true), at('d', null), watermark(9))
      .expect(
        ['d NULL 0 10 9 1 @9', 'de false 0 10 9 1 @9', 'de true 0 10 9 2 @9', 'watermark 9'],
        ['watermark 9'],
      )
  })

  it('says of a late row which watermark it met and by how much it missed', () => {
    const harness = new OperatorHarness({ spec: windowSpec({ sizeMs: 10 }), registry })
    harness.feed({ is: 'watermark', time: 25 })
    const late = { cells: ['a', 1n], time: 7, origin: { partition: 3, offset: 42 } }
    harness.feed({ is: 'batch', batch: batchOf(keyValueRow, [late]) })
    expect(harness.subtask.status().recentDrops).toEqual([
      {
        why: 'too-late',
        eventTime: 7,
        watermark: 25,
        windowStart: 0,
        windowEnd: 10,
        admittedUntil: 9,
        missedByMs: 17,
        key: 'a',
        partition: 3,
        offset: 42,
        at: 0,
      },
    ])
  })

  it('judges at the very millisecond, before 1970 and with an offset, and keeps distinct values for late rows', () => {
    //   −17 ──────── −7 ···· −3      offset 3, lateness 4: fires at watermark −8, is final at −4
    const distinct = { ...countAll, name: 'kinds', argument: 1, distinct: true }
    const least = { ...sumValue, name: 'least', function: 'min' as const }
    const most = { ...sumValue, name: 'most', function: 'max' as const }
    const aggregates = [distinct, least, most]
    const spec = windowSpec({ sizeMs: 10, offsetMs: 3, allowedLatenessMs: 4, aggregates })
    verifyOperator(spec, registry)
      .input(
        row('a', 5n, -17),
        row('a', 5n, -8),
        watermark(-9),
        row('a', 7n, -9),
        watermark(-8),
        row('a', 5n, -17),
        row('a', -1n, -8),
        watermark(-5),
        row('a', 9n, -10),
        watermark(-4),
        row('a', 1n, -8),
        watermark(2),
      )
      .expect(
        [
          'watermark -9',
          'a -17 -7 -8 2 5 7 1 @-8',
          'watermark -8',
          'a -17 -7 -8 2 5 7 2 @-8 kind 2',
          'a -17 -7 -8 3 -1 7 3 @-8 kind 2',
          'watermark -5',
          'a -17 -7 -8 4 -1 9 4 @-8 kind 2',
          'watermark -4',
          'watermark 2',
        ],
        ['watermark -9', 'watermark -8', 'watermark -5', 'watermark -4', 'a 1 @-8', 'watermark 2'],
      )
    const harness = new OperatorHarness({ spec, registry })
    harness.feed({ is: 'watermark', time: -4 })
    harness.feed({ is: 'batch', batch: batchOf(keyValueRow, [{ cells: ['a', 1n], time: -8 }]) })
    const [drop] = harness.subtask.status().recentDrops ?? []
    expect(drop).toMatchObject({
      windowStart: -17,
      windowEnd: -7,
      admittedUntil: -4,
      missedByMs: 1,
    })
  })

  it('counts rows without event time and never puts them into a window', () => {
    const harness = new OperatorHarness({ spec: windowSpec({ sizeMs: 10 }), registry })
    const rows = [{ cells: ['a', 1n] }, { cells: ['a', 2n], time: 1 }]
    harness.feed({ is: 'batch', batch: batchOf(keyValueRow, rows) })
    const { counters, recentDrops } = harness.subtask.status()
    expect(counters).toMatchObject({ rowsIn: 2, noEventTime: 1, held: 1 })
    expect(recentDrops).toEqual([{ why: 'no-event-time', partition: null, offset: null, at: 0 }])
  })

  it('reports its open windows and frees them when they are final', () => {
    const spec = windowSpec({ sizeMs: 10, allowedLatenessMs: 5, aggregates: [sumValue] })
    const harness = new OperatorHarness({ spec, registry })
    const rows = [
      { cells: ['a', 1n], time: 1 },
      { cells: ['b', 1n], time: 11 },
    ]
    harness.feed({ is: 'batch', batch: batchOf(keyValueRow, rows) })
    harness.feed({ is: 'watermark', time: 9 })
    expect(harness.subtask.status()).toMatchObject({
      openWindows: 2,
      windows: [
        { start: 0, end: 10, state: 'fired', keys: 1 },
        { start: 10, end: 20, state: 'open', keys: 1 },
      ],
    })
    harness.feed({ is: 'watermark', time: 24 })
    expect(harness.subtask.status()).toMatchObject({ openWindows: 0, stateBytes: 0 })
  })
})
