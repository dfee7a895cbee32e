/** The dots behind the graph: one picture that is moved by less than a dot's distance, never drawn anew while panning. */
import { type ReactFlowState, useStore } from '@xyflow/react'
import styles from './Canvas.module.css'

/** Distance of the dots at zoom 1, px. */
const gapPx = 20
/** Dots nearer to each other than this on the screen are thinned by half. */
const gapMinPx = 14

const transformOf = (state: ReactFlowState) => state.transform

export function Grid() {
  const [x, y, zoom] = useStore(transformOf)
  let gap = gapPx * zoom
  while (gap < gapMinPx) gap *= 2
  return (
    <div
      aria-hidden
      className={styles.grid}
      style={{
        inset: -gap,
        backgroundSize: `${gap}px ${gap}px`,
        transform: `translate(${modulo(x, gap)}px, ${modulo(y, gap)}px)`,
      }}
    />
  )
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by
}
