/** Template: orders and revenue per minute. */
import {
  connect,
  generated,
  type PipelineTemplate,
  templateDocument,
  templateNode,
} from './template.ts'

export const ordersPerMinute: PipelineTemplate = {
  id: 'orders-per-minute',
  title: 'Orders per minute',
  question: 'How many orders come in, and what are they worth, minute by minute?',
  teaches:
    'Event time and the watermark: a minute closes when records of a later minute have come, not when the clock says so.',
  creates: ['orders.per-minute'],
  minutes: 2,
  firstRow: 'first minute closed in 3 s',
  category: 'Windows',
  document: templateDocument(
    'orders-per-minute',
    'Orders per minute',
    [
      templateNode('orders', 'generator-source', {
        name: 'Orders',
        column: 0,
        config: {
          rowsPerSecond: 40,
          columns: [
            generated('order_id', 'STRING', { is: 'sequence', start: 1, prefix: 'o-' }),
            generated('user_id', 'STRING', { is: 'key', count: 200, prefix: 'user-', skew: 0.8 }),
            generated('total_cents', 'BIGINT', { is: 'integer', low: 500, high: 20_000 }),
            generated('placed_at', 'TIMESTAMP(3)', { is: 'event-time' }),
          ],
          time: { column: 'placed_at', waitMs: 5000 },
          disorder: { share: 0.1, maxMs: 4000 },
        },
      }),
      templateNode('per-minute', 'window', {
        name: 'Every minute',
        column: 1,
        config: {
          sizeMs: 60_000,
          forEach: [],
          compute: [
            { name: 'total_orders', expression: 'COUNT(*)' },
            { name: 'total_revenue_cents', expression: 'SUM(total_cents)' },
            { name: 'avg_order_cents', expression: 'AVG(total_cents)' },
          ],
          lateRows: 'count',
        },
      }),
      templateNode('metrics', 'topic-sink', {
        name: 'Order metrics',
        column: 2,
        config: { topic: 'orders.per-minute', keyColumns: ['window_start'] },
      }),
      templateNode('view', 'view-sink', {
        name: 'Live view',
        column: 2,
        row: 1,
        config: { view: 'orders-per-minute', keyColumns: ['window_start'] },
      }),
    ],
    [
      connect('orders', 'per-minute'),
      connect('per-minute', 'metrics'),
      connect('per-minute', 'view'),
    ],
  ),
}
