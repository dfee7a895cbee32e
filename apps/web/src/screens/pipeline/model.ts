/** What the parts of a pipeline page share: one object for the life of the page, handed down by context. */
import type { DocumentEdge, Endpoint } from '@millrace/schemas'
import type { PipelineDetail } from '@millrace/server'
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { client, isOffline } from '../../api/client.ts'
import { createPreviewStore, type PreviewStore } from '../../preview/preview.ts'
import { startPreviewRunner } from '../../preview/preview-runner.ts'
import { type Analysis, type Analyst, startAnalyst, type Verdict } from './editor/analysis.ts'
import { type Autosave, recoverDraft, startAutosave } from './editor/autosave.ts'
import { replaceDocument } from './editor/commands.ts'
import { keepHistory, keptHistory } from './editor/kept-history.ts'
import { type EditorState, shownDocument } from './editor/state.ts'
import { createEditor, type Editor } from './editor/store.ts'
import { createLiveStore, followRun, type LiveState, type LiveStore } from './live/live-store.ts'

export type InspectorTab = 'configure' | 'data' | 'metrics' | 'docs'
export type DockTab =
  | 'problems'
  | 'preview'
  | 'code'
  | 'time'
  | 'checkpoints'
  | 'dead-letters'
  | 'runs'

/** Which panes are open, and at which tab. */
export interface Panes {
  inspectorTab: InspectorTab
  dockTab: DockTab
  dockOpen: boolean
  palette: boolean
  outline: boolean
  /** Pipeline settings in the inspector while nothing is selected. */
  settings: boolean
  /** The output that the Data tab shows; null: the node's main one. */
  dataPort: string | null
}

/** Connecting by keyboard: an output waits, arrows go through the inputs, Enter connects. */
export interface ConnectMode {
  from: Endpoint
  target: Endpoint | null
  verdict: Verdict
}

/** The list of nodes to add, opened at a place of the screen. */
export interface PickerRequest {
  screen: { x: number; y: number }
  /** Where the node goes on the canvas. */
  position: { x: number; y: number }
  /** The output that it follows. */
  after?: Endpoint
  /** The edge that it is put on. */
  on?: DocumentEdge
}

export interface PipelineModel {
  readonly id: string
  readonly clientId: string
  readonly editor: Editor
  readonly analyst: Analyst
  readonly autosave: Autosave
  readonly live: LiveStore
  readonly preview: PreviewStore
  readonly panes: StoreApi<Panes>
  readonly connect: StoreApi<ConnectMode | null>
  readonly picker: StoreApi<{ open: PickerRequest | null }>
  /** Starts what runs in the background; returns its end. */
  start(): () => void
}

/** Names this window to the server, so that it knows its own saves. */
const clientId = Math.random().toString(36).slice(2, 10)

/** Histories survive a visit to another screen; those of a page that is left are kept in its tab. */
const kept = new Map<string, Editor>()
const keptMax = 20

