import type { RecentDrop } from '@millrace/server'
import { describe, expect, it } from 'vitest'
import { tooLateOf } from './arrivals.ts'
import { fateOf, staircase, timeOfWatermark, watermarkAt } from './fates.ts'
import { place, ticks } from './scale.ts'

const rule = { node: 'w', sizeMs: 10, offsetMs: 0, allowedLatenessMs: 5 }

describe('fate of a row', () => {
  //   0 ──────── 10 ──── 15      window [0, 10) fires at watermark 9, is final at watermark 14
  it('is in time until its window has fired', () => {
    expect(fateOf(3, 8, rule)).toBe('in-time')
    expect(fateOf(3, null, rule)).toBe('in-time')
  })

  it('is late, and counted again, until the allowed lateness has passed', () => {
    expect(fateOf(3, 9, rule)).toBe('late')
    expect(fateOf(3, 13, rule)).toBe('late')
  })

  it('is too late from then on', () => {
    expect(fateOf(3, 14, rule)).toBe('too-late')
    expect(fateOf(12, 14, rule)).toBe('in-time')
  })

  it('is never late without a window', () => {
    expect(fateOf(3, 1000, null)).toBe('in-time')
  })
})

describe('staircase', () => {
  const steps = staircase([
    { at: 100, watermark: null },
    { at: 101, watermark: 5 },
    { at: 102, watermark: 5 },
    { at: 103, watermark: 9 },
  ])

  it('keeps only the moments at which the watermark moved', () => {
    expect(steps).toEqual([
      { at: 101, watermark: 5 },
      { at: 103, watermark: 9 },
    ])
  })

  it('knows what a row met, and when a watermark was reached', () => {
    expect([100, 101, 102, 103].map((at) => watermarkAt(steps, at))).toEqual([null, 5, 5, 9])
    expect(timeOfWatermark(steps, 6)).toBe(103)
    expect(timeOfWatermark(steps, 10)).toBeNull()
  })
})

describe('scale', () => {
  it('puts round instants inside the picture', () => {
    expect(ticks({ low: 0, high: 900_000 }, 4)).toEqual([0, 300_000, 600_000, 900_000])
    expect(place({ low: 0, high: 10, from: 100, to: 200 }, 5)).toBe(150)
  })
})

it('places a too-late row where and when its verdict was made, and leaves out what came before the picture', () => {
  const drop = (at: number): RecentDrop => ({
    why: 'too-late',
    eventTime: 1_000,
    watermark: 20_000,
    windowStart: 0,
    windowEnd: 5_000,
    admittedUntil: 5_999,
    missedByMs: 14_001,
    key: 'k1',
    partition: null,
    offset: null,
    at,
  })
  expect(tooLateOf([drop(100), drop(200)], 150)).toEqual([
    { eventTime: 1_000, at: 200, missedByMs: 14_001, key: 'k1' },
  ])
})
