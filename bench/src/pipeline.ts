/** The benchmark's pipeline as the studio would save it: topic → 10 s tumbling count and sum for each user → topic. */
import { type PipelineDocument, pipelineDocument } from '@millrace/schemas'
import { disorderMs, windowMs } from './events.ts'

export function benchDocument(options: {
  id: string
  from: string
  to: string
  parallelism: number
}): PipelineDocument {
  const column = (name: string, type: string) => ({ name, type, nullable: true })
  const node = (id: string, kind: string, config: Record<string, unknown>) => ({
    id,
    kind,
    version: 1,
    name: id,
    config,
    position: { x: 0, y: 0 },
  })
  const edge = (from: string, port: string, to: string) => ({
    from: { node: from, port },
    to: { node: to, port: 'in' },
  })
  return pipelineDocument.parse({
    format: 'millrace.pipeline/1',
    id: options.id,
    name: options.id,
    nodes: [
      node('orders', 'topic-source', {
        topic: options.from,
        columns: [
          column('order_id', 'STRING'),
          column('user_id', 'STRING'),
          column('item_id', 'INT'),
          column('amount', 'BIGINT'),
          column('currency', 'STRING'),
          { ...column('placed_at', 'TIMESTAMP(3)'), unit: 'ms' },
          column('country', 'STRING'),
          column('express', 'BOOLEAN'),
          column('session', 'STRING'),
          column('note', 'STRING'),
        ],
        time: { column: 'placed_at', unit: 'ms', waitMs: disorderMs },
      }),
      node('totals', 'window', {
        sizeMs: windowMs,
        forEach: ['user_id'],
        compute: [
          { name: 'orders', expression: 'COUNT(*)' },
          { name: 'total', expression: 'SUM(amount)' },
        ],
      }),
      node('out', 'topic-sink', { topic: options.to, keyColumns: ['user_id'] }),
    ],
    edges: [edge('orders', 'rows', 'totals'), edge('totals', 'rows', 'out')],
    notes: [],
    settings: { parallelism: options.parallelism },
  })
}
