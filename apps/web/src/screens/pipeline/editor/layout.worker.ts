/** Runs dagre beside the page: 200 nodes can take a second. */
import dagre from '@dagrejs/dagre'
import type { Moved } from './graph.ts'
import { columnGapPx, type LayoutRequest, rowGapPx } from './layout.ts'

addEventListener('message', (event: MessageEvent<LayoutRequest>) => {
  postMessage(place(event.data))
})

function place({ nodes, edges }: LayoutRequest): Moved[] {
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({
    rankdir: 'LR',
    ranksep: columnGapPx,
    nodesep: rowGapPx,
    marginx: 40,
    marginy: 40,
  })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, { width: node.width, height: node.height })
  for (const edge of edges) graph.setEdge(edge.from, edge.to)
  dagre.layout(graph)
  return nodes.map((node) => {
    const { x, y } = graph.node(node.id)
    return { id: node.id, position: { x: x - node.width / 2, y: y - node.height / 2 } }
  })
}
