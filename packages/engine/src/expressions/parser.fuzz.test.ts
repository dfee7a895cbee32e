/**
 * Invariants, over random texts made of the language's own words and of noise:
 * 1. checking never throws, whatever the text; 2. a problem's place lies inside the text and its message is a sentence;
 * 3. replacing the place by the proposed text never brings the same problem at the same place again.
 */
import { randomInteger, seededRandom } from '@millrace/base'
import { expect, it } from 'vitest'
import { checkAggregate } from './aggregates.ts'
import { checkCondition, checkExpression } from './check.ts'
import { sampleRow } from './testing/random-expressions.ts'

const pieces =
  "small big word at day flag price ratio smal + - * / % = <> <= >= || ( ) , AND OR NOT IS NULL TRUE IN LIKE BETWEEN CASE WHEN THEN ELSE END CAST AS INT STRING DECIMAL(5,2) INTERVAL '5' MINUTE DATE '2026-01-31' UPPER( SUBSTRING( EXTRACT( HOUR FROM COUNT(*) SUM( FILTER WHERE 1 2.5 1e3 'a' '' ` \" . ; && == \u{1f34e} \n --x /* 99999999999999999999".split(
    ' ',
  )

it('any text is checked or refused with a place and a sentence', () => {
  for (let seed = 1; seed <= 3000; seed++) {
    const random = seededRandom(seed)
    const count = randomInteger(random, 0, 14)
    const text = Array.from(
      { length: count },
      () => pieces[randomInteger(random, 0, pieces.length - 1)],
    ).join(random.next() < 0.9 ? ' ' : '')
    for (const check of [checkExpression, checkCondition, checkAggregate]) {
      const checked = check(text, sampleRow)
      if (checked.ok) continue
      const { start, end, message, replacement } = checked.problem
      const shown = `seed ${seed}: ${text}: ${message}`
      expect(start, shown).toBeGreaterThanOrEqual(0)
      expect(end, shown).toBeLessThanOrEqual(text.length)
      expect(start, shown).toBeLessThanOrEqual(end)
      expect(message, shown).toMatch(/^\S.*[.?)…:`]$/s)
      if (!replacement) continue
      const mended = text.slice(0, start) + replacement.text + text.slice(end)
      const again = check(mended, sampleRow)
      if (again.ok) continue
      const same = again.problem.start === start && again.problem.message === message
      expect(same && again.problem.replacement?.text === replacement.text, shown).toBe(false)
    }
  }
})
