/** Alignment while dragging: snaps a node to the edges of others, and says where the guides lie. */

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface Snapped {
  x: number
  y: number
  /** Canvas coordinates of the guides; null: none. */
  guideX: number | null
  guideY: number | null
}

/** A node nearer than this to another's line takes it, px of the canvas. */
export const snapPx = 6

/** Left edges and tops are what a graph that reads left to right lines up by; ports follow from tops. */
export function snap(moving: Box, others: readonly Box[]): Snapped {
  const lineX = closest(
    moving.x,
    others.map((box) => box.x),
  )
  const lineY = closest(
    moving.y,
    others.map((box) => box.y),
  )
  return {
    x: lineX ?? moving.x,
    y: lineY ?? moving.y,
    guideX: lineX,
    guideY: lineY,
  }
}

function closest(value: number, lines: readonly number[]): number | null {
  let best: number | null = null
  for (const line of lines) {
    const distance = Math.abs(line - value)
    if (distance <= snapPx && (best === null || distance < Math.abs(best - value))) best = line
  }
  return best
}
