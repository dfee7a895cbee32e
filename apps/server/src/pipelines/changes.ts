/** What differs between two documents, per node and in words; positions and notes are no difference of a run. Pure. */
import type { PhysicalPlan, StateDeclaration } from '@millrace/engine/plan'
import type { DocumentNode, PipelineDocument } from '@millrace/schemas'
import type { NodeChange } from '../api-types.ts'
import { counted, listed } from '../runs/words.ts'

/** Would a deploy of `draft` run something else than `deployed`? */
export function differs(draft: PipelineDocument, deployed: PipelineDocument | null): boolean {
  return deployed === null || runText(draft) !== runText(deployed)
}

/** What a run depends on, as one text. */
function runText(document: PipelineDocument): string {
  const nodes = [...document.nodes].sort((a, b) => (a.id < b.id ? -1 : 1))
  return stableText({
    name: document.name,
    nodes: nodes.map(({ position: _, ...runs }) => runs),
    edges: document.edges.map(stableText).sort(),
    settings: document.settings,
  })
}

/** JSON with sorted keys: equal values give equal texts. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

export interface PlanPair {
  before: { document: PipelineDocument; plan: PhysicalPlan } | null
  after: { document: PipelineDocument; plan: PhysicalPlan }
  /** The new version does not go on from the state of the old one. */
  anew: boolean
}

export function nodeChanges({ before, after, anew }: PlanPair): NodeChange[] {
  const old = new Map(before?.document.nodes.map((node) => [node.id, node]) ?? [])
  const changes = after.document.nodes.map((node) => {
    const state = stateChange(node.id, { before: before?.plan ?? null, after: after.plan, anew })
    return changeOf(old.get(node.id), node, state)
  })
  const kept = new Set(after.document.nodes.map((node) => node.id))
  for (const node of old.values()) {
    if (kept.has(node.id)) continue
    const hadState = before !== null && statesOf(before.plan, node.id).length > 0
    changes.push({
      node: node.id,
      name: node.name,
      change: 'removed',
      fields: [],
      state: hadState ? 'dropped' : 'none',
      words: hadState ? 'is removed, its state is dropped' : 'is removed',
    })
  }
  return changes
}

function changeOf(
  old: DocumentNode | undefined,
  node: DocumentNode,
  state: NodeChange['state'],
): NodeChange {
  const base = { node: node.id, name: node.name, state }
  if (!old) return { ...base, change: 'added', fields: [], words: 'is new' }
  const fields = changedFields(old, node)
  const words = [switchWords(old, node), fields.length > 0 ? `${listed(fields)} changed` : '']
    .filter((each) => each !== '')
    .join(', ')
  const change = words !== '' ? 'changed' : moved(old, node) ? 'moved' : 'same'
  return { ...base, change, fields, words: (words || 'stays as it is') + stateWords(state) }
}

function switchWords(old: DocumentNode, node: DocumentNode): string {
  if (old.disabled === node.disabled) return ''
  return node.disabled ? 'is disabled, rows go past it' : 'is enabled'
}

function stateWords(state: NodeChange['state']): string {
  switch (state) {
    case 'kept':
      return ', its state is kept'
    case 'dropped':
      return ', its state is dropped'
    case 'new':
      return ', it begins with empty state'
    case 'none':
      return ''
  }
}

function changedFields(old: DocumentNode, node: DocumentNode): string[] {
  const fields = new Set([...Object.keys(old.config), ...Object.keys(node.config)])
  const changed = [...fields].filter(
    (field) => stableText(old.config[field] ?? null) !== stableText(node.config[field] ?? null),
  )
  if (old.name !== node.name) changed.push('name')
  if (old.kind !== node.kind) changed.push('kind')
  return changed
}

function moved(old: DocumentNode, node: DocumentNode): boolean {
  return old.position.x !== node.position.x || old.position.y !== node.position.y
}

function statesOf(plan: PhysicalPlan, node: string): StateDeclaration[] {
  return plan.operators
    .filter((operator) => operator.node === node)
    .flatMap((operator) => operator.state)
}

/** State belongs to (node, name, version, keys, schema, hash); anything else is another state. */
function stateChange(
  node: string,
  { before, after, anew }: { before: PhysicalPlan | null; after: PhysicalPlan; anew: boolean },
): NodeChange['state'] {
  const now = statesOf(after, node)
  const then = before === null ? [] : statesOf(before, node)
  if (now.length === 0) return then.length > 0 ? 'dropped' : 'none'
  if (then.length === 0) return 'new'
  return !anew && stableText(now) === stableText(then) ? 'kept' : 'dropped'
}

/** "adds window, changes filter (condition)". */
export function summaryOf(
  changes: readonly NodeChange[],
  also: { edges: boolean; settings: boolean },
): string {
  const named = (change: NodeChange['change']) =>
    changes.filter((each) => each.change === change).map((each) => each.name)
  const parts: string[] = []
  if (named('added').length > 0) parts.push(`adds ${short(named('added'))}`)
  if (named('removed').length > 0) parts.push(`removes ${short(named('removed'))}`)
  if (named('changed').length > 0) parts.push(`changes ${short(named('changed'))}`)
  if (also.edges && parts.length === 0) parts.push('changes connections')
  if (also.settings) parts.push('changes settings')
  return parts.length === 0 ? 'no change' : parts.join(', ')
}

function short(names: readonly string[]): string {
  return names.length <= 3 ? listed(names) : counted(names.length, 'node')
}

export function edgesDiffer(before: PipelineDocument | null, after: PipelineDocument): boolean {
  const text = (document: PipelineDocument | null) =>
    (document?.edges ?? []).map(stableText).sort().join('\n')
  return text(before) !== text(after)
}
