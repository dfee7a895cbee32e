import { templates } from '@millrace/nodes/templates'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, startTestServer, type TestServer } from '../testing/start-test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await startTestServer()
}, 60_000)
afterAll(() => test.close(), 60_000)

const records = async (topic: string) =>
  (await test.caller.topics.list()).find(({ name }) => name === topic)?.records ?? 0

describe('the template gallery', { timeout: 60_000 }, () => {
  it.each(templates.map((template) => [template.id, template] as const))(
    '%s gives results within seconds of Start, and is removed with all that it made',
    async (id, template) => {
      const { caller } = test
      const { pipeline, version } = await caller.templates.start({ id })
      expect(version).toBe(1)
      const [main] = template.creates
      await eventually(
        () => records(main),
        (count) => count > 0,
        10_000,
      )
      const view = await caller.runs.status({ pipeline })
      expect(view).toMatchObject({ state: 'running', failure: null })
      const [info] = (await caller.templates.list()).filter((each) => each.id === id)
      expect(info.startedAs).toEqual([{ pipeline, name: template.title, running: true }])

      const removed = await caller.templates.remove({ id })
      expect(removed.pipelines).toEqual([pipeline])
      expect(removed.topics).toContain(main)
      expect((await caller.pipelines.list()).map((each) => each.id)).not.toContain(pipeline)
      expect(await records(main)).toBe(0)
    },
  )

  it('resets all of it at once, and says before what goes and what stays', async () => {
    const { caller } = test
    await caller.templates.start({ id: 'orders-per-minute' })
    await caller.templates.start({ id: 'clicks-per-user' })
    const mine = await caller.pipelines.create({ name: 'Mine' })
    const reader = {
      id: 'in',
      kind: 'topic-source',
      version: 1,
      name: 'Counts',
      config: { topic: 'clicks.per-user' },
      position: { x: 0, y: 0 },
    }
    const document = { ...mine.document, nodes: [reader] }
    await caller.pipelines.save({ id: mine.id, revision: mine.revision, document })
    await eventually(
      () => caller.templates.made(),
      ({ topics, kept }) => topics.includes('orders.per-minute') && kept.length > 0,
      10_000,
    )
    const made = await caller.templates.made()
    expect(made.pipelines.map(({ name }) => name)).toEqual([
      'Orders per minute',
      'Clicks per 5 minutes',
    ])
    expect(made.kept).toEqual(['clicks.per-user'])
    const removed = await caller.templates.removeAll()
    expect(removed.pipelines).toEqual(made.pipelines.map(({ id }) => id))
    // Topics come into being while it runs.
    expect(removed.topics).toEqual(expect.arrayContaining(made.topics))
    expect((await caller.pipelines.list()).map(({ id }) => id)).toEqual([mine.id])
    expect(await caller.templates.made()).toEqual({ pipelines: [], topics: [], kept: [] })
  })

  it('refuses what it does not have', async () => {
    await expect(test.caller.templates.start({ id: 'none' })).rejects.toThrow('no template none')
  })
})
