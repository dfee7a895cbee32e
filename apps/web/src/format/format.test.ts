import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatClock,
  formatCompact,
  formatDuration,
  formatRate,
  formatShare,
  formatShortDuration,
  parseDuration,
  printDuration,
} from './index.ts'

describe('numbers', () => {
  it('shortens large counts and keeps small ones whole', () => {
    expect([0, 7, 1204, 9999, 18_400, 212_000, 48_700_000].map(formatCompact)).toEqual([
      '0',
      '7',
      '1,204',
      '9,999',
      '18.4 k',
      '212 k',
      '48.7 M',
    ])
  })

  it('says rates per second and never rounds something to nothing', () => {
    expect([0, 0.01, 0.4, 212, 18_400].map(formatRate)).toEqual([
      '0/s',
      '<0.1/s',
      '0.4/s',
      '212/s',
      '18.4 k/s',
    ])
  })

  it('prints bytes and shares with their units', () => {
    expect([0, 999, 9_600_000].map(formatBytes)).toEqual(['0 B', '999 B', '9.6 MB'])
    expect([0, 0.00002, 0.31, 1].map(formatShare)).toEqual(['0 %', '0.002 %', '31 %', '100 %'])
  })
})

describe('durations', () => {
  it('uses two units at most', () => {
    expect([0, 412, 6_000, 167_000, 3_600_000, 90_061_000].map(formatDuration)).toEqual([
      '0 s',
      '412 ms',
      '6 s',
      '2 min 47 s',
      '1 h',
      '1 d 1 h',
    ])
    expect(formatShortDuration(167_000)).toBe('2 m 47 s')
  })

  it('reads what it prints', () => {
    for (const ms of [0, 250, 1500, 5000, 90_000, 300_000, 3_600_000, 5_400_000, 86_400_000])
      expect(parseDuration(printDuration(ms))).toBe(ms)
  })

  it('refuses what is no duration', () => {
    expect(['', 'soon', '5 parsecs', '5 min!'].map(parseDuration)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(parseDuration('90')).toBe(90_000)
    expect(parseDuration('1h30m')).toBe(5_400_000)
  })

  it('prints a clock in UTC', () => {
    expect(formatClock(Date.UTC(2026, 10, 22, 12, 41, 7, 5), 'utc', true)).toBe('12:41:07.005')
  })
})
