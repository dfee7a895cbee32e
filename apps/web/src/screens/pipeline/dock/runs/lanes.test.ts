import type { MinuteMetrics, RunRecord } from '@millrace/server'
import { describe, expect, it } from 'vitest'
import { lanesOf, spanMaxMs } from './lanes.ts'

const minuteMs = 60_000
const now = 2_000 * minuteMs

function run(over: Partial<RunRecord>): RunRecord {
  return {
    run: 1,
    pipeline: 'p',
    version: 1,
    startedAt: now - 30 * minuteMs,
    endedAt: null,
    end: null,
    restoredFrom: null,
    restarts: 0,
    failures: [],
    rowsIn: 0,
    rowsOut: 0,
    late: 0,
    deadLetters: 0,
    ledgerBalanced: true,
    maxRowsBehind: 0,
    maxTimeBehindMs: null,
    ...over,
  }
}

function minute(at: number, over: Partial<MinuteMetrics> = {}): MinuteMetrics {
  return {
    at,
    rowsIn: 0,
    rowsOut: 0,
    late: 0,
    deadLetters: 0,
    rowsBehind: 0,
    timeBehindMs: null,
    checkpoints: 0,
    failedCheckpoints: 0,
    checkpointMs: null,
    stateBytes: 0,
    busy: 0,
    ...over,
  }
}

describe('the lanes of a history', () => {
  it('begin with the first run and end now, a running one included', () => {
    const lanes = lanesOf([run({})], [], now)
    expect([lanes.low, lanes.high]).toEqual([now - 30 * minuteMs, now])
    expect(lanes.runs).toEqual([
      { run: 1, version: 1, from: now - 30 * minuteMs, to: now, end: null },
    ])
  })

  it('span ten minutes at least and a day at most, and cut a run that began before', () => {
    expect(lanesOf([run({ startedAt: now - 1000 })], [], now).low).toBe(now - 10 * minuteMs)
    const lanes = lanesOf(
      [
        run({ startedAt: now - 3 * spanMaxMs }),
        run({
          run: 0,
          startedAt: now - 5 * spanMaxMs,
          endedAt: now - 4 * spanMaxMs,
          end: 'stopped',
        }),
      ],
      [],
      now,
    )
    expect(lanes.low).toBe(now - spanMaxMs)
    expect(lanes.runs.map(({ run, from }) => [run, from])).toEqual([[1, now - spanMaxMs]])
  })

  it('break the curve of rows behind where nothing ran', () => {
    //   minutes  -9 -8 -7 · · · -3 -2
    const minutes = [9, 8, 7, 3, 2].map((ago) => minute(now - ago * minuteMs, { rowsBehind: ago }))
    const { behind, rowsBehindMost } = lanesOf([run({})], minutes, now)
    expect(behind.map((piece) => piece.map((point) => point.rows))).toEqual([
      [9, 8, 7],
      [3, 2],
    ])
    expect(rowsBehindMost).toBe(9)
  })

  it('name each failure and each minute with failed checkpoints', () => {
    const failure = {
      at: now - 5 * minuteMs,
      message: 'boom',
      node: 'n',
      line: 3,
      record: null,
      code: 'user-code-threw',
    }
    const { restarts, failedCheckpoints } = lanesOf(
      [run({ failures: [failure] })],
      [minute(now - 4 * minuteMs, { failedCheckpoints: 2 }), minute(now - 3 * minuteMs)],
      now,
    )
    expect(restarts).toEqual([{ at: failure.at, words: 'boom' }])
    expect(failedCheckpoints).toEqual([{ at: now - 4 * minuteMs, count: 2 }])
  })
})
