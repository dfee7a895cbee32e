/** Moves the view to a node that was added outside of it. */
import { useReactFlow } from '@xyflow/react'
import { type RefObject, useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { PipelineModel } from '../model.ts'
import { cardWidth } from './ports.ts'

/** A node that was just added, or undone back, is moved into the picture: the view moves, never the nodes. */
export function useKeepInView(model: PipelineModel, root: RefObject<HTMLDivElement | null>): void {
  const flow = useReactFlow()
  const count = useRef(model.editor.store.getState().doc.nodes.length)
  const doc = useStore(model.editor.store, (state) => state.doc)
  useEffect(() => {
    const { view } = model.editor.store.getState()
    const grew = doc.nodes.length > count.current
    count.current = doc.nodes.length
    const node = doc.nodes.find((item) => item.id === view.nodes[0])
    if (!grew || !node || view.nodes.length !== 1) return
    // The inspector opens for the new node; what is seen is known after that.
    const timer = setTimeout(() => {
      const box = root.current?.getBoundingClientRect()
      if (!box) return
      const at = flow.flowToScreenPosition(node.position)
      const zoom = flow.getZoom()
      const dx = overlap(at.x, at.x + (cardWidth + 60) * zoom, box.left + 24, box.right - 24)
      const dy = overlap(at.y, at.y + 110 * zoom, box.top + 24, box.bottom - 60)
      if (dx === 0 && dy === 0) return
      const { x, y } = flow.getViewport()
      void flow.setViewport({ x: x - dx, y: y - dy, zoom }, { duration: 120 })
    }, 60)
    return () => clearTimeout(timer)
  }, [doc, flow, model, root])
}

/** How far [from, to] reaches out of [low, high]; negative at the low end. */
function overlap(from: number, to: number, low: number, high: number): number {
  if (to > high) return to - high
  return from < low ? from - low : 0
}
