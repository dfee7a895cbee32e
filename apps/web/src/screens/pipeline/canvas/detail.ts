/** What is shown at a zoom: how much of a card, letters that are never under 11 px on the screen, and how many dots. */

/** `all` down to `icon`: each hides what the one before it still had room for. */
export type Detail = 'all' | 'line' | 'numbers' | 'name' | 'icon'

/** The smallest zoom at which each still fits into a card. */
const fromZoom: readonly (readonly [zoom: number, detail: Detail])[] = [
  [1, 'all'],
  [0.78, 'line'],
  [0.6, 'numbers'],
  [0.32, 'name'],
]

export function detailAt(zoom: number): Detail {
  return fromZoom.find(([least]) => zoom >= least)?.[1] ?? 'icon'
}

/** Few steps, so that styles are computed anew a few times in a zoom and not at each frame. */
const stepsOfScale = 10
const scaleMax = 4

/** Factor by which letters and lines grow on the card, so that they keep their size on the screen. */
export function letterScaleAt(zoom: number): number {
  return Math.min(scaleMax, Math.max(1, Math.ceil(stepsOfScale / zoom - 1e-9) / stepsOfScale))
}

/** Distance of the dots at zoom 1, px of the graph. */
const dotGapPx = 20
/** Dots nearer to each other than this on the screen are thinned by half. */
const dotGapScreenMin = 14

/** px of the graph; a power of two times the distance at zoom 1. */
export function dotGapAt(zoom: number): number {
  let gap = dotGapPx
  while (gap * zoom < dotGapScreenMin) gap *= 2
  return gap
}
