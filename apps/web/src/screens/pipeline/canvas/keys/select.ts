/** Arrows along the graph, chains, everything, nothing; Enter configures. */
import type { ReactFlowInstance } from '@xyflow/react'
import type { AppCommand } from '../../../../shortcuts/registry.ts'
import { shortcut } from '../../../../shortcuts/shortcuts.ts'
import { selectAll, selectChain } from '../../editor/commands.ts'
import { nodeById } from '../../editor/graph.ts'
import { shownDocument } from '../../editor/state.ts'
import type { PipelineModel } from '../../model.ts'
import { cardWidth } from '../ports.ts'
import { type Direction, step } from '../walk.ts'
import { focusNode, focusOnCanvas, type Root } from './focus.ts'

export function selectCommands(
  model: PipelineModel,
  flow: ReactFlowInstance,
  root: Root,
): AppCommand[] {
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
        ...shortcut('go'),
        id: `go-${direction}`,
        hidden: true,
        keys: [key],
        run: go(direction, false),
      },
      {
        ...shortcut('extend'),
        id: `extend-${direction}`,
        hidden: true,
        keys: [`Shift+${key}`],
        run: go(direction, true),
      },
    ]),
    {
      ...shortcut('select-all'),
      run: () => void editor.run(selectAll),
    },
    {
      ...shortcut('select-upstream'),
      run: () => void editor.run(selectChain('upstream')),
    },
    {
      ...shortcut('select-downstream'),
      run: () => void editor.run(selectChain('downstream')),
    },
    {
      ...shortcut('unselect'),
      hidden: true,
      run: () => {
        if (model.connect.getState()) return false
        editor.look({ nodes: [], edges: [], notes: [] })
        return undefined
      },
    },
    {
      ...shortcut('configure'),
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
