/** Short ways to write documents in tests. */
import type { DocumentNode, PipelineDocument } from '@millrace/schemas'
import { documentFormat, pipelineSettings } from '@millrace/schemas'
import { catalogue } from '../catalogue.gen.ts'

/** A node with its kind's initial config, changed by `config`. */
export function nodeOf(
  id: string,
  kind: string,
  config: Record<string, unknown> = {},
): DocumentNode {
  const definition = catalogue.get(kind)
  if (!definition) throw new Error(`no kind ${kind}`)
  const initial = definition.initial() as Record<string, unknown>
  return {
    id,
    kind,
    version: definition.version,
    name: id,
    config: { ...initial, ...config },
    position: { x: 0, y: 0 },
  }
}

/** Edges as `a -> b` or `a.late -> b`. */
export function documentOf(
  nodes: readonly DocumentNode[],
  edges: readonly string[],
  settings: Partial<PipelineDocument['settings']> = {},
): PipelineDocument {
  return {
    format: documentFormat,
    id: 'test',
    name: 'Test',
    nodes: [...nodes],
    edges: edges.map((edge) => {
      const [left, right] = edge.split('->').map((side) => side.trim())
      const [from, port] = left.split('.')
      return { from: { node: from, port: port ?? 'rows' }, to: { node: right, port: 'in' } }
    }),
    notes: [],
    settings: { ...pipelineSettings.parse({}), ...settings },
  }
}

/** A topic source of orders with event time. */
export function ordersSource(id: string, config: Record<string, unknown> = {}): DocumentNode {
  return nodeOf(id, 'topic-source', {
    topic: 'orders',
    columns: [
      { name: 'order_id', type: 'STRING', nullable: false },
      { name: 'user_id', type: 'STRING', nullable: true },
      { name: 'total_cents', type: 'BIGINT', nullable: true },
      { name: 'price', type: 'DECIMAL(10, 2)', nullable: true },
      { name: 'status', type: 'STRING', nullable: true },
      { name: 'placed_at', type: 'BIGINT', nullable: false },
    ],
    time: { column: 'placed_at', unit: 'ms', waitMs: 5000 },
    ...config,
  })
}
