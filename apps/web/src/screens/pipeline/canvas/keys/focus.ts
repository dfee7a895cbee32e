/** Where the keyboard is on the canvas. */
import type { RefObject } from 'react'

/** The canvas' own element. */
export type Root = RefObject<HTMLDivElement | null>

/** Puts the focus on a node's card, so that the next key belongs to it. */
export function focusNode(root: Root, id: string): void {
  requestAnimationFrame(() => {
    const card = root.current?.querySelector<HTMLElement>(
      `.react-flow__node[data-id="${CSS.escape(id)}"]`,
    )
    card?.focus({ preventScroll: true })
  })
}

/** No other pane has the focus. */
export function focusOnCanvas(root: Root): boolean {
  const active = document.activeElement
  return !active || active === document.body || root.current?.contains(active) === true
}
