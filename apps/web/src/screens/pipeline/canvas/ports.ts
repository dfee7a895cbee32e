/** Where the ports of a card lie. */

/** Height of a lone port: beside the second line of the card. */
const lonePortPx = 51
const firstPortPx = 26
const portGapPx = 28

/** Distance from the card's top to the middle of a port, px. */
export function portTop(index: number, count: number): number {
  return count === 1 ? lonePortPx : firstPortPx + index * portGapPx
}

/** A card is at least as high as its ports need. */
export function cardHeight(outputs: number): number {
  return Math.max(94, firstPortPx + (outputs - 1) * portGapPx + 20)
}

/** px */
export const cardWidth = 240
