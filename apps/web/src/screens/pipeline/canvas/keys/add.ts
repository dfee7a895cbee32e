/** Tab, / and N: the lists of nodes to add. */
import type { ReactFlowInstance } from '@xyflow/react'
import type { AppCommand } from '../../../../shortcuts/registry.ts'
import { shortcut } from '../../../../shortcuts/shortcuts.ts'
import { outputsOf } from '../../catalogue.ts'
import { nodeById } from '../../editor/graph.ts'
import type { PipelineModel } from '../../model.ts'
import { cardWidth } from '../ports.ts'
import type { Root } from './focus.ts'

export function addCommands(
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
      ...shortcut('add'),
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
      ...shortcut('find-node'),
      enabled: editable,
      run: () => {
        model.panes.setState({ palette: true })
        requestAnimationFrame(() => document.getElementById('palette-search')?.focus())
      },
    },
    {
      ...shortcut('insert'),
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
