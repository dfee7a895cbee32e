import { expect, it } from 'vitest'
import { schemaFault } from './schema-fault.ts'

const place = (text: string) => {
  const fault = schemaFault(text)
  return (
    fault && `${fault.line}:${fault.column} ${text.slice(fault.index ?? 0, (fault.index ?? 0) + 6)}`
  )
}

it('finds the place of what is no JSON by line and column, behind letters of several bytes too', () => {
  expect(place('{\n  "type": "récord",,\n}')).toBe('2:20 ,\n}')
})

it('finds the name that is not taken', () => {
  expect(place('{"type":"record","name":"R","fields":[\n {"name":"a","type":"strng"}]}')).toBe(
    '2:21 "strng',
  )
})

it('says nothing of a schema, and no place where there is none', () => {
  expect(schemaFault('"string"')).toBeNull()
  expect(schemaFault('{}')).toMatchObject({ line: null })
})
