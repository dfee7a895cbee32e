/** Copy, cut and paste on the canvas. */
import { useEffect } from 'react'
import { clipOf, paste, printClip, readClip } from '../../editor/clipboard.ts'
import { deleteSelection } from '../../editor/commands.ts'
import { shownDocument } from '../../editor/state.ts'
import type { PipelineModel } from '../../model.ts'
import { focusOnCanvas, type Root } from './focus.ts'

/** Copy, cut and paste by the system's own events: they work between windows and need no permission. */
export function useClipboard(model: PipelineModel, root: Root): void {
  useEffect(() => {
    const { editor } = model
    const belongs = () => {
      const active = document.activeElement
      const typing = active?.matches('input, textarea, select, [contenteditable]')
      return !typing && focusOnCanvas(root) && !window.getSelection()?.toString()
    }
    const copy = (event: ClipboardEvent) => {
      const state = editor.store.getState()
      const clip = clipOf(shownDocument(state), state.view)
      if (!belongs() || clip.nodes.length + clip.notes.length === 0) return
      event.preventDefault()
      event.clipboardData?.setData('text/plain', printClip(clip))
      editor.say(`${clip.nodes.length} nodes copied`)
      if (event.type === 'cut') editor.run(deleteSelection)
    }
    const onPaste = (event: ClipboardEvent) => {
      if (!belongs()) return
      const clip = readClip(event.clipboardData?.getData('text/plain') ?? '')
      if (!clip) return
      event.preventDefault()
      editor.run(paste(clip, 'Paste'))
    }
    document.addEventListener('copy', copy)
    document.addEventListener('cut', copy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', copy)
      document.removeEventListener('cut', copy)
      document.removeEventListener('paste', onPaste)
    }
  }, [model, root])
}
