/** Problems of the graph itself: unknown kinds and ports, doubled edges, cycles, inputs and outputs left open. */
import type { DocumentEdge, DocumentNode, PipelineDocument } from '@millrace/schemas'
import { parseConfig } from './config.ts'
import type { Graph } from './graph.ts'
import { equalEdges } from './graph.ts'
import type { InferredNode } from './infer.ts'
import type { NodeCatalogue } from './node-definition.ts'
import type { Fix, Problem } from './problems.ts'

export function disconnect(edge: DocumentEdge, label: string): Fix {
  return { label, edits: [{ is: 'disconnect', from: edge.from, to: edge.to }] }
}

/** What can be said before anything has a type. */
export function connectionProblems(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
  graph: Graph,
  /** It has nodes, if only disabled ones. */
  isDrawn: boolean,
): Problem[] {
  const problems: Problem[] = []
  if (document.nodes.length === 0)
    problems.push({
      code: 'empty-document',
      severity: 'error',
      message: isDrawn
        ? 'Every node is disabled. Enable those that are to run: select them and press D.'
        : 'The pipeline is empty. Add a source from the palette, then what is to become of its rows.',
      fixes: [],
    })
  for (const node of document.nodes) {
    if (catalogue.has(node.kind)) continue
    problems.push({
      code: 'unknown-kind',
      severity: 'error',
      node: node.id,
      message: `'${node.name}' is of the kind ${node.kind}, which this Millrace does not know. Update Millrace, or remove the node.`,
      fixes: [{ label: `Remove '${node.name}'`, edits: [{ is: 'remove-node', node: node.id }] }],
    })
  }
  document.edges.forEach((edge, index) => {
    problems.push(...edgeProblems(document, catalogue, graph, edge, index))
  })
  if (graph.cyclic.length > 0) problems.push(cycleProblem(graph))
  return problems
}

function edgeProblems(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
  graph: Graph,
  edge: DocumentEdge,
  index: number,
): Problem[] {
  const from = graph.nodes.get(edge.from.node)
  const to = graph.nodes.get(edge.to.node)
  if (!from || !to) {
    const missing = from ? edge.to.node : edge.from.node
    return [edgeProblem(edge, to?.id, `An edge names the node ${missing}, which does not exist.`)]
  }
  if (document.edges.findIndex((other) => equalEdges(other, edge)) < index)
    return [edgeProblem(edge, to.id, `'${from.name}' and '${to.name}' are connected twice.`)]
  const problems: Problem[] = []
  const outputs = outputNames(from, catalogue)
  if (outputs && !outputs.includes(edge.from.port))
    problems.push(
      edgeProblem(
        edge,
        from.id,
        `'${from.name}' has no output ${edge.from.port}; it has ${outputs.join(', ') || 'none'}.`,
      ),
    )
  const inputs = catalogue.get(to.kind)?.inputs.map((port) => port.name)
  if (inputs && !inputs.includes(edge.to.port))
    problems.push(
      edgeProblem(
        edge,
        to.id,
        `'${to.name}' has no input ${edge.to.port}; it has ${inputs.join(', ') || 'none'}.`,
      ),
    )
  return problems
}

/** undefined: cannot be known while the config is refused. */
export function outputNames(
  node: DocumentNode,
  catalogue: NodeCatalogue,
): readonly string[] | undefined {
  const definition = catalogue.get(node.kind)
  if (!definition) return undefined
  const parsed = parseConfig(node, definition)
  if (parsed.config === null) return undefined
  return definition.outputs(parsed.config as never).map((port) => port.name)
}

function edgeProblem(edge: DocumentEdge, node: string | undefined, message: string): Problem {
  return {
    code: 'edge',
    severity: 'error',
    ...(node === undefined ? {} : { node }),
    message: `${message} Remove the edge.`,
    fixes: [disconnect(edge, 'Remove the edge')],
  }
}

function cycleProblem({ nodes, cyclic, closing }: Graph): Problem {
  const nameOf = (id: string) => `'${nodes.get(id)?.name}'`
  const names = [...new Set(cyclic.map((edge) => nameOf(edge.from.node)))]
  const { from, to } = closing[closing.length - 1]
  const label =
    closing.length === 1
      ? `Disconnect ${nameOf(from.node)} from ${nameOf(to.node)}`
      : `Remove the ${closing.length} edges that close a circle`
  return {
    code: 'cycle',
    severity: 'error',
    node: to.node,
    message: `The edges run in a circle through ${names.join(', ')}. Rows flow one way: remove one of the edges, or go through a topic.`,
    fixes: [{ label, edits: closing.map((edge) => ({ is: 'disconnect', ...edge })) }],
  }
}

/** Inputs and outputs that lead nowhere. */
export function wiringProblems(nodes: readonly InferredNode[], graph: Graph): Problem[] {
  const problems: Problem[] = []
  for (const { node, definition, config } of nodes) {
    for (const port of definition.inputs) {
      if (graph.into(node.id, port.name).length > 0) continue
      problems.push({
        code: 'not-connected',
        severity: 'error',
        node: node.id,
        message: `'${node.name}' has no input. Draw an edge to it from a source or another node.`,
        fixes: [{ label: `Remove '${node.name}'`, edits: [{ is: 'remove-node', node: node.id }] }],
      })
    }
    for (const port of definition.outputs(config)) {
      if (port.role !== 'main' || graph.outOf(node.id, port.name).length > 0) continue
      problems.push({
        code: 'output-unused',
        severity: 'warning',
        node: node.id,
        message: `Nothing reads the rows of '${node.name}'. Connect it to a topic or a view to keep them.`,
        fixes: [],
      })
    }
  }
  return problems
}
