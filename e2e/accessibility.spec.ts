/** Every screen, in both themes, breaks no rule of WCAG 2.2 A and AA that axe can check. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { PipelinePage } from './pages/pipeline-page.ts'
import { type Content, fillStudio } from './support/content.ts'
import { StudioServer } from './support/server.ts'
import { expect, test } from './support/test.ts'

const rules = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']

/** What axe objects to, one line a rule, with the elements. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => document.fonts.ready)
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
  return violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
  )
}

async function expectAccessible(page: Page, what: string): Promise<void> {
  expect.soft(await violations(page), what).toEqual([])
}

for (const theme of ['light', 'dark'] as const) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme })
    const server = new StudioServer()
    let made: Content | undefined
    /** Made once; again in the new process that follows a failed test. */
    const content = async () => (made ??= await fillStudio(server.addresses))

    test.beforeAll(() => server.start())
    test.afterAll(() => server.dispose())

    test('the first run, the lists while they are empty', async ({ page }) => {
      await page.goto(server.addresses.studio)
      await expect(page.getByRole('button', { name: 'Blank canvas' })).toBeVisible()
      await expect(page.getByRole('article')).toHaveCount(2)
      await expectAccessible(page, 'home')
      await page.goto(`${server.addresses.studio}/topics`)
      await expect(page.getByText('No topics yet')).toBeVisible()
      await expectAccessible(page, 'topics')
      await page.goto(`${server.addresses.studio}/schemas`)
      await expect(page.getByText('No schemas yet')).toBeVisible()
      await expectAccessible(page, 'schemas')
    })

    test('home, gallery and settings', async ({ page }) => {
      await content()
      await page.goto(server.addresses.studio)
      const row = (text: string) => page.getByRole('row').filter({ hasText: text })
      await expect(row('Checkout funnel').getByText('Failing')).toBeVisible()
      await expect(row('Orders per minute').getByText('Running')).toBeVisible()
      await expectAccessible(page, 'home')
      await page.goto(`${server.addresses.studio}/templates/clicks-per-user`)
      await expect(page.getByRole('region', { name: 'Made from' })).toBeVisible()
      await expectAccessible(page, 'templates')
      await page.goto(`${server.addresses.studio}/settings`)
      await expect(page.getByText(server.addresses.registry).first()).toBeVisible()
      await expectAccessible(page, 'settings')
    })

    test('topics and schemas', async ({ page }) => {
      const made = await content()
      await page.goto(`${server.addresses.studio}/topics`)
      await expect(page.getByRole('row').filter({ hasText: made.topic }).first()).toBeVisible()
      await expectAccessible(page, 'topics')
      await page.goto(`${server.addresses.studio}/topics/${made.topic}`)
      await page.getByRole('row').filter({ hasText: ';/' }).first().click()
      await expect(page.getByRole('complementary').first()).toBeVisible()
      await expectAccessible(page, 'topic with a bad message')
      await page.goto(`${server.addresses.studio}/topics/${made.emptyTopic}`)
      await expect(page.getByText('kafkajs').first()).toBeVisible()
      await expectAccessible(page, 'empty topic')
      await page.goto(`${server.addresses.studio}/schemas/${made.subject}`)
      await expect(page.getByText('promo_code').first()).toBeVisible()
      await expectAccessible(page, 'schemas')
    })

    test('a topic, tab by tab', async ({ page }) => {
      const made = await content()
      await page.goto(`${server.addresses.studio}/topics/${made.topic}`)
      await page.getByRole('radio', { name: 'Offset' }).click()
      await expect(page.getByLabel('Partition', { exact: true })).toBeVisible()
      await expectAccessible(page, 'topic, seeking an offset')
      for (const tab of ['Partitions', 'Schema', 'Consumers', 'Config', 'Time']) {
        await page.getByRole('tab', { name: tab }).click()
        await expect(page.getByRole('tabpanel', { name: tab })).not.toBeEmpty()
        await expect(page.getByText(/^(Looking at|Reading)/)).toHaveCount(0)
        await expectAccessible(page, `topic, ${tab}`)
      }
    })

    test('a pipeline while it is drawn, and deployed', async ({ page }) => {
      const made = await content()
      await page.goto(`${server.addresses.studio}/pipelines/${made.blank}`)
      const pipeline = new PipelinePage(page)
      await expect(pipeline.canvas).toBeVisible()
      await expectAccessible(page, 'empty canvas')
      await page.goto(`${server.addresses.studio}/pipelines/${made.orders}`)
      await page.getByRole('radio', { name: /^Draft/ }).click()
      await pipeline.node('Every minute').click()
      await pipeline.inspector.getByLabel('Every', { exact: true }).fill('30 s')
      await page.getByRole('button', { name: 'Deploy…' }).click()
      await expect(page.getByRole('dialog')).toBeVisible()
      await expectAccessible(page, 'deploy dialog')
    })

    test('a pipeline while it runs', async ({ page }) => {
      const made = await content()
      await page.goto(`${server.addresses.studio}/pipelines/${made.clicks}`)
      const pipeline = new PipelinePage(page)
      await expect(pipeline.canvas.getByText(/\d → /).first()).toBeVisible()
      await pipeline.node('Every 5 minutes').click()
      for (const tab of ['Configure', 'Data', 'Metrics', 'Docs']) {
        await pipeline.openInspectorTab(tab)
        await expectAccessible(page, `inspector, ${tab}`)
      }
      for (const tab of await pipeline.dock.getByRole('tab').allInnerTexts()) {
        await pipeline.openDockTab(tab)
        await expectAccessible(page, `dock, ${tab}`)
      }
    })

    test('a pipeline that fails', async ({ page }) => {
      const made = await content()
      await page.goto(`${server.addresses.studio}/pipelines/${made.failing}`)
      const pipeline = new PipelinePage(page)
      await pipeline.node('Steps to checkout').click()
      await pipeline.openDockTab('Code')
      await expect(pipeline.dock.getByText('processFunction').first()).toBeVisible()
      await expectAccessible(page, 'code')
      for (const tab of ['Runs', 'Dead letters']) {
        await pipeline.openDockTab(tab)
        await expectAccessible(page, `dock, ${tab}`)
      }
    })
  })
}
