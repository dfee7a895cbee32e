/** The way back, kept in the browser's tab while the page is reloaded. */
import { type DocumentNode, type PipelineDocument, parseDocument } from '@millrace/schemas'
import type { DraftStorage } from './autosave.ts'
import { sameDocument } from './merge.ts'
import type { EditorState, HistoryEntry } from './state.ts'

/** Most characters of one history; older steps are left behind first. */
const charactersMax = 1_000_000

export type KeptHistory = Pick<EditorState, 'doc' | 'past' | 'future'>

/** Documents share nodes: each is written once, documents name them by number. */
interface Stored {
  nodes: DocumentNode[]
  doc: StoredDocument
  past: { label: string; doc: StoredDocument }[]
  future: { label: string; doc: StoredDocument }[]
}

type StoredDocument = Omit<PipelineDocument, 'nodes'> & { nodes: number[] }

/** Writes the history of a pipeline, as many of the newest steps as there is room for. */
export function keepHistory(id: string, state: KeptHistory, storage: DraftStorage): void {
  const { past, future } = state
  for (let steps = Math.max(past.length, future.length); steps > 0; steps >>= 1) {
    const newest = { ...state, past: past.slice(-steps), future: future.slice(-steps) }
    if (wrote(storage, historyKey(id), JSON.stringify(stored(newest)))) return
  }
  storage.removeItem(historyKey(id))
}

function wrote(storage: DraftStorage, key: string, text: string): boolean {
  if (text.length > charactersMax) return false
  try {
    storage.setItem(key, text)
    return true
  } catch {
    return false
  }
}

/** The history that leads to this document; undefined: none was kept, or the document went on without it. */
export function keptHistory(
  id: string,
  document: PipelineDocument,
  storage: DraftStorage,
): KeptHistory | undefined {
  const text = storage.getItem(historyKey(id))
  if (!text) return undefined
  try {
    const { nodes, doc, past, future } = JSON.parse(text) as Stored
    const open = (kept: StoredDocument): PipelineDocument => {
      const shared = kept.nodes.map((index) => nodes[index])
      const parsed = parseDocument({ ...kept, nodes: shared })
      if (!parsed.ok) throw new Error('not a document')
      return { ...parsed.document, nodes: shared }
    }
    const steps = (entries: Stored['past']): HistoryEntry[] =>
      entries.map((entry) => ({
        label: String(entry.label),
        doc: open(entry.doc),
        coalesce: null,
      }))
    const current = open(doc)
    if (!sameDocument(current, document)) return undefined
    return { doc: current, past: steps(past), future: steps(future) }
  } catch {
    return undefined
  }
}

function stored(state: KeptHistory): Stored {
  const numbers = new Map<DocumentNode, number>()
  const numberOf = (node: DocumentNode) => {
    if (!numbers.has(node)) numbers.set(node, numbers.size)
    return numbers.get(node) ?? 0
  }
  const close = (doc: PipelineDocument) => ({ ...doc, nodes: doc.nodes.map(numberOf) })
  const steps = (entries: readonly HistoryEntry[]) =>
    entries.map(({ label, doc }) => ({ label, doc: close(doc) }))
  const doc = close(state.doc)
  const [past, future] = [steps(state.past), steps(state.future)]
  return { nodes: [...numbers.keys()], doc, past, future }
}

function historyKey(id: string): string {
  return `millrace.history.${id}`
}
