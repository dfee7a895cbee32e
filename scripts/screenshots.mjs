// `npm run screenshots`: each screen, empty, running and failing, light and dark, in two sizes, and a short recording.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { register } from 'tsx/esm/api'
import { installedBrowser } from '../e2e/browser.mjs'
import { buildWhenNeeded } from './lib/build.mjs'
import { installWhenNeeded } from './lib/install.mjs'
import { requireNode, root } from './lib/project.mjs'
import { startScreencast, writeFilm } from './lib/screencast.mjs'

register()
const { StudioServer } = await import('../e2e/support/server.ts')
const { fillStudio } = await import('../e2e/support/content.ts')

const folder = join(root, 'docs', 'images')
const themes = ['light', 'dark']
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]
/** The first checkpoint, and closed windows of live rows, on a busy machine. */
const waitMs = 60_000

/** Before anything exists. */
const emptyShots = {
  'home-empty': (page) => open(page, '/', page.getByRole('button', { name: 'Blank canvas' })),
  'topics-empty': (page) => open(page, '/topics', page.getByText('No topics yet')),
  'schemas-empty': (page) =>
    open(page, '/schemas', page.getByRole('button', { name: /Register/ }).first()),
  'templates-empty': (page) =>
    open(page, '/templates', page.getByRole('article', { name: 'Fraud velocity', exact: true })),
}

/** With real content; each gets what `fillStudio` made. */
const filledShots = {
  'home-running': async (page) => {
    await open(
      page,
      '/',
      row(page, 'Orders per minute')
        .getByText(/ s ago/)
        .first(),
    )
    await page.getByText(/^Running \d/).click()
    await row(page, 'Checkout funnel').waitFor({ state: 'detached' })
  },
  'home-failing': (page) => open(page, '/', row(page, 'Checkout funnel').getByText('Failed')),
  'templates-running': async (page) => {
    await open(page, '/templates/clicks-per-user', page.getByRole('region', { name: 'Made from' }))
    await page
      .getByRole('region', { name: /^Rows of/ })
      .getByRole('row')
      .nth(3)
      .waitFor()
  },
  'pipeline-empty': (page, made) =>
    open(page, `/pipelines/${made.blank}`, page.getByText('Draft').first()),
  'pipeline-running': (page, made) => openRunning(page, made.clicks, 'Every 5 minutes'),
  'pipeline-failing': async (page, made) => {
    await open(page, `/pipelines/${made.failing}`, card(page, 'Steps to checkout'))
    await card(page, 'Steps to checkout').click()
    await page.keyboard.press('1')
    await dockTab(page, 'Runs')
  },
  'pipeline-data': async (page, made) => {
    await openRunning(page, made.clicks, 'Every 5 minutes')
    await card(page, 'Clicks').click()
    await page.getByRole('tab', { name: 'Data' }).click()
    await page.getByRole('complementary', { name: 'Inspector' }).getByRole('row').nth(3).waitFor()
    await dockTab(page, 'Checkpoints')
  },
  'topics-running': (page) => open(page, '/topics', row(page, 'page-views')),
  'topic-empty': (page, made) =>
    open(page, `/topics/${made.emptyTopic}`, page.getByText('kafkajs').first()),
  'topic-running': async (page) => {
    await open(page, '/topics/clicks.per-user', page.getByRole('row').nth(8))
    await page.getByRole('row').nth(4).click()
    await page.getByRole('complementary').first().waitFor()
  },
  'topic-schema': (page, made) =>
    open(
      page,
      `/topics/${made.topic}?tab=schema`,
      page.getByRole('table', { name: 'Event-time candidates' }),
    ),
  'topic-time': (page, made) =>
    open(
      page,
      `/topics/${made.topic}?tab=time`,
      page.getByRole('region', { name: 'Delay', exact: true }),
    ),
  'topic-failing': async (page, made) => {
    const bad = page.getByRole('row').filter({ hasText: ';/' }).first()
    await open(page, `/topics/${made.topic}`, bad)
    await bad.click()
    await page.getByRole('complementary').first().waitFor()
  },
  'schemas-running': (page, made) =>
    open(page, `/schemas/${made.subject}`, page.getByText('promo_code').first()),
  'settings-running': (page) => open(page, '/settings', page.getByText('Registry').first()),
}

async function open(page, path, shown) {
  await page.goto(path)
  await shown.waitFor()
}

