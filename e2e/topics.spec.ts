/** Topics as people look at them: seek, tail, records of every kind, the empty topic, schema and time. */
import { execFile } from 'node:child_process'
import type { Page } from '@playwright/test'
import { TopicPage } from './pages/topic-page.ts'
import { createTopic, kafkaClient, produce } from './support/kafka.ts'
import { expect, test } from './support/test.ts'

const firstAt = Date.UTC(2026, 4, 4, 12, 0, 0)
const numbered = (index: number, partition = 0) => ({
  value: JSON.stringify({ n: index }),
  partition,
  timestamp: String(firstAt + index * 1000),
})
const shownAs = (...numbers: number[]) => numbers.map((n) => `{ n: ${n} }`)

test.use({ timezoneId: 'UTC' })

test('messages are found by offset, by time and from the end, and read on page by page', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  await createTopic(kafka, 'steps', 2)
  const all = Array.from({ length: 1500 }, (_, index) => numbered(index, index % 2))
  await produce(kafka, 'steps', all)
  await page.goto(studio)
  const topic = new TopicPage(page)
  await topic.open('steps')
  await expect(topic.words).toHaveText('100 shown')
  expect((await topic.values()).slice(0, 3)).toEqual(shownAs(1499, 1498, 1497))

  await topic.seekOffset(1, 747)
  await expect(topic.words).toHaveText('3 shown')
  expect(await topic.values()).toEqual(shownAs(1495, 1497, 1499))

  await topic.seekTime('2026-05-04T12:24:57')
  await expect(topic.words).toHaveText('3 shown')
  expect(await topic.values()).toEqual(shownAs(1497, 1498, 1499))

  await topic.show('Offset')
  await expect(topic.words).toHaveText('1,000 shown')
  await page.getByRole('button', { name: 'Read on' }).click()
  await expect(topic.words).toHaveText('1,500 shown')
  await expect(page.getByRole('button', { name: 'Read on' })).toBeHidden()
})

test('a paused tail drops nothing, nor does one that loses the server', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  await createTopic(kafka, 'live', 1)
  await produce(kafka, 'live', [numbered(0)])
  const topic = new TopicPage(page)
  await topic.goto(studio, 'live')
  await topic.show('Tail')
  await expect(page.getByText('Waiting for the next message')).toBeVisible()
  // The tail begins when the server says so; a record sent before that is not for it.
  await expect(async () => {
    await produce(kafka, 'live', [numbered(1)])
    await expect(topic.messages.getByText('{ n: 1 }').first()).toBeVisible({ timeout: 1000 })
  }).toPass()
  await page.getByRole('button', { name: 'Pause' }).click()
  await produce(
    kafka,
    'live',
    [2, 3, 4].map((n) => numbered(n)),
  )
  await expect(topic.words).toHaveText('Paused, nothing is dropped: 3 rows wait')
  await expect(topic.messages.getByText('{ n: 4 }')).toBeHidden()
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(topic.messages.getByText('{ n: 4 }')).toBeVisible()
  expect((await topic.values()).slice(0, 4)).toEqual(shownAs(4, 3, 2, 1))

  await server.signal('SIGKILL')
  await expect(page.getByText(/No connection to the server/)).toBeVisible()
  await expect(topic.messages.getByText('{ n: 4 }')).toBeVisible()
  await server.start()
  await produce(
    kafka,
    'live',
    [5, 6].map((n) => numbered(n)),
  )
  await expect(topic.messages.getByText('{ n: 6 }')).toBeVisible()
  expect((await topic.values()).slice(0, 4)).toEqual(shownAs(6, 5, 4, 3))
})

test('records of every kind are shown as what they are', async ({ server, page }) => {
  const { studio, kafka } = server.addresses
  await createTopic(kafka, 'kinds', 1)
  const kinds = [
    { key: 'order', value: JSON.stringify({ id: 'o-1', placed_at: firstAt }) },
    { key: 'gone', value: null },
    { key: Buffer.of(0, 255), value: Buffer.of(0, 1, 2, 254) },
    { key: 'broken', value: '{"id":' },
    { key: null, value: '' },
  ]
  await produce(kafka, 'kinds', kinds)
  const topic = new TopicPage(page)
  await topic.goto(studio, 'kinds')
  const row = (text: string | RegExp) => topic.messages.getByRole('row').filter({ hasText: text })
  await expect(row('gone')).toContainText('null, a tombstone')
  await expect(row('0x00ff')).toContainText('neither JSON nor Avro nor text. 4 bytes')
  await expect(row('broken')).toContainText('✕ not JSON: it ends at byte 6')
  await expect(row('empty text')).toBeVisible()

  await row('0x00ff').click()
  await topic.detail.getByRole('radio', { name: 'Hex' }).click()
  await expect(topic.detail).toContainText('00 01 02 fe')
  await row('order').focus()
  await page.keyboard.press('Enter')
  await topic.detail.getByRole('radio', { name: 'Tree' }).click()
  await expect(topic.detail).toContainText('2026-05-04 12:00:00.000')

  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'placed_at' }).check()
  await page.getByRole('checkbox', { name: 'partition' }).uncheck()
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByRole('columnheader', { name: 'placed_at' })).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'part.' })).toBeHidden()

  await page.getByRole('button', { name: 'Produce…' }).click()
  await page.getByLabel('Key', { exact: true }).fill('by hand')
  await page.getByLabel(/^Null value/).check()
  await page.getByLabel('Partition', { exact: true }).selectOption('0')
  await page.getByRole('button', { name: 'Send record' }).click()
  await page.keyboard.press('Escape')
  await expect(row('by hand')).toContainText('null, a tombstone')

  const admin = kafkaClient(kafka).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: ['kinds'] })
  await admin.disconnect()
  await expect(page.getByText('It was deleted while this page was open.')).toBeVisible()
  await page.getByRole('link', { name: 'All topics' }).click()
  await expect(page.getByText('No topics yet')).toBeVisible()
})

