/** Bad records never stop a pipeline: they lie in its dead letters, byte for byte, with their position, and are counted. */
import { PipelinePage } from './pages/pipeline-page.ts'
import { Api, addNode } from './support/api.ts'
import { createTopic, produce, type ReadRecord, readUntil } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

/** One record of each kind that cannot be decoded, and where it goes. */
const bad = [
  { why: 'broken JSON', key: Buffer.from('broken'), value: Buffer.from('{"id": "a", "n": ') },
  { why: 'wrong type', key: Buffer.from('type'), value: Buffer.from('{"id": "b", "n": "many"}') },
  {
    why: 'invalid UTF-8',
    key: Buffer.from([0x6b, 0xff, 0x00]),
    value: Buffer.concat([
      Buffer.from('{"id": "'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('", "n": 3}'),
    ]),
  },
  { why: 'null value', key: Buffer.from('gone'), value: null },
]

const good = (id: string) => ({ key: id, value: JSON.stringify({ id, n: 1 }), partition: 1 })

function header(record: ReadRecord, name: string): string {
  return String(record.headers[`millrace.${name}`])
}

test('bad records go to the dead letters untouched and the pipeline goes on', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  await createTopic(kafka, 'readings', 2)
  const api = new Api(studio)
  let source = ''
  const id = await api.deploy('Readings', (draft) => {
    source = addNode(draft, 'topic-source', {
      topic: 'readings',
      format: 'json',
      columns: [
        { name: 'id', type: 'STRING' },
        { name: 'n', type: 'BIGINT' },
      ],
      start: 'earliest',
    })
    addNode(draft, 'topic-sink', { topic: 'copies', format: 'json' }, source)
  })
  await page.goto(`${studio}/pipelines/${id}`)
  const pipeline = new PipelinePage(page)

  const sent = bad.map(({ key, value }, index) => ({
    key,
    value,
    partition: 1,
    timestamp: String(1_760_000_000_000 + index),
  }))
  await produce(kafka, 'readings', [good('first'), ...sent, good('last')])

  const copies = await readUntil(kafka, 'copies', (all) => all.length >= 2)
  expect(copies.map((record) => JSON.parse(String(record.value)).id)).toEqual(['first', 'last'])

  const topic = `${id}.dead-letters`
  const letters = await readUntil(kafka, topic, (all) => all.length >= bad.length)
  const byOffset = letters.sort((a, b) => Number(header(a, 'offset')) - Number(header(b, 'offset')))
  expect(byOffset).toHaveLength(bad.length)
  for (const [index, letter] of byOffset.entries()) {
    const { why, key, value } = bad[index]
    expect(letter.key, why).toEqual(key)
    expect(letter.value, why).toEqual(value)
    expect(header(letter, 'topic'), why).toBe('readings')
    expect(header(letter, 'partition'), why).toBe('1')
    expect(header(letter, 'offset'), why).toBe(String(index + 1))
    expect(header(letter, 'timestamp'), why).toBe(sent[index].timestamp)
    expect(header(letter, 'node'), why).toBe(source)
    expect(header(letter, 'error').length, why).toBeGreaterThan(10)
  }
  expect(header(byOffset[1], 'error')).toContain('n')

  await expect(page.getByRole('radio', { name: 'Live v1' })).toBeVisible()
  const count = String(bad.length)
  const stub = { name: `dead letters of ${source}, ${count} rows: where to` }
  await expect(pipeline.node(source).getByRole('button', stub)).toBeVisible()
  await expect(pipeline.dock.getByRole('tab', { name: 'Dead letters' })).toContainText(count)
  await pipeline.openDockTab('Dead letters')
  const table = pipeline.dock.getByRole('table', { name: 'Dead letters' })
  for (const [index] of bad.entries())
    await expect(table.getByText(`readings 1/${index + 1}`, { exact: true })).toBeVisible()
  await expect(table).toContainText('{"id":"b","n":"many"}')
  await expect(table).toContainText('{"id": "a", "n": ')
  const { state } = await api.ask<{ state: string }>('runs.status', { pipeline: id })
  expect(state).toBe('running')
})
