/** The canvas' keyboard: everything that the mouse can do there, as registered commands. */
import { type ReactFlowInstance, useReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import { type AppCommand, useCommands } from '../../../shortcuts/registry.ts'
import { toast } from '../../../ui/index.ts'
import { addNote, tidyUp } from '../editor/commands.ts'
import { arrange } from '../editor/layout.ts'
import type { PipelineModel } from '../model.ts'
import { addCommands } from './keys/add.ts'
import { useClipboard } from './keys/clipboard.ts'
import { connectCommands } from './keys/connect.ts'
import { editCommands } from './keys/edit.ts'
import type { Root } from './keys/focus.ts'
import { selectCommands } from './keys/select.ts'
import { viewCommands } from './keys/view.ts'
import { cardWidth } from './ports.ts'

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
