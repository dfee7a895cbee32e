/** Documents that the server's tests deploy. */
import { type DocumentNode, emptyDocument, type PipelineDocument } from '@millrace/schemas'

const position = { x: 0, y: 0 }

function node(id: string, kind: string, config: Record<string, unknown>): DocumentNode {
  return { id, kind, version: 1, name: id, config, position }
}

export interface CountsOptions {
  from: string
  to: string
  condition?: string
  sizeMs?: number
  waitMs?: number
  idleAfterMs?: number | null
  /** Of the sink. */
  format?: 'json' | 'avro'
}

/** orders: JSON {user_id, amount, at} → amount filter → count and sum per user and window → topic, and a view beside it. */
export function orderCounts(options: CountsOptions): PipelineDocument {
  const { from, to, condition = 'amount > 0', sizeMs = 10_000, waitMs = 0 } = options
  const edge = (source: string, port: string, target: string) => ({
    from: { node: source, port },
    to: { node: target, port: 'in' },
  })
  return {
    ...emptyDocument('draft', 'Order counts'),
    nodes: [
      node('orders', 'topic-source', {
        topic: from,
        format: 'json',
        columns: [
          { name: 'user_id', type: 'STRING', nullable: true },
          { name: 'amount', type: 'BIGINT', nullable: true },
          { name: 'at', type: 'TIMESTAMP(3)', nullable: true },
        ],
        time: { column: 'at', unit: 'ms', waitMs },
        start: 'earliest',
        startTimestampMs: null,
        group: '',
        idleAfterMs: options.idleAfterMs ?? null,
        invalidUtf8: 'dead-letter',
      }),
      node('paid', 'filter', { condition }),
      node('per-user', 'window', {
        shape: 'tumbling',
        sizeMs,
        forEach: ['user_id'],
        compute: [
          { name: 'orders', expression: 'COUNT(*)' },
          { name: 'total', expression: 'SUM(amount)' },
        ],
        allowedLatenessMs: 0,
        offsetMs: 0,
        lateRows: 'count',
      }),
      node('counts', 'topic-sink', {
        topic: to,
        format: options.format ?? 'json',
        keyColumns: null,
        mode: 'append',
        partitions: 1,
        guarantee: 'at-least-once',
      }),
      node('shown', 'view-sink', { view: to, keyColumns: ['user_id'], rowsMax: 100 }),
    ],
    edges: [
      edge('orders', 'rows', 'paid'),
      edge('paid', 'rows', 'per-user'),
      edge('per-user', 'rows', 'counts'),
      edge('per-user', 'rows', 'shown'),
    ],
  }
}

/** orders → a process function with this code, for each user → topic. */
export function orderCode(options: { from: string; to: string; code: string }): PipelineDocument {
  const counts = orderCounts(options)
  const code = node('checked', 'process-function', {
    forEach: ['user_id'],
    code: options.code,
    columns: [{ name: 'user_id', type: 'STRING', nullable: true }],
    sideOutputs: [],
    timeColumn: null,
  })
  const [orders, , , sink] = counts.nodes
  return {
    ...counts,
    nodes: [orders, code, sink],
    edges: [
      { from: { node: 'orders', port: 'rows' }, to: { node: 'checked', port: 'in' } },
      { from: { node: 'checked', port: 'rows' }, to: { node: 'counts', port: 'in' } },
    ],
  }
}

/** One order as its topic's record. */
export function order(userId: string, amount: number, at: number): { value: string } {
  return { value: JSON.stringify({ user_id: userId, amount, at }) }
}
