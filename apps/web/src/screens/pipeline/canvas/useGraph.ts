/** React Flow's nodes and edges, fed by the editor's store; dragging is local until it ends. */
import { applyNodeChanges, type NodeChange } from '@xyflow/react'
import { useCallback, useLayoutEffect, useState } from 'react'
import { useStore } from 'zustand'
import { move } from '../editor/commands.ts'
import { shownDocument } from '../editor/state.ts'
import type { PipelineModel } from '../model.ts'
import { type Box, snap } from './alignment.ts'
import { type CanvasEdge, type CanvasNode, reconcileEdges, reconcileNodes } from './nodes.ts'
import { cardWidth } from './ports.ts'

/** Canvas coordinates of alignment lines. */
export interface Guide {
  x: number | null
  y: number | null
}

/** React Flow's nodes and edges in step with the store; dragging is local until it ends. */
export function useGraph(model: PipelineModel) {
  const doc = useStore(model.editor.store, shownDocument)
  const selectedNodes = useStore(model.editor.store, (state) => state.view.nodes)
  const selectedNotes = useStore(model.editor.store, (state) => state.view.notes)
  const selectedEdges = useStore(model.editor.store, (state) => state.view.edges)
  const [nodes, setNodes] = useState<CanvasNode[]>([])
  const [edges, setEdges] = useState<CanvasEdge[]>([])
  const [guides, setGuides] = useState<Guide>({ x: null, y: null })
  useLayoutEffect(() => {
    setNodes((before) =>
      reconcileNodes(before, doc, { nodes: selectedNodes, notes: selectedNotes }),
    )
  }, [doc, selectedNodes, selectedNotes])
  useLayoutEffect(() => {
    setEdges((before) => reconcileEdges(before, doc, selectedEdges))
  }, [doc, selectedEdges])

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const picked = changes.filter((change) => change.type === 'select')
      if (picked.length > 0) selectNodes(model, picked)
      const rest = changes.filter((change) => change.type !== 'select' && change.type !== 'remove')
      if (rest.length === 0) return
      setNodes((before) => {
        const guide = alignChanges(rest, before)
        setGuides((old) => (old.x === guide.x && old.y === guide.y ? old : guide))
        return applyNodeChanges(rest, before)
      })
    },
    [model],
  )
  const onEdgesChange = useCallback(
    (changes: { type: string; id?: string; selected?: boolean }[]) => {
      const picked = changes.filter((change) => change.type === 'select')
      if (picked.length === 0) return
      const selection = new Set(model.editor.store.getState().view.edges)
      for (const change of picked) {
        if (change.selected) selection.add(String(change.id))
        else selection.delete(String(change.id))
      }
      model.editor.look({ edges: [...selection] })
    },
    [model],
  )
  const onDragged = useCallback(
    (dragged: readonly CanvasNode[]) => {
      setGuides({ x: null, y: null })
      if (dragged.length === 0) return
      model.editor.run(move(dragged.map(({ id, position }) => ({ id, position }))))
    },
    [model],
  )
  const onDragStop = useCallback(
    (_event: unknown, node: CanvasNode, all: CanvasNode[]) => {
      if (hasMoved(model, node)) onDragged(all.length > 0 ? all : [node])
      else setGuides({ x: null, y: null })
    },
    [model, onDragged],
  )
  /** A plain click on one of several selected nodes leaves that one; React Flow keeps them all. */
  const selectOnly = useCallback(
    ({ id, type }: CanvasNode) => {
      const { view } = model.editor.store.getState()
      if (view.nodes.length + view.notes.length < 2) return
      model.editor.look({
        nodes: type === 'note' ? [] : [id],
        notes: type === 'note' ? [id] : [],
        edges: [],
      })
    },
    [model],
  )
  return { nodes, edges, guides, onNodesChange, onEdgesChange, onDragStop, onDragged, selectOnly }
}

function hasMoved(model: PipelineModel, node: CanvasNode): boolean {
  const { doc } = model.editor.store.getState()
  const old = [...doc.nodes, ...doc.notes].find((item) => item.id === node.id)
  return (
    old !== undefined &&
    (Math.round(node.position.x) !== old.position.x ||
      Math.round(node.position.y) !== old.position.y)
  )
}

/** A single dragged node snaps to the lines of the others; the change is altered in place before it is applied. */
function alignChanges(changes: NodeChange<CanvasNode>[], nodes: readonly CanvasNode[]): Guide {
  const drags = changes.filter((change) => change.type === 'position' && change.dragging)
  const [drag] = drags
  if (drags.length !== 1 || drag.type !== 'position' || !drag.position) return { x: null, y: null }
  const others = nodes.filter((node) => node.id !== drag.id && node.type === 'node').map(boxOf)
  const size = nodes.find((node) => node.id === drag.id)?.measured
  const snapped = snap(
    { ...drag.position, width: size?.width ?? cardWidth, height: size?.height ?? 94 },
    others,
  )
  drag.position = { x: snapped.x, y: snapped.y }
  return { x: snapped.guideX, y: snapped.guideY }
}

function boxOf(node: CanvasNode): Box {
  return {
    ...node.position,
    width: node.measured?.width ?? cardWidth,
    height: node.measured?.height ?? 94,
  }
}

function selectNodes(
  model: PipelineModel,
  changes: readonly { id: string; selected: boolean }[],
): void {
  const { view, doc } = model.editor.store.getState()
  const selection = new Set([...view.nodes, ...view.notes])
  for (const change of changes) {
    if (change.selected) selection.add(change.id)
    else selection.delete(change.id)
  }
  const notes = new Set(doc.notes.map((note) => note.id))
  const ids = [...selection]
  model.editor.look({
    nodes: ids.filter((id) => !notes.has(id)),
    notes: ids.filter((id) => notes.has(id)),
  })
}
