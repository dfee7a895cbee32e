import { expect, it } from 'vitest'
import { describeLevelProblems } from './level-problems.ts'

const record = (...fields: unknown[]) => JSON.stringify({ type: 'record', name: 'R', fields })
const version = (number: number, schema: string) => ({
  subject: 's',
  version: number,
  id: number,
  schema,
})
const id = { name: 'id', type: 'string' }
const tip = { name: 'tip', type: 'int' }
const versions = [version(1, record(id, tip)), version(2, record(id))]

it('names rule, field, version and mend for those who would break', () => {
  expect(describeLevelProblems('BACKWARD', record(id, tip), versions)).toEqual([
    {
      version: 2,
      breaks: 'new-readers',
      rule: 'READER_FIELD_MISSING_DEFAULT_VALUE',
      field: 'tip',
      message: 'The field tip is missing in the v2 schema and has no default in the new one.',
      mend: 'Give the new field a "default".',
    },
  ])
})

it('looks at what the level looks at: a direction, the last version or all', () => {
  const broken = (level: Parameters<typeof describeLevelProblems>[0], next: string) =>
    describeLevelProblems(level, next, versions).map((one) => `${one.breaks} v${one.version}`)
  expect(broken('NONE', record(tip))).toEqual([])
  expect(broken('FORWARD', record(id, tip))).toEqual([])
  expect(broken('FORWARD', record(id))).toEqual([])
  expect(broken('FORWARD_TRANSITIVE', record(id))).toEqual(['old-readers v1'])
  expect(broken('FULL', record(tip))).toEqual(['new-readers v2', 'old-readers v2'])
})
