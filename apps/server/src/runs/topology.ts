/** What the facts need of a plan: which operators belong to a node, where rows enter it, and what lies upstream; pure. */
import type { OperatorConfigs, PhysicalPlan } from '@millrace/engine/plan'
import { activeDocument, type PipelineDocument } from '@millrace/schemas'

export interface NodeShape {
  node: string
  name: string
  kind: string
  /** Operators where rows enter from another node, or from outside. */
  entries: ReadonlySet<string>
  /** Nodes that feed this one directly. */
  before: readonly string[]
  /** Sources that this node depends on (itself, for a source). */
  sources: ReadonlySet<string>
  /** Set for sources and sinks of a topic. */
  topic: string | null
  isSource: boolean
  isSink: boolean
  windowSizeMs: number | null
  /** The condition of a filter as written. */
  condition: string | null
}

export interface Topology {
  nodes: ReadonlyMap<string, NodeShape>
  topicOf(operator: string): string | null
  /** Largest delay that the sources of this node wait for rows out of order, ms. */
  waitMsOf(node: string): number
  checkpointIntervalMs: number
}

export function topologyOf(plan: PhysicalPlan, document: PipelineDocument): Topology {
  const nodeOf = new Map(plan.operators.map((operator) => [operator.id, operator.node]))
  const before = new Map<string, Set<string>>()
  const entries = new Map<string, Set<string>>()
  const fed = new Set(plan.edges.map((edge) => edge.to.operator))
  for (const operator of plan.operators) {
    if (!fed.has(operator.id)) add(entries, operator.node, operator.id)
  }
  for (const edge of plan.edges) {
    const from = nodeOf.get(edge.from.operator)
    const to = nodeOf.get(edge.to.operator)
    if (from === undefined || to === undefined || from === to) continue
    add(before, to, from)
    add(entries, to, edge.to.operator)
  }
  const nodes = new Map<string, NodeShape>()
  for (const node of activeDocument(document).nodes) {
    const operators = plan.operators.filter((operator) => operator.node === node.id)
    nodes.set(node.id, {
      node: node.id,
      name: node.name,
      kind: node.kind,
      entries: entries.get(node.id) ?? new Set(),
      before: [...(before.get(node.id) ?? [])],
      sources: upstream(node.id, before),
      topic: operators.map(topicOfOperator).find((topic) => topic !== null) ?? null,
      isSource: operators.some((operator) => operator.type.endsWith('-source')),
      isSink: operators.some((operator) => isSinkType(operator.type)),
      windowSizeMs:
        operators
          .filter((operator) => operator.type === 'window-aggregate')
          .map((operator) => (operator.config as { sizeMs: number }).sizeMs)[0] ?? null,
      condition: typeof node.config.condition === 'string' ? node.config.condition : null,
    })
  }
  const topics = new Map(plan.operators.map((operator) => [operator.id, topicOfOperator(operator)]))
  const waits = new Map(
    plan.operators
      .filter((operator) => operator.type.endsWith('-source'))
      .map((operator) => [operator.node, waitMsOfSource(operator.config)]),
  )
  return {
    nodes,
    topicOf: (operator) => topics.get(operator) ?? null,
    waitMsOf: (node) =>
      Math.max(0, ...[...(nodes.get(node)?.sources ?? [])].map((id) => waits.get(id) ?? 0)),
    checkpointIntervalMs: plan.settings.checkpointIntervalMs,
  }
}

function isSinkType(type: string): boolean {
  return type === 'topic-sink' || type === 'view-sink'
}

function topicOfOperator(operator: { type: string; config: unknown }): string | null {
  if (operator.type !== 'topic-source' && operator.type !== 'topic-sink') return null
  return (operator.config as OperatorConfigs['topic-sink' | 'topic-source']).topic
}

function waitMsOfSource(config: unknown): number {
  return (config as { time: { waitMs: number } | null }).time?.waitMs ?? 0
}

function upstream(node: string, before: ReadonlyMap<string, ReadonlySet<string>>): Set<string> {
  const sources = new Set<string>()
  const seen = new Set<string>()
  const waiting = [node]
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    const feeders = before.get(at)
    if (!feeders) sources.add(at)
    else waiting.push(...feeders)
  }
  return sources
}

function add<K>(map: Map<K, Set<string>>, key: K, value: string): void {
  const set = map.get(key) ?? new Set()
  set.add(value)
  map.set(key, set)
}
