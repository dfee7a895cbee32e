/** The document as a graph: edges by node, order, cycles. Knows nothing of types. */
import type { DocumentEdge, DocumentNode, Endpoint, PipelineDocument } from '@millrace/schemas'

export interface Graph {
  nodes: ReadonlyMap<string, DocumentNode>
  /** Edges into a node's input port, in document order. */
  into(node: string, port: string): readonly DocumentEdge[]
  /** Edges out of a node's output port. */
  outOf(node: string, port: string): readonly DocumentEdge[]
  /** Sources first; nodes on or behind a cycle are left out. */
  order: readonly DocumentNode[]
  /** Edges that lie on a cycle. */
  cyclic: readonly DocumentEdge[]
  /** Those of them that close a cycle with edges drawn before: without them there is none. */
  closing: readonly DocumentEdge[]
}

export function portKey(end: Endpoint): string {
  return `${end.node}.${end.port}`
}

export function equalEdges(a: DocumentEdge, b: DocumentEdge): boolean {
  return portKey(a.from) === portKey(b.from) && portKey(a.to) === portKey(b.to)
}

/** Edges that name an unknown node are ignored; the caller reports them. */
export function graphOf(document: Pick<PipelineDocument, 'nodes' | 'edges'>): Graph {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]))
  const edges = document.edges.filter(({ from, to }) => nodes.has(from.node) && nodes.has(to.node))
  const incoming = groupBy(edges, (edge) => portKey(edge.to))
  const outgoing = groupBy(edges, (edge) => portKey(edge.from))
  const { order, cyclic } = sort(document.nodes, edges)
  return {
    nodes,
    into: (node, port) => incoming.get(`${node}.${port}`) ?? [],
    outOf: (node, port) => outgoing.get(`${node}.${port}`) ?? [],
    order,
    cyclic,
    closing: closingEdges(cyclic),
  }
}

function groupBy(
  edges: readonly DocumentEdge[],
  keyOf: (edge: DocumentEdge) => string,
): Map<string, DocumentEdge[]> {
  const groups = new Map<string, DocumentEdge[]>()
  for (const edge of edges) {
    const key = keyOf(edge)
    const group = groups.get(key)
    if (group) group.push(edge)
    else groups.set(key, [edge])
  }
  return groups
}

/** Kahn's algorithm, stable in document order. */
function sort(
  nodes: readonly DocumentNode[],
  edges: readonly DocumentEdge[],
): { order: DocumentNode[]; cyclic: readonly DocumentEdge[] } {
  const waiting = new Map(nodes.map((node) => [node.id, 0]))
  for (const { to } of edges) waiting.set(to.node, (waiting.get(to.node) ?? 0) + 1)
  const byFrom = groupBy(edges, (edge) => edge.from.node)
  const order: DocumentNode[] = []
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const ready = nodes.filter((node) => waiting.get(node.id) === 0)
  for (let next = ready.shift(); next; next = ready.shift()) {
    order.push(next)
    for (const { to } of byFrom.get(next.id) ?? []) {
      const left = (waiting.get(to.node) ?? 0) - 1
      waiting.set(to.node, left)
      const target = byId.get(to.node)
      if (left === 0 && target) ready.push(target)
    }
  }
  const sorted = new Set(order.map((node) => node.id))
  const left = edges.filter(({ from, to }) => !sorted.has(from.node) && !sorted.has(to.node))
  return { order, cyclic: onCycles(left) }
}

/** Of those that no order was found for: some only lie behind a cycle, or between two. */
function onCycles(edges: readonly DocumentEdge[]): readonly DocumentEdge[] {
  const next = groupBy(edges, (edge) => edge.from.node)
  return edges.filter(({ from, to }) => leads(next, to.node, from.node))
}

function closingEdges(cyclic: readonly DocumentEdge[]): readonly DocumentEdge[] {
  const kept = new Map<string, DocumentEdge[]>()
  return cyclic.filter((edge) => {
    if (leads(kept, edge.to.node, edge.from.node)) return true
    const others = kept.get(edge.from.node)
    if (others) others.push(edge)
    else kept.set(edge.from.node, [edge])
    return false
  })
}

/** Is there a way from `start` to `goal` along the edges? */
export function reaches(edges: readonly DocumentEdge[], start: string, goal: string): boolean {
  return leads(
    groupBy(edges, (edge) => edge.from.node),
    start,
    goal,
  )
}

function leads(
  next: ReadonlyMap<string, readonly DocumentEdge[]>,
  start: string,
  goal: string,
): boolean {
  const seen = new Set<string>()
  const open = [start]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === goal) return true
    if (seen.has(node)) continue
    seen.add(node)
    for (const { to } of next.get(node) ?? []) open.push(to.node)
  }
  return false
}
