import { describe, expect, it } from 'vitest'
import { admittedBy, judgeTime } from './judge-time.ts'

const arrivals = (...times: (number | null)[]) => times.map((time) => ({ partition: 0, time }))

describe('the time of a topic', () => {
  it('counts how far records lie behind the newest of their own partition', () => {
    const records = [
      { partition: 0, time: 100_000 },
      { partition: 1, time: 5_000 },
      { partition: 0, time: 99_600 },
      { partition: 0, time: 101_000 },
      { partition: 1, time: 5_000 },
      { partition: 0, time: 98_000 },
      { partition: 1, time: null },
    ]
    expect(judgeTime(records)).toMatchObject({
      withoutTime: 1,
      disorder: {
        inOrder: 4,
        bands: [
          { upToMs: 500, records: 1 },
          { upToMs: 1000, records: 0 },
          { upToMs: 2000, records: 0 },
          { upToMs: 5000, records: 1 },
        ],
      },
    })
  })

  it('names the smallest delay that admits each share', () => {
    const records = arrivals(
      ...Array.from({ length: 990 }, (_, i) => i * 1000),
      ...Array.from({ length: 9 }, () => 989_000 - 250),
      989_000 - 7000,
    )
    expect(judgeTime(records).delays).toEqual([
      { share: 0.99, delayMs: 0, later: 10 },
      { share: 0.999, delayMs: 250, later: 1 },
      { share: 1, delayMs: 7000, later: 0 },
    ])
    expect(admittedBy(records, 249)).toBe(0.99)
    expect(admittedBy(records, 250)).toBe(0.999)
  })

  it('counts records by event time in round steps, gaps as zeroes', () => {
    expect(judgeTime(arrivals(61_500, 60_200, 64_000)).rate).toEqual({
      from: 60_000,
      stepMs: 1000,
      rows: [1, 1, 0, 0, 1],
    })
    const year = judgeTime(arrivals(0, 365 * 86_400_000)).rate
    expect(year?.rows.length).toBeLessThanOrEqual(122)
  })

  it('says nothing of records without a time', () => {
    expect(judgeTime(arrivals(null, null))).toEqual({
      withoutTime: 2,
      rate: null,
      disorder: { inOrder: 0, bands: [] },
      delays: [0.99, 0.999, 1].map((share) => ({ share, delayMs: null, later: 0 })),
    })
    expect(admittedBy(arrivals(null), 1000)).toBeNull()
  })
})
