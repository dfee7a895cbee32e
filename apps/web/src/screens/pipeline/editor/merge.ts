/** Three-way merge of documents: what each side changed since the common base; nothing is dropped silently. */
import { type PipelineDocument, printDocument } from '@millrace/schemas'
import { edgeId } from './graph.ts'

export interface Merged {
  document: PipelineDocument
  /** Things that both sides changed: mine was kept, theirs named here. */
  conflicts: string[]
}

interface Keyed<T> {
  kind: string
  key(item: T): string
  name(item: T): string
}

/** Takes every change of both sides; where both changed the same thing, `mine` wins and is named. */
export function mergeDocuments(
  base: PipelineDocument,
  mine: PipelineDocument,
  theirs: PipelineDocument,
): Merged {
  const conflicts: string[] = []
  const nodes = mergeLists(base.nodes, mine.nodes, theirs.nodes, conflicts, {
    kind: 'node',
    key: (node) => node.id,
    name: (node) => node.name,
  })
  const ids = new Set(nodes.map((node) => node.id))
  const edges = mergeLists(base.edges, mine.edges, theirs.edges, conflicts, {
    kind: 'edge',
    key: edgeId,
    name: edgeId,
  }).filter((edge) => ids.has(edge.from.node) && ids.has(edge.to.node))
  const notes = mergeLists(base.notes, mine.notes, theirs.notes, conflicts, {
    kind: 'note',
    key: (note) => note.id,
    name: (note) => note.text.slice(0, 24),
  })
  const pick = <T>(what: string, of: (doc: PipelineDocument) => T): T => {
    if (same(of(base), of(mine))) return of(theirs)
    if (!same(of(base), of(theirs)) && !same(of(mine), of(theirs))) conflicts.push(what)
    return of(mine)
  }
  return {
    document: {
      ...mine,
      name: pick('the name', (doc) => doc.name),
      settings: pick('the settings', (doc) => doc.settings),
      nodes,
      edges,
      notes,
    },
    conflicts,
  }
}

/** Are two documents the same when printed? */
export function sameDocument(a: PipelineDocument, b: PipelineDocument): boolean {
  return a === b || printDocument(a) === printDocument(b)
}

function mergeLists<T>(
  base: readonly T[],
  mine: readonly T[],
  theirs: readonly T[],
  conflicts: string[],
  keyed: Keyed<T>,
): T[] {
  const index = (list: readonly T[]) => new Map(list.map((item) => [keyed.key(item), item]))
  const [baseBy, mineBy, theirsBy] = [index(base), index(mine), index(theirs)]
  const merged: T[] = []
  for (const key of new Set([...mineBy.keys(), ...theirsBy.keys()])) {
    const [b, m, t] = [baseBy.get(key), mineBy.get(key), theirsBy.get(key)]
    const mineChanged = !same(b, m)
    const theirsChanged = !same(b, t)
    // A side that deleted what the other changed: the changed one stays.
    const winner = mineChanged && (m !== undefined || !theirsChanged) ? m : theirsChanged ? t : m
    if (mineChanged && theirsChanged && !same(m, t))
      conflicts.push(`${keyed.kind} ${keyed.name((m ?? t) as T)}`)
    if (winner !== undefined) merged.push(winner)
  }
  return merged
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}
