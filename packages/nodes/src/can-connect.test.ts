import { type Connection, canConnect } from '@millrace/engine/plan'
import type { DocumentNode } from '@millrace/schemas'
import { expect, it } from 'vitest'
import { catalogue } from './catalogue.gen.ts'
import { documentOf, nodeOf, ordersSource } from './testing/documents.ts'

/** What is said when `edge` is dragged in a document of these nodes and edges. */
function drag(nodes: DocumentNode[], edges: string[], edge: string): Connection {
  const document = documentOf(nodes, edges)
  const [dragged] = documentOf(nodes, [edge]).edges
  return canConnect(document, dragged, catalogue, { topics: new Map() })
}

const filter = (id: string) => nodeOf(id, 'filter', { condition: 'total_cents > 0' })
const sink = nodeOf('out', 'topic-sink', { topic: 'out' })

it('lets rows flow where they fit', () => {
  expect(drag([ordersSource('orders'), filter('a')], [], 'orders -> a')).toEqual({ ok: true })
  expect(drag([ordersSource('orders'), sink], [], 'orders.dead-letters -> out')).toEqual({
    ok: true,
  })
})

it('refuses a window without event time, and names the node and the setting that mend it', () => {
  const nodes = [ordersSource('clicks', { time: null }), nodeOf('window', 'window')]
  expect(drag(nodes, [], 'clicks -> window')).toEqual({
    ok: false,
    reason: 'A window needs event time.',
    wayOn: "Choose a time column on 'clicks'.",
    fixes: [
      {
        label: 'Use placed_at as event time',
        edits: [
          {
            is: 'set-config',
            node: 'clicks',
            field: 'time',
            value: { column: 'placed_at', unit: 'ms', waitMs: 5000 },
          },
        ],
      },
    ],
  })
})

it('refuses where the event time would be missing further down', () => {
  const nodes = [ordersSource('clicks', { time: null }), filter('a'), nodeOf('window', 'window')]
  const answer = drag(nodes, ['a -> window'], 'clicks -> a')
  expect(answer.ok).toBe(false)
})

it('refuses circles, doubles, sources as targets and nodes onto themselves', () => {
  const nodes = [ordersSource('orders'), filter('a'), filter('b'), sink]
  const reason = (edges: string[], edge: string) => {
    const answer = drag(nodes, edges, edge)
    return answer.ok ? 'ok' : answer.reason
  }
  expect(reason(['a -> b'], 'b -> a')).toBe(
    "Rows of 'a' already flow to 'b': the edges would run in a circle.",
  )
  expect(reason(['orders -> a'], 'orders -> a')).toBe('These two are connected already.')
  expect(reason([], 'a -> orders')).toBe("'orders' is a source: it has no input.")
  expect(reason([], 'a -> a')).toBe('A node cannot read its own rows.')
  expect(reason([], 'a.late -> b')).toBe("'a' has no output late.")
})

it('refuses other rows into an input that is taken, and says how they differ', () => {
  const other = ordersSource('other', {
    columns: [{ name: 'x', type: 'INT', nullable: true }],
    time: null,
  })
  const answer = drag([ordersSource('orders'), other, sink], ['orders -> out'], 'other -> out')
  expect(answer).toMatchObject({
    ok: false,
    reason:
      "The edges into 'out' carry different rows: column 1 is order_id in 'orders' and x in 'other'.",
    wayOn: 'Bring them to the same columns with a Select node.',
  })
})

it('refuses rows that replace earlier ones where only facts are read', () => {
  const window = nodeOf('window', 'window', { forEach: ['user_id'], allowedLatenessMs: 60_000 })
  const nodes = [ordersSource('orders'), window, filter('a'), sink]
  expect(drag(nodes, ['orders -> window'], 'window -> out')).toMatchObject({
    ok: false,
    fixes: [{ label: 'Write them under their key' }, { label: "Accept no late rows in 'window'" }],
  })
  expect(drag(nodes, ['orders -> window'], 'window -> a')).toMatchObject({
    ok: false,
    fixes: [{ label: "Accept no late rows in 'window'" }],
  })
})

it('does not hold a mistake in a setting against the edge', () => {
  const wrong = nodeOf('a', 'filter', { condition: 'no_such_column = 1' })
  expect(drag([ordersSource('orders'), wrong], [], 'orders -> a')).toEqual({ ok: true })
})
