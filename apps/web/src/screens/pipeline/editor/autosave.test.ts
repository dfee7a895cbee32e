import { emptyDocument, type PipelineDocument } from '@millrace/schemas'
import type { SaveResult } from '@millrace/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Autosave, draftKey, recoverDraft, startAutosave } from './autosave.ts'
import { renamePipeline } from './commands.ts'
import { createEditor, type Editor } from './store.ts'

/** A server that holds one document. */
let server: { document: PipelineDocument; revision: number; down: boolean }
let editor: Editor
let autosave: Autosave
let due: (() => void) | null
let storage: Map<string, string>

const store = () => ({
  getItem: (key: string) => storage.get(key) ?? null,
  setItem: (key: string, value: string) => void storage.set(key, value),
  removeItem: (key: string) => void storage.delete(key),
})

async function save(document: PipelineDocument, revision: number): Promise<SaveResult> {
  if (server.down) throw new Error('no line')
  if (revision !== server.revision)
    return {
      ok: false,
      conflict: { document: server.document, revision: server.revision, savedAt: 0 },
    }
  server = { ...server, document, revision: revision + 1 }
  return { ok: true, revision: server.revision, savedAt: 0, draftDiffers: false }
}

beforeEach(() => {
  server = { document: emptyDocument('p', 'P'), revision: 3, down: false }
  storage = new Map()
  due = null
  editor = createEditor({
    doc: server.document,
    revision: 3,
    savedAt: 0,
    deployed: null,
    now: () => 0,
  })
  autosave = startAutosave({
    id: 'p',
    editor,
    save,
    isOffline: () => true,
    storage: store(),
    setTimer: (run) => {
      due = run
      return () => {
        due = null
      }
    },
  })
})

describe('autosave', () => {
  it('saves a change with the revision it was made on', async () => {
    editor.run(renamePipeline('Q'))
    expect(autosave.state.getState().is).toBe('unsaved')
    expect(due).not.toBeNull()
    await autosave.flush()
    expect(server.document.name).toBe('Q')
    expect(autosave.state.getState().is).toBe('saved')
    expect(storage.size).toBe(0)
  })

  it('keeps the draft in the browser while the server is away, and finds it again', async () => {
    server.down = true
    editor.run(renamePipeline('Q'))
    await autosave.flush()
    expect(autosave.state.getState().is).toBe('offline')
    expect(storage.has(draftKey('p'))).toBe(true)
    expect(recoverDraft('p', server.document, store())?.document.name).toBe('Q')
    server.down = false
    due?.()
    await autosave.flush()
    expect(server.document.name).toBe('Q')
    expect(recoverDraft('p', server.document, store())).toBeNull()
  })

  it('never overwrites another window: both changes live on after a merge', async () => {
    server.document = {
      ...server.document,
      settings: { ...server.document.settings, parallelism: 2 },
    }
    server.revision = 4
    editor.run(renamePipeline('Q'))
    expect(await autosave.flush()).toBeNull()
    expect(autosave.state.getState().is).toBe('conflict')
    expect(autosave.merge()).toEqual([])
    await autosave.flush()
    expect(server.document).toMatchObject({ name: 'Q', settings: { parallelism: 2 } })
    expect(autosave.state.getState().is).toBe('saved')
  })

  it('takes over another window when nothing is unsaved here, undoably', () => {
    const theirs = { ...server.document, name: 'R' }
    autosave.otherSaved(theirs, 4, 0)
    expect(editor.store.getState().doc.name).toBe('R')
    expect(autosave.state.getState().is).toBe('unsaved')
    editor.undo()
    expect(editor.store.getState().doc.name).toBe('P')
  })
})
