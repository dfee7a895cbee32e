/** What of a document runs: disabled nodes are left out, and rows go past them. */
import type { DocumentEdge, Endpoint, PipelineDocument } from './document.ts'

/** Ports by which rows go past a disabled node: what would arrive at the one leaves where the other led. */
export const passedInput = 'in'
export const passedOutput = 'rows'

/**
 * The document without its disabled nodes. What fed the input of one feeds what its main output fed; its other outputs
 * carry nothing, nor does a disabled source. The same document if no node is disabled.
 */
export function activeDocument(document: PipelineDocument): PipelineDocument {
  const disabled = new Set(document.nodes.filter((node) => node.disabled).map(({ id }) => id))
  if (disabled.size === 0) return document
  const edges = new Map<string, DocumentEdge>()
  for (const edge of document.edges) {
    if (disabled.has(edge.to.node)) continue
    for (const from of feeding(document, disabled, edge.from, new Set())) {
      const bypass = from === edge.from ? edge : { from, to: edge.to }
      edges.set(JSON.stringify([from, edge.to]), bypass)
    }
  }
  return {
    ...document,
    nodes: document.nodes.filter((node) => !node.disabled),
    edges: [...edges.values()],
  }
}

/** The outputs of enabled nodes whose rows come out at `from`. */
function feeding(
  document: PipelineDocument,
  disabled: ReadonlySet<string>,
  from: Endpoint,
  passed: Set<string>,
): Endpoint[] {
  if (!disabled.has(from.node)) return [from]
  if (from.port !== passedOutput || passed.has(from.node)) return []
  passed.add(from.node)
  return document.edges
    .filter(({ to }) => to.node === from.node && to.port === passedInput)
    .flatMap((edge) => feeding(document, disabled, edge.from, passed))
}
