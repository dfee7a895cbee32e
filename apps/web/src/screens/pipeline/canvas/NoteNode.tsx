/** A note on the canvas. */
import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo } from 'react'
import { useStore } from 'zustand'
import { editNote, move } from '../editor/commands.ts'
import { shownDocument } from '../editor/state.ts'
import { useModel } from '../model.ts'
import styles from './NoteNode.module.css'

export const NoteNode = memo(function NoteNode({ id, selected }: NodeProps) {
  const model = useModel()
  const text = useStore(
    model.editor.store,
    (state) => shownDocument(state).notes.find((note) => note.id === id)?.text ?? '',
  )
  const readOnly = useStore(model.editor.store, (state) => state.view.lane === 'live')
  return (
    <div className={styles.note} data-selected={selected || undefined}>
      <NodeResizer
        isVisible={(selected ?? false) && !readOnly}
        minWidth={120}
        minHeight={48}
        color="var(--accent)"
        onResizeEnd={(_event, to) => {
          model.editor.run(
            editNote(id, { size: { width: Math.round(to.width), height: Math.round(to.height) } }),
          )
          model.editor.run(move([{ id, position: { x: to.x, y: to.y } }]))
        }}
      />
      <textarea
        className={`${styles.text} ${selected ? 'nodrag nopan nowheel' : ''}`}
        aria-label="Note"
        placeholder="Write a note"
        value={text}
        readOnly={readOnly}
        maxLength={4000}
        onChange={(event) => model.editor.run(editNote(id, { text: event.target.value }))}
      />
    </div>
  )
})
