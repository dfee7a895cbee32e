/** Each template in three presses: closed windows (or alerts) within seconds of Deploy. */
import { PipelinePage } from './pages/pipeline-page.ts'
import { Api } from './support/api.ts'
import { createTopic, produce, readUntil } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

const templates = [
  { title: 'Orders per minute', topic: 'orders.per-minute', column: 'total_orders' },
  { title: 'Fraud velocity', topic: 'fraud.alerts', column: 'reason' },
  { title: 'Fraud velocity, as printed', topic: 'fraud.as-printed.alerts', column: 'reason' },
  { title: 'Clicks per 5 minutes', topic: 'clicks.per-user', column: 'clicks' },
]

/** From the press of Start to the first result in the topic: 5 s after Deploy, and the page's own way there. */
const firstResultMs = 8_000

for (const { title, topic, column } of templates) {
  test(`${title}: shows results after three presses`, async ({ server, page }) => {
    await page.goto(server.addresses.studio)
    await page
      .getByRole('link', { name: /From a template|All templates/ })
      .first()
      .click()
    await page
      .getByRole('article', { name: title, exact: true })
      .getByRole('link', { name: title, exact: true })
      .click()
    const about = page.getByRole('complementary', { name: `About ${title}` })
    const pressed = Date.now()
    await about.getByRole('button', { name: `Start ${title}` }).click()
    const records = await readUntil(server.addresses.kafka, topic, (all) => all.length > 0)
    expect(Date.now() - pressed).toBeLessThan(firstResultMs)
    expect(JSON.parse(String(records[0].value))).toHaveProperty(column)

    const pipeline = new PipelinePage(page)
    await expect(page).toHaveURL(/\/pipelines\//)
    await expect(page.getByRole('radio', { name: 'Live v1' })).toBeVisible()
    await expect(page.getByText('Every row accounted for')).toBeAttached()
    await expect(pipeline.canvas.getByText(/\d → /).first()).toBeVisible()
  })
}

test('a template shows rows before the start, and the server is not asked for them', async ({
  server,
  page,
}) => {
  await page.goto(`${server.addresses.studio}/templates/orders-per-minute`)
  const rowsOf = (title: string) =>
    page.getByRole('region', { name: `Rows of ${title} before the start` }).getByRole('table')
  await expect(rowsOf('Orders per minute').getByRole('row').nth(1)).toBeVisible()
  expect(await new Api(server.addresses.studio).ask('pipelines.list')).toEqual([])

  await server.signal('SIGKILL')
  await page.getByRole('link', { name: 'Fraud velocity', exact: true }).click()
  const alerts = rowsOf('Fraud velocity')
  await expect(alerts).toHaveAccessibleName('Rows of Fraud detector')
  await expect(alerts.getByText(/^user-\d+$/).first()).toBeVisible()
  await page
    .getByRole('navigation', { name: 'Outputs of Fraud velocity' })
    .getByRole('button', { name: /^Payments/ })
    .click()
  await expect(alerts).toHaveAccessibleName('Rows of Payments')
})

for (const [width, height] of [
  [1280, 800],
  [1920, 1080],
]) {
  test(`cards show their whole graph beside an open template at ${width}`, async ({
    server,
    page,
  }) => {
    await page.setViewportSize({ width, height })
    await page.goto(`${server.addresses.studio}/templates/orders-per-minute`)
    const cards = page.getByRole('article')
    await expect(cards).toHaveCount(templates.length)
    for (const card of await cards.all()) {
      const edge = await card.boundingBox()
      const picture = await card.locator('svg').first().boundingBox()
      const last = await card.locator('svg').first().locator('rect').last().boundingBox()
      if (!edge || !picture || !last) throw new Error('A card shows no graph.')
      const right = Math.min(edge.x + edge.width, picture.x + picture.width)
      expect(last.x + last.width).toBeLessThanOrEqual(right)
    }
  })
}

test('a template is removed with its pipeline and topics, which are named before', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  const api = new Api(studio)
  await api.tell('templates.start', { id: 'orders-per-minute' })
  await readUntil(kafka, 'orders.per-minute', (all) => all.length > 0)
  await page.goto(`${studio}/templates/orders-per-minute`)
  await page.getByRole('button', { name: 'Remove with all that it made…' }).click()
  const asks = page.getByRole('dialog', { name: 'Remove all that Orders per minute made?' })
  await expect(asks).toContainText('Orders per minute (running, stops now)')
  await expect(asks).toContainText('all records of orders.per-minute, and the dead letters')
  await asks.getByRole('button', { name: 'Remove pipelines and topics' }).click()
  await expect(page.getByText('Removed 1 pipeline and 2 topics')).toBeVisible()
  expect(await api.ask('pipelines.list')).toEqual([])
  const topics = JSON.stringify(await api.ask('topics.list'))
  expect(topics).not.toContain('orders.per-minute')
})

test('a template starts on a topic of one’s own, its columns matched', async ({ server, page }) => {
  const { studio, kafka } = server.addresses
  await createTopic(kafka, 'shop.clicks', 1)
  const from = Date.parse('2026-05-04T12:00:00Z')
  await produce(
    kafka,
    'shop.clicks',
    [0, 60_000, 200_000, 900_000].map((after, i) => ({
      key: `k${i}`,
      value: JSON.stringify({ member: 'ann', url: `/p${i}`, seenAt: from + after }),
    })),
  )
  await page.goto(`${studio}/templates/clicks-per-user`)
  await page.getByRole('button', { name: 'Start on my topic…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Topic', { exact: true }).selectOption('shop.clicks')
  await expect(dialog.getByLabel('clicked_at')).toHaveValue('seenAt')
  await dialog.getByLabel('user_id').selectOption('member')
  await dialog.getByLabel('page', { exact: true }).selectOption('url')
  await dialog.getByRole('button', { name: 'Start on this topic' }).click()
  await expect(page).toHaveURL(/\/pipelines\//)
  const [closed] = await readUntil(kafka, 'clicks.per-user', (all) => all.length > 0)
  expect(JSON.parse(String(closed.value))).toMatchObject({
    user_id: 'ann',
    window_start: '2026-05-04T12:00:00.000Z',
    clicks: 3,
    pages: 3,
  })
})
