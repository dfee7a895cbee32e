import { describe, expect, it } from 'vitest'
import { describeFields } from './fields.ts'

describe('the fields of a schema', () => {
  it('are listed with their type in words, whether they may be null, and their default', () => {
    const schema = {
      type: 'record',
      name: 'Order',
      fields: [
        { name: 'id', type: 'string' },
        { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
        { name: 'promo', type: ['null', 'string'], default: null },
        { name: 'tags', type: { type: 'array', items: 'string' }, default: [] },
      ],
    }
    expect(describeFields(JSON.stringify(schema))).toEqual([
      { name: 'id', type: 'string', optional: false, default: null },
      { name: 'at', type: 'long (timestamp-millis)', optional: false, default: null },
      { name: 'promo', type: 'string', optional: true, default: 'null' },
      { name: 'tags', type: 'array of string', optional: false, default: '[]' },
    ])
  })

  it('are none of a schema that is no record, and of a text that is none', () => {
    expect(describeFields('"string"')).toEqual([])
    expect(describeFields('{')).toEqual([])
  })
})
