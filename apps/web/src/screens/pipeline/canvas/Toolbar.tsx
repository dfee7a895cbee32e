/** Zoom, fit, tidy up, undo and redo, at the canvas' corner. */
import { type ReactFlowState, useStore as useFlowStore, useReactFlow } from '@xyflow/react'
import { LayoutGrid, ListTree, Maximize, Minus, Plus, Redo2, StickyNote, Undo2 } from 'lucide-react'
import { useStore } from 'zustand'
import { useKeys } from '../../../shortcuts/bindings.ts'
import { Button, IconButton } from '../../../ui/index.ts'
import { useModel } from '../model.ts'
import styles from './Toolbar.module.css'

export interface ToolbarProps {
  onTidy(): void
  onNote(): void
}

export function Toolbar({ onTidy, onNote }: ToolbarProps) {
  const model = useModel()
  const flow = useReactFlow()
  const undo = useStore(model.editor.store, (state) => state.past.at(-1)?.label)
  const redo = useStore(model.editor.store, (state) => state.future.at(-1)?.label)
  const readOnly = useStore(model.editor.store, (state) => state.view.lane === 'live')
  const undoKeys = useKeys('undo')
  const redoKeys = useKeys('redo')
  const outline = useStore(model.panes, (panes) => panes.outline)
  return (
    <div className={styles.bar} role="toolbar" aria-label="Canvas">
      <div className={styles.group}>
        <IconButton
          label="Zoom out"
          keys={useKeys('zoom-out')}
          icon={<Minus size={14} />}
          onClick={() => flow.zoomOut()}
        />
        <ZoomLevel />
        <IconButton
          label="Zoom in"
          keys={useKeys('zoom-in')}
          icon={<Plus size={14} />}
          onClick={() => flow.zoomIn()}
        />
        <IconButton
          label="Fit the graph"
          keys={useKeys('fit')}
          icon={<Maximize size={14} />}
          onClick={() => flow.fitView({ padding: 0.15, maxZoom: 1 })}
        />
      </div>
      {!readOnly && (
        <div className={styles.group}>
          <IconButton
            label="Undo"
            hint={undo && `Undo: ${undo}`}
            keys={undoKeys}
            disabled={!undo}
            icon={<Undo2 size={14} />}
            onClick={() => model.editor.undo()}
          />
          <IconButton
            label="Redo"
            hint={redo && `Redo: ${redo}`}
            keys={redoKeys}
            disabled={!redo}
            icon={<Redo2 size={14} />}
            onClick={() => model.editor.redo()}
          />
        </div>
      )}
      <div className={styles.group}>
        {!readOnly && (
          <>
            <IconButton label="Tidy up" icon={<LayoutGrid size={14} />} onClick={onTidy} />
            <IconButton label="Add a note" icon={<StickyNote size={14} />} onClick={onNote} />
          </>
        )}
        <IconButton
          label="Outline of the graph"
          aria-pressed={outline}
          icon={<ListTree size={14} />}
          onClick={() => model.panes.setState({ outline: !outline })}
        />
      </div>
    </div>
  )
}

/** Panning does not redraw it. */
const zoomOf = (state: ReactFlowState) => state.transform[2]

function ZoomLevel() {
  const flow = useReactFlow()
  const zoom = useFlowStore(zoomOf)
  return (
    <Button
      variant="quiet"
      className={styles.zoom}
      aria-label={`Zoom ${Math.round(zoom * 100)} %, back to 100 %`}
      onClick={() => flow.zoomTo(1)}
    >
      {Math.round(zoom * 100)} %
    </Button>
  )
}
