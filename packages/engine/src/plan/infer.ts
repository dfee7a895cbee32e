/** Document -> edge types and problems, in one pass over the nodes. The studio calls it at each change. */
import {
  activeDocument,
  type DocumentNode,
  type EdgeType,
  type PipelineDocument,
  passedInput,
  passedOutput,
} from '@millrace/schemas'
import { parseConfig } from './config.ts'
import { mergeEdges } from './edge-types.ts'
import type { Graph } from './graph.ts'
import { graphOf, portKey } from './graph.ts'
import { connectionProblems, wiringProblems } from './graph-problems.ts'
import { inferRemembering } from './infer-memory.ts'
import type {
  InferContext,
  KnownTopic,
  NodeCatalogue,
  NodeDefinition,
  UpstreamNodes,
} from './node-definition.ts'
import type { Fix, Problem } from './problems.ts'

export interface InferredNode {
  node: DocumentNode
  definition: NodeDefinition<never>
  /** As its schema gave it. */
  config: never
  inputs: readonly (EdgeType | undefined)[]
  connected: readonly boolean[]
  wired: ReadonlySet<string>
  outputs: Readonly<Record<string, EdgeType>>
  context: InferContext<never>
}

export interface Inference {
  /** By `node.port` of output ports; of a disabled node what goes past it. */
  types: ReadonlyMap<string, EdgeType>
  problems: readonly Problem[]
  /** Nodes whose config was understood, sources first. */
  nodes: readonly InferredNode[]
  graph: Graph
}

export interface InferOptions {
  /** What is known of topics by name; empty: nothing. */
  topics: ReadonlyMap<string, KnownTopic>
}

/**
 * Of what runs: disabled nodes are left out. Pure and fast (a few ms for 50 nodes); never throws on a document that has the
 * document's shape.
 */
export function inferDocument(
  drawn: PipelineDocument,
  catalogue: NodeCatalogue,
  options: InferOptions,
): Inference {
  const document = activeDocument(drawn)
  const graph = graphOf(document)
  const state: State = { document, catalogue, options, graph, types: new Map(), done: new Map() }
  const problems: Problem[] = [
    ...connectionProblems(document, catalogue, graph, drawn.nodes.length > 0),
  ]
  for (const node of graph.order) {
    const definition = catalogue.get(node.kind)
    if (!definition) continue
    problems.push(...inferNode(state, node, definition))
  }
  if (document !== drawn) typePassed({ ...state, graph: graphOf(drawn) })
  const nodes = [...state.done.values()]
  problems.push(...wiringProblems(nodes, graph))
  return { types: state.types, problems, nodes, graph }
}

/** Gives the outputs of disabled nodes the type of what goes past them. */
function typePassed(state: State): void {
  for (const node of state.graph.order) {
    if (!node.disabled) continue
    const { type } = inputType(state, node, passedInput)
    if (type) state.types.set(portKey({ node: node.id, port: passedOutput }), type)
  }
}

interface State {
  document: PipelineDocument
  catalogue: NodeCatalogue
  options: InferOptions
  graph: Graph
  types: Map<string, EdgeType>
  done: Map<string, InferredNode>
}

function inferNode(
  state: State,
  node: DocumentNode,
  definition: NodeDefinition<never>,
): readonly Problem[] {
  const { graph } = state
  const parsed = parseConfig(node, definition)
  if (parsed.config === null) return parsed.problems
  const config = parsed.config as never
  const inputs = definition.inputs.map((port) => inputType(state, node, port.name))
  const wired = new Set(
    definition
      .outputs(config)
      .filter((port) => graph.outOf(node.id, port.name).length > 0)
      .map((port) => port.name),
  )
  const context: InferContext<never> = {
    node,
    config,
    settings: state.document.settings,
    inputs: inputs.map((input) => input.type),
    connected: definition.inputs.map((port) => graph.into(node.id, port.name).length > 0),
    wired,
    topics: state.options.topics,
    timelessSources: () => upstream(state, node, timeFixes),
    replacingNodes: () => upstream(state, node, appendFixes),
  }
  const inferred = inferRemembering(definition, context)
  for (const [port, type] of Object.entries(inferred.outputs))
    state.types.set(portKey({ node: node.id, port }), type)
  state.done.set(node.id, {
    node,
    definition,
    config,
    inputs: context.inputs,
    connected: context.connected,
    wired,
    outputs: inferred.outputs,
    context,
  })
  return [...inputs.flatMap((input) => input.problems), ...inferred.problems]
}

/** Several edges into one port are a union. */
function inputType(
  state: State,
  node: DocumentNode,
  port: string,
): { type: EdgeType | undefined; problems: Problem[] } {
  const edges = state.graph.into(node.id, port)
  const known = edges.flatMap(({ from }) => {
    const type = state.types.get(portKey(from))
    return type ? [{ name: state.graph.nodes.get(from.node)?.name ?? from.node, type, from }] : []
  })
  if (known.length === 0 || known.length < edges.length) return { type: undefined, problems: [] }
  const merged = mergeEdges(known)
  if ('type' in merged) return { type: merged.type, problems: [] }
  const misfits = known.filter((edge, i) => i > 0 && 'reason' in mergeEdges([known[0], edge]))
  const problem: Problem = {
    code: 'input-union',
    severity: 'error',
    node: node.id,
    message: `The edges into '${node.name}' carry different rows: ${merged.reason}. Bring them to the same columns with a Select node.`,
    fixes: [
      {
        label: `Disconnect ${[...new Set(misfits.map(({ name }) => `'${name}'`))].join(' and ')}`,
        edits: misfits.map(({ from }) => ({
          is: 'disconnect',
          from,
          to: { node: node.id, port },
        })),
      },
    ],
  }
  return { type: undefined, problems: [problem] }
}

/** Nodes upstream for which `fixesOf` has an answer (undefined: not concerned). */
function upstream(
  state: State,
  node: DocumentNode,
  fixesOf: (inferred: InferredNode) => readonly Fix[] | undefined,
): UpstreamNodes {
  const names: string[] = []
  const fixes: Fix[] = []
  const seen = new Set<string>()
  const open = [node.id]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    const inferred = state.done.get(id)
    const found = inferred && fixesOf(inferred)
    if (inferred && found) {
      names.push(inferred.node.name)
      fixes.push(...found)
    }
    for (const edge of state.document.edges) if (edge.to.node === id) open.push(edge.from.node)
  }
  return { names, fixes }
}

function mainOutput({ definition, config, outputs }: InferredNode): EdgeType | undefined {
  const main = definition.outputs(config).find((port) => port.role === 'main')
  return main && outputs[main.name]
}

function timeFixes(inferred: InferredNode): readonly Fix[] | undefined {
  const { definition, node, config } = inferred
  if (definition.inputs.length > 0 || mainOutput(inferred)?.time) return undefined
  return definition.timeFixes?.(node, config) ?? []
}

function appendFixes(inferred: InferredNode): readonly Fix[] | undefined {
  const { definition, node, config, inputs } = inferred
  const output = mainOutput(inferred)
  if (!output || output.changelog === 'append') return undefined
  if (inputs.some((input) => input && input.changelog !== 'append')) return undefined
  return definition.appendFixes?.(node, config) ?? []
}
