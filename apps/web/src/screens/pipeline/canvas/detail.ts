/** How much of a card is shown at a zoom, and how large its letters are: none is under 11 px on the screen. */

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
