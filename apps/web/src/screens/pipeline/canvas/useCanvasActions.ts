/** The canvas' keyboard: everything that the mouse can do there, as registered commands. */
import { type ReactFlowInstance, useReactFlow } from '@xyflow/react'
import { type RefObject, useEffect, useMemo } from 'react'
import { type AppCommand, useCommands } from '../../../shortcuts/registry.ts'
import { toast } from '../../../ui/index.ts'
import { outputsOf } from '../catalogue.ts'
import { clipOf, paste, printClip, readClip } from '../editor/clipboard.ts'
import {
  addNote,
  applyEdits,
  connectPorts,
  deleteSelection,
  gridPx,
  nudge,
  selectAll,
  selectChain,
  tidyUp,
} from '../editor/commands.ts'
import { nodeById } from '../editor/graph.ts'
import { arrange } from '../editor/layout.ts'
import { shownDocument } from '../editor/state.ts'
import type { PipelineModel } from '../model.ts'
import { cardWidth } from './ports.ts'
import { connectTargets, type Direction, step } from './walk.ts'

type Root = RefObject<HTMLDivElement | null>

export interface CanvasActions {
  tidy(): void
  note(): void
}

export function useCanvasActions(model: PipelineModel, root: Root): CanvasActions {
  const flow = useReactFlow()
  const actions = useMemo(() => canvasActions(model, flow, root), [model, flow, root])
  useCommands('canvas', actions.commands)
  useClipboard(model, root)
  return actions
}

function canvasActions(
  model: PipelineModel,
  flow: ReactFlowInstance,
  root: Root,
): CanvasActions & { commands: AppCommand[] } {
  const { editor } = model
  const tidy = () => {
    const { doc } = editor.store.getState()
    const sizeOf = (id: string) => {
      const size = flow.getNode(id)?.measured
      return { width: size?.width ?? cardWidth, height: size?.height ?? 94 }
    }
    arrange(doc, sizeOf).then(
      (places) => {
        editor.run(tidyUp(places))
        requestAnimationFrame(() => flow.fitView({ padding: 0.15, maxZoom: 1 }))
      },
      (error) => toast.failed('The graph could not be arranged', error),
    )
  }
  const centre = () => {
    const box = root.current?.getBoundingClientRect() ?? new DOMRect(0, 0, 800, 600)
    return { x: box.left + Math.max(210, box.width * 0.2), y: box.top + box.height / 3 }
  }
  const note = () => {
    editor.run(addNote(flow.screenToFlowPosition(centre())))
  }
  const groups = [
    ...editCommands(model),
    ...selectCommands(model, flow, root),
    ...connectCommands(model, root),
    ...viewCommands(flow),
    ...addCommands(model, flow, root, centre),
  ]
  const commands: AppCommand[] = [
    ...groups,
    { id: 'tidy', label: 'Tidy up the graph', group: 'Canvas', run: tidy },
    { id: 'note', label: 'Add a note', group: 'Canvas', run: note },
  ]
  return { tidy, note, commands }
}

const hasSelection = (model: PipelineModel) => () => {
  const { view } = model.editor.store.getState()
  return view.nodes.length + view.edges.length + view.notes.length > 0
}

function editCommands(model: PipelineModel): AppCommand[] {
  const { editor } = model
  const selected = hasSelection(model)
  const one = () => editor.store.getState().view.nodes.length === 1
  const group = 'Edit'
  return [
    {
      id: 'undo',
      label: 'Undo',
      group,
      keys: ['Mod+Z'],
      enabled: () => editor.store.getState().past.length > 0,
      run: () => editor.undo(),
    },
    {
      id: 'redo',
      label: 'Redo',
      group,
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      enabled: () => editor.store.getState().future.length > 0,
      run: () => editor.redo(),
    },
    {
      id: 'delete',
      label: 'Delete the selection',
      group,
      keys: ['Delete', 'Backspace'],
      enabled: selected,
      run: () => editor.run(deleteSelection),
    },
    {
      id: 'duplicate',
      label: 'Duplicate the selection',
      group,
      keys: ['Mod+D'],
      enabled: selected,
      run: () => {
        const { doc, view } = editor.store.getState()
        editor.run(paste(clipOf(doc, view), 'Duplicate'))
      },
    },
    {
      id: 'rename',
      label: 'Rename the node',
      group,
      keys: ['F2'],
      enabled: one,
      run: () => editor.look({ renaming: editor.store.getState().view.nodes[0] }),
    },
    {
      id: 'save',
      label: 'Save the draft now',
      group,
      keys: ['Mod+S'],
      whileTyping: true,
      run: () =>
        void model.autosave.flush().then((revision) => revision !== null && editor.say('Saved')),
    },
    ...(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const).map((key) => ({
      id: `nudge-${key}`,
      label: `Move the selection ${key.slice(5).toLowerCase()}`,
      group,
      hidden: true,
      keys: [`Alt+${key}`],
      enabled: selected,
      run: () => {
        const by = gridPx
        editor.run(
          nudge(
            key === 'ArrowLeft' ? -by : key === 'ArrowRight' ? by : 0,
            key === 'ArrowUp' ? -by : key === 'ArrowDown' ? by : 0,
          ),
        )
      },
    })),
  ]
}

