/** Document -> physical plan: types, what each node needs of its input, then operators with their exchanges. */
import type { EdgeType, PipelineDocument, RowType } from '@millrace/schemas'
import { columnIndexes, columnNames, equalRows, pruneRow } from './edge-types.ts'
import { portKey } from './graph.ts'
import type { Inference, InferOptions, InferredNode } from './infer.ts'
import { inferDocument } from './infer.ts'
import type { CompileContext, CompiledNode, NodeCatalogue } from './node-definition.ts'
import type { PhysicalEdge, PhysicalOperator, PhysicalPlan } from './physical.ts'
import { planFormat } from './physical.ts'
import type { Problem } from './problems.ts'

export interface CompileOptions extends InferOptions {
  /** Version of the document, for the plan's head; default 0 (a draft). */
  version?: number
}

export interface Compiled {
  /** Absent if a problem is an error. */
  plan?: PhysicalPlan
  types: ReadonlyMap<string, EdgeType>
  problems: readonly Problem[]
}

export function compilePipeline(
  document: PipelineDocument,
  catalogue: NodeCatalogue,
  options: CompileOptions,
): Compiled {
  const inference = inferDocument(document, catalogue, options)
  const { types, problems } = inference
  if (problems.some((problem) => problem.severity === 'error')) return { types, problems }
  const needs = findNeeds(document, inference)
  const { operators, edges } = emitOperators(inference, needs)
  const plan: PhysicalPlan = {
    format: planFormat,
    pipeline: document.id,
    pipelineName: document.name,
    version: options.version ?? 0,
    settings: document.settings,
    operators,
    edges,
  }
  return { plan, types, problems }
}

/** What is wanted of each node's outputs by those behind it. */
interface Needs {
  context(node: InferredNode, rows: readonly RowType[], arrive?: boolean): CompileContext<never>
}

/** From the sinks to the sources: which columns are read, and whether origins are. */
function findNeeds(document: PipelineDocument, inference: Inference): Needs {
  const { graph } = inference
  const read = new Map<string, ReadonlySet<string>>()
  const origins = new Map<string, boolean>()
  const byId = new Map(inference.nodes.map((inferred) => [inferred.node.id, inferred]))
  const longestWindowMs = Math.max(
    0,
    ...inference.nodes.map(({ definition, config }) => definition.windowMs?.(config) ?? 0),
  )

  const neededOf = (inferred: InferredNode, port: string): ReadonlySet<string> => {
    const edges = graph.outOf(inferred.node.id, port)
    const type = inferred.outputs[port]
    if (edges.length === 0) return unwiredNeeds(inferred, port, type)
    const needed = new Set<string>()
    for (const { to } of edges) for (const name of read.get(to.node) ?? []) needed.add(name)
    return needed
  }
  const originsNeeded = (inferred: InferredNode): boolean => {
    const ports = inferred.definition.outputs(inferred.config)
    return ports.some((port) =>
      graph.outOf(inferred.node.id, port.name).some(({ to }) => origins.get(to.node) === true),
    )
  }
  const context = (
    inferred: InferredNode,
    rows: readonly RowType[],
    arrive = true,
  ): CompileContext<never> => ({
    ...inferred.context,
    outputs: inferred.outputs,
    rows,
    neededColumns: (port) => neededOf(inferred, port),
    originsNeeded: arrive && originsNeeded(inferred),
    originsArrive: arrive,
    pipeline: document.id,
    longestWindowMs,
  })

  for (const node of [...graph.order].reverse()) {
    const inferred = byId.get(node.id)
    if (!inferred) continue
    const { definition } = inferred
    read.set(node.id, definition.readColumns(context(inferred, [])))
    const fate = definition.origins?.(inferred.context) ?? 'drops'
    origins.set(node.id, fate === 'reads' || (fate === 'passes' && originsNeeded(inferred)))
  }
  return { context }
}

/** Rows of an open main output are still looked at in the studio; those of an open fate only counted. */
function unwiredNeeds(
  inferred: InferredNode,
  port: string,
  type: EdgeType | undefined,
): ReadonlySet<string> {
  const role = inferred.definition.outputs(inferred.config).find((p) => p.name === port)?.role
  return new Set(role === 'main' && type ? columnNames(type.row) : [])
}

