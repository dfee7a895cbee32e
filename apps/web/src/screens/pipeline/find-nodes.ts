/** Every node of the graph as a command: the palette finds them by name. */
import type { ReactFlowInstance } from '@xyflow/react'
import type { AppCommand } from '../../shortcuts/registry.ts'
import { cardWidth } from './canvas/ports.ts'
import { definitionOf } from './catalogue.ts'
import { shownDocument } from './editor/state.ts'
import type { PipelineModel } from './model.ts'

/** Nodes offered at most. */
const foundMax = 200

export function nodeCommands(
  model: PipelineModel,
  flow: ReactFlowInstance,
  names: readonly string[],
): AppCommand[] {
  const { nodes } = shownDocument(model.editor.store.getState())
  return nodes.slice(0, foundMax).map((node, index) => ({
    id: `node-${node.id}`,
    label: `${names[index] ?? node.name}, ${definitionOf(node.kind)?.title ?? node.kind}`,
    group: 'Nodes',
    run: () => {
      const placed = shownDocument(model.editor.store.getState()).nodes.find(
        (item) => item.id === node.id,
      )
      if (!placed) return
      model.editor.look({ nodes: [node.id], edges: [], notes: [] })
      void flow.setCenter(placed.position.x + cardWidth / 2, placed.position.y + 50, {
        zoom: Math.max(0.7, flow.getZoom()),
      })
    },
  }))
}