/** Puts the focus on a node's card, so that the next key belongs to it. */
export function focusNode(root: Root, id: string): void {
  requestAnimationFrame(() => {
    const card = root.current?.querySelector<HTMLElement>(
      `.react-flow__node[data-id="${CSS.escape(id)}"]`,
    )
    card?.focus({ preventScroll: true })
  })
}

function selectCommands(model: PipelineModel, flow: ReactFlowInstance, root: Root): AppCommand[] {
  const { editor } = model
  const go = (direction: Direction, extend: boolean) => () => {
    if (model.connect.getState() || !focusOnCanvas(root)) return false
    const state = editor.store.getState()
    const doc = shownDocument(state)
    const focused = document.activeElement?.closest<HTMLElement>('.react-flow__node')?.dataset.id
    const from = focused && nodeById(doc, focused) ? focused : state.view.nodes.at(-1)
    const to = from ? step(doc, from, direction) : doc.nodes[0]?.id
    if (!to) return undefined
    const nodes = extend ? [...new Set([...state.view.nodes, to])] : [to]
    editor.look({ nodes, edges: [], notes: [] })
    bringIntoView(flow, root, to)
    focusNode(root, to)
    return undefined
  }
  const arrows: [string, Direction][] = [
    ['ArrowLeft', 'left'],
    ['ArrowRight', 'right'],
    ['ArrowUp', 'up'],
    ['ArrowDown', 'down'],
  ]
  return [
    ...arrows.flatMap(([key, direction]) => [
      {
        id: `go-${direction}`,
        label: `Select the next node, ${direction}`,
        group: 'Select',
        hidden: true,
        keys: [key],
        run: go(direction, false),
      },
      {
        id: `extend-${direction}`,
        label: `Extend the selection, ${direction}`,
        group: 'Select',
        hidden: true,
        keys: [`Shift+${key}`],
        run: go(direction, true),
      },
    ]),
    {
      id: 'select-all',
      label: 'Select everything',
      group: 'Select',
      keys: ['Mod+A'],
      run: () => void editor.run(selectAll),
    },
    {
      id: 'select-upstream',
      label: 'Select what feeds this',
      group: 'Select',
      keys: ['Alt+S'],
      run: () => void editor.run(selectChain('upstream')),
    },
    {
      id: 'select-downstream',
      label: 'Select what this feeds',
      group: 'Select',
      keys: ['Alt+Shift+S'],
      run: () => void editor.run(selectChain('downstream')),
    },
    {
      id: 'unselect',
      label: 'Select nothing',
      group: 'Select',
      keys: ['Escape'],
      hidden: true,
      run: () => {
        if (model.connect.getState()) return false
        editor.look({ nodes: [], edges: [], notes: [] })
        return undefined
      },
    },
    {
      id: 'configure',
      label: 'Configure the selected node',
      group: 'Select',
      keys: ['Enter'],
      run: () => {
        if (model.connect.getState()) return false
        const edge = document.activeElement?.closest<SVGElement>('.react-flow__edge')?.dataset.id
        if (edge) {
          editor.look({ nodes: [], notes: [], edges: [edge] })
          return undefined
        }
        const card = document.activeElement?.closest<HTMLElement>('.react-flow__node')
        const id = card?.dataset.id ?? editor.store.getState().view.nodes.at(-1)
        if (!id || (document.activeElement?.closest('button, a') && !card)) return false
        editor.look({
          nodes: [id],
          edges: [],
          notes: [],
          field: { node: id, field: '', at: Date.now() },
        })
        model.panes.setState({ inspectorTab: 'configure' })
        return undefined
      },
    },
  ]
}

