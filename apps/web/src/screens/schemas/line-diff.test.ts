import { expect, it } from 'vitest'
import { diffLines, withContext } from './line-diff.ts'

const signs = { same: ' ', added: '+', removed: '-' }
const drawn = (before: string, after: string) =>
  diffLines(before, after).map(({ is, text }) => `${signs[is]}${text}`)

it('keeps the lines that both texts have, in order', () => {
  expect(drawn('a\nb\nc\nd', 'a\nx\nc\ny\nd')).toEqual([' a', '-b', '+x', ' c', '+y', ' d'])
})

it('finds no change in equal texts, and only changes where nothing is shared', () => {
  expect(drawn('a\nb', 'a\nb')).toEqual([' a', ' b'])
  expect(drawn('a\nb', 'c')).toEqual(['-a', '-b', '+c'])
})

it('does not count a line twice that one text repeats', () => {
  expect(drawn('a\nb\na', 'a')).toEqual([' a', '-b', '-a'])
  expect(drawn('a', 'a\na')).toEqual([' a', '+a'])
})

it('leaves out what is far from a change', () => {
  const before = Array.from({ length: 12 }, (_, index) => `line ${index}`)
  const after = before.with(0, 'changed')
  const shown = withContext(diffLines(before.join('\n'), after.join('\n')))
  expect(shown.map((line) => (typeof line === 'number' ? line : line.text))).toEqual([
    'line 0',
    'changed',
    'line 1',
    'line 2',
    'line 3',
    8,
  ])
})
