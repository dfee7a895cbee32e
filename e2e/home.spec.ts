/** The list of pipelines as people use it: what is wrong comes first, old rows say so, imports name what they refuse. */
import { Api, addNode, type PipelineDraft } from './support/api.ts'
import { expect, test } from './support/test.ts'

/** A filter without its condition, fed by nothing. */
const halfDrawn = (api: Api, name: string) =>
  api.draw(name, (draft) => addNode(draft, 'filter', { condition: '' }))

test('drafts with problems come first, and lead on instead of starting', async ({
  server,
  page,
}) => {
  const { studio } = server.addresses
  const api = new Api(studio)
  await api.tell('templates.start', { id: 'orders-per-minute' })
  await api.tell('pipelines.create', { name: 'Blank' })
  await halfDrawn(api, 'Refunds')
  await page.goto(studio)
  const rows = page.getByRole('table', { name: 'Pipelines' }).getByRole('row')
  await expect(rows.filter({ hasText: 'Orders per minute' })).toContainText('Running')
  await expect(rows.nth(1)).toContainText(/Problems.*Refunds.*2 problems: Write the condition/)
  await expect(rows.nth(2)).toContainText('Orders per minute')
  await expect(rows.nth(3)).toContainText(/Draft.*Blank.*The pipeline is empty/)

  await page.getByRole('radio', { name: 'In trouble 1' }).click()
  await expect(rows).toHaveCount(2)
  await page.getByRole('searchbox', { name: 'Filter pipelines' }).fill('no such')
  await page.getByRole('button', { name: 'Show all 3' }).click()
  await expect(rows).toHaveCount(4)

  await page.getByRole('button', { name: 'Actions for Refunds' }).click()
  const open = page.getByRole('menuitem', { name: 'Open to deploy…' })
  await expect(open).toContainText('never deployed; 2 problems to mend first')
  await open.click()
  await expect(page).toHaveURL(`${studio}/pipelines/refunds`)
})

test('after a kill the rows are marked as old, their age goes on, and Retry asks again', async ({
  server,
  page,
}) => {
  const { studio } = server.addresses
  const api = new Api(studio)
  const [template] = await api.ask<{ document: PipelineDraft }[]>('templates.list')
  await api.deploy('Orders per minute', (draft) => {
    draft.nodes = template.document.nodes
    draft.edges = template.document.edges
    draft.settings.checkpointIntervalMs = 500
  })
  await page.goto(studio)
  const row = page.getByRole('row').filter({ hasText: 'Orders per minute' })
  const age = async () => Number(/(\d+) s ago/.exec(await row.innerText())?.[1] ?? 0)
  await expect(row).toContainText(/just now| s ago/)
  await expect(page.getByRole('columnheader', { name: 'state' })).toBeVisible()

  await server.signal('SIGKILL')
  await expect(page.getByText(/Last known at \d\d:\d\d:\d\d/)).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'last known' })).toBeVisible()
  await expect(row).toContainText(/^\?/)
  const before = await age()
  await expect.poll(age).toBeGreaterThan(before)
  const retry = page.getByRole('button', { name: 'Retry' })
  await retry.click()
  await expect(page.getByRole('button', { name: 'Asking…' })).toBeFocused()
  await expect(retry).toBeVisible()

  await server.start()
  await expect(page.getByText('Last known at')).toBeHidden()
  await expect(row).toContainText('resumed from checkpoint')
})

test('an import names every place that it refuses, and begins empty each time', async ({
  server,
  page,
}) => {
  const { studio } = server.addresses
  const api = new Api(studio)
  await halfDrawn(api, 'Refunds')
  const { text } = await api.ask<{ text: string }>('pipelines.export', { id: 'refunds' })
  await page.goto(studio)
  const open = page.getByRole('button', { name: 'Import…' })
  await open.click()
  const dialog = page.getByRole('dialog', { name: 'Import a pipeline' })
  const document = dialog.getByLabel('Pipeline document')
  const take = dialog.getByRole('button', { name: 'Import', exact: true })
  await document.fill(text.replace('"filter-1"', 'filter-1'))
  await take.click()
  const refused = dialog.getByRole('alert')
  await expect(refused).toContainText("line 7, column 13 is 'f', expected a value")

  await document.fill(text.replace('"version": 1', '"version": 0').replace('millrace.', 'mill.'))
  await expect(refused).toBeHidden()
  await take.click()
  await expect(refused).toContainText('refused at 2 places')
  await expect(refused.getByRole('listitem')).toHaveText([/^format /, /^node filter-1, version /])

  await page.keyboard.press('Escape')
  await expect(open).toBeFocused()
  await open.click()
  await expect(document).toHaveValue('')
  await expect(refused).toBeHidden()
  const chooser = page.waitForEvent('filechooser')
  await dialog.getByRole('button', { name: 'Choose a file…' }).click()
  const file = { name: 'refunds.json', mimeType: 'application/json', buffer: Buffer.from(text) }
  await (await chooser).setFiles(file)
  await expect(dialog).toContainText('refunds.json')
  await take.click()
  await expect(page).toHaveURL(`${studio}/pipelines/refunds-2`)
})
