/** Two tabs on one draft: what one saves the other shows, and what both changed at once is never lost silently. */
import type { Page } from '@playwright/test'
import { PipelinePage } from './pages/pipeline-page.ts'
import { Api, addNode, type PipelineDraft } from './support/api.ts'
import type { StudioServer } from './support/server.ts'
import { expect, test } from './support/test.ts'

const conflictNotice = 'Somebody saved this pipeline in between.'

/** A saved draft: numbers → filter → filter. */
async function drawFilters(api: Api): Promise<string> {
  const { id } = await api.draw('Shared', (draft) => {
    const columns = [{ name: 'n', type: 'BIGINT' }]
    const source = addNode(draft, 'topic-source', { topic: 'numbers', columns })
    const first = addNode(draft, 'filter', { condition: 'n > 0' }, source)
    addNode(draft, 'filter', { condition: 'n < 100' }, first)
  })
  return id
}

async function conditions(api: Api, id: string): Promise<unknown[]> {
  const { document } = await api.ask<{ document: PipelineDraft }>('pipelines.get', { id })
  return document.nodes.flatMap((node) => (node.kind === 'filter' ? [node.config.condition] : []))
}

class Tab {
  readonly page: Page
  readonly pipeline: PipelinePage

  constructor(page: Page) {
    this.page = page
    this.pipeline = new PipelinePage(page)
  }

  async open(address: string, filter: string): Promise<void> {
    await this.page.goto(address)
    await this.pipeline.node(filter).click()
    await expect(this.condition).toBeVisible()
  }

  get condition() {
    return this.pipeline.inspector.getByLabel('Keep rows where')
  }

  get conflict() {
    return this.page.getByText(conflictNotice)
  }

  get lost() {
    return this.page.getByText('No connection to the server.')
  }

  async write(condition: string): Promise<void> {
    await this.condition.fill(condition)
    await this.page.keyboard.press('Escape')
  }
}

/** Both write while the server is away, so that both saves start from one revision; answers the tab that must decide. */
async function writeAtOnce(
  server: StudioServer,
  tabs: readonly Tab[],
  texts: readonly string[],
): Promise<Tab> {
  await server.signal('SIGKILL')
  for (const [index, tab] of tabs.entries()) {
    await expect(tab.lost).toBeVisible()
    await tab.write(texts[index])
    await expect(tab.page.getByText('Not saved: kept in this browser')).toBeVisible()
  }
  await server.start()
  let asked: Tab[] = []
  await expect
    .poll(async () => {
      const visible = await Promise.all(tabs.map((tab) => tab.conflict.isVisible()))
      asked = tabs.filter((_, index) => visible[index])
      return asked.length
    })
    .toBe(1)
  return asked[0]
}

async function openBoth(page: Page, address: string, filters: readonly string[]): Promise<Tab[]> {
  const tabs = [new Tab(page), new Tab(await page.context().newPage())]
  for (const [index, tab] of tabs.entries()) await tab.open(address, filters[index])
  return tabs
}

test('a change in one tab shows in the other', async ({ server, page }) => {
  const { studio } = server.addresses
  const id = await drawFilters(new Api(studio))
  const [mine, other] = await openBoth(page, `${studio}/pipelines/${id}`, ['filter-2', 'filter-2'])
  await mine.write('n > 41')
  await expect(other.condition).toHaveValue('n > 41')
  await other.write('n > 42')
  await expect(mine.condition).toHaveValue('n > 42')
})

test('changes of both tabs at once are merged when one decides so', async ({ server, page }) => {
  const { studio } = server.addresses
  const api = new Api(studio)
  const id = await drawFilters(api)
  const tabs = await openBoth(page, `${studio}/pipelines/${id}`, ['filter-2', 'filter-3'])
  const decides = await writeAtOnce(server, tabs, ['n > 7', 'n < 77'])
  await decides.page.getByRole('button', { name: 'Merge both' }).click()
  await expect(decides.page.getByText('Both versions are merged')).toBeVisible()
  await expect.poll(() => conditions(api, id)).toEqual(['n > 7', 'n < 77'])
  for (const tab of tabs) await expect(tab.pipeline.node('filter-2')).toContainText('n > 7')
  for (const tab of tabs) await expect(tab.pipeline.node('filter-3')).toContainText('n < 77')
})

test('a tab that takes the other version gets its own back by undo', async ({ server, page }) => {
  const { studio } = server.addresses
  const api = new Api(studio)
  const id = await drawFilters(api)
  const tabs = await openBoth(page, `${studio}/pipelines/${id}`, ['filter-2', 'filter-2'])
  const texts = ['n > 7', 'n > 8']
  const decides = await writeAtOnce(server, tabs, texts)
  const mine = texts[tabs.indexOf(decides)]
  const theirs = texts[1 - tabs.indexOf(decides)]
  await expect.poll(() => conditions(api, id)).toContain(theirs)
  await decides.page.getByRole('button', { name: 'Take theirs (undo brings yours back)' }).click()
  await expect(decides.condition).toHaveValue(theirs)
  await decides.pipeline.undo.click()
  await expect(decides.condition).toHaveValue(mine)
  await expect.poll(() => conditions(api, id)).toContain(mine)
})
