/** A node with input and no output says why in one sentence, with the one button that leads on. */
import type { Page } from '@playwright/test'
import { PipelinePage } from './pages/pipeline-page.ts'
import { Api, addNode, type PipelineDraft } from './support/api.ts'
import { createTopic, produce, readUntil } from './support/kafka.ts'
import type { Addresses } from './support/server.ts'
import { expect, test } from './support/test.ts'

/** Begins a window of ten seconds. */
const start = Date.UTC(2026, 0, 1, 12, 0, 0)
const windowMs = 10_000
/** A partition that holds time is named so soon after the records that it holds back. */
const namedWithinMs = 2_000

interface Reading {
  n?: number
  at: number | null
  partition?: number
}

async function feed(kafka: string, readings: readonly Reading[]): Promise<void> {
  const messages = readings.map(({ n = 1, at, partition = 0 }) => ({
    value: JSON.stringify({ n, at }),
    partition,
  }))
  await produce(kafka, 'readings', messages)
}

function addSource(draft: PipelineDraft): string {
  return addNode(draft, 'topic-source', {
    topic: 'readings',
    format: 'json',
    columns: [
      { name: 'n', type: 'BIGINT' },
      { name: 'at', type: 'TIMESTAMP(3)' },
    ],
    time: { column: 'at', unit: 'ms', waitMs: 0 },
    idleAfterMs: null,
    start: 'earliest',
  })
}

function addFilter(draft: PipelineDraft, after: string): string {
  return addNode(draft, 'filter', { condition: 'n > 0' }, after)
}

function addWindow(draft: PipelineDraft, after: string): string {
  const compute = [{ name: 'count', expression: 'COUNT(*)' }]
  return addNode(draft, 'window', { sizeMs: windowMs, forEach: [], compute }, after)
}

function addSink(draft: PipelineDraft, after: string): void {
  addNode(draft, 'topic-sink', { topic: 'results', format: 'json' }, after)
}

/** Deploys readings → `draw` → results and opens it with the node that `draw` names selected. */
async function deployAndSelect(
  page: Page,
  addresses: Addresses,
  partitions: number,
  draw: (draft: PipelineDraft, source: string) => string,
): Promise<PipelinePage> {
  const { studio, kafka } = addresses
  await createTopic(kafka, 'readings', partitions)
  let node = ''
  const id = await new Api(studio).deploy('Readings', (draft) => {
    node = draw(draft, addSource(draft))
    addSink(draft, node)
  })
  await page.goto(`${studio}/pipelines/${id}`)
  const pipeline = new PipelinePage(page)
  await pipeline.node(node).click()
  await expect(pipeline.inspector.getByText(/^▲ Nothing arrives/)).toBeVisible()
  return pipeline
}

test('nothing arrives: the topic is empty, and the button opens it', async ({ server, page }) => {
  const pipeline = await deployAndSelect(page, server.addresses, 1, (_, source) => source)
  const sentence = '▲ Nothing arrives: the topic readings has no record to read.'
  await expect(pipeline.inspector.getByText(sentence)).toBeVisible()
  await pipeline.inspector.getByRole('button', { name: 'Open readings' }).click()
  await expect(page).toHaveURL(/\/topics\/readings$/)
})

test('all filtered: the condition is named, and the button leads to it', async ({
  server,
  page,
}) => {
  const pipeline = await deployAndSelect(page, server.addresses, 1, addFilter)
  const readings = [0, -1, -2].map((n) => ({ n, at: start }))
  await feed(server.addresses.kafka, readings)
  const sentence = 'All 3 rows were filtered out: none meets n > 0.'
  await expect(pipeline.inspector.getByText(`▲ ${sentence}`)).toBeVisible()
  await pipeline.node('filter-2').getByRole('button', { name: 'No output: why?' }).click()
  const card = page.getByRole('dialog')
  await expect(card).toContainText(sentence)
  await card.getByRole('button', { name: 'Edit the condition' }).click()
  await expect(pipeline.inspector.getByLabel('Keep rows where')).toBeFocused()
})

test('no event time: the button leads to the time column of the source', async ({
  server,
  page,
}) => {
  const pipeline = await deployAndSelect(page, server.addresses, 1, addWindow)
  await feed(server.addresses.kafka, [{ at: null }, { at: null }])
  const sentence =
    '▲ None of the 2 rows has an event time, so no window can close. ' +
    'Choose the time column of topic-source-1 anew.'
  await expect(pipeline.inspector.getByText(sentence)).toBeVisible()
  await pipeline.inspector.getByRole('button', { name: 'Choose the time column' }).click()
  await expect(pipeline.inspector.getByText('Topic source · topic-source-1')).toBeVisible()
  await expect(pipeline.inspector.getByText('Event time', { exact: true })).toBeVisible()
})

test('a silent partition that holds time is named within two seconds', async ({ server, page }) => {
  const pipeline = await deployAndSelect(page, server.addresses, 2, addWindow)
  await feed(server.addresses.kafka, [{ at: start }, { at: start + 10 * windowMs }])
  await expect(pipeline.inspector.getByText(/^▲ Partition 1 of readings holds time: /)).toBeVisible(
    { timeout: namedWithinMs },
  )
  await pipeline.inspector.getByRole('button', { name: 'Show who holds time' }).click()
  await expect(pipeline.dock.getByRole('tab', { name: 'Time' })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await expect(pipeline.dock.getByText(/^partition 1/)).toBeVisible()
})

test('an open window says which record closes it, and that record does', async ({
  server,
  page,
}) => {
  const { kafka } = server.addresses
  const pipeline = await deployAndSelect(page, server.addresses, 1, addWindow)
  await feed(kafka, [{ at: start + 1 }])
  const sentence = pipeline.inspector.getByText(
    '▲ The window from 2026-01-01 12:00 UTC to 2026-01-01 12:00:10 UTC closes when a record ' +
      'with an event time of 2026-01-01 12:00:10 UTC or later arrives.',
  )
  await expect(sentence).toBeVisible()
  await pipeline.inspector.getByRole('button', { name: 'Show event time' }).click()
  await expect(pipeline.dock.getByRole('tab', { name: 'Time' })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await feed(kafka, [{ at: start + windowMs }])
  const results = await readUntil(kafka, 'results', (all) => all.length > 0)
  expect(JSON.parse(String(results[0].value))).toMatchObject({ count: 1 })
  await expect(sentence).toBeHidden()
})

test('all late: the button leads to the lateness that the window accepts', async ({
  server,
  page,
}) => {
  const { kafka } = server.addresses
  const pipeline = await deployAndSelect(page, server.addresses, 1, (draft, source) =>
    addWindow(draft, addFilter(draft, source)),
  )
  // Dropped by the filter, it still moves event time on.
  await feed(kafka, [{ n: 0, at: start + 10 * windowMs }])
  const filter = pipeline.node('filter-2')
  await expect(filter.getByRole('button', { name: 'No output: why?' })).toBeVisible()
  await feed(kafka, [{ at: start }, { at: start + 1 }])
  const sentence = '▲ All 2 rows came too late for their windows.'
  await expect(pipeline.inspector.getByText(sentence)).toBeVisible()
  await pipeline.inspector.getByRole('button', { name: 'Accept later rows' }).click()
  await expect(pipeline.inspector.getByLabel('Accept late', { exact: true })).toBeFocused()
})
