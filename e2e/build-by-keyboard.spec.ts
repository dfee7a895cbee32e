/** From the empty canvas to exact results by the keyboard alone. */
import { Keyboard } from './pages/keyboard.ts'
import { PipelinePage } from './pages/pipeline-page.ts'
import { createTopic, produce, type ReadRecord, readUntil } from './support/kafka.ts'
import { closers, partitions, payments, recordsOf, windowsOf } from './support/payments.ts'
import { expect, test } from './support/test.ts'

/** Adds a node by the list that "/" opens, and closes the list. */
async function addBySlash(pipeline: PipelinePage, keys: Keyboard, title: string): Promise<void> {
  await keys.press('/')
  await expect(pipeline.page.getByLabel('Find a node to add')).toBeFocused()
  await keys.type(title)
  await keys.press('Enter')
  await expect(pipeline.node(title)).toBeVisible()
  await keys.press('Escape')
  await expect(pipeline.page.getByLabel('Find a node to add')).toHaveCount(0)
}

/** Wires two nodes in connect mode: the arrow goes to the node on the left, then C and Enter. */
async function connectFromLeft(pipeline: PipelinePage, keys: Keyboard, from: string, to: string) {
  await keys.press('ArrowLeft')
  await expect(pipeline.node(from)).toBeFocused()
  await keys.press('c')
  const banner = pipeline.canvas.getByRole('status').filter({ hasText: 'Connect' })
  for (let step = 0; step < 4; step++) {
    if (((await banner.textContent()) ?? '').includes(`to ${to}`)) break
    await keys.press('ArrowRight')
  }
  await expect(banner).toContainText(`to ${to}`)
  await keys.press('Enter')
  await expect(pipeline.node(to)).toBeFocused()
}

async function draw(pipeline: PipelinePage, keys: Keyboard): Promise<void> {
  const { page, inspector } = pipeline
  const field = (label: string) => inspector.getByLabel(label, { exact: true })
  await addBySlash(pipeline, keys, 'Topic source')
  await keys.press('Enter')
  await expect(field('Topic')).toBeFocused()
  await keys.fill(field('Topic'), 'payments')
  await keys.tabTo(inspector.getByRole('button', { name: 'Infer from the last 500 records' }))
  await keys.press('Enter')
  const columns = page.getByRole('dialog', { name: 'Columns of payments' })
  await keys.tabTo(columns.getByRole('button', { name: 'Use these columns' }))
  await keys.press('Enter')
  await expect(columns).toHaveCount(0)

  await addBySlash(pipeline, keys, 'Filter')
  await connectFromLeft(pipeline, keys, 'Topic source', 'Filter')
  await keys.press('Enter')
  await keys.fill(field('Keep rows where'), "status = 'paid'")

  await focusCanvas(pipeline, keys)
  await keys.press('Tab')
  await expect(page.getByRole('combobox', { name: 'Add a node' })).toBeFocused()
  await keys.type('Window')
  await keys.press('Enter')
  await expect(pipeline.node('Window')).toBeFocused()
  await keys.press('Enter')
  await expect(field('Every')).toBeFocused()
  await keys.fill(field('Every'), '10 s')
  await keys.tabTo(field('For each'))
  await keys.press('c')
  await expect(inspector.getByRole('button', { name: 'Remove country' })).toBeVisible()
  await keys.fill(field('Name of aggregate 1'), 'n')
  await keys.tabTo(inspector.getByRole('button', { name: 'Add aggregate' }))
  await keys.press('Enter')
  await keys.fill(field('Name of aggregate 2'), 'total', 'Shift+Tab')
  await keys.fill(field('Expression of aggregate 2'), 'SUM(amount)')

  await focusCanvas(pipeline, keys)
  await addBySlash(pipeline, keys, 'Topic sink')
  await connectFromLeft(pipeline, keys, 'Window', 'Topic sink')
  await keys.press('Enter')
  await keys.fill(field('Topic'), 'payments.totals')
  await keys.press('Control+S')
  await expect(page.getByTitle('Draft saved')).toBeAttached()
}

/** F6 goes from pane to pane; the arrows then choose a node. */
async function focusCanvas(pipeline: PipelinePage, keys: Keyboard): Promise<void> {
  for (let pane = 0; pane < 5; pane++) {
    const onCanvas = await pipeline.canvas.evaluate((root) => root.contains(document.activeElement))
    if (onCanvas) return
    await keys.press('F6')
  }
  throw new Error('F6 does not reach the canvas')
}

function windowOf(record: ReadRecord) {
  const row = JSON.parse(String(record.value)) as Record<string, unknown>
  const { country, n, total } = row
  return { country, start: Date.parse(String(row.window_start)), n, total }
}

test('a pipeline drawn by the keyboard alone gives exact windows', async ({ server, page }) => {
  test.setTimeout(180_000)
  const { kafka, studio } = server.addresses
  const before = payments(0, 60)
  const after = payments(60, 60)
  await createTopic(kafka, 'payments', partitions)
  await produce(kafka, 'payments', recordsOf(before))

  const keys = new Keyboard(page)
  const pipeline = new PipelinePage(page)
  await page.goto(studio)
  await keys.tabTo(page.getByRole('button', { name: 'Blank canvas' }))
  await keys.press('Enter')
  await expect(pipeline.canvas).toBeFocused()
  await draw(pipeline, keys)
  await expect(pipeline.canvas.getByText(/problem/)).toHaveCount(0)

  await keys.press('Control+K')
  await expect(page.getByPlaceholder('Search pipelines, topics and commands')).toBeFocused()
  await keys.type('Deploy the draft')
  await keys.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Deploy the first version' })
  await keys.tabTo(dialog.getByRole('button', { name: 'Deploy', exact: true }))
  await keys.press('Enter')
  await expect(page.getByRole('radio', { name: 'Live v1' })).toBeVisible()

  await produce(kafka, 'payments', [...recordsOf(after), ...closers()])
  const expected = windowsOf([...before, ...after])
  const records = await readUntil(kafka, 'payments.totals', (all) => all.length >= expected.length)
  const byName = (a: { country: unknown; start: number }, b: typeof a) =>
    `${a.country} ${a.start}` < `${b.country} ${b.start}` ? -1 : 1
  expect(records.map(windowOf).sort(byName)).toEqual([...expected].sort(byName))
})