/** A file as it is dropped from the desktop. */
async function drop(page: Page, text: string): Promise<void> {
  const data = await page.evaluateHandle((content) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([content], 'rows.csv', { type: 'text/csv' }))
    return transfer
  }, text)
  await page
    .getByRole('region', { name: 'Paste or drop records' })
    .dispatchEvent('drop', { dataTransfer: data })
}

const shell = (command: string) =>
  new Promise<string>((resolve, reject) => {
    execFile('sh', ['-c', command], (error, out) => (error ? reject(error) : resolve(out)))
  })

test('an empty topic is filled by paste, by a dropped file, from a generator, and by the snippets', async ({
  server,
  page,
}) => {
  const { studio, kafka } = server.addresses
  const topic = new TopicPage(page)
  for (const name of ['pasted', 'dropped', 'generated', 'by-curl', 'by-kcat'])
    await createTopic(kafka, name, 1)

  await topic.goto(studio, 'pasted')
  await page.getByLabel('Records to import').fill('{"n":1}\n{"n":2}\n')
  await page.getByRole('button', { name: 'Import as JSON lines' }).click()
  await topic.expectValues(shownAs(1, 2))

  await topic.goto(studio, 'dropped')
  await drop(page, 'n,name\n1,one\n2,two\n')
  await page.getByLabel('Key').selectOption('name')
  await page.getByRole('button', { name: 'Import as CSV' }).click()
  await topic.expectValues(['{ n: 1, name: "one" }', '{ n: 2, name: "two" }'])
  await expect(topic.messages.getByRole('row').filter({ hasText: 'n: 2' })).toContainText('two')

  await topic.goto(studio, 'generated')
  await page.getByRole('button', { name: 'Fill from generator' }).click()
  await expect(topic.words).toHaveText('100 shown')

  for (const client of ['curl', 'kcat']) {
    await topic.goto(studio, `by-${client}`)
    await page.getByRole('radio', { name: client }).click()
    await shell(await page.locator('pre').innerText())
    await topic.expectValues(['{ user_id: "u-1", amount: 1250 }'])
  }
})

test('schema and time of a topic are read from its records', async ({ server, page }) => {
  const { studio, kafka } = server.addresses
  await createTopic(kafka, 'readings', 2)
  const at = (index: number) => firstAt + index * 1000 - (index % 20 === 19 ? 4500 : 0)
  await produce(
    kafka,
    'readings',
    Array.from({ length: 200 }, (_, index) => ({
      partition: 0,
      value: JSON.stringify({
        sensor: `s-${index % 7}`,
        measured_at: at(index),
        ...(index % 4 === 0 ? { note: 'hot' } : {}),
      }),
    })),
  )
  const topic = new TopicPage(page)
  await topic.goto(studio, 'readings')
  await expect(page.getByText('event time from, to')).toBeVisible()
  await topic.openTab('Schema')
  const columns = page.getByRole('table', { name: 'Columns' })
  const column = (name: string) => columns.getByRole('row').filter({ hasText: name })
  await expect(column('sensor')).toContainText('100 %')
  await expect(column('note')).toContainText('25 %')
  const candidates = page.getByRole('table', { name: 'Event-time candidates' })
  await expect(candidates).toContainText('measured_at')

  await topic.openTab('Time')
  await expect(page.getByText('Judged from all 200 rows')).toBeVisible()
  const delay = page.getByRole('region', { name: 'Delay', exact: true })
  await expect(delay).toContainText('admits 100 %3.5 snone comes later')
  const disorder = page.getByRole('region', { name: 'Disorder', exact: true })
  await expect(disorder).toContainText('190 rows of 200 came in order, 10 (5 %) behind by:')
  await expect(page.getByText('no rows', { exact: true })).toBeVisible()

  await page.reload()
  await expect(page.getByRole('tab', { name: 'Time', selected: true })).toBeVisible()
  await topic.openTab('Schema')
  await page.getByRole('button', { name: 'Open as pipeline with these columns' }).click()
  await expect(page).toHaveURL(/\/pipelines\/from-readings/)
})
