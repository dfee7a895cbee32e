/** The pipeline document: JSON with a stable key order, refused with node and field when it does not check. */
import { z } from 'zod'

export const documentFormat = 'millrace.pipeline/1'

const id = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    'an id has 1 to 63 of a-z, 0-9 and -, and starts with a letter or digit',
  )
/** Deepest nesting of a config; the deepest that a kind asks for is 4. */
const configDepthMax = 32

const position = z.strictObject({ x: z.number(), y: z.number() })
const endpoint = z.strictObject({ node: id, port: z.string().min(1).max(63) })

export const documentNode = z.strictObject({
  /** Never changes: it identifies state. */
  id,
  kind: z.string().min(1).max(63),
  /** The kind's config version. */
  version: z.int().min(1),
  name: z.string().min(1).max(120),
  config: z
    .record(z.string(), z.unknown())
    .refine((config) => !isDeeperThan(config, configDepthMax), {
      error: `nested deeper than ${configDepthMax} levels`,
    }),
  position,
  /** Left out of the run; rows go past it. */
  disabled: z.literal(true).optional(),
})

/** Level by level: what is to be refused may be too deep for recursion. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level = [value]
  for (let left = depth; level.length > 0; left--) {
    if (left < 0) return true
    level = level.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.values(each) : [],
    )
  }
  return false
}

export const documentEdge = z.strictObject({ from: endpoint, to: endpoint })

export const documentNote = z.strictObject({
  id,
  text: z.string().max(4000),
  position,
  size: z.strictObject({ width: z.number(), height: z.number() }),
})

export const pipelineSettings = z.strictObject({
  parallelism: z.int().min(1).max(16).default(1),
  checkpointIntervalMs: z.int().min(100).max(3_600_000).default(10_000),
  checkpointTimeoutMs: z.int().min(1000).max(3_600_000).default(120_000),
  checkpointsRetained: z.int().min(1).max(100).default(3),
})

export const pipelineDocument = z.strictObject({
  format: z.literal(documentFormat),
  id,
  name: z.string().min(1).max(120),
  nodes: z.array(documentNode).max(1000),
  edges: z.array(documentEdge).max(4000),
  notes: z.array(documentNote).max(500).default([]),
  settings: pipelineSettings,
})

export type PipelineDocument = z.infer<typeof pipelineDocument>
export type DocumentNode = z.infer<typeof documentNode>
export type DocumentEdge = z.infer<typeof documentEdge>
export type DocumentNote = z.infer<typeof documentNote>
export type PipelineSettings = z.infer<typeof pipelineSettings>
export type Endpoint = z.infer<typeof endpoint>

/** A place in a document. */
export interface DocumentPlace {
  node?: string
  /** Dotted path inside the node's config, or of the document. */
  field?: string
}

export function emptyDocument(pipelineId: string, name: string): PipelineDocument {
  return {
    format: documentFormat,
    id: pipelineId,
    name,
    nodes: [],
    edges: [],
    notes: [],
    settings: pipelineSettings.parse({}),
  }
}

export interface DocumentRefusal extends DocumentPlace {
  message: string
}

/** Checks the document's shape (not its meaning). Every refusal names node and field. */
export function parseDocument(
  input: unknown,
): { ok: true; document: PipelineDocument } | { ok: false; refusals: DocumentRefusal[] } {
  const parsed = pipelineDocument.safeParse(input)
  if (!parsed.success) {
    const issues = parsed.error.issues.flatMap(eachUnknownKey)
    return { ok: false, refusals: issues.map((issue) => refusalOf(issue, input)) }
  }
  const refusals = duplicateIds(parsed.data)
  return refusals.length > 0 ? { ok: false, refusals } : { ok: true, document: parsed.data }
}

interface Issue {
  path: PropertyKey[]
  message: string
}

/** The schema names unknown keys at the object that holds them; each is a field to be removed. */
function eachUnknownKey(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code !== 'unrecognized_keys') return [issue]
  return issue.keys.map((key) => ({
    path: [...issue.path, key],
    message: `there is no key ${JSON.stringify(key)} here: remove it`,
  }))
}

function refusalOf(issue: Issue, input: unknown): DocumentRefusal {
  const path = issue.path.map(String)
  if (path[0] === 'nodes' && path.length > 1) {
    const nodes = (input as { nodes: { id?: unknown }[] }).nodes
    const nodeId = nodes[Number(path[1])]?.id
    return {
      node: typeof nodeId === 'string' ? nodeId : `nodes[${path[1]}]`,
      field: path.slice(2).join('.'),
      message: issue.message,
    }
  }
  return { field: path.join('.'), message: issue.message }
}

function duplicateIds(document: PipelineDocument): DocumentRefusal[] {
  const refusals: DocumentRefusal[] = []
  const seen = new Set<string>()
  for (const node of document.nodes) {
    if (seen.has(node.id))
      refusals.push({ node: node.id, field: 'id', message: `two nodes have the id ${node.id}` })
    seen.add(node.id)
  }
  for (const edge of document.edges) {
    for (const end of [edge.from, edge.to]) {
      if (!seen.has(end.node))
        refusals.push({
          node: end.node,
          field: 'edges',
          message: `an edge names the node ${end.node}, which does not exist`,
        })
    }
  }
  return refusals
}

/** The document as text: fixed key order, two spaces, a line end; what export, diff and storage use. */
export function printDocument(document: PipelineDocument): string {
  return `${JSON.stringify(orderedDocument(document), null, 2)}\n`
}

function orderedDocument(document: PipelineDocument): PipelineDocument {
  const { format, id: pipelineId, name, nodes, edges, notes, settings } = document
  return {
    format,
    id: pipelineId,
    name,
    nodes: nodes.map((n) => ({
      id: n.id,
      kind: n.kind,
      version: n.version,
      name: n.name,
      config: sortKeys(n.config) as Record<string, unknown>,
      position: { x: n.position.x, y: n.position.y },
      ...(n.disabled ? { disabled: n.disabled } : {}),
    })),
    edges: edges.map((e) => ({
      from: { node: e.from.node, port: e.from.port },
      to: { node: e.to.node, port: e.to.port },
    })),
    notes: notes.map((n) => ({
      id: n.id,
      text: n.text,
      position: { x: n.position.x, y: n.position.y },
      size: { width: n.size.width, height: n.size.height },
    })),
    settings: {
      parallelism: settings.parallelism,
      checkpointIntervalMs: settings.checkpointIntervalMs,
      checkpointTimeoutMs: settings.checkpointTimeoutMs,
      checkpointsRetained: settings.checkpointsRetained,
    },
  }
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value as Record<string, unknown>)
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]))
}
