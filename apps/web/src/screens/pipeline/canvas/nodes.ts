/** The document as React Flow's nodes and edges; what did not change keeps its identity. */
import type { DocumentEdge, DocumentNode, PipelineDocument } from '@millrace/schemas'
import type { Edge, Node } from '@xyflow/react'
import { definitionOf } from '../catalogue.ts'
import { edgeId } from '../editor/graph.ts'
import type { ViewState } from '../editor/state.ts'

export type CanvasNode = Node<Record<string, unknown>>
export type CanvasEdge = Edge<{ edge: DocumentEdge }>

/** Brings the canvas' nodes in line with the document; a node being dragged keeps its place. */
export function reconcileNodes(
  before: readonly CanvasNode[],
  doc: PipelineDocument,
  view: Pick<ViewState, 'nodes' | 'notes'>,
): CanvasNode[] {
  const old = new Map(before.map((node) => [node.id, node]))
  const selected = new Set([...view.nodes, ...view.notes])
  const nodes = doc.nodes.map((node) =>
    keepOr(old.get(node.id), {
      id: node.id,
      type: 'node',
      position: node.position,
      selected: selected.has(node.id),
      data: emptyData,
      ariaLabel: cardLabel(node),
    }),
  )
  const notes = doc.notes.map((note) =>
    keepOr(old.get(note.id), {
      id: note.id,
      type: 'note',
      position: note.position,
      selected: selected.has(note.id),
      data: emptyData,
      width: note.size.width,
      height: note.size.height,
      zIndex: -1,
      ariaLabel: 'Note',
    }),
  )
  const next = [...notes, ...nodes]
  return next.length === before.length && next.every((node, index) => node === before[index])
    ? (before as CanvasNode[])
    : next
}

const emptyData: Record<string, unknown> = {}

function keepOr(old: CanvasNode | undefined, wanted: CanvasNode): CanvasNode {
  if (!old) return wanted
  const placed =
    old.dragging || (old.position.x === wanted.position.x && old.position.y === wanted.position.y)
  const same =
    placed &&
    old.selected === wanted.selected &&
    old.ariaLabel === wanted.ariaLabel &&
    old.width === wanted.width &&
    old.height === wanted.height
  if (same) return old
  return { ...old, ...wanted, position: old.dragging ? old.position : wanted.position }
}

function cardLabel({ name, kind, disabled }: DocumentNode): string {
  return `${name}, ${definitionOf(kind)?.title ?? kind}${disabled ? ', disabled' : ''}`
}

export function reconcileEdges(
  before: readonly CanvasEdge[],
  doc: PipelineDocument,
  selection: readonly string[],
): CanvasEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]))
  const selected = new Set(selection)
  const names = new Map(doc.nodes.map((node) => [node.id, node.name]))
  return doc.edges.map((edge) => {
    const id = edgeId(edge)
    const known = old.get(id)
    const isSelected = selected.has(id)
    const ariaLabel = `From ${names.get(edge.from.node)} to ${names.get(edge.to.node)}`
    if (known && known.selected === isSelected && known.ariaLabel === ariaLabel) return known
    return {
      id,
      type: 'stream',
      source: edge.from.node,
      sourceHandle: edge.from.port,
      target: edge.to.node,
      targetHandle: edge.to.port,
      selected: isSelected,
      ariaLabel,
      data: { edge },
    }
  })
}
