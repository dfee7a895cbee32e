import { describe, expect, it } from 'vitest'
import { type SampleCandidate, sampleSlice } from './sample-slice.ts'

const minute = 60_000
const records = (count: number, from: number, to: number, keys = 10): SampleCandidate[] =>
  Array.from({ length: count }, (_, i) => ({
    partition: i % 3,
    offset: Math.floor(i / 3),
    time: from + Math.floor(((to - from) * i) / Math.max(1, count - 1)),
    key: `k${i % keys}`,
  }))

describe('the preview sample', () => {
  it('is one slice of event time that all sources have, three whole windows long', () => {
    //  orders   0 ───────────────── 60 min
    //  clicks        20 ─────── 50
    //  slice             35 ─── 50          windows of 5 min: 50 − 3 × 5
    const slice = sampleSlice(
      [
        { topic: 'orders', candidates: records(601, 0, 60 * minute), cutOff: false },
        { topic: 'clicks', candidates: records(301, 20 * minute, 50 * minute), cutOff: false },
      ],
      { longestWindowMs: 5 * minute, recordsMax: 10_000 },
    )
    expect(slice.topics.map(({ from, to }) => [from, to])).toEqual([
      [35 * minute, 50 * minute],
      [35 * minute, 50 * minute],
    ])
    expect(slice.words).toBe(
      '302 records of orders and clicks from 1970-01-01 00:35 UTC to 1970-01-01 00:50 UTC.',
    )
  })

  it('keeps whole keys when it has too many records, the same ones in each topic', () => {
    const candidates = records(20_000, 0, 15 * minute, 500)
    const slice = sampleSlice(
      [
        { topic: 'a', candidates, cutOff: false },
        { topic: 'b', candidates, cutOff: false },
      ],
      { longestWindowMs: 5 * minute, recordsMax: 10_000 },
    )
    const [a, b] = slice.topics.map((topic) => new Set(topic.records.map(({ key }) => key)))
    expect(a).toEqual(b)
    const total = slice.topics.reduce((sum, topic) => sum + topic.records.length, 0)
    expect(total).toBeLessThanOrEqual(10_000)
    expect(total).toBeGreaterThan(2000)
    for (const key of a) {
      const whole = candidates.filter((each) => each.key === key).length
      expect(slice.topics[0].records.filter((each) => each.key === key)).toHaveLength(whole)
    }
    expect(slice.words).toMatch(/one key in \d+, whole/)
  })

  it('cuts to the newest records when one key has nearly all of them', () => {
    const slice = sampleSlice(
      [{ topic: 'a', candidates: records(20_000, 0, 15 * minute, 1), cutOff: false }],
      { longestWindowMs: minute, recordsMax: 100 },
    )
    expect(slice.topics[0].records).toHaveLength(100)
    expect(slice.topics[0].to).toBe(15 * minute)
    expect(slice.words).toMatch(/the newest, since a few keys have nearly all records/)
  })

  it('does not end at a few records of a clock that runs far ahead, and says so', () => {
    const wrong = { partition: 0, offset: 9999, time: 253_402_300_799_000, key: 'k1' }
    const slice = sampleSlice(
      [{ topic: 'a', candidates: [...records(1000, 0, 60 * minute), wrong], cutOff: false }],
      { longestWindowMs: 5 * minute, recordsMax: 10_000 },
    )
    expect(slice.topics[0].to).toBe(60 * minute)
    expect(slice.topics[0].records.length).toBeGreaterThan(200)
    expect(slice.words).toContain('without 1 record far ahead of the others')
  })

  it('gives what each has where two sources have no time in common, and says so', () => {
    const slice = sampleSlice(
      [
        { topic: 'a', candidates: records(30, 0, minute), cutOff: false },
        { topic: 'b', candidates: records(30, 60 * minute, 61 * minute), cutOff: false },
      ],
      { longestWindowMs: minute, recordsMax: 10_000 },
    )
    expect(slice.topics.map((topic) => topic.records.length)).toEqual([30, 30])
    expect(slice.words).toContain('each its own time, since they have none in common')
  })

  it('says that it is empty', () => {
    const none = sampleSlice([{ topic: 'a', candidates: [], cutOff: false }], {
      longestWindowMs: 0,
      recordsMax: 10,
    })
    expect(none.words).toBe('No records in a.')
  })
})
