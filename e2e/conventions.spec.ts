/** What people bring along from other editors works here too: keys, clipboard, history, safety, canvas. */
import { readFileSync } from 'node:fs'
import type { BrowserContext, Page } from '@playwright/test'
import { PipelinePage } from './pages/pipeline-page.ts'
import { Api, addNode, type PipelineDraft } from './support/api.ts'
import { createTopic, produce } from './support/kafka.ts'
import type { StudioServer } from './support/server.ts'
import { expect, test } from './support/test.ts'

const columns = [{ name: 'n', type: 'BIGINT' }]

/** Numbers → Positive → Small → Kept, in one row. */
function drawRow(draft: PipelineDraft): void {
  const source = addNode(draft, 'topic-source', { topic: 'numbers', columns })
  const first = addNode(draft, 'filter', { condition: 'n > 0' }, source)
  const second = addNode(draft, 'filter', { condition: 'n < 100' }, first)
  addNode(draft, 'view-sink', { view: 'kept', keyColumns: [] }, second)
  const names = ['Numbers', 'Positive', 'Small', 'Kept']
  for (const [index, node] of draft.nodes.entries()) node.name = names[index]
}

async function open(server: StudioServer, page: Page, draw = drawRow): Promise<PipelinePage> {
  const { id } = await new Api(server.addresses.studio).draw('Numbers', draw)
  await page.goto(`${server.addresses.studio}/pipelines/${id}`)
  const pipeline = new PipelinePage(page)
  await expect(pipeline.canvas).toBeFocused()
  return pipeline
}

async function draft(server: StudioServer, id: string): Promise<PipelineDraft> {
  const api = new Api(server.addresses.studio)
  return (await api.ask<{ document: PipelineDraft }>('pipelines.get', { id })).document
}

const names = (pipeline: PipelinePage) =>
  pipeline.canvas
    .getByRole('group', { name: /, (Topic source|Filter|View)$/ })
    .evaluateAll((cards) => cards.map((card) => card.getAttribute('aria-label')?.split(',')[0]))

test('undo, redo and save by their keys; a reload keeps the history', async ({ server, page }) => {
  const pipeline = await open(server, page)
  await pipeline.node('Small').click()
  await page.keyboard.press('Delete')
  await expect(pipeline.node('Small')).toHaveCount(0)
  await page.keyboard.press('Control+Z')
  await expect(pipeline.node('Small')).toBeVisible()
  await expect(pipeline.edges).toHaveCount(3)
  await page.keyboard.press('Control+Y')
  await expect(pipeline.node('Small')).toHaveCount(0)
  await page.keyboard.press('Control+Z')
  await page.keyboard.press('Control+Shift+Z')
  await expect(pipeline.node('Small')).toHaveCount(0)
  await page.keyboard.press('Control+S')
  await expect(page.getByTitle('Draft saved')).toBeAttached()
  await expect.poll(async () => (await draft(server, pipeline.id())).nodes.length).toBe(3)

  await page.reload()
  await expect(pipeline.node('Kept')).toBeVisible()
  expect(await pipeline.undoAll()).toEqual(['Delete'])
  await expect(pipeline.node('Small')).toBeVisible()
  expect(await pipeline.redoAll()).toEqual(['Delete'])
})

test('palettes, the sheet of shortcuts, and the search in the graph', async ({ server, page }) => {
  const pipeline = await open(server, page)
  const search = page.getByPlaceholder('Search pipelines, topics and commands')
  for (const keys of ['Control+K', 'Control+Shift+P', 'Control+F']) {
    await page.keyboard.press(keys)
    await expect(search).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(search).toHaveCount(0)
  }
  await page.keyboard.press('Control+F')
  await page.keyboard.type('Small')
  await page.keyboard.press('Enter')
  await expect(pipeline.inspector.getByLabel('Keep rows where')).toHaveValue('n < 100')

  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  for (const words of ['Undo', 'Duplicate the selection', 'Find a node to add', 'Fit the graph'])
    await expect(sheet.getByText(new RegExp(`^${words}`))).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(sheet).toHaveCount(0)
  await page.keyboard.press('/')
  await expect(page.getByLabel('Find a node to add')).toBeFocused()
})

