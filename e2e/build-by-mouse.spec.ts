/** From the empty canvas to exact results by mouse; then every step back, and every step forth. */
import { PipelinePage } from './pages/pipeline-page.ts'
import { TopicPage } from './pages/topic-page.ts'
import { Api } from './support/api.ts'
import { createTopic, produce } from './support/kafka.ts'
import {
  closers,
  type PaymentWindow,
  partitions,
  payments,
  recordsOf,
  windowMs,
  windowsOf,
} from './support/payments.ts'
import { expect, test } from './support/test.ts'

test.use({ viewport: { width: 1680, height: 1000 }, timezoneId: 'UTC' })

/** Draws topic, filter, window, topic; answers the changes made on the way, as the history names them. */
async function draw(pipeline: PipelinePage): Promise<string[]> {
  const { page, inspector } = pipeline
  const palette = page.getByRole('complementary', { name: 'Nodes to add' })
  const commands: string[] = []
  const change = async (label: string, action: () => Promise<unknown>) => {
    await action()
    commands.push(label)
  }
  await change('Add Topic source', () =>
    palette.getByRole('button', { name: 'Add Topic source' }).click(),
  )
  await change('Change topic', () =>
    inspector.getByLabel('Topic', { exact: true }).fill('payments'),
  )
  await inspector.getByRole('button', { name: 'Infer from the last 500 records' }).click()
  const columns = page.getByRole('dialog', { name: 'Columns of payments' })
  await expect(columns.getByRole('radio', { name: /^at / })).toBeChecked()
  await change('Infer columns of payments', () =>
    columns.getByRole('button', { name: 'Use these columns' }).click(),
  )
  await expect(inspector.getByText('event time', { exact: false }).first()).toBeVisible()

  const filter = palette.getByRole('button', { name: 'Add Filter' })
  await change('Add Filter', () =>
    filter.dragTo(pipeline.canvas, { targetPosition: { x: 800, y: 160 } }),
  )
  await expect(pipeline.node('Filter')).toBeVisible()
  await change('Connect', () =>
    pipeline.wire({ node: 'Topic source', port: 'Rows' }, { node: 'Filter', port: 'Rows' }),
  )
  await change('Change condition', () =>
    inspector.getByLabel('Keep rows where').fill("status = 'paid'"),
  )

  await change('Add Window', () => palette.getByRole('button', { name: 'Add Window' }).click())
  await change('Connect', () =>
    pipeline.wire(
      { node: 'Filter', port: 'Rows that pass' },
      { node: 'Window', port: 'Rows with event time' },
    ),
  )
  await change('Change sizeMs', () => inspector.getByLabel('Every', { exact: true }).fill('10 s'))
  await change('Change forEach', () =>
    inspector.getByLabel('For each', { exact: true }).selectOption('country'),
  )
  await change('Change forEach', () =>
    inspector.getByLabel('For each', { exact: true }).selectOption('status'),
  )
  await change('Change forEach', () =>
    inspector.getByRole('button', { name: 'Remove status' }).click(),
  )
  await change('Change compute', () => inspector.getByLabel('Name of aggregate 1').fill('n'))
  await change('Add aggregate', () =>
    inspector.getByRole('button', { name: 'Add aggregate' }).click(),
  )
  await change('Change compute', () => inspector.getByLabel('Name of aggregate 2').fill('total'))
  await change('Change compute', () =>
    inspector.getByLabel('Expression of aggregate 2').fill('SUM(amount)'),
  )

  await change('Add Topic sink', () =>
    palette.getByRole('button', { name: 'Add Topic sink' }).click(),
  )
  await change('Connect', () =>
    pipeline.wire(
      { node: 'Window', port: 'A row for each window and key' },
      { node: 'Topic sink', port: 'Rows' },
    ),
  )
  await change('Change topic', () =>
    inspector.getByLabel('Topic', { exact: true }).fill('payments.totals'),
  )
  return commands
}

/** A window as the topic browser prints it. */
function printed({ country, start, n, total }: PaymentWindow): string {
  const at = (ms: number) => new Date(ms).toISOString()
  const end = start + windowMs
  return `{ country: "${country}", window_start: "${at(start)}", window_end: "${at(end)}", window_time: "${at(end - 1)}", n: ${n}, total: ${total} }`
}

test('a pipeline drawn by mouse gives exact windows, and its drawing can be undone and redone', async ({
  server,
  page,
  context,
}) => {
  test.setTimeout(180_000)
  const { kafka, studio } = server.addresses
  const api = new Api(studio)
  const before = payments(0, 60)
  const after = payments(60, 60)
  await createTopic(kafka, 'payments', partitions)
  await produce(kafka, 'payments', recordsOf(before))

  await page.goto(studio)
  await page.getByRole('button', { name: 'Blank canvas' }).click()
  const pipeline = new PipelinePage(page)
  await expect(pipeline.canvas.getByText('Start with a source')).toBeVisible()
  const exported = async () => {
    const { text } = await api.ask<{ text: string }>('pipelines.export', { id: pipeline.id() })
    return JSON.parse(text) as unknown
  }
  const empty = await exported()
  const commands = await draw(pipeline)
  await expect(pipeline.canvas.getByText(/problem/)).toHaveCount(0)
  await pipeline.deploy()
  const drawn = await exported()

  const [first, second] = closers()
  await test.step('lag and watermark follow what arrives', async () => {
    await page.getByRole('radio', { name: /^Live v/ }).click()
    await pipeline.openDockTab('Time')
    const ruler = (time: string) =>
      pipeline.dock.getByRole('img', { name: new RegExp(`: watermark ${time}`) })
    // Partition 1 is silent: it holds time, an hour behind what partition 0 has.
    await produce(kafka, 'payments', [...recordsOf(after), first])
    await expect(pipeline.fact(/^Time (59 min|1 h).* behind: partition 1/)).toBeVisible()
    await expect(pipeline.node('Window')).toContainText(/behind(59 m|1 h)/)
    await expect(ruler('12:00:5')).toBeVisible()
    await produce(kafka, 'payments', [second])
    await expect(pipeline.fact(/^Time 1 s behind$/)).toBeVisible()
    await expect(pipeline.node('Window')).toContainText(/behind1 s/)
    await expect(ruler('12:59:58')).toBeVisible()
    await expect(pipeline.fact(/^Behind 0 rows/)).toBeVisible()
  })

  await test.step('checkpoints and the ledger are on the page', async () => {
    await expect(pipeline.fact(/^Checkpoint .*ago/)).toBeVisible({ timeout: 30_000 })
    await pipeline.openDockTab('Checkpoints')
    await expect(
      pipeline.dock.getByRole('row').filter({ hasText: 'complete' }).first(),
    ).toBeVisible()
    await expect(page.getByText('Every row accounted for')).toBeAttached()
  })

  await test.step('the topic browser shows the windows', async () => {
    const second = await context.newPage()
    await second.goto(studio)
    const topic = new TopicPage(second)
    await topic.open('payments.totals')
    await topic.expectValues(windowsOf([...before, ...after]).map(printed))
    await second.close()
  })

  await test.step('every change can be taken back and done again', async () => {
    await page.getByRole('radio', { name: /^Draft/ }).click()
    expect((await pipeline.undoAll()).reverse()).toEqual(commands)
    await expect(pipeline.canvas.getByText('Start with a source')).toBeVisible()
    await expect.poll(exported).toEqual(empty)
    expect(await pipeline.redoAll()).toEqual(commands)
    await expect.poll(exported).toEqual(drawn)
  })
})
