/** The canvas: React Flow fed by the editor's store; what the user does there becomes commands. */
import '@xyflow/react/dist/style.css'
import {
  type Connection,
  type FinalConnectionState,
  MiniMap,
  ReactFlow,
  type ReactFlowState,
  SelectionMode,
  useStore as useFlowStore,
  useReactFlow,
} from '@xyflow/react'
import { type DragEvent, useCallback, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { definitionOf, hueOf } from '../catalogue.ts'
import { addNode, connectPorts } from '../editor/commands.ts'
import { shownDocument } from '../editor/state.ts'
import { type PipelineModel, useModel } from '../model.ts'
import styles from './Canvas.module.css'
import { ConnectBanner, EmptyCanvas } from './CanvasNotices.tsx'
import { ConnectionHint, type Refusal, RefusalCard } from './ConnectionHint.tsx'
import { NodeCard } from './NodeCard.tsx'
import { NodePicker } from './NodePicker.tsx'
import { NoteNode } from './NoteNode.tsx'
import type { CanvasEdge, CanvasNode } from './nodes.ts'
import { dragType } from './Palette.tsx'
import { cardWidth } from './ports.ts'
import { StreamEdge } from './StreamEdge.tsx'
import { Toolbar } from './Toolbar.tsx'
import { useCanvasActions } from './useCanvasActions.ts'
import { type Guide, useGraph } from './useGraph.ts'
import { useKeepInView } from './useKeepInView.ts'
import { ViewAttributes } from './ViewAttributes.tsx'

const nodeTypes = { node: NodeCard, note: NoteNode }
const edgeTypes = { stream: StreamEdge }
const fitOptions = { padding: 0.15, maxZoom: 1 }
const multiSelectionKeys = ['Shift', 'Meta', 'Control']
const zoomKeys = ['Meta', 'Control']
const minZoom = 0.15

export function Canvas() {
  const model = useModel()
  const flow = useReactFlow<CanvasNode, CanvasEdge>()
  const readOnly = useStore(model.editor.store, (state) => state.view.lane === 'live')
  const graph = useGraph(model)
  const hidesCards = useFlowStore(hasHiddenCards)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const root = useRef<HTMLDivElement>(null)
  const actions = useCanvasActions(model, root)
  useKeepInView(model, root)
  useEffect(() => root.current?.focus(), [])

  const isValid = useCallback(
    (connection: Connection | CanvasEdge) => {
      const edge = edgeOf(connection)
      return edge !== null && model.analyst.verdict(edge).ok
    },
    [model],
  )
  const onConnect = useCallback(
    (connection: Connection) => {
      const edge = edgeOf(connection)
      if (edge) model.editor.run(connectPorts(edge))
    },
    [model],
  )
  const onConnectEnd = useCallback(
    (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
      const at = pointOf(event)
      const { fromHandle, toHandle } = state
      if (!fromHandle || state.isValid) return
      if (toHandle) {
        const edge = edgeBetween(fromHandle, toHandle)
        if (!edge) return
        const verdict = model.analyst.verdict(edge)
        if (!verdict.ok)
          setRefusal({
            at,
            edge,
            reason: verdict.reason ?? '',
            wayOn: verdict.wayOn,
            fixes: verdict.fixes,
          })
        return
      }
      if (fromHandle.type !== 'source' || !fromHandle.id) return
      const position = flow.screenToFlowPosition(at)
      model.picker.setState({
        open: {
          screen: at,
          position: { x: position.x, y: position.y - 40 },
          after: { node: fromHandle.nodeId, port: fromHandle.id },
        },
      })
    },
    [flow, model],
  )
  const onDrop = (event: DragEvent) => {
    const definition = definitionOf(event.dataTransfer.getData(dragType))
    if (!definition || readOnly) return
    event.preventDefault()
    const point = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
    model.editor.run(
      addNode({ definition, position: { x: point.x - cardWidth / 2, y: point.y - 16 } }),
    )
    model.panes.setState({ inspectorTab: 'configure' })
  }
  return (
    <section
      ref={root}
      className={styles.canvas}
      id="canvas-pane"
      tabIndex={-1}
      aria-label="Pipeline canvas"
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
    >
      <ReactFlow<CanvasNode, CanvasEdge>
        nodes={graph.nodes}
        edges={graph.edges}
        onNodesChange={graph.onNodesChange}
        onEdgesChange={graph.onEdgesChange}
        onNodeDragStop={graph.onDragStop}
        onSelectionDragStop={(_event, nodes) => graph.onDragged(nodes)}
        onNodeClick={(event, node) => {
          if (!event.shiftKey && !event.metaKey && !event.ctrlKey) graph.selectOnly(node)
        }}
        onPaneClick={() => {
          model.panes.setState({ settings: false })
          root.current?.focus()
        }}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onConnect={onConnect}
        onConnectStart={() => setRefusal(null)}
        onConnectEnd={onConnectEnd}
        isValidConnection={isValid}
        connectionRadius={28}
        nodesDraggable={!readOnly}
        nodesConnectable={!readOnly}
        disableKeyboardA11y
        deleteKeyCode={null}
        multiSelectionKeyCode={multiSelectionKeys}
        zoomActivationKeyCode={zoomKeys}
        selectionMode={SelectionMode.Partial}
        panOnScroll
        zoomOnDoubleClick={false}
        onlyRenderVisibleElements={graph.nodes.length > 400}
        elevateEdgesOnSelect={false}
        minZoom={minZoom}
        maxZoom={2}
        fitView
        fitViewOptions={fitOptions}
        ariaLabelConfig={ariaLabels}
      >
        <ViewAttributes root={root} />
        {hidesCards && (
          <MiniMap
            pannable
            zoomable
            ariaLabel="Map of the graph"
            nodeColor={(node) => colourOf(model, node.id)}
            nodeBorderRadius={6}
            style={{ width: 132, height: 84 }}
          />
        )}
        <ConnectionHint />
      </ReactFlow>
      <Guides guides={graph.guides} />
      <EmptyCanvas />
      <ConnectBanner />
      {refusal && <RefusalCard refusal={refusal} onClose={() => setRefusal(null)} />}
      <NodePicker />
      <Toolbar onTidy={actions.tidy} onNote={actions.note} />
    </section>
  )
}

const ariaLabels = {
  'node.a11yDescription.default':
    'Enter configures, F2 renames, C connects, arrows go to the next node, Delete removes.',
  'edge.a11yDescription.default': 'Delete removes this edge.',
}

function colourOf(model: PipelineModel, id: string): string {
  const node = shownDocument(model.editor.store.getState()).nodes.find((item) => item.id === id)
  return node ? hueOf(definitionOf(node.kind)?.group) : 'var(--line)'
}

function Guides({ guides }: { guides: Guide }) {
  const flow = useReactFlow()
  if (guides.x === null && guides.y === null) return null
  const { x, y, zoom } = flow.getViewport()
  return (
    <>
      {guides.x !== null && (
        <span
          className={styles.guide}
          style={{ left: guides.x * zoom + x, top: 0, bottom: 0, width: 1 }}
        />
      )}
      {guides.y !== null && (
        <span
          className={styles.guide}
          style={{ top: guides.y * zoom + y, left: 0, right: 0, height: 1 }}
        />
      )}
    </>
  )
}

function edgeOf(connection: {
  source: string
  target: string
  sourceHandle?: string | null
  targetHandle?: string | null
}) {
  const { source, target, sourceHandle, targetHandle } = connection
  if (!sourceHandle || !targetHandle) return null
  return { from: { node: source, port: sourceHandle }, to: { node: target, port: targetHandle } }
}

interface HandleEnd {
  type: string
  nodeId: string
  id?: string | null
}

function edgeBetween(a: HandleEnd, b: HandleEnd) {
  const source = [a, b].find((end) => end.type === 'source')
  const target = [a, b].find((end) => end.type === 'target')
  return source?.id && target?.id
    ? {
        from: { node: source.nodeId, port: source.id },
        to: { node: target.nodeId, port: target.id },
      }
    : null
}

function pointOf(event: MouseEvent | TouchEvent): { x: number; y: number } {
  const at = 'changedTouches' in event ? event.changedTouches[0] : event
  return { x: at.clientX, y: at.clientY }
}

/** A card lies outside of what is seen, at least in part: only then a map helps and not merely covers. */
function hasHiddenCards({ nodeLookup, transform, width, height }: ReactFlowState): boolean {
  const [x, y, zoom] = transform
  for (const { internals, measured } of nodeLookup.values()) {
    const left = internals.positionAbsolute.x * zoom + x
    const top = internals.positionAbsolute.y * zoom + y
    if (left < 0 || left + (measured.width ?? 0) * zoom > width) return true
    if (top < 0 || top + (measured.height ?? 0) * zoom > height) return true
  }
  return false
}
