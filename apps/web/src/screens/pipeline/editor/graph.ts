/** Pure functions on pipeline documents. Nodes that do not change keep their identity. */
import type {
  DocumentEdge,
  DocumentNode,
  DocumentNote,
  Endpoint,
  PipelineDocument,
} from '@millrace/schemas'

/** Longest id that a document takes. */
const idLengthMax = 63

export function edgeId(edge: DocumentEdge): string {
  return `${edge.from.node}.${edge.from.port}>${edge.to.node}.${edge.to.port}`
}

export function sameEnd(a: Endpoint, b: Endpoint): boolean {
  return a.node === b.node && a.port === b.port
}

export function sameEdge(a: DocumentEdge, b: DocumentEdge): boolean {
  return sameEnd(a.from, b.from) && sameEnd(a.to, b.to)
}

const nodeIndexes = new WeakMap<readonly DocumentNode[], Map<string, DocumentNode>>()

/** The node of an id, by an index made once for each list. */
export function nodeById(doc: PipelineDocument, id: string): DocumentNode | undefined {
  let index = nodeIndexes.get(doc.nodes)
  if (!index) {
    index = new Map(doc.nodes.map((node) => [node.id, node]))
    nodeIndexes.set(doc.nodes, index)
  }
  return index.get(id)
}

/** "Orders per minute" → "orders-per-minute", free among `taken`. */
export function freeId(name: string, taken: ReadonlySet<string>): string {
  const words = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  const base = (words || 'node').slice(0, idLengthMax - 4)
  if (!taken.has(base)) return base
  let number = 2
  while (taken.has(`${base}-${number}`)) number += 1
  return `${base}-${number}`
}

/** "Filter" → "Filter 2" when a node has that name. */
export function freeName(name: string, doc: PipelineDocument): string {
  const taken = new Set(doc.nodes.map((node) => node.name))
  if (!taken.has(name)) return name
  const base = name.replace(/ \d+$/, '')
  let number = 2
  while (taken.has(`${base} ${number}`)) number += 1
  return `${base} ${number}`
}

export function takenIds(doc: PipelineDocument): Set<string> {
  return new Set(doc.nodes.map((node) => node.id))
}

export function addNodes(doc: PipelineDocument, nodes: readonly DocumentNode[]): PipelineDocument {
  return { ...doc, nodes: [...doc.nodes, ...nodes] }
}

export function updateNode(
  doc: PipelineDocument,
  id: string,
  change: (node: DocumentNode) => DocumentNode,
): PipelineDocument {
  return { ...doc, nodes: doc.nodes.map((node) => (node.id === id ? change(node) : node)) }
}

/** Removes nodes, and the edges that touch them. */
export function removeNodes(doc: PipelineDocument, ids: ReadonlySet<string>): PipelineDocument {
  if (ids.size === 0) return doc
  return {
    ...doc,
    nodes: doc.nodes.filter((node) => !ids.has(node.id)),
    edges: doc.edges.filter((edge) => !ids.has(edge.from.node) && !ids.has(edge.to.node)),
  }
}

export function removeEdges(doc: PipelineDocument, ids: ReadonlySet<string>): PipelineDocument {
  if (ids.size === 0) return doc
  return { ...doc, edges: doc.edges.filter((edge) => !ids.has(edgeId(edge))) }
}

export function removeNotes(doc: PipelineDocument, ids: ReadonlySet<string>): PipelineDocument {
  if (ids.size === 0) return doc
  return { ...doc, notes: doc.notes.filter((note) => !ids.has(note.id)) }
}

/** Adds an edge; several into one input are a union. */
export function connect(doc: PipelineDocument, edge: DocumentEdge): PipelineDocument {
  if (doc.edges.some((other) => sameEdge(other, edge))) return doc
  return { ...doc, edges: [...doc.edges, edge] }
}

export function disconnect(doc: PipelineDocument, edge: DocumentEdge): PipelineDocument {
  return { ...doc, edges: doc.edges.filter((other) => !sameEdge(other, edge)) }
}

export interface Moved {
  id: string
  position: { x: number; y: number }
}

/** Moves nodes and notes to whole pixels. */
export function moveTo(doc: PipelineDocument, moved: readonly Moved[]): PipelineDocument {
  const places = new Map(moved.map((item) => [item.id, item.position]))
  const place = <T extends DocumentNode | DocumentNote>(item: T): T => {
    const to = places.get(item.id)
    if (!to || (to.x === item.position.x && to.y === item.position.y)) return item
    return { ...item, position: { x: Math.round(to.x), y: Math.round(to.y) } }
  }
  return { ...doc, nodes: doc.nodes.map(place), notes: doc.notes.map(place) }
}

/** Sets a dotted path inside a config; `undefined` removes it. Objects on the way are copied. */
export function setPath(
  config: Record<string, unknown>,
  path: string,
  value: unknown,
): Record<string, unknown> {
  const [head, ...rest] = path.split('.')
  const copy: Record<string, unknown> = { ...config }
  if (rest.length === 0) {
    if (value === undefined) delete copy[head]
    else copy[head] = value
    return copy
  }
  const inner = copy[head]
  if (Array.isArray(inner)) {
    const list = [...inner]
    const index = Number(rest[0])
    list[index] =
      rest.length === 1 ? value : setPath(asRecord(list[index]), rest.slice(1).join('.'), value)
    copy[head] = list
  } else {
    copy[head] = setPath(asRecord(inner), rest.join('.'), value)
  }
  return copy
}

export function getPath(config: unknown, path: string): unknown {
  let value = config
  for (const step of path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

/** Nodes that feed `id` or that it feeds, itself included. */
export function chain(
  doc: PipelineDocument,
  ids: readonly string[],
  direction: 'upstream' | 'downstream',
): string[] {
  const found = new Set(ids)
  const open = [...ids]
  while (open.length > 0) {
    const id = open.pop()
    for (const edge of doc.edges) {
      const [near, far] =
        direction === 'upstream' ? [edge.to.node, edge.from.node] : [edge.from.node, edge.to.node]
      if (near === id && !found.has(far)) {
        found.add(far)
        open.push(far)
      }
    }
  }
  return [...found]
}

function asRecord(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
}
