/** The editor's store: commands change the document, undo and redo walk their history. */
import type { PipelineDocument } from '@millrace/schemas'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { edgeId } from './graph.ts'
import type { KeptHistory } from './kept-history.ts'
import { type EditorState, emptyView, type HistoryEntry, type ViewState } from './state.ts'

/** Steps kept for undo. */
export const historySizeMax = 500

export interface Next {
  doc?: PipelineDocument
  view?: Partial<ViewState>
  /** Read aloud. */
  say?: string
}

/** One change, as an object: what undo steps over and the menus name. */
export interface Command {
  /** "Add Filter": follows "Undo: ". */
  label: string
  /** Commands with the same key, one after the other, are one step until `settle`. */
  coalesce?: string
  perform(doc: PipelineDocument, view: ViewState): Next | null
}

export interface Editor {
  readonly store: StoreApi<EditorState>
  /** Performs a command; in the live lane documents do not change. Returns whether it changed the document. */
  run(command: Command): boolean
  /** Changes the view: selection, modes. Never history. */
  look(change: Partial<ViewState>): void
  say(words: string): void
  /** Ends the step that grows while one thing is typed or nudged: the next command begins another. */
  settle(): void
  undo(): void
  redo(): void
  /** The server now holds this document. */
  markSaved(doc: PipelineDocument, revision: number, at: number): void
  setDeployed(deployed: EditorState['deployed']): void
}

export interface EditorOptions {
  doc: PipelineDocument
  revision: number
  savedAt: number
  deployed: EditorState['deployed']
  /** Where an earlier page left off; `doc` is what the server holds. */
  history?: KeptHistory
  /** Wall clock, ms. */
  now(): number
}

export function createEditor(options: EditorOptions): Editor {
  const { now } = options
  const store = createStore<EditorState>(() => ({
    view: emptyView,
    doc: options.doc,
    past: [],
    future: [],
    ...options.history,
    saved: { doc: options.doc, revision: options.revision, at: options.savedAt },
    deployed: options.deployed,
    said: { words: '', at: 0 },
  }))
  const said = (words: string) => ({ words, at: now() })

  function run(command: Command): boolean {
    const state = store.getState()
    if (state.view.lane === 'live') return false
    const next = command.perform(state.doc, state.view)
    if (!next) return false
    const changed = next.doc !== undefined && next.doc !== state.doc
    const doc = changed && next.doc ? next.doc : state.doc
    store.setState({
      doc,
      view: validSelection({ ...state.view, touched: [], ...next.view }, doc),
      ...(changed ? remember(state, command) : {}),
      ...(next.say ? { said: said(next.say) } : {}),
    })
    return changed
  }

  function walk(from: 'past' | 'future', to: 'past' | 'future', word: string): void {
    const state = store.getState()
    const entry = state[from].at(-1)
    if (!entry || state.view.lane === 'live') return
    const steps = state[from].length - 1
    store.setState({
      doc: entry.doc,
      [from]: state[from].slice(0, -1),
      [to]: [...state[to], { ...entry, doc: state.doc, coalesce: null }],
      view: validSelection(
        { ...state.view, renaming: null, touched: changedNodes(state.doc, entry.doc) },
        entry.doc,
      ),
      said: said(`${word}: ${entry.label}. ${steps} more.`),
    })
  }

  function settle(): void {
    const { past } = store.getState()
    const last = past.at(-1)
    if (last?.coalesce)
      store.setState({ past: [...past.slice(0, -1), { ...last, coalesce: null }] })
  }

  return {
    store,
    run,
    look: (change) => {
      if (change.nodes || change.notes) settle()
      store.setState((state) => ({ view: { ...state.view, ...change } }))
    },
    say: (words) => store.setState({ said: said(words) }),
    settle,
    undo: () => walk('past', 'future', 'Undone'),
    redo: () => walk('future', 'past', 'Redone'),
    markSaved: (doc, revision, at) => store.setState({ saved: { doc, revision, at } }),
    setDeployed: (deployed) => store.setState({ deployed }),
  }
}

function remember(state: EditorState, command: Command): Pick<EditorState, 'past' | 'future'> {
  const coalesce = command.coalesce ?? null
  const joins =
    coalesce !== null && state.future.length === 0 && state.past.at(-1)?.coalesce === coalesce
  if (joins) return { past: state.past, future: [] }
  const entry: HistoryEntry = { label: command.label, doc: state.doc, coalesce }
  return { past: [...state.past.slice(1 - historySizeMax), entry], future: [] }
}

/** A selection names only what exists. */
function validSelection(view: ViewState, doc: PipelineDocument): ViewState {
  const nodes = new Set(doc.nodes.map((node) => node.id))
  const edges = new Set(doc.edges.map(edgeId))
  const notes = new Set(doc.notes.map((note) => note.id))
  return {
    ...view,
    nodes: keep(view.nodes, nodes),
    edges: keep(view.edges, edges),
    notes: keep(view.notes, notes),
    renaming: view.renaming !== null && nodes.has(view.renaming) ? view.renaming : null,
  }
}

function keep(ids: readonly string[], known: ReadonlySet<string>): readonly string[] {
  return ids.every((id) => known.has(id)) ? ids : ids.filter((id) => known.has(id))
}

/** Ids of nodes that differ between two documents and exist in the second. */
export function changedNodes(before: PipelineDocument, after: PipelineDocument): string[] {
  const old = new Map(before.nodes.map((node) => [node.id, node]))
  return after.nodes.filter((node) => old.get(node.id) !== node).map((node) => node.id)
}