interface Emitted {
  operators: PhysicalOperator[]
  edges: PhysicalEdge[]
}

function emitOperators(inference: Inference, needs: Needs): Emitted {
  const plan: Emitted = { operators: [], edges: [] }
  const places = new Map<string, Place>()
  for (const inferred of inference.nodes) {
    const { node, definition } = inferred
    const inputs = definition.inputs.map((port, i) => {
      const sources = inference.graph.into(node.id, port.name).flatMap(({ from }) => {
        const place = places.get(portKey(from))
        return place ? [place] : []
      })
      return uniteInputs(plan, inferred, i, sources, needs)
    })
    const context = needs.context(
      inferred,
      inputs.map((input) => input.row),
      inputs.every(({ sources }) => sources.every(hasOrigins)),
    )
    const compiled = definition.compile(context)
    plan.operators.push(...compiled.operators)
    plan.edges.push(...inputs.flatMap(({ sources }, i) => edgesInto(compiled, i, sources)))
    plan.edges.push(...compiled.edges)
    for (const [port, place] of Object.entries(compiled.outputs)) {
      const operator = compiled.operators.find((candidate) => candidate.id === place.operator)
      if (operator) places.set(portKey({ node: node.id, port }), { operator, output: place.output })
    }
  }
  return plan
}

const hasOrigins = ({ operator, output }: Place) => operator.outputs[output].origins

/** Forward needs as many subtasks on both sides; where they differ, rows are spread evenly. */
function edgesInto(
  compiled: CompiledNode,
  index: number,
  sources: readonly Place[],
): PhysicalEdge[] {
  const { operator, input, exchange } = compiled.inputs[index]
  const target = compiled.operators.find((candidate) => candidate.id === operator)
  return sources.map((from) => ({
    from: { operator: from.operator.id, output: from.output },
    to: { operator, input },
    exchange:
      exchange.is === 'forward' && target?.parallelism !== from.operator.parallelism
        ? { is: 'rebalance' }
        : exchange,
  }))
}

type Place = { operator: PhysicalOperator; output: number }

/** The edges of a union may arrive with different columns, because others read more: a calc brings them to one row. */
function uniteInputs(
  plan: Emitted,
  inferred: InferredNode,
  index: number,
  sources: readonly Place[],
  needs: Needs,
): { row: RowType; sources: readonly Place[] } {
  const rows = sources.map(({ operator, output }) => operator.outputs[output].row)
  if (rows.every((row) => equalRows(row, rows[0])))
    return { row: rows[0] ?? { fields: [] }, sources }
  const logical = inferred.inputs[index]?.row ?? rows[0]
  const wanted = inferred.definition.readColumns(needs.context(inferred, []))
  const row = pruneRow(logical, wanted)
  const united = sources.map((source, i) => {
    if (equalRows(rows[i], row)) return source
    const operator = projection(inferred, `${inferred.node.id}.input-${index}-${i}`, source, row)
    plan.operators.push(operator)
    plan.edges.push({
      from: { operator: source.operator.id, output: source.output },
      to: { operator: operator.id, input: 0 },
      exchange: { is: 'forward' },
    })
    return { operator, output: 0 }
  })
  return { row, sources: united }
}

function projection(
  inferred: InferredNode,
  id: string,
  source: Place,
  row: RowType,
): PhysicalOperator {
  const from = source.operator.outputs[source.output]
  const indexes = columnIndexes(from.row, columnNames(row))
  return {
    id,
    node: inferred.node.id,
    type: 'calc',
    config: {
      condition: null,
      projections: row.fields.map(({ name, type, nullable }, i) => ({
        name,
        expression: { op: 'column', index: indexes[i], type, nullable },
      })),
    },
    inputs: [from.row],
    outputs: [{ port: null, row, eventTime: from.eventTime, origins: from.origins }],
    parallelism: source.operator.parallelism,
    state: [],
  }
}
