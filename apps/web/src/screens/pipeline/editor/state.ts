/** What the editor holds: the document, the view of it, and the way back. */
import type { PipelineDocument } from '@millrace/schemas'

/** Selection, what is open, modes: never saved, never in the history. */
export interface ViewState {
  /** Draft: editable. Live: the deployed document, read-only, with its numbers. */
  lane: 'draft' | 'live'
  nodes: readonly string[]
  edges: readonly string[]
  notes: readonly string[]
  /** Node whose name is being edited. */
  renaming: string | null
  /** Field to show and focus in the inspector; `at` tells two requests apart. */
  field: { node: string; field: string; at: number } | null
  /** Nodes that the last undo or redo changed: shown for a moment. */
  touched: readonly string[]
}

export interface HistoryEntry {
  label: string
  /** The document before (in `past`) or after (in `future`) the command. */
  doc: PipelineDocument
  /** The next command of this key joins the step: typing in one field. Null: the step is done. */
  coalesce: string | null
}

export interface EditorState {
  doc: PipelineDocument
  view: ViewState
  past: readonly HistoryEntry[]
  future: readonly HistoryEntry[]
  /** The document that the server holds, and its revision. */
  saved: { doc: PipelineDocument; revision: number; at: number }
  /** The running version. */
  deployed: { version: number; document: PipelineDocument; deployedAt: number } | null
  /** Read by the live region. */
  said: { words: string; at: number }
}

export const emptyView: ViewState = {
  lane: 'draft',
  nodes: [],
  edges: [],
  notes: [],
  renaming: null,
  field: null,
  touched: [],
}

/** The document on the canvas. */
export function shownDocument(state: EditorState): PipelineDocument {
  return state.view.lane === 'live' && state.deployed ? state.deployed.document : state.doc
}

export function isReadOnly(state: EditorState): boolean {
  return state.view.lane === 'live'
}
