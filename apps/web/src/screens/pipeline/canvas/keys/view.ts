/** Zoom and fit. */
import type { ReactFlowInstance } from '@xyflow/react'
import type { AppCommand } from '../../../../shortcuts/registry.ts'
import { shortcut } from '../../../../shortcuts/shortcuts.ts'

export function viewCommands(flow: ReactFlowInstance): AppCommand[] {
  return [
    { ...shortcut('zoom-in'), run: () => void flow.zoomIn() },
    { ...shortcut('zoom-out'), run: () => void flow.zoomOut() },
    { ...shortcut('zoom-100'), run: () => void flow.zoomTo(1) },
    {
      ...shortcut('fit'),
      run: () => void flow.fitView({ padding: 0.15, maxZoom: 1 }),
    },
  ]
}