function focusOnCanvas(root: Root): boolean {
  const active = document.activeElement
  return !active || active === document.body || root.current?.contains(active) === true
}

function bringIntoView(flow: ReactFlowInstance, root: Root, id: string): void {
  const node = flow.getNode(id)
  const box = root.current?.getBoundingClientRect()
  if (!node || !box) return
  const at = flow.flowToScreenPosition(node.position)
  const inside =
    at.x > box.left && at.y > box.top && at.x + cardWidth < box.right && at.y + 100 < box.bottom
  if (!inside)
    void flow.setCenter(node.position.x + cardWidth / 2, node.position.y + 50, {
      zoom: flow.getZoom(),
    })
}

function connectCommands(model: PipelineModel, root: Root): AppCommand[] {
  const { editor } = model
  const show = (from: { node: string; port: string }, index: number) => {
    const targets = connectTargets(editor.store.getState().doc, from)
    const target = targets.at(index % Math.max(1, targets.length)) ?? null
    const verdict = target
      ? model.analyst.verdict({ from, to: target })
      : { ok: false, reason: null, wayOn: '', fixes: [] }
    model.connect.setState({ from, target, verdict }, true)
    return targets
  }
  const begin = () => {
    const { doc, view } = editor.store.getState()
    const mode = model.connect.getState()
    const id = mode?.from.node ?? view.nodes.at(-1)
    const node = id === undefined ? undefined : nodeById(doc, id)
    const ports = node ? outputsOf(node) : []
    if (!node || ports.length === 0) {
      editor.say('Select a node that has an output, then press C')
      return
    }
    const index = mode ? ports.findIndex((port) => port.name === mode.from.port) + 1 : 0
    const from = { node: node.id, port: ports[index % ports.length].name }
    const targets = show(from, 0)
    const first = targets.findIndex((target) => model.analyst.verdict({ from, to: target }).ok)
    if (first > 0) show(from, first)
  }
  const turn = (by: number) => () => {
    const mode = model.connect.getState()
    if (!mode?.target) return false
    const targets = connectTargets(editor.store.getState().doc, mode.from)
    const at = targets.findIndex(
      (end) => end.node === mode.target?.node && end.port === mode.target.port,
    )
    show(mode.from, (at + by + targets.length) % targets.length)
    return undefined
  }
  const leave = () => {
    const mode = model.connect.getState()
    if (!mode) return false
    model.connect.setState(null, true)
    focusNode(root, mode.from.node)
    return undefined
  }
  const accept = () => {
    const mode = model.connect.getState()
    if (!mode?.target) return false
    const edge = { from: mode.from, to: mode.target }
    if (!mode.verdict.ok) {
      const [fix] = mode.verdict.fixes
      if (fix) editor.run(applyEdits(fix.label, fix.edits))
      else editor.say(mode.verdict.reason ?? 'These do not connect')
      model.connect.setState({ ...mode, verdict: model.analyst.verdict(edge) }, true)
      return undefined
    }
    editor.run(connectPorts(edge))
    editor.look({ nodes: [edge.to.node], edges: [] })
    model.connect.setState(null, true)
    focusNode(root, edge.to.node)
    return undefined
  }
  const group = 'Connect'
  return [
    { id: 'connect', label: 'Connect the selected node', group, keys: ['C'], run: begin },
    {
      id: 'connect-next',
      label: 'Next target',
      group,
      hidden: true,
      keys: ['ArrowRight', 'ArrowDown'],
      run: turn(1),
    },
    {
      id: 'connect-previous',
      label: 'Previous target',
      group,
      hidden: true,
      keys: ['ArrowLeft', 'ArrowUp'],
      run: turn(-1),
    },
    {
      id: 'connect-accept',
      label: 'Connect to the target',
      group,
      hidden: true,
      keys: ['Enter'],
      run: accept,
    },
    {
      id: 'connect-leave',
      label: 'Leave connect mode',
      group,
      hidden: true,
      keys: ['Escape'],
      run: leave,
    },
  ]
}

