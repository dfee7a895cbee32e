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

  it('refuses what it does not have', async () => {
    await expect(test.caller.templates.start({ id: 'none' })).rejects.toThrow('no template none')
  })
})
