import { expect, it } from 'vitest'
import { describeDifference } from './difference.ts'

const record = (...fields: unknown[]) => JSON.stringify({ type: 'record', name: 'R', fields })
const words = (before: string, after: string) =>
  describeDifference(before, after).map((one) => one.words)

it('tells in words what a new version adds, removes and changes', () => {
  const before = record(
    { name: 'id', type: 'string' },
    { name: 'amount', type: 'int' },
    { name: 'status', type: { type: 'enum', name: 'S', symbols: ['NEW', 'OLD'] } },
    { name: 'note', type: 'string' },
    { name: 'city', type: { type: 'record', name: 'C', fields: [{ name: 'zip', type: 'int' }] } },
    { name: 'gone', type: 'int' },
    { name: 'from', type: 'string' },
  )
  const after = record(
    { name: 'id', type: 'string', default: '' },
    { name: 'amount', type: 'long' },
    { name: 'status', type: { type: 'enum', name: 'S', symbols: ['NEW', 'PAID', 'SENT'] } },
    { name: 'note', type: ['null', 'string'], default: null },
    {
      name: 'city',
      type: { type: 'record', name: 'C', fields: [{ name: 'zip', type: 'string' }] },
    },
    { name: 'promo_code', type: ['null', 'string'], default: null },
    { name: 'currency', type: 'string', default: 'EUR' },
    { name: 'weight', type: 'double' },
    { name: 'sender', type: 'string', aliases: ['from'] },
  )
  expect(words(before, after)).toEqual([
    'gives id the default ""',
    'changes amount from int to long',
    'adds the symbols PAID, SENT of status',
    'removes the symbol OLD of status',
    'gives note the default null',
    'makes note optional',
    'changes city.zip from int to string',
    'adds promo_code, optional',
    'adds currency, string with the default "EUR"',
    'adds weight, double, required',
    'renames from to sender (the old name stays as an alias)',
    'removes gone',
  ])
})

it('says nothing when nothing changed, and ends on recursive types', () => {
  const list = record(
    { name: 'v', type: 'int' },
    { name: 'next', type: ['null', 'R'], default: null },
  )
  expect(words(list, ` ${list} `)).toEqual([])
  expect(words('{', list)[0]).toContain('the old schema is not valid')
})
