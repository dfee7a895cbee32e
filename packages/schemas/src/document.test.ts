import { describe, expect, it } from 'vitest'
import { emptyDocument, parseDocument } from './document.ts'

const document = (config: unknown, changes: Record<string, unknown> = {}) => ({
  ...emptyDocument('a', 'A'),
  nodes: [
    {
      id: 'n',
      kind: 'filter',
      version: 1,
      name: 'N',
      config,
      position: { x: 0, y: 0 },
      ...changes,
    },
  ],
})

function refusalsOf(input: unknown) {
  const parsed = parseDocument(input)
  return parsed.ok ? [] : parsed.refusals
}

describe('a document', () => {
  it('that has unknown keys is refused at each of them', () => {
    expect(refusalsOf({ ...emptyDocument('a', 'A'), extra: 1, more: 2 })).toEqual([
      { field: 'extra', message: 'there is no key "extra" here: remove it' },
      { field: 'more', message: 'there is no key "more" here: remove it' },
    ])
    expect(refusalsOf(document({}, { colour: 'red' }))).toEqual([
      { node: 'n', field: 'colour', message: 'there is no key "colour" here: remove it' },
    ])
  })

  it('with a config that is nested without end is refused at its node', () => {
    const nested = (depth: number) => JSON.parse(`${'{"c":'.repeat(depth)}1${'}'.repeat(depth)}`)
    expect(refusalsOf(document(nested(30)))).toEqual([])
    expect(refusalsOf(document(nested(100_000)))).toEqual([
      { node: 'n', field: 'config', message: 'nested deeper than 32 levels' },
    ])
  })

  it('names the node and the field of a wrong value, and of a node that is there twice', () => {
    const twice = document({})
    twice.nodes.push(twice.nodes[0])
    expect(refusalsOf(twice)).toMatchObject([{ node: 'n', field: 'id' }])
    expect(refusalsOf(document({}, { position: { x: null, y: 0 } }))).toMatchObject([
      { node: 'n', field: 'position.x' },
    ])
  })
})
