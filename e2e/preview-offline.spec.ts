/** The preview needs no server: after SIGKILL an edit shows the rows it showed before, and is saved once the server is back. */
import type { Locator, Page } from '@playwright/test'
import { PipelinePage } from './pages/pipeline-page.ts'
import { Api, addNode } from './support/api.ts'
import { createTopic, produce } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

const orders = Array.from({ length: 20 }, (_, n) => ({
  key: `o${n}`,
  value: JSON.stringify({ id: `o${n}`, amount: n * 10, at: 1_760_000_000_000 + n * 1000 }),
}))

const condition = { first: 'amount < 200', edited: 'amount >= 150' }
/** Of the orders above. */
const kept = { first: 20, edited: 5 }

/** A saved draft: orders → filter → a view. */
async function drawOrders(api: Api): Promise<string> {
  const { id } = await api.draw('Orders', (draft) => {
    const source = addNode(draft, 'topic-source', {
      topic: 'orders',
      format: 'json',
      columns: [
        { name: 'id', type: 'STRING' },
        { name: 'amount', type: 'BIGINT' },
        { name: 'at', type: 'TIMESTAMP(3)' },
      ],
      time: { column: 'at', unit: 'ms', waitMs: 0 },
      start: 'earliest',
    })
    const filter = addNode(draft, 'filter', { condition: condition.first }, source)
    addNode(draft, 'view-sink', { view: 'orders', keyColumns: [] }, filter)
  })
  return id
}

class Preview {
  readonly table: Locator
  private readonly page: Page
  private readonly pipeline: PipelinePage

  constructor(page: Page) {
    this.page = page
    this.pipeline = new PipelinePage(page)
    this.table = this.pipeline.dock.getByRole('table', { name: /^Preview of filter/ })
  }

  async open(): Promise<void> {
    await this.pipeline.node('filter-2').click()
    const bar = this.page.getByRole('toolbar', { name: 'Dock, closed' })
    await bar.getByRole('button', { name: 'Preview' }).click()
  }

  async setCondition(text: string): Promise<void> {
    await this.pipeline.inspector.getByLabel('Keep rows where').fill(text)
    await this.page.keyboard.press('Escape')
  }

  /** The rows as shown, once there are `count` of them. */
  async rows(count: number): Promise<string[]> {
    await expect(this.table).toHaveAttribute('aria-rowcount', String(count + 1))
    return this.table.getByRole('row').allInnerTexts()
  }
}

test('the preview shows the same rows without a server, and the edit is saved when it is back', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  const api = new Api(studio)
  await createTopic(kafka, 'orders', 2)
  await produce(kafka, 'orders', orders)
  const id = await drawOrders(api)
  const exported = async () => (await api.ask<{ text: string }>('pipelines.export', { id })).text

  await page.goto(`${studio}/pipelines/${id}`)
  const pipeline = new PipelinePage(page)
  const preview = new Preview(page)
  await preview.open()
  const before = await preview.rows(kept.first)
  await preview.setCondition(condition.edited)
  const wanted = await preview.rows(kept.edited)
  expect(wanted).not.toEqual(before)
  await expect.poll(exported).toContain(condition.edited)

  await pipeline.undo.click()
  expect(await preview.rows(kept.first)).toEqual(before)
  await expect.poll(exported).toContain(condition.first)

  await server.signal('SIGKILL')
  const notice = page.getByText(/^▲?\s*No connection to the server\./)
  await expect(notice).toBeVisible()
  await preview.setCondition(condition.edited)
  expect(await preview.rows(kept.edited)).toEqual(wanted)
  await expect(page.getByText('Not saved: kept in this browser')).toBeVisible()

  await server.start()
  await expect(notice).toBeHidden()
  await expect.poll(exported).toContain(condition.edited)
  await expect(page.getByText('Draft saved')).toBeAttached()
  expect(await preview.rows(kept.edited)).toEqual(wanted)
})
