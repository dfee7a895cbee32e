/** Schemas as people look after them: evolve with words and a rehearsal, compare, delete, and find the way back. */
import type { Locator, Page } from '@playwright/test'
import { Api, addNode } from './support/api.ts'
import { createTopic, produce } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

const subject = 'orders-value'
const id = { name: 'id', type: 'string' }
const note = { name: 'note', type: ['null', 'string'], default: null }
const order = (...fields: unknown[]) =>
  JSON.stringify({ type: 'record', name: 'Order', fields }, null, 2)

/** An order in Avro's encoding behind the id of its schema: short texts have their length, doubled, in front. */
function encoded(schemaId: number, orderId: string, remark: string | null): Buffer {
  const head = Buffer.alloc(5)
  head.writeInt32BE(schemaId, 1)
  const text = (value: string) => Buffer.from([value.length * 2, ...Buffer.from(value)])
  const branch = remark === null ? [Buffer.of(0)] : [Buffer.of(2), text(remark)]
  return Buffer.concat([head, text(orderId), ...branch])
}

const detail = (page: Page) => page.getByRole('complementary', { name: /^Subject / })
const verdict = (page: Page) => page.getByRole('dialog').getByRole('status')

/** Types a schema in place of what stands there. */
async function write(page: Page, schema: string): Promise<Locator> {
  await page.getByLabel('Avro schema').fill(schema)
  return verdict(page)
}

test('a schema evolves: what changes, whom it breaks, which records it reads', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  const api = new Api(studio)
  await createTopic(kafka, 'orders', 1)
  const first = order(id, note)
  const made = await api.tell<{ id: number }>('schemas.register', { subject, schema: first })
  const values = Array.from({ length: 5 }, (_, index) =>
    encoded(made.id, `o-${index}`, index === 3 ? null : 'x'),
  )
  await produce(
    kafka,
    'orders',
    values.map((value) => ({ value })),
  )
  await page.goto(`${studio}/schemas/${subject}`)
  const register = page.getByRole('dialog').getByRole('button', { name: 'Register' })
  await detail(page).getByRole('button', { name: 'Evolve…' }).click()
  await expect(verdict(page)).toContainText('It reads 5 of 5 recorded messages of orders')

  await write(page, order(id, { name: 'note', type: 'string' }))
  await expect(verdict(page)).toContainText('makes note required')
  await expect(verdict(page)).toContainText('It reads 4 of 5 recorded messages')
  await expect(verdict(page)).toContainText('partition 0, offset 3: note: found null')
  await expect(register).toBeDisabled()

  await write(page, order(id, note, { name: 'tip', type: 'int' }))
  await expect(verdict(page)).toContainText('The field tip is missing in the v1 schema')
  await expect(verdict(page)).toContainText('Give the new field a "default".')

  await write(page, '{\n  "type": "record",,\n}')
  await expect(register).toBeDisabled()
  await page.getByRole('button', { name: 'Go to line 2, column 20' }).click()
  await expect(page.getByLabel('Avro schema')).toBeFocused()

  await write(page, order(id, note, { name: 'tip', type: 'int', default: 0 }))
  await expect(verdict(page)).toContainText('adds tip, int with the default 0')
  await expect(verdict(page)).toContainText('Compatible at level BACKWARD')
  await expect(verdict(page)).toContainText('It reads 5 of 5 recorded messages')
  await register.click()
  const changes = detail(page).getByRole('region', { name: 'Changes from v1 to v2' })
  await expect(changes).toContainText('+      "name": "tip"')

  await detail(page).getByRole('button', { name: 'Evolve…' }).click()
  await expect(page.getByLabel('Avro schema')).toHaveValue(/tip/)
  await server.signal('SIGKILL')
  await write(page, order(id))
  await expect(verdict(page)).toContainText('Could not be checked')
  await expect(register).toBeDisabled()
  await server.start()
  await expect(verdict(page)).toContainText('removes tip')
  await expect(register).toBeEnabled()
})

test('levels are explained, uses are linked, deleting names them and leads back', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  const api = new Api(studio)
  await createTopic(kafka, 'orders', 1)
  for (const fields of [[id], [id, note]])
    await api.tell('schemas.register', { subject, schema: order(...fields) })
  await api.tell('schemas.register', { subject: 'lonely', schema: '"string"' })
  await api.draw('Reader', (draft) => {
    addNode(draft, 'topic-source', { topic: 'orders', format: 'avro' })
  })
  await page.goto(`${studio}/schemas`)
  const table = page.getByRole('table', { name: 'Subjects' })
  await page.getByLabel('Compatibility of the registry').selectOption('FULL')
  await expect(table.getByText('FULL, inherited')).toHaveCount(2)
  await page.getByLabel('Filter subjects').fill('reader')
  await expect(table.getByRole('row')).toHaveCount(2)
  await table.getByText(subject).click()

  const level = detail(page).getByLabel('Compatibility')
  await level.selectOption('NONE')
  await expect(detail(page)).toContainText('Nothing is compared')
  await level.selectOption('As the registry')
  await expect(detail(page)).toContainText("read each other's records")

  await detail(page).getByRole('button', { name: 'Delete version 2' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await expect(detail(page).getByText('first version')).toBeVisible()
  await detail(page).getByRole('button', { name: 'Delete…' }).first().click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('link')).toHaveText(['orders', 'Reader, topic-source-1'])
  await dialog.getByRole('checkbox').check()
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(page).toHaveURL(`${studio}/schemas`)
  expect(await api.ask<{ subject: string }[]>('schemas.subjects')).toHaveLength(1)

  await page.goto(`${studio}/schemas/${subject}`)
  await expect(page.getByText(`The registry has no subject ${subject}`)).toBeVisible()
  await page.getByRole('link', { name: 'All subjects' }).click()
  await expect(page.getByText(`The registry has no subject`)).toBeHidden()

  await page.getByRole('button', { name: 'Register a schema' }).click()
  await write(page, 'rubbish')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Register a schema' }).click()
  await expect(page.getByLabel('Avro schema')).toHaveValue('')
})
