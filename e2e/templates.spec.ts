/** Each template in three presses: closed windows (or alerts) within seconds of Deploy. */
import { PipelinePage } from './pages/pipeline-page.ts'
import { readUntil } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

const templates = [
  { title: 'Orders per minute', topic: 'orders.per-minute' },
  { title: 'Fraud velocity', topic: 'fraud.alerts' },
  { title: 'Clicks per 5 minutes', topic: 'clicks.per-user' },
]

/** From the press of Start to the first result in the topic: 5 s after Deploy, and the page's own way there. */
const firstResultMs = 8_000

for (const { title, topic } of templates) {
  test(`${title} shows results after three presses`, async ({ server, page }) => {
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
    expect(JSON.parse(String(records[0].value))).toBeInstanceOf(Object)

    const pipeline = new PipelinePage(page)
    await expect(page).toHaveURL(/\/pipelines\//)
    await expect(page.getByRole('radio', { name: 'Live v1' })).toBeVisible()
    await expect(page.getByText('Every row accounted for')).toBeAttached()
    await expect(pipeline.canvas.getByText(/\d → /).first()).toBeVisible()
  })
}