test('nodes are added by Tab, renamed by F2, duplicated and deleted; not while one types', async ({
  server,
  page,
}) => {
  const pipeline = await open(server, page)
  await page.keyboard.press('Tab')
  const list = page.getByRole('combobox', { name: 'Add a node' })
  await expect(list).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await pipeline.node('Positive').click()
  await page.keyboard.press('Tab')
  await page.keyboard.type('Filter')
  await page.keyboard.press('Enter')
  await expect(pipeline.node('Filter')).toBeFocused()
  await expect(pipeline.edges).toHaveCount(4)

  await page.keyboard.press('F2')
  await expect(pipeline.canvas.getByLabel('Name of Filter')).toBeFocused()
  await page.keyboard.type('Even')
  await page.keyboard.press('Enter')
  await expect(pipeline.node('Even')).toBeVisible()

  await pipeline.node('Small').click()
  await page.keyboard.press('Control+D')
  await expect(pipeline.node('Small 2')).toBeVisible()
  await page.keyboard.press('Backspace')
  await expect(pipeline.node('Small 2')).toHaveCount(0)

  await pipeline.node('Small').click()
  const condition = pipeline.inspector.getByLabel('Keep rows where')
  await condition.click()
  await page.keyboard.press('Home')
  for (const key of ['Delete', 'c', '/', '+', '0', '?']) await page.keyboard.press(key)
  await expect(condition).toHaveValue('c/+0? < 100')
  await expect(pipeline.node('Small')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
})

test('D disables a node: rows go past it, the deploy says so, Enable takes it in again', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  const kept = async () => {
    const answer = await fetch(`${studio}/views/kept`)
    return answer.ok ? ((await answer.json()) as { n: string }[]).map(({ n }) => Number(n)) : []
  }
  await createTopic(kafka, 'numbers', 1)
  const pipeline = await open(server, page, (draft) => {
    drawRow(draft)
    draft.nodes[3].config = { view: 'kept', keyColumns: ['n'] }
  })
  await pipeline.deploy()
  await produce(
    kafka,
    'numbers',
    [-5, 5].map((n) => ({ value: JSON.stringify({ n }) })),
  )
  await expect.poll(kept).toEqual([5])

  await page.getByRole('radio', { name: 'Draft' }).click()
  await pipeline.node('Positive').click()
  await page.keyboard.press('d')
  await expect(
    pipeline.canvas.getByRole('group', { name: 'Positive, Filter, disabled' }),
  ).toBeVisible()
  await expect(pipeline.inspector.getByRole('status')).toContainText('rows go past it')
  await page.getByRole('button', { name: 'Deploy…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog).toContainText('is disabled, rows go past it')
  await dialog.getByRole('button', { name: /^Deploy/ }).click()
  await expect(page.getByRole('radio', { name: 'Live v2' })).toBeVisible()
  await produce(
    kafka,
    'numbers',
    [-7, 700].map((n) => ({ value: JSON.stringify({ n }) })),
  )
  await expect.poll(kept).toContain(-7)
  expect(await kept()).not.toContain(700)

  await page.getByRole('radio', { name: 'Draft' }).click()
  await pipeline.inspector.getByRole('button', { name: 'Enable' }).click()
  await expect(
    pipeline.canvas.getByRole('group', { name: 'Positive, Filter', exact: true }),
  ).toBeVisible()
})

test('the selection goes along the graph by arrows and chains', async ({ server, page }) => {
  const pipeline = await open(server, page)
  await pipeline.node('Numbers').click()
  await page.keyboard.press('ArrowRight')
  await expect(pipeline.node('Positive')).toBeFocused()
  await expect(pipeline.inspector.getByLabel('Keep rows where')).toHaveValue('n > 0')
  await page.keyboard.press('Shift+ArrowRight')
  await expect(pipeline.inspector).toContainText('2 nodes are selected')
  await page.keyboard.press('Escape')
  await expect(pipeline.inspector).toHaveCount(0)
  await pipeline.node('Positive').click()
  await page.keyboard.press('Alt+S')
  await expect(pipeline.inspector).toContainText('2 nodes are selected')
  await pipeline.node('Positive').click()
  await expect(pipeline.inspector.getByLabel('Keep rows where')).toHaveValue('n > 0')
  await page.keyboard.press('Alt+Shift+S')
  await expect(pipeline.inspector).toContainText('3 nodes are selected')
  await page.keyboard.press('Control+A')
  await expect(pipeline.inspector).toContainText('4 nodes are selected')
})

test('copy, cut and paste carry JSON from window to window', async ({ server, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const pipeline = await open(server, page)
  await pipeline.node('Positive').click()
  await page.keyboard.press('Shift+ArrowRight')
  await page.keyboard.press('Control+C')
  const other = await openOther(server, context)
  await other.page.keyboard.press('Control+V')
  await expect(other.node('Positive')).toBeVisible()
  await expect(other.node('Small')).toBeVisible()
  await expect(other.edges).toHaveCount(1)
  const text = await other.page.evaluate(() => navigator.clipboard.readText())
  expect(JSON.parse(text).nodes.map((node: { name: string }) => node.name)).toEqual([
    'Positive',
    'Small',
  ])
  await other.page.keyboard.press('Control+X')
  await expect(other.canvas.getByText('Start with a source')).toBeVisible()
  await other.page.keyboard.press('Control+V')
  await expect(other.edges).toHaveCount(1)
})

async function openOther(server: StudioServer, context: BrowserContext): Promise<PipelinePage> {
  return open(server, await context.newPage(), () => undefined)
}

test('zoom by keys and contextual zoom, panning by Space and by the middle button', async ({
  server,
  page,
}) => {
  const pipeline = await open(server, page)
  const zoom = () => page.getByRole('button', { name: /^Zoom \d+ %, back to 100 %$/ })
  const percent = async () => Number(/\d+/.exec((await zoom().textContent()) ?? '')?.[0])
  await page.keyboard.press('0')
  await expect.poll(percent).toBe(100)
  await page.keyboard.press('+')
  await expect.poll(percent).toBe(120)
  await page.keyboard.press('-')
  await expect.poll(percent).toBe(100)
  await expect(pipeline.node('Positive').getByText('n > 0')).toBeVisible()
  for (let press = 0; press < 4; press++) await page.keyboard.press('-')
  await expect.poll(percent).toBeLessThan(60)
  await expect(pipeline.node('Positive').getByText('n > 0')).toBeHidden()
  await expect(pipeline.node('Positive').getByText('Positive')).toBeVisible()
  await page.keyboard.press('1')
  await expect.poll(percent).toBeGreaterThan(60)

  const box = async () => (await pipeline.node('Positive').boundingBox()) ?? { x: 0, y: 0 }
  const pane = (await pipeline.canvas.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 }
  const free = { x: pane.x + pane.width / 2, y: pane.y + pane.height - 90 }
  const drag = async (button: 'left' | 'middle') => {
    const before = await box()
    await page.mouse.move(free.x, free.y)
    await page.mouse.down({ button })
    await page.mouse.move(free.x + 60, free.y - 40, { steps: 4 })
    await page.mouse.up({ button })
    const after = await box()
    expect([Math.round(after.x - before.x), Math.round(after.y - before.y)]).toEqual([60, -40])
  }
  await drag('middle')
  await page.keyboard.down('Space')
  await drag('left')
  await page.keyboard.up('Space')
  expect(await pipeline.undo.isEnabled()).toBe(false)
})

test('export and import by their keys carry the same graph', async ({ server, page }) => {
  const pipeline = await open(server, page)
  const download = page.waitForEvent('download')
  await page.keyboard.press('Control+E')
  const file = await (await download).path()
  expect(JSON.parse(readFileSync(file, 'utf8')).nodes).toHaveLength(4)
  const chooser = page.waitForEvent('filechooser')
  await page.keyboard.press('Control+I')
  await (await chooser).setFiles(file)
  await expect(pipeline.node('Positive 2')).toBeVisible()
  await expect(pipeline.edges).toHaveCount(6)
  expect(await pipeline.undoAll()).toEqual(['Import'])
  expect((await names(pipeline)).sort()).toEqual(['Kept', 'Numbers', 'Positive', 'Small'])
})

test('a wire dropped on nothing offers what fits, and a node is put on an edge', async ({
  server,
  page,
}) => {
  const pipeline = await open(server, page)
  await page.getByRole('button', { name: 'Fit the graph' }).click()
  const handle = await pipeline.port('Output', 'Rows that pass', 'Small').boundingBox()
  const pane = await pipeline.canvas.boundingBox()
  if (!handle || !pane) throw new Error('the canvas is not shown')
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2)
  await page.mouse.down()
  await page.mouse.move(handle.x + 60, pane.y + pane.height - 120, { steps: 5 })
  await page.mouse.up()
  const list = page.getByRole('combobox', { name: 'Add a node' })
  await expect(list).toBeFocused()
  await expect(page.getByRole('option', { name: /Topic source/ })).toHaveCount(0)
  await page.keyboard.type('Topic sink')
  await page.keyboard.press('Enter')
  await expect(pipeline.edges).toHaveCount(4)

  await page.getByRole('button', { name: 'Fit the graph' }).click()
  await pipeline.canvas
    .getByRole('button', { name: /^Insert a node between topic-source-1/ })
    .click()
  await page.keyboard.type('Select')
  await page.keyboard.press('Enter')
  await expect(pipeline.node('Select')).toBeVisible()
  await expect(pipeline.edges).toHaveCount(5)
  expect((await pipeline.undoAll()).reverse()).toEqual(['Add Topic sink', 'Insert Select'])
})

test('notes, alignment, the outline and tidying are steps like any other', async ({
  server,
  page,
}) => {
  const pipeline = await open(server, page)
  await page.getByRole('button', { name: 'Add a note' }).click()
  await pipeline.canvas.getByRole('textbox', { name: 'Note' }).fill('Only what is paid')
  await expect
    .poll(async () => JSON.stringify(await draft(server, pipeline.id())))
    .toContain('Only what is paid')

  await page.getByRole('button', { name: 'Outline of the graph' }).click()
  const outline = page.getByRole('navigation', { name: 'Outline of the graph' })
  await expect(outline.getByRole('button')).toHaveCount(4)
  await outline.getByRole('button', { name: /^Small/ }).click()
  await expect(pipeline.inspector.getByLabel('Keep rows where')).toHaveValue('n < 100')
  await expect(outline.getByRole('button', { name: /^Small/ })).toHaveAttribute(
    'aria-current',
    'true',
  )
  await page.getByRole('button', { name: 'Tidy up' }).click()
  await expect(pipeline.undo).toBeEnabled()
  expect((await pipeline.undoAll()).reverse()).toEqual(['Add a note', 'Write a note', 'Tidy up'])
})

test('leaving with an edit that is not saved warns', async ({ server, page }) => {
  const pipeline = await open(server, page)
  await server.signal('SIGKILL')
  await expect(page.getByText('No connection to the server.')).toBeVisible()
  await pipeline.node('Small').click()
  await page.keyboard.press('Delete')
  await expect(page.getByText('Not saved: kept in this browser')).toBeVisible()
  const asked = page.waitForEvent('dialog')
  const closing = page.close({ runBeforeUnload: true })
  const dialog = await asked
  expect(dialog.type()).toBe('beforeunload')
  await dialog.dismiss()
  await closing
  await expect(pipeline.node('Numbers')).toBeVisible()
})