function row(page, text) {
  return page.getByRole('row').filter({ hasText: text })
}

function card(page, name) {
  return page
    .getByRole('region', { name: 'Pipeline canvas' })
    .getByRole('group', { name: new RegExp(`^${name}, `) })
}

async function dockTab(page, name) {
  await page.getByRole('region', { name: 'Dock' }).getByRole('tab', { name }).click()
}

/** A running pipeline with a node selected, its numbers there and the picture of time drawn. */
async function openRunning(page, id, node) {
  await open(page, `/pipelines/${id}`, card(page, node).getByText(/\d → /))
  await card(page, node).click()
  await page.keyboard.press('1')
  await dockTab(page, 'Time')
  await page
    .getByText(/^watermark \d/)
    .first()
    .waitFor({ state: 'attached' })
  await page.getByText(/^Checkpoint \d/).waitFor({ state: 'attached' })
}

/** Fonts, no spinner, nothing hovered: what a picture needs to be the same twice. */
async function take(page, path) {
  await page.mouse.move(0, 0)
  await page
    .getByText(/^(Loading|Reading|Opening)/)
    .first()
    .waitFor({ state: 'hidden' })
  await page.evaluate(() => document.fonts.ready)
  await page.screenshot({ path, animations: 'disabled' })
  process.stdout.write('.')
}

async function takeAll(browser, server, shots, made, only) {
  for (const colorScheme of themes)
    for (const viewport of sizes) {
      const context = await browser.newContext({
        baseURL: server.addresses.studio,
        colorScheme,
        viewport,
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      page.setDefaultTimeout(waitMs)
      for (const [name, go] of Object.entries(shots)) {
        if (only && !only.some((start) => name.startsWith(start))) continue
        await go(page, made)
        await take(page, join(folder, `${name}-${colorScheme}-${viewport.width}.png`))
      }
      await context.close()
    }
}

/** Start a template, look at rows and at time, edit the draft, see the preview follow. */
async function record(browser, server) {
  const size = { width: 1280, height: 800 }
  const context = await browser.newContext({ baseURL: server.addresses.studio, viewport: size })
  const page = await context.newPage()
  page.setDefaultTimeout(waitMs)
  const beat = () => page.waitForTimeout(1200)
  await open(page, '/', page.getByRole('button', { name: 'Blank canvas' }))
  const endScreencast = await startScreencast(page)
  await beat()
  await page
    .getByRole('article', { name: 'Orders per minute' })
    .getByRole('button', { name: 'Start' })
    .click()
  await page.getByText('Every row accounted for').waitFor()
  await card(page, 'Every minute').getByText(/\d → /).waitFor()
  await beat()
  await card(page, 'Every minute').click()
  await page.getByRole('tab', { name: 'Data' }).click()
  await beat()
  await dockTab(page, 'Time')
  await page
    .getByText(/^watermark \d/)
    .first()
    .waitFor({ state: 'attached' })
  await beat()
  await beat()
  await page.getByRole('radio', { name: /^Draft/ }).click()
  await page.getByRole('tab', { name: 'Configure' }).click()
  await dockTab(page, 'Preview')
  await beat()
  const every = page
    .getByRole('complementary', { name: 'Inspector' })
    .getByLabel('Every', { exact: true })
  await every.fill('30 s')
  await every.press('Enter')
  await beat()
  await beat()
  const frames = await endScreencast()
  await context.close()
  await writeFilm(browser, frames, size, join(folder, 'tour.webm'))
}

requireNode()
await installWhenNeeded()
await buildWhenNeeded()
mkdirSync(folder, { recursive: true })
/** `npm run screenshots -- topic,home` takes only those whose name begins so. */
const only = process.argv[2]?.split(',')
const browser = await chromium.launch({
  executablePath: installedBrowser(),
  args: ['--no-sandbox', '--disable-gpu'],
})
const server = new StudioServer()
try {
  await server.start()
  await takeAll(browser, server, emptyShots, undefined, only)
  if (!only || only.includes('tour')) await record(browser, server)
  const made = await fillStudio(server.addresses)
  await takeAll(browser, server, filledShots, made, only)
  console.log(`\nThe pictures are in ${folder}.`)
} catch (error) {
  console.error(server.log)
  throw error
} finally {
  await browser.close()
  await server.dispose()
}
