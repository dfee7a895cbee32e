import { compilePipeline, inferDocument, portKey } from '@millrace/engine/plan'
import type { DocumentNode } from '@millrace/schemas'
import { parseDocument, printDocument } from '@millrace/schemas'
import { expect, it } from 'vitest'
import { catalogue } from './catalogue.gen.ts'
import { documentOf, nodeOf, ordersSource } from './testing/documents.ts'

const topics = new Map()
const orders = ordersSource('orders')
const filter = (id: string) => nodeOf(id, 'filter', { condition: 'total_cents > 0' })
const window = nodeOf('window', 'window', { forEach: ['user_id'], lateRows: 'count' })
const out = nodeOf('out', 'topic-sink', { topic: 'out' })
const off = (node: DocumentNode): DocumentNode => ({ ...node, disabled: true })

function plan(nodes: DocumentNode[], edges: string[]) {
  const compiled = compilePipeline(documentOf(nodes, edges), catalogue, { topics })
  expect(compiled.problems).toEqual([])
  return compiled.plan
}

it('rows go past a disabled node, and past several in a row', () => {
  const direct = plan([orders, window, out], ['orders -> window', 'window -> out'])
  const chain = ['orders -> a', 'a -> b', 'b -> window', 'window -> out']
  expect(plan([orders, off(filter('a')), off(filter('b')), window, out], chain)).toEqual(direct)
  const both = [...chain, 'orders -> window']
  expect(plan([orders, off(filter('a')), off(filter('b')), window, out], both)).toEqual(direct)
})

it('the other outputs of a disabled node carry nothing, nor does a disabled source', () => {
  const late = nodeOf('late', 'topic-sink', { topic: 'late' })
  const edges = ['orders -> window', 'window -> out', 'window.late -> late']
  const nodes = [orders, off(window), out, late]
  const { problems } = inferDocument(documentOf(nodes, edges), catalogue, { topics })
  expect(problems.map(({ node, code }) => [node, code])).toEqual([['late', 'not-connected']])
  const sourceless = documentOf([off(orders), out], ['orders -> out'])
  expect(inferDocument(sourceless, catalogue, { topics }).problems[0].node).toBe('out')
})

it('says of the output of a disabled node what goes past it', () => {
  const document = documentOf([orders, off(window), out], ['orders -> window', 'window -> out'])
  const { types } = inferDocument(document, catalogue, { topics })
  const rows = (node: string) => types.get(portKey({ node, port: 'rows' }))
  expect(rows('window')).toBeDefined()
  expect(rows('window')).toEqual(rows('orders'))
})

it('a circle of disabled nodes ends, and a document of disabled nodes alone is refused', () => {
  const circle = documentOf(
    [orders, off(filter('a')), off(filter('b')), out],
    ['a -> b', 'b -> a', 'orders -> a', 'b -> out'],
  )
  expect(compilePipeline(circle, catalogue, { topics }).problems).toEqual([])
  const none = compilePipeline(documentOf([off(orders)], []), catalogue, { topics })
  expect(none.problems.map(({ message }) => message)).toEqual([
    'Every node is disabled. Enable those that are to run: select them and press D.',
  ])
})

it('is printed and read again', () => {
  const document = documentOf([orders, off(filter('a'))], ['orders -> a'])
  expect(parseDocument(JSON.parse(printDocument(document)))).toEqual({ ok: true, document })
  const wrong = { ...document, nodes: [{ ...orders, disabled: false }] }
  expect(parseDocument(wrong)).toMatchObject({
    ok: false,
    refusals: [{ node: 'orders', field: 'disabled' }],
  })
})
