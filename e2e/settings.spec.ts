/** Settings as people use them: kept or said not to be, shortcuts bound anew, defaults, demo data, typed times. */
import { TopicPage } from './pages/topic-page.ts'
import { Api, type PipelineDraft } from './support/api.ts'
import { createTopic, produce, readUntil } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

test('a change that is not saved is said so, outlives a reload and is saved when the server is back', async ({
  server,
  page,
}) => {
  const { studio } = server.addresses
  const api = new Api(studio)
  const theme = () => api.ask('system.settings').then((all) => (all as { theme: string }).theme)
  await page.goto(`${studio}/settings`)
  await page.getByRole('radio', { name: 'Light' }).click()
  await expect.poll(theme).toBe('light')

  await server.signal('SIGKILL')
  await page.getByRole('radio', { name: 'Dark' }).click()
  await expect(page.getByText('Not saved: the server does not answer.')).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(page.getByRole('button', { name: 'Save again' })).toBeVisible()
  await server.start()
  await page.reload()
  await expect.poll(theme).toBe('dark')
  await expect(page.getByRole('radio', { name: 'Dark' })).toBeChecked()
  await expect(page.getByText('Not saved')).toBeHidden()
})

test('a shortcut is bound anew, a conflict is refused by name, and a reset brings it back', async ({
  server,
  page,
}) => {
  const { studio } = server.addresses
  await page.goto(studio)
  await page.keyboard.press('?')
  await page.getByRole('link', { name: 'Change them…' }).click()
  await page.getByLabel('Filter shortcuts').fill('show keyboard')
  const line = page.getByRole('listitem').filter({ hasText: 'Show keyboard shortcuts' })
  await line.getByRole('button', { name: 'Change' }).press('Enter')
  await page.keyboard.press('Control+K')
  await expect(line.getByRole('alert')).toContainText('Ctrl+K is “Search and run commands”.')
  await page.keyboard.press('Control+H')
  await expect(line).toContainText('Ctrl+H')
  await expect(line.getByRole('button', { name: 'Change' })).toBeFocused()

  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await page.keyboard.press('?')
  await expect(sheet).toBeHidden()
  await page.reload()
  await page.keyboard.press('Control+H')
  await expect(sheet.getByText('Ctrl+H')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Reset Show keyboard shortcuts' }).click()
  await page.keyboard.press('?')
  await expect(sheet).toBeVisible()
})

test('new pipelines begin with the defaults that are set, which stay in their range', async ({
  server,
  page,
}) => {
  const { studio } = server.addresses
  const api = new Api(studio)
  await page.goto(`${studio}/settings?section=new-pipelines`)
  const parallelism = page.getByLabel('Parallelism')
  await parallelism.fill('17')
  await expect(page.getByRole('alert')).toHaveText(/From 1 to 16\./)
  await parallelism.fill('3')
  await page.getByLabel('Checkpoint', { exact: true }).fill('2 s')
  await page.getByLabel('Checkpoint', { exact: true }).blur()
  const saved = { parallelism: 3, checkpointIntervalMs: 2000 }
  await expect
    .poll(() => api.ask('system.settings'))
    .toMatchObject({ newPipeline: { ...saved, checkpointsRetained: 3 } })
  await page.getByRole('link', { name: 'Pipelines', exact: true }).click()
  await page.getByRole('button', { name: 'New pipeline' }).click()
  await expect(page).toHaveURL(/\/pipelines\/new-pipeline/)
  const { document } = await api.ask<{ document: PipelineDraft }>('pipelines.get', {
    id: 'new-pipeline',
  })
  expect(document.settings).toMatchObject(saved)
})

test('demo data is removed at once, named before', async ({ server, page }) => {
  const { studio, kafka } = server.addresses
  const api = new Api(studio)
  await page.goto(`${studio}/settings?section=demo`)
  await expect(page.getByText('Nothing here was made from a template')).toBeVisible()
  await api.tell('templates.start', { id: 'orders-per-minute' })
  await api.tell('pipelines.create', { name: 'Mine' })
  await readUntil(kafka, 'orders.per-minute', (all) => all.length > 0)
  await page.reload()
  await page.getByRole('button', { name: 'Remove all demo data…' }).click()
  const asks = page.getByRole('dialog', { name: 'Remove all demo data?' })
  await expect(asks).toContainText(/Orders per minute ● runs, stops now/)
  await expect(asks.getByText('orders.per-minute', { exact: true })).toBeVisible()
  await asks.getByRole('button', { name: /^Remove 1 pipeline and \d topics?$/ }).click()
  await expect(page.getByText(/^Removed 1 pipeline and \d topics?$/)).toBeVisible()
  await expect(page.getByText('Nothing here was made from a template')).toBeVisible()
  expect(await api.ask('pipelines.list')).toMatchObject([{ name: 'Mine' }])
  expect(JSON.stringify(await api.ask('topics.list'))).not.toContain('orders.per-minute')
})

test.describe('five hours behind UTC', () => {
  test.use({ timezoneId: 'America/Lima' })

  test('times are typed in the zone in which they are shown', async ({ server, page }) => {
    const { studio, kafka } = server.addresses
    await createTopic(kafka, 'steps', 1)
    const at = Date.UTC(2026, 4, 4, 12, 0, 0)
    const sent = [0, 1, 2].map((n) => ({ value: `{"n":${n}}`, timestamp: String(at + n * 60_000) }))
    await produce(kafka, 'steps', sent)
    const topic = new TopicPage(page)
    await topic.goto(studio, 'steps')
    await topic.seekTime('2026-05-04T07:01')
    await expect(topic.words).toHaveText('2 shown')

    await page.goto(`${studio}/settings`)
    await page.getByRole('radio', { name: 'UTC' }).click()
    await topic.goto(studio, 'steps')
    await topic.seekTime('2026-05-04T12:02')
    await expect(topic.words).toHaveText('1 shown')
    await expect(page.getByText('UTC', { exact: true })).toBeVisible()
  })
})

test('a clipboard that the browser refuses is said so, with the way on', async ({
  server,
  page,
}) => {
  await page.addInitScript(() =>
    Object.defineProperty(navigator, 'clipboard', { value: undefined }),
  )
  await page.goto(`${server.addresses.studio}/settings?section=connect`)
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(page.getByText('Snippet not copied')).toBeVisible()
  await expect(page.getByText('Select the text and copy it by hand')).toBeVisible()
})
