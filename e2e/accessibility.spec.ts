/** Every screen, in both themes, breaks no rule of WCAG 2.2 A and AA that axe can check. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
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

/** Opens what lies over a screen, looks at it, and closes it. */
async function expectAccessibleOver(
  page: Page,
  what: string,
  shown: Locator,
  open: () => Promise<unknown>,
): Promise<void> {
  await open()
  await expect(shown).toBeVisible()
  await expectAccessible(page, what)
  await page.keyboard.press('Escape')
  await expect(shown).toBeHidden()
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
      await expect(row('Checkout funnel').getByText('Failed')).toBeVisible()
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

    test('what lies over the lists: dialogs, menus, palette and sheet', async ({ page }) => {
      test.setTimeout(180_000)
      const made = await content()
      const { studio } = server.addresses
      const over = (what: string, shown: Locator, open: () => Promise<unknown>) =>
        expectAccessibleOver(page, what, shown, open)
      const dialog = page.getByRole('dialog')
      const press = (name: string | RegExp) => () =>
        page.getByRole('button', { name }).first().click()
      await page.goto(studio)
      const actions = press('Actions for Views per page')
      await over('palette', page.getByPlaceholder('Search pipelines, topics and commands'), () =>
        page.keyboard.press('Control+K'),
      )
      await over('shortcuts', dialog, () => page.keyboard.press('?'))
      await over('import', dialog, press('Import…'))
      await over('menu of a pipeline', page.getByRole('menu'), actions)
      await over('delete a pipeline', dialog, async () => {
        await actions()
        await page.getByRole('menuitem', { name: 'Delete…' }).click()
      })
      await page.goto(`${studio}/settings?section=demo`)
      await over('remove demo data', dialog, press('Remove all demo data…'))
      await page.goto(`${studio}/topics`)
      await over('new topic', dialog, press(/topic$/i))
      await page.goto(`${studio}/topics/${made.topic}`)
      await over('produce', dialog, press('Produce…'))
      await over('delete a topic', dialog, press('Delete…'))
      await page.goto(`${studio}/schemas`)
      await over('register a schema', dialog, press('Register a schema'))
    })

    test('what lies over the canvas: lists, menus, dialogs and refusals', async ({ page }) => {
      test.setTimeout(180_000)
      const made = await content()
      await page.goto(`${server.addresses.studio}/pipelines/${made.clicks}`)
      await page.getByRole('radio', { name: /^Draft/ }).click()
      const pipeline = new PipelinePage(page)
      const over = (what: string, shown: Locator, open: () => Promise<unknown>) =>
        expectAccessibleOver(page, what, shown, open)
      await over('nodes to add', page.getByRole('combobox', { name: 'Add a node' }), async () => {
        await pipeline.node('Clicks').click()
        await page.keyboard.press('Tab')
      })
      await over('menu of a fate', page.getByRole('menu'), () =>
        pipeline.canvas
          .getByRole('button', { name: /rows: where to$/ })
          .first()
          .click(),
      )
      await page.getByRole('button', { name: 'Fit the graph' }).click()
      await pipeline
        .port('Output', 'Rows', 'Clicks')
        .dragTo(pipeline.port('Input', 'Rows', 'Too late'))
      await expectAccessible(page, 'a wire, taken or refused')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Outline of the graph' }).click()
      await page.keyboard.press('/')
      await expect(page.getByLabel('Find a node to add')).toBeFocused()
      await expectAccessible(page, 'palette of nodes and outline')

      await page.goto(`${server.addresses.studio}/pipelines/${made.failing}`)
      await page.getByRole('radio', { name: /^Draft/ }).click()
      await pipeline.node('Page views').click()
      await over('columns of a topic', page.getByRole('dialog'), () =>
        page.getByRole('button', { name: 'Infer from the last 500 records' }).click(),
      )
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
