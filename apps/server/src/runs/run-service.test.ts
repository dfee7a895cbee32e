import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunView } from '../api-types.ts'
import { order, orderCode, orderCounts } from '../testing/pipelines.ts'
import {
  eventually,
  nextOf,
  startTestServer,
  type TestServer,
} from '../testing/start-test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await startTestServer()
}, 60_000)
afterAll(() => test.close(), 60_000)

/** A pipeline over topics of its own, deployed; with what is told of it. */
async function deployed(name: string, changes: Parameters<typeof orderCounts>[0] | object = {}) {
  const { pipelines, topics } = test.caller
  const from = `${name}.orders`
  await topics.create({ name: from })
  const document = orderCounts({ from, to: `${name}.counts`, ...changes })
  const made = await pipelines.create({ name, document })
  const result = await pipelines.deploy({ id: made.id, revision: made.revision })
  expect(result).toEqual({ ok: true, version: 1, resumedFrom: null })
  return { id: made.id, from, to: `${name}.counts` }
}

const status = (pipeline: string) => () => test.caller.runs.status({ pipeline })
const hasRead = (rows: number) => (view: RunView) =>
  view.facts?.nodes.orders?.ledger.in === rows && view.facts.rowsBehind === 0

describe('a deployed pipeline', { timeout: 60_000 }, () => {
  it('counts windows, accounts for every row, and shows them in topic, view and history', async () => {
    const { topics, runs, pipelines } = test.caller
    const { id, from, to } = await deployed('counted', { condition: 'amount > 10' })
    //  0 ─────── 10 ─────── 20      user a: 20 + 30 in the first window, b filtered, the last row closes it
    const rows = [order('a', 20, 1000), order('a', 30, 2000), order('b', 5, 3000)]
    await topics.produce({ name: from, messages: [...rows, order('a', 40, 15_000)] })
    await eventually(
      () => topics.list(),
      (all) => (all.find(({ name }) => name === to)?.records ?? 0) === 1,
    )
    const page = await topics.browse({ name: to, from: { is: 'earliest' } })
    expect(page.messages.map(({ value }) => value)).toMatchObject([
      { is: 'json', value: { user_id: 'a', orders: 2, total: 50 } },
    ])
    const view = await eventually(status(id), hasRead(4))
    expect(view).toMatchObject({ state: 'running', version: 1, failure: null })
    expect(view.facts?.ledgerBalanced).toBe(true)
    expect(view.facts?.nodes.paid.ledger).toMatchObject({ in: 4, passedOn: 3, filtered: 1 })
    expect(view.facts?.nodes['per-user'].ledger).toMatchObject({ in: 3, difference: 0 })

    const shown = await eventually(
      () => runs.view({ pipeline: id, node: 'shown' }),
      ({ rows: shownRows }) => shownRows.length === 1,
    )
    expect(shown.keys).toEqual(['user_id'])
    const { studio } = test.server.addresses
    const latest = await fetch(`${studio}/views/${to}?key=a`)
    expect(await latest.json()).toMatchObject([{ user_id: 'a', orders: 2 }])
    expect(await (await fetch(`${studio}/views/${to}?key=z`)).json()).toEqual([])

    const { id: checkpoint } = await runs.checkpoint({ pipeline: id })
    await pipelines.stop({ id })
    const [run] = await runs.history({ pipeline: id })
    expect(run).toMatchObject({ run: 1, version: 1, end: 'stopped', rowsIn: 4, failures: [] })
    const again = await pipelines.start({ id })
    expect(again.ok && again.resumedFrom).toBeGreaterThan(checkpoint)
    await pipelines.stop({ id })
  })

  it('is told live at least once a second, and says what holds it', async () => {
    const { id } = await deployed('live')
    const ended = new AbortController()
    const live = await test.until(ended.signal).runs.live({ pipeline: id })
    const views: RunView[] = []
    const started = Date.now()
    for await (const view of live) {
      views.push(view)
      if (views.length === 4) break
    }
    ended.abort()
    expect(Date.now() - started).toBeLessThan(8000)
    expect(views[3].facts?.nodes.orders.whyNoOutput).toMatchObject({
      code: 'nothing-arrives',
      action: { is: 'open-topic', topic: 'live.orders' },
    })
    await test.caller.pipelines.stop({ id })
  })

  it('gives the rows of any port, and goes on from a cursor without a gap', async () => {
    const { topics, pipelines } = test.caller
    const { id, from } = await deployed('tapped')
    const watch = { pipeline: id, node: 'paid', port: 'rows' }
    const first = new AbortController()
    const tap = (await test.until(first.signal).runs.tap(watch))[Symbol.asyncIterator]()
    expect((await nextOf(tap)).row.fields.map(({ name }) => name)).toContain('amount')
    await topics.produce({ name: from, messages: [order('a', 1, 1000)] })
    const batch = await nextOf(tap)
    expect(batch.rows.map(({ cells }) => cells[0])).toEqual(['a'])
    first.abort()
    await tap.return?.()

    await topics.produce({ name: from, messages: [order('b', 2, 2000), order('c', 3, 3000)] })
    await eventually(status(id), hasRead(3))
    const second = new AbortController()
    const resumed = await test
      .until(second.signal)
      .runs.tap({ ...watch, after: batch.last ?? null })
    const again = resumed[Symbol.asyncIterator]()
    const seen: unknown[] = []
    while (seen.length < 2) {
      const next = await nextOf(again)
      expect(next.skipped).toBe(0)
      seen.push(...(next.rows ?? []).map(({ cells }) => cells[0]))
    }
    expect(seen).toEqual(['b', 'c'])
    second.abort()
    await again.return?.()
    await pipelines.stop({ id })
  })

  it('says why a window gives nothing: filtered, too early, or held by a partition', async () => {
    const { topics, pipelines } = test.caller
    const filtered = await deployed('filtered', { condition: 'amount > 1000' })
    await topics.produce({ name: filtered.from, messages: [order('a', 1, 1000)] })
    const all = await eventually(status(filtered.id), hasRead(1))
    expect(all.facts?.nodes.paid.whyNoOutput?.sentence).toBe(
      'The only row was filtered out: none meets amount > 1000.',
    )
    const open = await deployed('open', { waitMs: 5000 })
    await topics.produce({ name: open.from, messages: [order('a', 1, 12_000)] })
    const early = await eventually(
      status(open.id),
      (view) => view.facts?.nodes['per-user']?.whyNoOutput?.code === 'window-open',
    )
    expect(early.facts?.nodes['per-user'].whyNoOutput).toMatchObject({
      code: 'window-open',
      neededEventTime: 25_000,
    })
    await topics.produce({ name: open.from, messages: [order('a', 1, 25_000)] })
    await eventually(status(open.id), (view) => view.facts?.nodes.counts?.ledger.in === 1)
    await pipelines.stop({ id: filtered.id })
    await pipelines.stop({ id: open.id })
  })

  it('writes Avro under a schema that it registers, and the topic shows it decoded', async () => {
    const { topics, schemas, pipelines } = test.caller
    const { id, from, to } = await deployed('avro', { format: 'avro' })
    await topics.produce({ name: from, messages: [order('a', 7, 1000), order('a', 1, 10_000)] })
    const page = await eventually(
      () => topics.browse({ name: to, from: { is: 'earliest' } }).catch(() => null),
      (found) => (found?.messages.length ?? 0) > 0,
    )
    expect(page?.messages[0].value).toMatchObject({
      is: 'avro',
      value: { user_id: 'a', orders: 1, total: 7 },
    })
    const [version] = await schemas.versions({ subject: `${to}-value` })
    expect(version).toMatchObject({ version: 1, type: 'AVRO' })
    const [summary] = (await topics.list()).filter(({ name }) => name === to)
    expect(summary).toMatchObject({ format: 'avro', schema: { version: 1 } })
    const refused = await schemas.compatibility({
      subject: `${to}-value`,
      schema: '{"type":"record","name":"x","fields":[{"name":"must","type":"string"}]}',
    })
    expect(refused.compatible).toBe(false)
    expect(refused.problems.map(({ field }) => field)).toContain('must')
    await pipelines.stop({ id })
  })

  it('names the partition that holds time, and since when', async () => {
    const { topics, pipelines } = test.caller
    await topics.create({ name: 'held.orders', partitions: 2 })
    const document = orderCounts({ from: 'held.orders', to: 'held.counts' })
    const { id, revision } = await pipelines.create({ name: 'held', document })
    await pipelines.deploy({ id, revision })
    const into = (partition: number, at: number) => ({ ...order('a', 1, at), partition })
    await topics.produce({
      name: 'held.orders',
      messages: [into(0, 60_000), into(1, 5000), into(0, 61_000)],
    })
    const view = await eventually(status(id), (each) => each.facts?.cause != null)
    expect(view.facts?.cause).toMatchObject({ node: 'orders', partition: 1, topic: 'held.orders' })
    expect(view.facts?.cause?.words).toMatch(
      /^Partition 1 of held.orders holds time: no row for \d+ m?s\.$/,
    )
    expect(view.facts?.timeBehindMs).toBeGreaterThan(50_000)
    expect(view.facts?.nodes['per-user'].whyNoOutput?.code).toBe('partition-holds-time')
    const [row] = (await pipelines.list()).filter((each) => each.id === id)
    expect(row).toMatchObject({ trouble: 'behind', causeNode: 'orders' })
    await pipelines.stop({ id })
  })

  it('fails by name when its code throws, and is refused when its code does not parse', async () => {
    const { topics, pipelines, runs } = test.caller
    await topics.create({ name: 'thrown.orders' })
    const made = async (name: string, code: string) =>
      pipelines.create({
        name,
        document: orderCode({ from: 'thrown.orders', to: 'thrown.out', code }),
      })
    const broken = await made('unparsed', 'export const fn = processFunction({\n  onElement( {\n})')
    const refused = await pipelines.deploy({ id: broken.id, revision: broken.revision })
    expect(refused).toMatchObject({ ok: false, problems: [{ node: 'checked', field: 'code' }] })

    const lines = ['export const fn = processFunction({', '  onElement(row, ctx) {']
    const thrower = await made(
      'thrown',
      [...lines, "    throw new Error('amount is null')", '  },', '})'].join('\n'),
    )
    await pipelines.deploy({ id: thrower.id, revision: thrower.revision })
    await topics.produce({ name: 'thrown.orders', messages: [order('a', 1, 1000)] })
    const failed = await eventually(status(thrower.id), ({ state }) => state === 'failed')
    expect(failed.failure).toMatchObject({
      node: 'checked',
      line: 3,
      record: { topic: 'thrown.orders', partition: 0, offset: 0 },
    })
    const [row] = (await pipelines.list()).filter((each) => each.id === thrower.id)
    expect(row).toMatchObject({ trouble: 'failing', causeNode: 'checked' })
    expect(row.cause).toContain('amount is null')
    const [run] = await runs.history({ pipeline: thrower.id })
    expect(run).toMatchObject({ end: 'failed', failures: [{ node: 'checked', line: 3 }] })
  })

  it.each([
    ['never ends', 'for (;;) {}', 'user-code-endless'],
    [
      'takes all memory',
      'const m = new Map(); for (let i = 0; ; i++) m.set(i, Array(500).fill(i / 2))',
      'user-code-memory',
    ],
  ])(
    'fails by name, line and record when its code %s, and goes on serving',
    async (name, statement, code) => {
      const { topics, pipelines, runs } = test.caller
      const from = `${code}.orders`
      await topics.create({ name: from })
      const lines = [
        'export const fn = processFunction({',
        '  onElement(row, ctx) {',
        "    if (row.user_id === 'b') {",
      ]
      const text = [...lines, `      ${statement}`, '    }', '  },', '})'].join('\n')
      const document = orderCode({ from, to: `${code}.out`, code: text })
      const { id, revision } = await pipelines.create({ name, document })
      await pipelines.deploy({ id, revision })
      await topics.produce({ name: from, messages: [order('a', 1, 1000), order('b', 1, 1000)] })
      await eventually(status(id), ({ state }) => state === 'failed')
      const [run] = await runs.history({ pipeline: id })
      expect(run).toMatchObject({ end: 'failed', restarts: 0 })
      expect(run.failures).toMatchObject([
        { code, node: 'checked', line: 4, record: { topic: from, partition: 0, offset: 1 } },
      ])
    },
  )

  it('keeps a topic from being deleted while it runs', async () => {
    const { id, from } = await deployed('used')
    const refused = await test.caller.topics.delete({ name: from }).catch((error) => error)
    expect(refused.message).toContain('read by 1 running pipeline (used)')
    await test.caller.pipelines.stop({ id })
    await test.caller.topics.delete({ name: from })
  })

  it('resumes from its last checkpoint after a restart of the server, and the list says so', async () => {
    const { topics } = test.caller
    const { id, from, to } = await deployed('resumed')
    await topics.produce({ name: from, messages: [order('a', 1, 1000), order('a', 2, 2000)] })
    await eventually(status(id), hasRead(2))
    await test.restart()
    const { pipelines } = test.caller
    const list = await eventually(
      () => pipelines.list(),
      (all) => all.find((each) => each.id === id)?.state === 'running',
    )
    const row = list.find((each) => each.id === id)
    expect(row?.cause).toMatch(/^resumed from checkpoint \d+$/)
    await test.caller.topics.produce({ name: from, messages: [order('a', 4, 11_000)] })
    const page = await eventually(
      () => test.caller.topics.browse({ name: to, from: { is: 'earliest' } }).catch(() => null),
      (found) => (found?.messages.length ?? 0) > 0,
    )
    expect(page?.messages[0].value).toMatchObject({ value: { orders: 2, total: 3 } })
    const minutes = await test.caller.runs.metrics({ pipeline: id, from: 0, to: Date.now() })
    expect(minutes.reduce((sum, { rowsIn }) => sum + rowsIn, 0)).toBeGreaterThanOrEqual(2)
    const history = await test.caller.runs.history({ pipeline: id })
    expect(history.map(({ end }) => end)).toEqual([null, 'shut-down'])
  })

  it('is removed with its checkpoints and history', async () => {
    const { pipelines, runs } = test.caller
    const { id } = await deployed('gone')
    await pipelines.delete({ id })
    await expect(runs.history({ pipeline: id })).rejects.toThrow('There is no pipeline gone.')
  })
})