export function createModel(detail: PipelineDetail): PipelineModel {
  const editor = editorFor(detail)
  const autosave = startAutosave({
    id: detail.id,
    editor,
    save: (document, revision) =>
      client.pipelines.save.mutate({ id: detail.id, document, revision, by: clientId }),
    isOffline,
    storage: localStorage,
    setTimer: (run, ms) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  const analyst = startAnalyst(editor)
  const live = createLiveStore()
  const panes = createStore<Panes>(() => ({
    inspectorTab: 'configure',
    dockTab: 'problems',
    dockOpen: detail.deployed !== null,
    palette: detail.document.nodes.length === 0,
    outline: false,
    settings: false,
    dataPort: null,
  }))
  const model: PipelineModel = {
    id: detail.id,
    clientId,
    editor,
    analyst,
    autosave,
    live,
    preview: createPreviewStore(),
    panes,
    connect: createStore<ConnectMode | null>(() => null),
    picker: createStore<{ open: PickerRequest | null }>(() => ({ open: null })),
    start: () => {
      openLinked(model)
      const ends = [
        followRun(detail.id, live),
        followTopics(analyst),
        followOthers(model),
        previewDrafts(model),
        settleSteps(model),
        keepHistories(),
      ]
      return () => {
        for (const end of ends) end()
        void autosave.flush()
        autosave.close()
        analyst.close()
      }
    },
  }
  return model
}

function editorFor(detail: PipelineDetail): Editor {
  const old = kept.get(detail.id)
  if (old && old.store.getState().saved.revision === detail.revision) {
    old.setDeployed(detail.deployed)
    return old
  }
  const recovered = recoverDraft(detail.id, detail.document, localStorage)
  const history = keptHistory(detail.id, recovered?.document ?? detail.document, sessionStorage)
  const editor = createEditor({
    doc: detail.document,
    history,
    revision: detail.revision,
    savedAt: detail.savedAt,
    deployed: detail.deployed,
    now: Date.now,
  })
  if (recovered && !history)
    editor.run(replaceDocument('Recover unsaved changes', recovered.document))
  kept.set(detail.id, editor)
  if (kept.size > keptMax) kept.delete([...kept.keys()][0])
  return editor
}

/** What is typed in one field is one step until the focus leaves the field. */
function settleSteps({ editor }: PipelineModel): () => void {
  document.addEventListener('focusout', editor.settle)
  return () => document.removeEventListener('focusout', editor.settle)
}

/** The histories outlive a reload of the page. */
function keepHistories(): () => void {
  const keep = () => {
    for (const [id, editor] of kept) keepHistory(id, editor.store.getState(), sessionStorage)
  }
  window.addEventListener('pagehide', keep)
  return () => window.removeEventListener('pagehide', keep)
}

const dockTabs: readonly string[] = [
  'problems',
  'preview',
  'code',
  'time',
  'checkpoints',
  'dead-letters',
  'runs',
] satisfies DockTab[]

/** `?node=…&dock=…` of the address: a link leads to a node and a tab. */
function openLinked({ editor, panes }: PipelineModel): void {
  const wanted = new URLSearchParams(location.search)
  const node = wanted.get('node')
  const dock = wanted.get('dock')
  if (node && editor.store.getState().doc.nodes.some((item) => item.id === node))
    editor.look({ nodes: [node], edges: [], notes: [] })
  if (dock && dockTabs.includes(dock)) panes.setState({ dockOpen: true, dockTab: dock as DockTab })
}

/** What is known of topics, for the inference; read again when the line comes back or a topic is made. */
function followTopics(analyst: Analyst): () => void {
  let ended = false
  const read = () =>
    client.topics.known.query().then(
      (topics) => {
        if (!ended) analyst.setTopics(new Map(topics.map((topic) => [topic.name, topic])))
      },
      () => undefined,
    )
  void read()
  const timer = setInterval(read, 10_000)
  return () => {
    ended = true
    clearInterval(timer)
  }
}

/** Runs each draft on a sample, in a worker of this page. */
function previewDrafts({ editor, analyst, preview }: PipelineModel): () => void {
  const runner = startPreviewRunner({
    store: preview,
    topics: () => analyst.topics(),
    fetchSample: (query) => client.topics.sample.query(query),
  })
  runner.update(editor.store.getState().doc)
  const unsubscribe = editor.store.subscribe((state, before) => {
    if (state.doc !== before.doc) runner.update(state.doc)
  })
  // Topics that become known may give the draft its sample.
  const onTopics = analyst.onTopics(() => runner.update(editor.store.getState().doc))
  return () => {
    unsubscribe()
    onTopics()
    runner.close()
  }
}

/** Saves and deployments of other windows. */
function followOthers(model: PipelineModel): () => void {
  const subscription = client.pipelines.events.subscribe(undefined, {
    onData: (event) => {
      if (event.id !== model.id) return
      if (event.is === 'saved' && event.by === clientId) return
      if (event.is === 'state' || event.is === 'deleted') return
      void client.pipelines.get.query({ id: model.id }).then(
        (detail) => {
          model.editor.setDeployed(detail.deployed)
          model.autosave.otherSaved(detail.document, detail.revision, detail.savedAt)
        },
        () => undefined,
      )
    },
  })
  return () => subscription.unsubscribe()
}

const ModelContext = createContext<PipelineModel | null>(null)

export const ModelProvider = ModelContext.Provider

export function useModel(): PipelineModel {
  const model = useContext(ModelContext)
  if (!model) throw new Error('outside a pipeline page')
  return model
}

export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useModel().editor.store, select)
}

export function useLive<T>(select: (state: LiveState) => T): T {
  return useStore(useModel().live, select)
}

export function useAnalysis<T>(select: (state: Analysis) => T): T {
  return useStore(useModel().analyst.store, select)
}

export function usePanes<T>(select: (state: Panes) => T): T {
  return useStore(useModel().panes, select)
}

export const selectShown = shownDocument
