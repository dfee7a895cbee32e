import { describe, expect, it } from 'vitest'
import { clicksPerUser } from './clicks-per-user.ts'
import { templates } from './index.ts'
import {
  fittingColumns,
  onTopic,
  suggestedMapping,
  type TopicFields,
  wantedColumns,
} from './on-topic.ts'

const document = clicksPerUser.document
const topic: TopicFields & { name: string } = {
  name: 'my.clicks',
  format: 'json',
  columns: [
    { name: 'userId', type: 'STRING', path: null },
    { name: 'url', type: 'STRING', path: 'target.url' },
    { name: 'ts', type: 'BIGINT', path: null },
    { name: 'n.o', type: 'INT', path: null },
  ],
  time: [{ column: 'ts', unit: 's', waitMs: 2000 }],
}

describe('a template on a topic of one’s own', () => {
  it('every template has one generator that can be put off', () => {
    for (const template of templates) {
      const generators = template.document.nodes.filter((n) => n.kind === 'generator-source')
      expect(generators).toHaveLength(1)
      expect(wantedColumns(template.document).filter(({ isTime }) => isTime)).toHaveLength(1)
    }
  })

  it('proposes columns by name, then by type, and none twice', () => {
    expect(suggestedMapping(document, topic)).toEqual({
      user_id: 'userId',
      page: 'url',
      clicked_at: 'ts',
    })
  })

  it('proposes a column once, though it is like two', () => {
    const one: TopicFields = { ...topic, columns: [{ name: 'user', type: 'STRING', path: null }] }
    const alike = {
      ...document,
      nodes: document.nodes.map((node) =>
        node.id === 'clicks'
          ? {
              ...node,
              config: {
                ...(node.config as object),
                columns: [
                  { name: 'user_id', type: 'STRING' },
                  { name: 'user_name', type: 'STRING' },
                ],
              },
            }
          : node,
      ),
    }
    expect(suggestedMapping(alike, one)).toEqual({ user_id: 'user', user_name: '' })
  })

  it('offers only columns of a fitting type, and for event time only what looks like it', () => {
    const [user, , time] = wantedColumns(document)
    expect(fittingColumns(user, topic)).toEqual(['userId', 'url'])
    expect(fittingColumns(time, topic)).toEqual(['ts'])
    const amount = { name: 'amount', type: 'BIGINT', isTime: false }
    expect(fittingColumns(amount, topic)).toEqual(['ts', 'n.o'])
    expect(fittingColumns({ ...amount, type: 'INT' }, topic)).toEqual(['n.o'])
  })

  it('reads the wanted columns from the fields of the topic, with its unit of time', () => {
    const mapped = onTopic(document, topic, { user_id: 'userId', page: 'url', clicked_at: 'ts' })
    const source = mapped.nodes.find((node) => node.id === 'clicks')
    expect(source?.kind).toBe('topic-source')
    expect(source?.config).toMatchObject({
      topic: 'my.clicks',
      format: 'json',
      columns: [
        { name: 'user_id', type: 'STRING', path: 'userId' },
        { name: 'page', type: 'STRING', path: 'target.url' },
        { name: 'clicked_at', type: 'TIMESTAMP(3)', path: 'ts', unit: 's' },
      ],
      time: { column: 'clicked_at', unit: 's', waitMs: 2000 },
    })
    expect(mapped.edges).toEqual(document.edges)
  })

  it('leaves out what is not mapped, and keeps dots of a name apart from a path', () => {
    const mapped = onTopic(document, topic, { user_id: 'n.o' })
    expect(mapped.nodes.find((node) => node.id === 'clicks')?.config).toMatchObject({
      columns: [{ name: 'user_id', path: 'n\\.o' }],
      time: null,
    })
  })
})
