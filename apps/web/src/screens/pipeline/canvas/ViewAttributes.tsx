/** Tells the styles about the view: how much of a card is shown, how large its letters are, how dense the dots, and whether it is being moved. */
import { useOnViewportChange, useStore, type Viewport } from '@xyflow/react'
import { type RefObject, useLayoutEffect, useRef } from 'react'
import { detailAt, dotGapAt, letterScaleAt } from './detail.ts'

export function ViewAttributes({ root }: { root: RefObject<HTMLElement | null> }) {
  const zoom = useStore((state) => state.transform[2])
  useLayoutEffect(() => {
    const style = root.current?.style
    root.current?.setAttribute('data-detail', detailAt(zoom))
    style?.setProperty('--letters', String(letterScaleAt(zoom)))
    style?.setProperty('--zoom', String(zoom))
    style?.setProperty('--gap', `${dotGapAt(zoom)}px`)
  }, [root, zoom])
  useMoving(root)
  return null
}

/** While the view moves without a zoom its picture is kept and shifted; a zoom draws it anew, so that letters stay sharp. */
function useMoving(root: RefObject<HTMLElement | null>): void {
  const zoomAtStart = useRef(1)
  useOnViewportChange({
    onStart: (viewport: Viewport) => {
      zoomAtStart.current = viewport.zoom
      root.current?.setAttribute('data-moving', '')
    },
    onChange: (viewport: Viewport) => {
      if (viewport.zoom !== zoomAtStart.current) root.current?.removeAttribute('data-moving')
    },
    onEnd: () => root.current?.removeAttribute('data-moving'),
  })
}
