/** What fills a studio for a look at its screens: templates, topics fed over TCP, a schema, a pipeline that fails. */
import { Api, addNode } from './api.ts'
import { createTopic, produce, type SentRecord } from './kafka.ts'
import type { Addresses } from './server.ts'

/** Ids of what `fillStudio` made. */
export interface Content {
  orders: string
  clicks: string
  failing: string
  blank: string
  topic: string
  emptyTopic: string
  subject: string
}

const topic = 'page-views'
const emptyTopic = 'support-tickets'
const subject = 'orders.placed-value'
const partitions = 3
const viewColumns = [
  { name: 'user_id', type: 'STRING', nullable: false },
  { name: 'page', type: 'STRING', nullable: true },
  { name: 'viewed_at', type: 'BIGINT', nullable: false },
]

/** Makes everything; ends when all of it is accepted, not when it has run. */
export async function fillStudio({ studio, kafka, registry }: Addresses): Promise<Content> {
  const api = new Api(studio)
  await createTopic(kafka, topic, partitions)
  await createTopic(kafka, emptyTopic, 2)
  await produce(kafka, topic, pageViews())
  await registerOrders(registry)
  const orders = await startTemplate(api, 'orders-per-minute')
  const clicks = await startTemplate(api, 'clicks-per-user')
  await deployViewsPerPage(api)
  const failing = await deployFailing(api)
  const { id: blank } = await api.tell<{ id: string }>('pipelines.create', {
    name: 'Returns by product',
  })
  return { orders, clicks, failing, blank, topic, emptyTopic, subject }
}

async function startTemplate(api: Api, id: string): Promise<string> {
  return (await api.tell<{ pipeline: string }>('templates.start', { id })).pipeline
}

/** Twenty minutes of page views; one in nine comes out of order, one in eighty does not decode. */
function pageViews(): SentRecord[] {
  const pages = ['/', '/products', '/products/widget-9', '/cart', '/checkout', '/search?q=bolt']
  const start = Date.now() - 20 * 60_000
  return Array.from({ length: 1200 }, (_, index) => {
    const user = `u-${20_000 + ((index * 37) % 64)}`
    const turn = start + index * 1000
    const at = turn - (index % 9 === 4 ? 3000 + ((index * 613) % 4000) : 0)
    const view = { user_id: user, page: pages[(index * 7) % pages.length], viewed_at: at }
    const value = index % 80 === 79 ? `${user};${view.page};${at}` : JSON.stringify(view)
    return { key: user, value, partition: index % partitions, timestamp: String(turn + 180) }
  })
}

function viewsSource() {
  return {
    topic,
    format: 'json',
    columns: viewColumns,
    time: { column: 'viewed_at', unit: 'ms', waitMs: 5000 },
    start: 'earliest',
    startTimestampMs: null,
    group: '',
    idleAfterMs: 15_000,
    invalidUtf8: 'dead-letter',
  }
}

function deployViewsPerPage(api: Api): Promise<string> {
  return api.deploy('Views per page', (draft) => {
    const source = addNode(draft, 'topic-source', viewsSource())
    const window = addNode(
      draft,
      'window',
      {
        shape: 'tumbling',
        sizeMs: 60_000,
        offsetMs: 0,
        forEach: ['page'],
        compute: [{ name: 'views', expression: 'COUNT(*)' }],
        allowedLatenessMs: 0,
        lateRows: 'count',
      },
      source,
    )
    const view = { view: 'views-per-page', keyColumns: ['page'], rowsMax: 1000 }
    addNode(draft, 'view-sink', view, window)
    name(draft.nodes, ['Page views', 'Views per minute', 'Latest minute'])
  })
}

const failingCode = `export const fn = processFunction({
  state: { steps: value<number>() },

  onElement(row, ctx) {
    const steps = (ctx.state.steps.get() ?? 0) + 1
    ctx.state.steps.set(steps)
    if (row.page === '/checkout' && steps > 3) throw new Error('a checkout after more than 3 steps')
    ctx.emit({ user_id: row.user_id, steps: BigInt(steps) })
  },
})
`

function deployFailing(api: Api): Promise<string> {
  return api.deploy('Checkout funnel', (draft) => {
    const source = addNode(draft, 'topic-source', viewsSource())
    const columns = [
      { name: 'user_id', type: 'STRING', nullable: false },
      { name: 'steps', type: 'BIGINT', nullable: false },
    ]
    const config = { forEach: ['user_id'], code: failingCode, columns, sideOutputs: [] }
    const fn = addNode(draft, 'process-function', config, source)
    const view = { view: 'checkout-steps', keyColumns: ['user_id'], rowsMax: 1000 }
    addNode(draft, 'view-sink', view, fn)
    name(draft.nodes, ['Page views', 'Steps to checkout', 'Steps'])
  })
}

function name(nodes: { name: string }[], names: readonly string[]): void {
  nodes.forEach((node, index) => {
    node.name = names[index]
  })
}

/** Two versions of one subject, over the registry's own HTTP. */
async function registerOrders(registry: string): Promise<void> {
  const fields = [
    { name: 'order_id', type: 'string' },
    { name: 'user_id', type: 'string' },
    { name: 'total_cents', type: 'long' },
    { name: 'placed_at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ]
  const promo = { name: 'promo_code', type: ['null', 'string'], default: null }
  for (const version of [fields, [...fields, promo]]) {
    const schema = JSON.stringify({ type: 'record', name: 'OrderPlaced', fields: version })
    const response = await fetch(`${registry}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema }),
    })
    if (!response.ok) throw new Error(`the registry refused: ${await response.text()}`)
  }
}
