import { field, types } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { accept, suggest, wordBefore } from './complete.ts'
import { emptyValue, simplified, titleOf } from './schema.ts'

const columns = [
  field('user_id', types.string),
  field('amount', types.double),
  field('a b', types.int),
]

describe('completion', () => {
  it('offers the columns that arrive, and functions once a letter is typed', () => {
    expect(suggest(columns, '').map((item) => item.text)).toEqual(['user_id', 'amount', '`a b`'])
    expect(suggest(columns, 'am').map((item) => item.text)).toEqual(['amount'])
    expect(suggest(columns, 'a').map((item) => item.text)).toEqual([
      'amount',
      '`a b`',
      'ABS(',
      'AND',
    ])
  })

  it('says nothing inside a string', () => {
    expect(wordBefore("page LIKE '/pa", 14)).toBeNull()
    expect(wordBefore("page = '/pay' AND am", 20)).toBe('am')
  })

  it('replaces the word before the caret only', () => {
    expect(accept('am > 10', 2, 'amount')).toEqual({ text: 'amount > 10', caret: 6 })
  })
})

describe('form schema', () => {
  it('makes entries that a schema takes', () => {
    const item = {
      type: 'object',
      required: ['name', 'type'],
      properties: {
        name: { type: 'string' },
        type: { enum: ['INT', 'STRING'] },
        path: { type: 'string' },
      },
    }
    expect(emptyValue(item)).toEqual({ name: '', type: 'INT' })
  })

  it('sees through a nullable field', () => {
    expect(simplified({ title: 'Wait', anyOf: [{ type: 'integer' }, { type: 'null' }] })).toEqual({
      title: 'Wait',
      type: 'integer',
    })
    expect(titleOf('allowedLatenessMs', {})).toBe('Allowed lateness')
  })
})
