import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextOf, startTestServer, type TestServer } from '../testing/start-test-server.ts'

let test: TestServer
beforeAll(async () => {
  test = await startTestServer()
}, 60_000)
afterAll(() => test.close(), 60_000)

const message = (value: string, changes: { key?: string; partition?: number } = {}) => ({
  value,
  key: changes.key ?? null,
  partition: changes.partition ?? null,
})

describe('topics', { timeout: 60_000 }, () => {
  it('are created, listed with their size, and deleted', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'made', partitions: 3 })
    await topics.produce({ name: 'made', messages: [message('{"a":1}'), message('{"a":2}')] })
    const [made] = (await topics.list()).filter(({ name }) => name === 'made')
    expect(made).toMatchObject({ partitions: 3, records: 2, internal: false, readBy: [] })
    await topics.delete({ name: 'made' })
    expect((await topics.list()).map(({ name }) => name)).not.toContain('made')
  })

  it('are refused by name when they exist, are reserved, or ask for a config that is not honoured', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'twice' })
    await expect(topics.create({ name: 'twice' })).rejects.toThrow('already a topic twice.')
    await expect(topics.create({ name: '_millrace_mine' })).rejects.toThrow(/own topics/)
    await expect(
      topics.create({ name: 'short', configs: { 'retention.ms': '1000' } }),
    ).rejects.toMatchObject({ code: 'BAD_REQUEST', message: expect.stringMatching(/retention.ms/) })
    await expect(topics.delete({ name: 'nowhere' })).rejects.toThrow('There is no topic nowhere.')
  })

  it('show records decoded, the undecodable with the reason, and any record as raw bytes', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'shown' })
    await topics.produce({
      name: 'shown',
      messages: [
        { value: '{"id":9007199254740993}', key: 'k', headers: [{ name: 'h', value: 'v' }] },
        { value: 'hello' },
        { value: Buffer.from([0, 0, 0, 0, 9, 1]).toString('base64'), encoding: 'base64' },
        { value: null },
      ],
    })
    const page = await topics.browse({ name: 'shown', from: { is: 'earliest' } })
    expect(page.messages.map(({ value }) => value.is)).toEqual([
      'json',
      'text',
      'undecodable',
      'null',
    ])
    expect(page.messages[0]).toMatchObject({
      key: { is: 'text', text: 'k' },
      value: { text: '{"id":9007199254740993}' },
      headers: [{ name: 'h', value: 'v' }],
    })
    const raw = await topics.raw({ name: 'shown', partition: 0, offset: 2 })
    expect(raw.value).toBe('AAAAAAkB')
    await expect(topics.raw({ name: 'shown', partition: 0, offset: 9 })).rejects.toThrow(
      /no record at partition 0, offset 9/,
    )
  })

  it('are read page by page over all partitions without loss or repetition', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'paged', partitions: 3 })
    await topics.produce({
      name: 'paged',
      // Timestamps that jump back: a page must not pass over what it leaves for the next.
      messages: Array.from({ length: 50 }, (_, i) => ({
        value: `{"i":${i}}`,
        partition: i % 3,
        timestamp: ((i * 37) % 50) * 1000,
      })),
    })
    const seen: string[] = []
    let page = await topics.browse({ name: 'paged', from: { is: 'earliest' }, limit: 7 })
    for (;;) {
      seen.push(...page.messages.map(({ partition, offset }) => `${partition}/${offset}`))
      if (page.atEnd) break
      const from = { is: 'cursor' as const, cursor: page.cursor }
      page = await topics.browse({ name: 'paged', from, limit: 7 })
    }
    expect(seen).toHaveLength(50)
    expect(new Set(seen).size).toBe(50)
  })

  it('are filtered by text, and the last N are the newest that match', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'filtered' })
    await topics.produce({
      name: 'filtered',
      messages: Array.from({ length: 100 }, (_, i) => ({
        value: `{"i":${i},"kind":"${i % 10 === 0 ? 'Rare' : 'common'}"}`,
      })),
    })
    const page = await topics.browse({
      name: 'filtered',
      from: { is: 'last', count: 3 },
      filter: 'rare',
    })
    expect(page.messages.map(({ offset }) => offset)).toEqual([70, 80, 90])
    expect(page.scanned).toBeGreaterThan(3)
  })

  it('are tailed from now on, and from a cursor without a gap', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'tailed' })
    const ended = new AbortController()
    const tail = await test.until(ended.signal).topics.tail({ name: 'tailed' })
    const batches = tail[Symbol.asyncIterator]()
    const first = await nextOf(batches)
    expect(first.messages).toEqual([])
    await topics.produce({ name: 'tailed', messages: [message('{"n":1}')] })
    const second = await nextOf(batches)
    expect(second.messages.map(({ offset }) => offset)).toEqual([0])
    ended.abort()
    await batches.return?.()

    await topics.produce({ name: 'tailed', messages: [message('{"n":2}'), message('{"n":3}')] })
    const resumed = new AbortController()
    const rest = await test
      .until(resumed.signal)
      .topics.tail({ name: 'tailed', cursor: second.cursor ?? null })
    const again = rest[Symbol.asyncIterator]()
    await nextOf(again)
    expect((await nextOf(again)).messages.map(({ offset }) => offset)).toEqual([1, 2])
    resumed.abort()
    await again.return?.()
  })

  it('take imports with an error for each bad line', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'imported' })
    const result = await topics.import({
      name: 'imported',
      text: '{"id":1}\noops\n{"id":2}',
      format: 'ndjson',
      keyField: 'id',
    })
    expect(result).toMatchObject({ imported: 2, errorCount: 1, errors: [{ line: 2 }] })
    const page = await topics.browse({ name: 'imported', from: { is: 'last', count: 10 } })
    expect(page.messages.map(({ key }) => key)).toMatchObject([{ text: '1' }, { text: '2' }])
  })

  it('filled from a generator give columns, an event time with its wait, and a sample in words', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'filled', partitions: 2 })
    await topics.fill({ name: 'filled', recipe: 'orders', count: 2000 })
    const inferred = await topics.infer({ name: 'filled' })
    expect(inferred.columns.map(({ name }) => name)).toContain('amount')
    expect(inferred.time[0]).toMatchObject({ column: 'placed_at', unit: 'iso8601' })
    expect(inferred.time[0].waitMs).toBeGreaterThanOrEqual(inferred.time[0].disorderMs)
    const sample = await topics.sample({
      topics: [
        {
          topic: 'filled',
          time: { path: 'placed_at', unit: 'iso8601' },
          keyPaths: ['user_id'],
          format: 'json',
        },
      ],
      longestWindowMs: 60_000,
      recordsMax: 200,
    })
    expect(sample.thinnedTo).toBeLessThanOrEqual(200)
    expect(sample.words).toMatch(/records of filled from .* one key in \d+, whole/)
    expect(sample.topics[0].records[0].value).toBeTruthy()
  })

  it('are never written by hand where Millrace keeps its own things', async () => {
    const { topics } = test.caller
    for (const name of ['_millrace_pipelines', '_schemas', '__consumer_offsets']) {
      const refusal = {
        message: `${name} is one of Millrace's own topics: it can be looked at, not changed.`,
      }
      await expect(topics.produce({ name, messages: [message('x')] })).rejects.toMatchObject(
        refusal,
      )
      await expect(topics.import({ name, text: '{}', format: 'ndjson' })).rejects.toMatchObject(
        refusal,
      )
      await expect(topics.fill({ name, recipe: 'orders' })).rejects.toMatchObject(refusal)
      await expect(topics.delete({ name, force: true })).rejects.toMatchObject(refusal)
    }
  })

  it('refuse records that they cannot hold, saying what would fit', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'narrow', partitions: 2 })
    const produce = (changes: Record<string, unknown>) =>
      topics.produce({ name: 'narrow', messages: [{ value: 'x', ...changes }] })
    await expect(produce({ partition: 7 })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: 'narrow has no partition 7; it has 2 partitions, counted from 0.',
    })
    await expect(produce({ value: 'x'.repeat(1_500_000) })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: expect.stringMatching(/too large for narrow: .*max\.message\.bytes/),
    })
    await expect(produce({ value: '%%%', encoding: 'base64' })).rejects.toThrow(/base64/)
    await expect(produce({ timestamp: -5 })).rejects.toThrow(/timestamp/)
    const from = { is: 'time' as const, at: -1 }
    await expect(topics.browse({ name: 'narrow', from })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })

  it('keep every digit of an import, and pass over the mark at its front', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'exact' })
    const lines = ['{"id":9007199254740993,"x":1.10}', '{"id":2e400}']
    const all = { name: 'exact', format: 'ndjson' as const, keyField: 'id' }
    await topics.import({ ...all, text: `\ufeff${lines.join('\r\n')}\n` })
    await topics.import({ ...all, text: `[${lines.join(', ')}]` })
    const page = await topics.browse({ name: 'exact', from: { is: 'earliest' } })
    expect(page.messages.map(({ value }) => value.is === 'json' && value.text)).toEqual([
      ...lines,
      ...lines,
    ])
    expect(page.messages.map(({ key }) => key.is === 'text' && key.text)).toEqual([
      '9007199254740993',
      '2e400',
      '9007199254740993',
      '2e400',
    ])
  })

  it('are judged by the event time that their records show, Avro timestamps too', async () => {
    const { topics, schemas } = test.caller
    await topics.create({ name: 'timed' })
    const fields = [{ name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } }]
    const schema = JSON.stringify({ type: 'record', name: 'Timed', fields })
    const { id } = await schemas.register({ subject: 'timed-value', schema })
    const start = Date.UTC(2026, 4, 4, 12)
    const times = [0, 1000, 2000, 500, 3000].map((ms) => start + ms)
    const messages = times.map((time) => ({
      encoding: 'base64' as const,
      value: Buffer.concat([Buffer.of(0, 0, 0, 0, id), zigzag(time)]).toString('base64'),
    }))
    await topics.produce({ name: 'timed', messages })
    const time = await topics.time({ name: 'timed' })
    expect(time).toMatchObject({
      column: 'at',
      kept: 5,
      sampled: 5,
      withoutTime: 0,
      partitions: [{ partition: 0, span: { from: start, to: start + 3000 } }],
      disorder: { inOrder: 4 },
    })
    expect(time.delays.at(-1)).toEqual({ share: 1, delayMs: 1500, later: 0 })
    const page = await topics.browse({ name: 'timed', from: { is: 'earliest' } })
    expect(page.messages.map(({ eventTime }) => eventTime)).toEqual(times)
    const { summary } = await topics.describe({ name: 'timed' })
    expect(summary.timeSpan).toEqual({ from: start, to: start + 3000, column: 'at' })
    expect(summary).toMatchObject({ cleanup: 'delete', retentionMs: null })
  })

  it('are sampled by event time, with the undecodable records beside their neighbours', async () => {
    const { topics } = test.caller
    await topics.create({ name: 'old' })
    const at = (i: number) => Date.UTC(2020, 0, 1) + i * 1000
    const messages = Array.from({ length: 100 }, (_, i) =>
      message(i % 10 === 0 ? '{broken' : `{"at":${at(i)}}`),
    )
    await topics.produce({ name: 'old', messages })
    const time = { path: 'at', unit: 'ms' as const }
    const sample = await topics.sample({
      topics: [{ topic: 'old', time, format: 'json' }],
      longestWindowMs: 60_000,
    })
    expect(sample.topics[0].records).toHaveLength(100)
    expect(sample.words).toMatch(/^100 records of old from 2020-01-01/)
  })
})

/** Avro's variable-length encoding of a long. */
function zigzag(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt(value) << 1n
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.of(...bytes, Number(rest))
}
