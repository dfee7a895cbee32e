/** Canvas, dock and inspector with their splitters; sizes are remembered. */

import { useReactFlow } from '@xyflow/react'
import { PanelRightOpen, Settings2 } from 'lucide-react'
import { useEffect, useMemo } from 'react'
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels'
import { openPalette } from '../../app/palette.ts'
import { type AppCommand, useCommands } from '../../shortcuts/registry.ts'
import { shortcut } from '../../shortcuts/shortcuts.ts'
import { IconButton } from '../../ui/index.ts'
import { Canvas } from './canvas/Canvas.tsx'
import { Palette, useWideScreen } from './canvas/Palette.tsx'
import { Dock, DockBar } from './dock/Dock.tsx'
import { type EditorState, isReadOnly } from './editor/state.ts'
import { nodeCommands } from './find-nodes.ts'
import { exportDraft, importFile } from './header/files.ts'
import { Inspector } from './inspector/Inspector.tsx'
import { type PipelineModel, selectShown, useEditor, useModel, usePanes } from './model.ts'
import { Notices } from './Notices.tsx'
import { Outline } from './Outline.tsx'
import styles from './PipelineScreen.module.css'

const somethingSelected = (state: EditorState) =>
  state.view.nodes.length + state.view.edges.length > 0

export function Workbench() {
  const model = useModel()
  const selected = useEditor(somethingSelected)
  const settings = usePanes((panes) => panes.settings)
  const dockOpen = usePanes((panes) => panes.dockOpen)
  const inspector = selected || settings
  const across = useDefaultLayout({
    id: 'millrace.inspector',
    panelIds: inspector ? ['middle', 'inspector'] : ['middle'],
    onlySaveAfterUserInteractions: true,
  })
  const down = useDefaultLayout({
    id: 'millrace.dock',
    panelIds: dockOpen ? ['canvas', 'dock'] : ['canvas'],
    onlySaveAfterUserInteractions: true,
  })
  useCommands(
    'workbench',
    useMemo(() => paneCommands(model), [model]),
  )
  useNodeCommands(model)
  useLeaveWarning(model)
  return (
    <>
      <Notices />
      <div className={styles.work}>
        <Group
          orientation="horizontal"
          defaultLayout={across.defaultLayout}
          onLayoutChanged={across.onLayoutChanged}
        >
          <Panel id="middle" minSize="360px">
            <Group
              orientation="vertical"
              defaultLayout={down.defaultLayout}
              onLayoutChanged={down.onLayoutChanged}
            >
              <Panel id="canvas" minSize="160px">
                <Middle />
              </Panel>
              {dockOpen && (
                <>
                  <Separator className={styles.splitY} aria-label="Height of the dock" />
                  <Panel
                    id="dock"
                    defaultSize="282px"
                    minSize="120px"
                    groupResizeBehavior="preserve-pixel-size"
                  >
                    <section className={styles.pane} aria-label="Dock" id="dock-pane" tabIndex={-1}>
                      <Dock />
                    </section>
                  </Panel>
                </>
              )}
            </Group>
          </Panel>
          {inspector && (
            <>
              <Separator className={styles.splitX} aria-label="Width of the inspector" />
              <Panel
                id="inspector"
                defaultSize="380px"
                minSize="300px"
                maxSize="60%"
                groupResizeBehavior="preserve-pixel-size"
              >
                <aside
                  className={styles.pane}
                  aria-label="Inspector"
                  id="inspector-pane"
                  tabIndex={-1}
                >
                  <Inspector />
                </aside>
              </Panel>
            </>
          )}
        </Group>
        {!inspector && <Strip model={model} />}
      </div>
      {!dockOpen && <DockBar />}
      <LiveRegion />
    </>
  )
}

function Middle() {
  const wide = useWideScreen()
  const outline = usePanes((panes) => panes.outline)
  return (
    <div className={styles.middle}>
      {wide && <Palette docked />}
      {outline && <Outline />}
      <div style={{ position: 'relative', flex: 1, minWidth: 0 }}>
        <Canvas />
        {!wide && <Palette docked={false} />}
      </div>
    </div>
  )
}

/** The inspector while nothing is selected. */
function Strip({ model }: { model: PipelineModel }) {
  const canReopen = useEditor((state) => state.doc.nodes.length > 0)
  return (
    <aside className={styles.strip} aria-label="Inspector, nothing selected">
      <IconButton
        label="Settings of the pipeline"
        icon={<Settings2 size={16} />}
        onClick={() => model.panes.setState({ settings: true })}
      />
      {canReopen && (
        <IconButton
          label="Configure the first node"
          icon={<PanelRightOpen size={16} />}
          onClick={() => {
            const { doc } = model.editor.store.getState()
            model.editor.look({ nodes: doc.nodes.slice(0, 1).map((node) => node.id) })
          }}
        />
      )}
    </aside>
  )
}

/** Everything that changes without the focus moving is said here. */
function LiveRegion() {
  const said = useEditor((state) => state.said)
  return (
    <div className="visually-hidden" role="status" aria-live="polite">
      {said.words}
    </div>
  )
}

/** Made anew when a node comes, goes or is renamed, not when one is typed in. */
function useNodeCommands(model: PipelineModel): void {
  const flow = useReactFlow()
  const names = useEditor((state) =>
    selectShown(state)
      .nodes.map((node) => node.name)
      .join('\n'),
  )
  useCommands(
    'nodes',
    useMemo(() => nodeCommands(model, flow, names.split('\n')), [model, flow, names]),
  )
}

function useLeaveWarning(model: PipelineModel): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => {
      const { is } = model.autosave.state.getState()
      if (is === 'saved') return
      void model.autosave.flush()
      event.preventDefault()
    }
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [model])
}

function paneCommands(model: PipelineModel): AppCommand[] {
  return [
    {
      ...shortcut('next-pane'),
      whileTyping: true,
      run: () => {
        const panes = ['canvas-pane', 'inspector-pane', 'dock-pane']
          .map((id) => document.getElementById(id))
          .filter((pane) => pane !== null)
        const at = panes.findIndex((pane) => pane.contains(document.activeElement))
        panes[(at + 1) % panes.length]?.focus()
      },
    },
    {
      ...shortcut('find'),
      hidden: true,
      run: openPalette,
    },
    {
      ...shortcut('export'),
      run: () => exportDraft(model),
    },
    {
      ...shortcut('import'),
      enabled: () => !isReadOnly(model.editor.store.getState()),
      run: () => importFile(model),
    },
    {
      ...shortcut('toggle-dock'),
      run: () => model.panes.setState((panes) => ({ dockOpen: !panes.dockOpen })),
    },
    {
      ...shortcut('toggle-outline'),
      run: () => model.panes.setState((panes) => ({ outline: !panes.outline })),
    },
    {
      ...shortcut('toggle-lane'),
      enabled: () => model.editor.store.getState().deployed !== null,
      run: () =>
        model.editor.look({ lane: isReadOnly(model.editor.store.getState()) ? 'draft' : 'live' }),
    },
  ]
}
