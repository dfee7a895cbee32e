import { emptyDocument, type PipelineDocument } from '@millrace/schemas'
import { describe, expect, it } from 'vitest'
import { snap } from './alignment.ts'
import { fitLines, lineLengthMax } from './fit-lines.ts'
import { type CanvasNode, reconcileNodes } from './nodes.ts'
import { connectTargets, step } from './walk.ts'

const node = (id: string, kind: string, x: number, y: number) => ({
  id,
  kind,
  version: 1,
  name: id,
  config: {},
  position: { x, y },
})

const doc: PipelineDocument = {
  ...emptyDocument('p', 'P'),
  nodes: [
    node('a', 'topic-source', 0, 0),
    node('b', 'filter', 300, 0),
    node('c', 'filter', 300, 200),
    node('d', 'topic-sink', 600, 200),
  ],
  edges: [{ from: { node: 'a', port: 'rows' }, to: { node: 'c', port: 'in' } }],
}

describe('arrow keys', () => {
  it('follow the wires, and without wires go to the nearest node', () => {
    expect(step(doc, 'a', 'right')).toBe('c')
    expect(step(doc, 'c', 'left')).toBe('a')
    expect(step(doc, 'b', 'down')).toBe('c')
    expect(step(doc, 'c', 'right')).toBe('d')
    expect(step(doc, 'a', 'up')).toBeUndefined()
  })

  it('offer every other input while connecting, nearest first', () => {
    expect(connectTargets(doc, { node: 'a', port: 'rows' }).map((end) => end.node)).toEqual([
      'b',
      'c',
      'd',
    ])
  })
})

describe('words of a card', () => {
  it('are two lines at most and leave out whole parts', () => {
    const lines = fitLines([
      'every 5 min for each user_id · accept late 2 min',
      "COUNT(*), COUNT(DISTINCT page_url), BOOL_OR(page_url = '/pay')",
    ])
    expect(lines).toEqual(['every 5 min for each user_id', 'accept late 2 min'])
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(lineLengthMax)
  })

  it('count the rest of a long list', () => {
    expect(
      fitLines(['40 rows/s · order_id, user_id, total_cents, placed_at', 'event time placed_at']),
    ).toEqual(['40 rows/s', 'order_id, user_id and 2 more'])
  })
})

describe('canvas nodes', () => {
  it('keep their identity when nothing about them changed', () => {
    const first = reconcileNodes([], doc, { nodes: [], notes: [] })
    expect(reconcileNodes(first, doc, { nodes: [], notes: [] })).toBe(first)
    const second = reconcileNodes(first, doc, { nodes: ['b'], notes: [] })
    expect(second.filter((item, index) => item !== first[index]).map((item) => item.id)).toEqual([
      'b',
    ])
  })

  it('stay where they are dragged to until the drag ends', () => {
    const dragged: CanvasNode[] = reconcileNodes([], doc, { nodes: [], notes: [] }).map((item) =>
      item.id === 'a' ? { ...item, dragging: true, position: { x: 5, y: 5 } } : item,
    )
    const next = reconcileNodes(dragged, { ...doc, name: 'Q' }, { nodes: ['a'], notes: [] })
    expect(next[0].position).toEqual({ x: 5, y: 5 })
  })
})

describe('alignment', () => {
  it('takes the nearest line within reach', () => {
    const box = { x: 104, y: 50, width: 10, height: 10 }
    const others = [{ x: 100, y: 90, width: 10, height: 10 }]
    expect(snap(box, others)).toEqual({ x: 100, y: 50, guideX: 100, guideY: null })
  })
})
