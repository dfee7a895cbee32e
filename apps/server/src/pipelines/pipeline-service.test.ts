import { emptyDocument } from '@millrace/schemas'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await startTestServer()
}, 60_000)
afterAll(() => test.close(), 60_000)

describe('pipelines', { timeout: 60_000 }, () => {
  it('get an id from their name and a name that is free', async () => {
    const first = await test.caller.pipelines.create({ name: 'Orders per Minute' })
    const second = await test.caller.pipelines.create({ name: 'Orders per Minute' })
    expect([first.id, first.document.name]).toEqual(['orders-per-minute', 'Orders per Minute'])
    expect([second.id, second.document.name]).toEqual([
      'orders-per-minute-2',
      'Orders per Minute 2',
    ])
    expect(first).toMatchObject({ state: 'draft', revision: 1, deployed: null })
  })

  it('answer a save that is too late with the other document, and lose neither', async () => {
    const { pipelines } = test.caller
    const { id, document, revision } = await pipelines.create({ name: 'Shared' })
    const one = { ...document, name: 'Shared, by one' }
    const two = { ...document, name: 'Shared, by two' }
    const saved = await pipelines.save({ id, document: one, revision, by: 'tab-1' })
    expect(saved).toMatchObject({ ok: true, revision: revision + 1 })
    const refused = await pipelines.save({ id, document: two, revision, by: 'tab-2' })
    expect(refused).toMatchObject({
      ok: false,
      conflict: { revision: revision + 1, document: { name: 'Shared, by one' } },
    })
  })

  it('take one of two saves that come at the same time, and create two of one name apart', async () => {
    const { pipelines } = test.caller
    const { id, document, revision } = await pipelines.create({ name: 'Raced' })
    const results = await Promise.all(
      ['one', 'two'].map((by) => pipelines.save({ id, document, revision, by })),
    )
    expect(results.map(({ ok }) => ok)).toEqual([true, false])
    const made = await Promise.all([
      pipelines.create({ name: 'Twin' }),
      pipelines.create({ name: 'Twin' }),
    ])
    expect(made.map((each) => each.id)).toEqual(['twin', 'twin-2'])
  })

  it('tell other tabs who saved', async () => {
    const { pipelines } = test.caller
    const { id, document, revision } = await pipelines.create({ name: 'Told' })
    const ended = new AbortController()
    const events = await test.until(ended.signal).pipelines.events()
    const iterator = events[Symbol.asyncIterator]()
    const next = iterator.next()
    await pipelines.save({ id, document, revision, by: 'tab-7' })
    expect((await next).value).toMatchObject({ is: 'saved', id, by: 'tab-7', revision: 2 })
    ended.abort()
    await iterator.return?.()
  })

  it('refuse a document that does not check, naming node and field', async () => {
    const { pipelines } = test.caller
    const { id, document, revision } = await pipelines.create({ name: 'Bad' })
    const node = {
      id: 'f',
      kind: 'filter',
      version: 1,
      name: '',
      config: {},
      position: { x: 0, y: 0 },
    }
    await expect(
      pipelines.save({ id, revision, document: { ...document, nodes: [node] } }),
    ).rejects.toThrow(/refused at node f, name/)
    await expect(pipelines.import({ text: 'no json' })).rejects.toThrow(
      /not JSON.*line 1, column 1/,
    )
    await expect(pipelines.import({ text: '{\n  "näme": "x",\n}' })).rejects.toThrow(
      /line 3, column 1 is '}', expected a key in double quotes/,
    )
    const validation = await pipelines.validate({ document: { format: 'x' } })
    expect(validation.problems[0]).toMatchObject({ severity: 'error', field: 'format' })
  })

  it('are not deployed with problems, which name the node', async () => {
    const { pipelines } = test.caller
    const made = await pipelines.create({ name: 'Empty' })
    const result = await pipelines.deploy({ id: made.id, revision: made.revision })
    expect(result.ok).toBe(false)
    expect(!result.ok && result.problems[0].severity).toBe('error')
    await expect(pipelines.start({ id: made.id })).rejects.toThrow(/never been deployed/)
  })

  it('are exported as the printed document and imported under a free id', async () => {
    const { pipelines } = test.caller
    const { id } = await pipelines.create({ name: 'Carried' })
    const { fileName, text } = await pipelines.export({ id })
    expect(fileName).toBe('carried.millrace.json')
    expect(JSON.parse(text)).toEqual(emptyDocument('carried', 'Carried'))
    const imported = await pipelines.import({ text })
    expect(imported).toMatchObject({ id: 'carried-2', document: { name: 'Carried 2' } })
  })

  it('survive a restart of the server with drafts, names and settings, but for the deleted', async () => {
    const kept = await test.caller.pipelines.create({ name: 'Kept' })
    const gone = await test.caller.pipelines.create({ name: 'Gone' })
    await test.caller.pipelines.rename({ id: kept.id, name: 'Kept, renamed' })
    await test.caller.pipelines.delete({ id: gone.id })
    const newPipeline = {
      parallelism: 2,
      checkpointIntervalMs: 5000,
      checkpointTimeoutMs: 60_000,
      checkpointsRetained: 4,
    }
    await test.caller.system.setSettings({ theme: 'dark', clock: 'utc' })
    await test.caller.system.setSettings({ shortcuts: { undo: ['Mod+U'] }, newPipeline })
    await test.restart()
    expect((await test.caller.pipelines.get({ id: kept.id })).document.name).toBe('Kept, renamed')
    await expect(test.caller.pipelines.get({ id: gone.id })).rejects.toThrow(/no pipeline gone/)
    expect(await test.caller.system.settings()).toEqual({
      theme: 'dark',
      clock: 'utc',
      motion: 'system',
      dismissed: [],
      shortcuts: { undo: ['Mod+U'] },
      newPipeline,
    })
    const next = await test.caller.pipelines.create({ name: 'Next' })
    expect(next.document.settings).toEqual(newPipeline)
    const audit = await test.caller.system.audit({ limit: 100 })
    expect(audit.map(({ words }) => words)).toContain('Deleted pipeline Gone.')
  })
})
