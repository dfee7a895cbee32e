/** A process function from the template: its code with types from upstream, a type error, its mend, and the alerts of the new code. */
import type { Locator, Page } from '@playwright/test'
import { PipelinePage } from './pages/pipeline-page.ts'
import { Api } from './support/api.ts'
import { readUntil } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

/** Monaco and its workers are files of their own. */
const editorFiles = /\/assets\/(CodeEditor|editor\.worker|ts\.worker)[^/]*\.js$/

/** A line of the template's code, found once in it. */
const threshold = { line: 'const paymentsMax = 10', lower: 'const paymentsMax = 2' }

/** A column that does not exist, its mend, the threshold: the code was left between them to search in it. */
const commands = ['Change code', 'Change code', 'Change code']

async function startFraudVelocity(page: Page, studio: string): Promise<PipelinePage> {
  await page.goto(`${studio}/templates/fraud-velocity`)
  await page.getByRole('button', { name: 'Start Fraud velocity' }).click()
  await expect(page.getByRole('radio', { name: 'Live v1' })).toBeVisible()
  return new PipelinePage(page)
}

/** Finds `text` with the editor's own search and leaves it selected, ready to be typed over. */
async function selectInEditor(page: Page, editor: Locator, text: string): Promise<void> {
  await editor.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.press('Control+f')
  const find = editor.getByRole('textbox', { name: 'Find', exact: true })
  await expect(find).toBeFocused()
  await find.fill(text)
  await expect(editor.getByText(/^1 of /)).toBeVisible()
  await page.keyboard.press('Escape')
}

async function exported(api: Api, id: string): Promise<string> {
  return (await api.ask<{ text: string }>('pipelines.export', { id })).text
}

test('a process function is edited with types, mended, deployed, and gives alerts', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  const api = new Api(studio)
  const loaded: string[] = []
  const refused: string[] = []
  page.on('request', (request) => {
    if (editorFiles.test(request.url())) loaded.push(request.url())
  })
  page.on('console', (message) => {
    if (message.text().includes('Content Security Policy')) refused.push(message.text())
  })
  const pipeline = await startFraudVelocity(page, studio)
  const id = pipeline.id()
  const before = await exported(api, id)

  await page.getByRole('radio', { name: /^Draft/ }).click()
  await pipeline.node('Fraud detector').click()
  expect(loaded).toEqual([])
  await pipeline.inspector.getByText(/^Edit \d+ lines$/).click()
  const editor = pipeline.dock.getByRole('region', { name: 'Code of Fraud detector' })
  await expect(editor.getByText('processFunction').first()).toBeVisible()
  await expect(pipeline.dock.getByText('No type errors')).toBeVisible()
  await expect.poll(() => loaded.length).toBe(3)

  await test.step('a wrong column is marked and named', async () => {
    await selectInEditor(page, editor, 'row.amount_cents > largeCents')
    await page.keyboard.type('row.amount_cent > largeCents')
    const problem = pipeline.dock.getByText(/^✕?\s*Line \d+: Property 'amount_cent' does not exist/)
    await expect(problem).toBeVisible()
    await page.keyboard.press('F8')
    const inline = editor.getByText("Property 'amount_cent' does not exist")
    await expect(inline.first()).toBeVisible()
    await page.keyboard.press('Escape')
  })

  await test.step('mended, and the threshold lowered', async () => {
    await selectInEditor(page, editor, 'row.amount_cent > largeCents')
    await page.keyboard.type('row.amount_cents > largeCents')
    await expect(pipeline.dock.getByText('No type errors')).toBeVisible()
    await selectInEditor(page, editor, threshold.line)
    await page.keyboard.type(threshold.lower)
    await expect.poll(() => exported(api, id)).toContain(threshold.lower)
  })

  await test.step('deployed, the new threshold alerts', async () => {
    await pipeline.deploy()
    await expect(page.getByRole('radio', { name: 'Live v2' })).toBeVisible()
    const alerts = await readUntil(kafka, 'fraud.alerts', (all) => {
      const { payments, reason } = JSON.parse(String(all[all.length - 1].value))
      return reason === 'too many payments' && payments <= 10
    })
    expect(alerts.length).toBeGreaterThan(0)
    await pipeline.node('Fraud detector').click()
    await pipeline.openInspectorTab('Data')
    const rows = pipeline.inspector.getByRole('table', { name: 'Rows' })
    await expect(rows.getByText('too many payments').first()).toBeVisible()
  })

  await test.step('undo to the end and redo to the end give both documents again', async () => {
    const after = await exported(api, id)
    await page.getByRole('radio', { name: /^Draft/ }).click()
    expect(await pipeline.undoAll()).toEqual(commands)
    await expect.poll(() => exported(api, id)).toBe(before)
    expect(await pipeline.redoAll()).toEqual(commands)
    await expect.poll(() => exported(api, id)).toBe(after)
  })
  expect(refused).toEqual([])
})
