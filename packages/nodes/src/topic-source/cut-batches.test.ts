import { seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import { cutBatches, type TimeBefore } from './cut-batches.ts'

const nothing: TimeBefore = { maxEventTime: null, maxEventTimeOffset: null, watermark: null }
const run = (times: number[], ends: number[]) => ({
  rows: times.length,
  eventTimes: Float64Array.from(times),
  offsetOf: (row: number) => 100 + row,
  ends,
})

it('keeps record batches together while no row lies under the watermark of an earlier one', () => {
  //  record batches:  5 3 | 6 8 | 9     watermark after each (wait 0): 4, 7, 8
  const cuts = cutBatches(run([5, 3, 6, 8, 9], [2, 4, 5]), nothing, 0)
  expect(cuts).toEqual([{ from: 0, to: 5, maxEventTime: 9, maxEventTimeOffset: 104, watermark: 8 }])
})

it('cuts before a record batch with a row that the watermark has passed', () => {
  //  5 3 | 4 8 | 7     4 lies at the watermark 4; 7 lies at the watermark 7
  const cuts = cutBatches(run([5, 3, 4, 8, 7], [2, 4, 5]), nothing, 0)
  expect(cuts.map(({ from, to, watermark }) => [from, to, watermark])).toEqual([
    [0, 2, 4],
    [2, 4, 7],
    [4, 5, 7],
  ])
})

it('moves the watermark at the end of a record batch only', () => {
  const inside = cutBatches(run([5, 9], [Number.POSITIVE_INFINITY]), nothing, 2)
  expect(inside).toEqual([
    { from: 0, to: 2, maxEventTime: 9, maxEventTimeOffset: 101, watermark: null },
  ])
  const [rest] = cutBatches(run([6], [1]), inside[0], 2)
  expect(rest.watermark).toBe(6)
})

it('gives one cut without rows when all records were bad, and keeps the time it had', () => {
  const before = { maxEventTime: 7, maxEventTimeOffset: 3, watermark: 5 }
  expect(cutBatches(run([], [0]), before, 1)).toEqual([{ from: 0, to: 0, ...before }])
})

it('passes over rows without event time', () => {
  const [cut] = cutBatches(run([Number.NaN, 4, Number.NaN], [3]), nothing, 0)
  expect(cut).toMatchObject({ to: 3, maxEventTime: 4, maxEventTimeOffset: 101, watermark: 3 })
})

it('lets every row meet the same verdict however the log was fetched (200 seeds)', () => {
  // Verdict of a row: is it at or below the watermark that was sent before its batch?
  const verdicts = (batches: number[][], sizes: (left: number) => number) => {
    const late: boolean[] = []
    let before = nothing
    for (let at = 0; at < batches.length; ) {
      const taken = batches.slice(at, at + sizes(batches.length - at))
      at += taken.length
      const times = taken.flat()
      let end = 0
      const ends = taken.map((batch) => (end += batch.length))
      for (const cut of cutBatches(run(times, ends), before, 3)) {
        const watermark = before.watermark ?? Number.NEGATIVE_INFINITY
        for (let row = cut.from; row < cut.to; row++) late.push(times[row] <= watermark)
        before = cut
      }
    }
    return late
  }
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed)
    const batches = Array.from({ length: 20 }, (_, b) =>
      Array.from({ length: 1 + (random.uint32() % 4) }, () => b * 2 + (random.uint32() % 12)),
    )
    const one = verdicts(batches, () => 1)
    const some = verdicts(batches, (left) => 1 + (random.uint32() % left))
    expect(some, `seed ${seed}`).toEqual(one)
  }
})
