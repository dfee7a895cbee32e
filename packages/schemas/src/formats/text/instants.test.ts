/** Times as text beside the language's own Date, which the tests may use. */
import { encodeUtf8 } from '@millrace/base'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatDate, formatInstant, parseDate, parseInstant } from './instants.ts'

function parse(text: string): number {
  const bytes = encodeUtf8(`x${text}x`)
  return parseInstant(bytes, 1, bytes.length - 1)
}

function parseDay(text: string): number {
  const bytes = encodeUtf8(text)
  return parseDate(bytes, 0, bytes.length)
}

const instant = fc.integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) })

describe('instants', () => {
  it('are printed and parsed as Date does', () => {
    fc.assert(
      fc.property(instant, (ms) => {
        const text = new Date(ms).toISOString()
        expect(formatInstant(ms)).toBe(text)
        expect(parse(text)).toBe(ms)
        expect(parse(formatInstant(ms, 'sql'))).toBe(ms)
        expect(parseDay(text.slice(0, 10))).toBe(Math.floor(ms / 86_400_000))
        expect(formatDate(Math.floor(ms / 86_400_000))).toBe(text.slice(0, 10))
      }),
      { numRuns: 2000 },
    )
  })

  it('take offsets, short forms and any number of fraction digits up to nine', () => {
    const at = Date.UTC(2026, 0, 31, 8, 5, 9)
    expect(parse('2026-01-31T10:05:09+02:00')).toBe(at)
    expect(parse('2026-01-31T10:05:09+0200')).toBe(at)
    expect(parse('2026-01-31T06:05:09-02')).toBe(at)
    expect(parse('2026-01-31 08:05:09.1')).toBe(at + 100)
    expect(parse('2026-01-31t08:05:09.123456789z')).toBe(at + 123)
    expect(parse('2026-01-31T08:05')).toBe(at - 9000)
  })

  it.each([
    '',
    '2026-01-31',
    '2026-1-31T08:00:00Z',
    '2026-02-30T08:00:00Z',
    '2026-13-01T08:00:00Z',
    '2026-00-10T08:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T08:60:00Z',
    '2026-01-31T08:00:60Z',
    '2026-01-31T08:00:00.Z',
    '2026-01-31T08:00:00.1234567890Z',
    '2026-01-31T08:00:00+2',
    '2026-01-31T08:00:00+19:00',
    '2026-01-31T08:00:00Zx',
    '2026-01-31T08',
    '2026-01-31T08:00:0',
    '2026/01/31T08:00:00Z',
    '1700000000000',
  ])('"%s" is none', (text) => {
    expect(parse(text)).toBeNaN()
  })
})