function viewCommands(flow: ReactFlowInstance): AppCommand[] {
  const group = 'Canvas'
  return [
    { id: 'zoom-in', label: 'Zoom in', group, keys: ['+', '='], run: () => void flow.zoomIn() },
    { id: 'zoom-out', label: 'Zoom out', group, keys: ['-'], run: () => void flow.zoomOut() },
    { id: 'zoom-100', label: 'Zoom to 100 %', group, keys: ['0'], run: () => void flow.zoomTo(1) },
    {
      id: 'fit',
      label: 'Fit the graph',
      group,
      keys: ['1'],
      run: () => void flow.fitView({ padding: 0.15, maxZoom: 1 }),
    },
  ]
}

function addCommands(
  model: PipelineModel,
  flow: ReactFlowInstance,
  root: Root,
  centre: () => { x: number; y: number },
): AppCommand[] {
  const editable = () => model.editor.store.getState().view.lane === 'draft'
  const pick = () => {
    const { doc, view } = model.editor.store.getState()
    const last = view.nodes.length === 1 ? nodeById(doc, view.nodes[0]) : undefined
    const port = last && outputsOf(last).find((item) => item.role === 'main')
    if (last && port) {
      const position = { x: last.position.x + cardWidth + 112, y: last.position.y }
      const taken = doc.edges.filter((edge) => edge.from.node === last.id).length
      const place = { ...position, y: position.y + taken * 128 }
      model.picker.setState({
        open: {
          screen: clampToWindow(flow.flowToScreenPosition(place)),
          position: place,
          after: { node: last.id, port: port.name },
        },
      })
      return
    }
    const at = centre()
    model.picker.setState({
      open: { screen: at, position: freeSpot(doc, flow.screenToFlowPosition(at)) },
    })
  }
  return [
    {
      id: 'add',
      label: 'Add a node (behind the selected one)',
      group: 'Add',
      keys: ['Tab'],
      enabled: editable,
      run: () => {
        // Tab keeps its meaning everywhere but on the canvas itself.
        const active = document.activeElement
        const onCard =
          active instanceof HTMLElement && active.classList.contains('react-flow__node')
        if (!onCard && active !== root.current) return false
        pick()
        return undefined
      },
    },
    {
      id: 'find-node',
      label: 'Find a node to add',
      group: 'Add',
      keys: ['/'],
      enabled: editable,
      run: () => {
        model.panes.setState({ palette: true })
        requestAnimationFrame(() => document.getElementById('palette-search')?.focus())
      },
    },
    {
      id: 'insert',
      label: 'Insert a node',
      group: 'Add',
      keys: ['N'],
      enabled: editable,
      run: pick,
    },
  ]
}

function freeSpot(
  doc: { nodes: readonly { position: { x: number; y: number } }[] },
  wanted: { x: number; y: number },
): { x: number; y: number } {
  const place = { ...wanted }
  while (
    doc.nodes.some(
      (node) =>
        Math.abs(node.position.x - place.x) < cardWidth &&
        Math.abs(node.position.y - place.y) < 110,
    )
  )
    place.y += 128
  return place
}

function clampToWindow(at: { x: number; y: number }): { x: number; y: number } {
  return { x: Math.min(at.x, window.innerWidth - 320), y: Math.min(at.y, window.innerHeight - 380) }
}

/** Copy, cut and paste by the system's own events: they work between windows and need no permission. */
function useClipboard(model: PipelineModel, root: Root): void {
  useEffect(() => {
    const { editor } = model
    const belongs = () => {
      const active = document.activeElement
      const typing = active?.matches('input, textarea, select, [contenteditable]')
      return !typing && focusOnCanvas(root) && !window.getSelection()?.toString()
    }
    const copy = (event: ClipboardEvent) => {
      const state = editor.store.getState()
      const clip = clipOf(shownDocument(state), state.view)
      if (!belongs() || clip.nodes.length + clip.notes.length === 0) return
      event.preventDefault()
      event.clipboardData?.setData('text/plain', printClip(clip))
      editor.say(`${clip.nodes.length} nodes copied`)
      if (event.type === 'cut') editor.run(deleteSelection)
    }
    const onPaste = (event: ClipboardEvent) => {
      if (!belongs()) return
      const clip = readClip(event.clipboardData?.getData('text/plain') ?? '')
      if (!clip) return
      event.preventDefault()
      editor.run(paste(clip, 'Paste'))
    }
    document.addEventListener('copy', copy)
    document.addEventListener('cut', copy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', copy)
      document.removeEventListener('cut', copy)
      document.removeEventListener('paste', onPaste)
    }
  }, [model, root])
}
