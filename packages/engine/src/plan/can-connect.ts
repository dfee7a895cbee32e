/** May this edge be drawn? Asked while the user drags; a refusal says why, and what would make it legal. */
import type { Endpoint, PipelineDocument } from '@millrace/schemas'
import { equalEdges, reaches } from './graph.ts'
import { outputNames } from './graph-problems.ts'
import type { InferOptions } from './infer.ts'
import { inferDocument } from './infer.ts'
import type { NodeCatalogue } from './node-definition.ts'
import type { Fix } from './problems.ts'

export type Connection =
  | { ok: true }
  | {
      ok: false
      /** One sentence. */
      reason: string
      /** The node or setting that makes it legal; empty: there is no way. */
      wayOn: string
      fixes: readonly Fix[]
    }

/** Problems with these codes concern what an edge carries, not what the node is set to. */
const connectionCode = /^input-/

export function canConnect(
  document: PipelineDocument,
  edge: { from: Endpoint; to: Endpoint },
  catalogue: NodeCatalogue,
  options: InferOptions,
): Connection {
  const refused = refuseShape(document, edge, catalogue)
  if (refused) return refused
  const before = inferDocument(document, catalogue, options)
  const after = inferDocument({ ...document, edges: [...document.edges, edge] }, catalogue, options)
  const known = new Set(before.problems.map((problem) => `${problem.node} ${problem.code}`))
  const problem = after.problems.find(
    (candidate) =>
      candidate.severity === 'error' &&
      connectionCode.test(candidate.code) &&
      !known.has(`${candidate.node} ${candidate.code}`),
  )
  if (!problem) return { ok: true }
  return { ok: false, ...splitMessage(problem.message), fixes: problem.fixes }
}

/** The first sentence says what is wrong, the rest what to do; of a single sentence, the part behind its colon. */
function splitMessage(message: string): { reason: string; wayOn: string } {
  const at = message.search(/[.] (?=[A-Z])/)
  const cut = at >= 0 ? at : message.indexOf(': ')
  if (cut < 0) return { reason: message, wayOn: '' }
  const rest = message.slice(cut + 2)
  return { reason: `${message.slice(0, cut)}.`, wayOn: rest[0].toUpperCase() + rest.slice(1) }
}

function refuseShape(
  document: PipelineDocument,
  edge: { from: Endpoint; to: Endpoint },
  catalogue: NodeCatalogue,
): Connection | undefined {
  const from = document.nodes.find((node) => node.id === edge.from.node)
  const to = document.nodes.find((node) => node.id === edge.to.node)
  if (!from || !to) return refuse('One of the two nodes does not exist any more.', '')
  if (from.id === to.id) return refuse('A node cannot read its own rows.', 'Go through a topic.')
  if (document.edges.some((other) => equalEdges(other, edge)))
    return refuse('These two are connected already.', '')
  const definition = catalogue.get(to.kind)
  if (definition && definition.inputs.length === 0)
    return refuse(`'${to.name}' is a source: it has no input.`, 'Start from it instead.')
  if (definition && !definition.inputs.some((port) => port.name === edge.to.port))
    return refuse(`'${to.name}' has no input ${edge.to.port}.`, '')
  const outputs = outputNames(from, catalogue)
  if (outputs && !outputs.includes(edge.from.port))
    return refuse(`'${from.name}' has no output ${edge.from.port}.`, '')
  if (reaches(document.edges, to.id, from.id))
    return refuse(
      `Rows of '${to.name}' already flow to '${from.name}': the edges would run in a circle.`,
      'Go through a topic instead.',
    )
  return undefined
}

function refuse(reason: string, wayOn: string): Connection {
  return { ok: false, reason, wayOn, fixes: [] }
}
