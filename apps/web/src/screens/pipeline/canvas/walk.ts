/** Arrow keys on the graph: where a step leads, and the inputs that connect mode goes through. */
import type { DocumentNode, Endpoint, PipelineDocument } from '@millrace/schemas'
import { inputsOf } from '../catalogue.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

/** Along the wires for left and right, else to the nearest node that way; undefined: nothing lies there. */
export function step(
  doc: PipelineDocument,
  from: string,
  direction: Direction,
): string | undefined {
  const start = doc.nodes.find((node) => node.id === from)
  if (!start) return undefined
  if (direction === 'left' || direction === 'right') {
    const wired = doc.edges
      .filter((edge) => (direction === 'right' ? edge.from.node : edge.to.node) === from)
      .map((edge) => (direction === 'right' ? edge.to.node : edge.from.node))
    const nodes = doc.nodes.filter((node) => wired.includes(node.id))
    if (nodes.length > 0) return nearest(start, nodes)?.id
  }
  return nearest(
    start,
    doc.nodes.filter((node) => lies(start, node, direction)),
  )?.id
}

function lies(from: DocumentNode, to: DocumentNode, direction: Direction): boolean {
  if (from.id === to.id) return false
  const dx = to.position.x - from.position.x
  const dy = to.position.y - from.position.y
  switch (direction) {
    case 'left':
      return dx < -1 && Math.abs(dx) >= Math.abs(dy)
    case 'right':
      return dx > 1 && Math.abs(dx) >= Math.abs(dy)
    case 'up':
      return dy < -1
    case 'down':
      return dy > 1
  }
}

function nearest(from: DocumentNode, nodes: readonly DocumentNode[]): DocumentNode | undefined {
  const distance = (node: DocumentNode) =>
    Math.hypot(node.position.x - from.position.x, node.position.y - from.position.y)
  return [...nodes].sort((a, b) => distance(a) - distance(b))[0]
}

/** Every input of the other nodes, nearest first. */
export function connectTargets(doc: PipelineDocument, from: Endpoint): Endpoint[] {
  const start = doc.nodes.find((node) => node.id === from.node)
  if (!start) return []
  const distance = (node: DocumentNode) =>
    Math.hypot(node.position.x - start.position.x, node.position.y - start.position.y)
  return doc.nodes
    .filter((node) => node.id !== from.node)
    .sort((a, b) => distance(a) - distance(b))
    .flatMap((node) => inputsOf(node).map((port) => ({ node: node.id, port: port.name })))
}
