/** Zoom and fit. */
import type { ReactFlowInstance } from '@xyflow/react'
import type { AppCommand } from '../../../../shortcuts/registry.ts'

export function viewCommands(flow: ReactFlowInstance): AppCommand[] {
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
