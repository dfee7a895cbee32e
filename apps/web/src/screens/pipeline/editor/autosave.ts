/** Keeps the draft: on the server a moment after each change, in this browser while that is not possible. */

import { type PipelineDocument, parseDocument } from '@millrace/schemas'
import type { SaveResult } from '@millrace/server'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { replaceDocument } from './commands.ts'
import { mergeDocuments, sameDocument } from './merge.ts'
import type { Editor } from './store.ts'

export const saveDelayMs = 500
/** Wait before a failed save is tried again. */
export const retryDelayMs = 3_000

export interface SaveState {
  is: 'saved' | 'unsaved' | 'saving' | 'offline' | 'conflict' | 'refused'
  message: string | null
  /** Somebody else's document, waiting for a decision. */
  conflict: { document: PipelineDocument; revision: number; savedAt: number } | null
}

export interface DraftStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

export interface AutosaveOptions {
  id: string
  editor: Editor
  save(document: PipelineDocument, revision: number): Promise<SaveResult>
  isOffline(error: unknown): boolean
  storage: DraftStorage
  setTimer(run: () => void, ms: number): () => void
}

export interface Autosave {
  readonly state: StoreApi<SaveState>
  /** Saves what is not saved; resolves to the revision, or null when it could not. */
  flush(): Promise<number | null>
  /** Takes every change of both sides, as one undoable step. Returns what both had changed. */
  merge(): string[]
  /** Takes the other document, as one undoable step. */
  takeTheirs(): void
  /** Another window saved: takes it when nothing is unsaved here, else lets the next save find the conflict. */
  otherSaved(document: PipelineDocument, revision: number, savedAt: number): void
  close(): void
}

/** What a browser kept of a draft that could not be saved. */
interface KeptDraft {
  document: PipelineDocument
  base: PipelineDocument
  revision: number
}

export function startAutosave(options: AutosaveOptions): Autosave {
  const { editor, storage } = options
  const key = draftKey(options.id)
  const state = createStore<SaveState>(() => ({ is: 'saved', message: null, conflict: null }))
  let cancelTimer: (() => void) | null = null
  let running: Promise<number | null> | null = null

  const isDirty = () => {
    const { doc, saved } = editor.store.getState()
    return doc !== saved.doc && !sameDocument(doc, saved.doc)
  }

  function schedule(ms: number): void {
    cancelTimer?.()
    cancelTimer = options.setTimer(() => {
      cancelTimer = null
      void flush()
    }, ms)
  }

  function keep(): void {
    const { doc, saved } = editor.store.getState()
    const kept: KeptDraft = { document: doc, base: saved.doc, revision: saved.revision }
    try {
      storage.setItem(key, JSON.stringify(kept))
    } catch {
      // Full or forbidden storage: the server copy is the one that counts.
    }
  }

  async function saveOnce(): Promise<number | null> {
    const { doc, saved } = editor.store.getState()
    state.setState({ is: 'saving', message: null })
    try {
      const result = await options.save(doc, saved.revision)
      if (!result.ok) {
        state.setState({ is: 'conflict', message: null, conflict: result.conflict })
        return null
      }
      editor.markSaved(doc, result.revision, result.savedAt)
      if (isDirty()) return saveOnce()
      storage.removeItem(key)
      state.setState({ is: 'saved', message: null, conflict: null })
      return result.revision
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      const offline = options.isOffline(error)
      state.setState({ is: offline ? 'offline' : 'refused', message })
      if (offline) schedule(retryDelayMs)
      return null
    }
  }

  function flush(): Promise<number | null> {
    cancelTimer?.()
    cancelTimer = null
    if (state.getState().conflict) return Promise.resolve(null)
    if (running) return running
    if (!isDirty()) {
      if (state.getState().is !== 'saved') state.setState({ is: 'saved', message: null })
      storage.removeItem(key)
      return Promise.resolve(editor.store.getState().saved.revision)
    }
    running = saveOnce().finally(() => {
      running = null
    })
    return running
  }

  const unsubscribe = editor.store.subscribe((next, before) => {
    if (next.doc === before.doc) return
    keep()
    const { is } = state.getState()
    if (is === 'saved' || is === 'refused') state.setState({ is: 'unsaved', message: null })
    if (!state.getState().conflict) schedule(saveDelayMs)
  })

  // A draft that this browser had kept goes to the server now.
  if (isDirty()) {
    state.setState({ is: 'unsaved', message: null })
    schedule(saveDelayMs)
  }

  function settle(document: PipelineDocument, label: string): void {
    const { conflict } = state.getState()
    if (!conflict) return
    editor.markSaved(conflict.document, conflict.revision, conflict.savedAt)
    state.setState({ is: 'unsaved', message: null, conflict: null })
    editor.run(replaceDocument(label, document))
    schedule(0)
  }

  return {
    state,
    flush,
    merge: () => {
      const { conflict } = state.getState()
      if (!conflict) return []
      const { doc, saved } = editor.store.getState()
      const merged = mergeDocuments(saved.doc, doc, conflict.document)
      settle(merged.document, 'Merge both versions')
      return merged.conflicts
    },
    takeTheirs: () => {
      const { conflict } = state.getState()
      if (conflict) settle(conflict.document, 'Take the other version')
    },
    otherSaved: (document, revision, savedAt) => {
      if (revision <= editor.store.getState().saved.revision) return
      if (isDirty() || running) {
        if (!running) state.setState({ is: 'conflict', conflict: { document, revision, savedAt } })
        return
      }
      editor.markSaved(document, revision, savedAt)
      editor.run(replaceDocument('Take over changes from another window', document))
      editor.markSaved(editor.store.getState().doc, revision, savedAt)
    },
    close: () => {
      cancelTimer?.()
      unsubscribe()
    },
  }
}

export function draftKey(id: string): string {
  return `millrace.draft.${id}`
}

/** The draft that this browser kept unsaved, merged into what the server has now; null when there is none. */
export function recoverDraft(
  id: string,
  server: PipelineDocument,
  storage: DraftStorage,
): { document: PipelineDocument; conflicts: string[] } | null {
  const text = storage.getItem(draftKey(id))
  if (!text) return null
  try {
    const kept = JSON.parse(text) as Partial<KeptDraft>
    const [document, base] = [parseDocument(kept.document), parseDocument(kept.base)]
    if (!document.ok || !base.ok || sameDocument(document.document, server)) return null
    return mergeDocuments(base.document, document.document, server)
  } catch {
    return null
  }
}
