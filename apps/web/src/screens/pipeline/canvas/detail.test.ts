import { describe, expect, it } from 'vitest'
import { detailAt, dotGapAt, letterScaleAt } from './detail.ts'

describe('what a card shows at a zoom', () => {
  it('hides a line, then words, then all but name and number, then all but the icon', () => {
    expect([1.5, 1, 0.99, 0.79, 0.7, 0.6, 0.59, 0.4, 0.3, 0.15].map(detailAt)).toEqual([
      'all',
      'all',
      'line',
      'line',
      'numbers',
      'numbers',
      'name',
      'name',
      'icon',
      'icon',
    ])
  })

  it('never shows letters under 11 px while there are letters', () => {
    for (let zoom = 0.32; zoom <= 2; zoom += 0.01)
      expect(11 * letterScaleAt(zoom) * zoom).toBeGreaterThanOrEqual(10.99)
  })

  it('keeps the letters as they are where the canvas is not zoomed out', () => {
    expect([1, 1.2, 2].map(letterScaleAt)).toEqual([1, 1, 1])
  })

  it('thins the dots by half before they come too close', () => {
    expect([2, 1, 0.7, 0.69, 0.3, 0.15].map(dotGapAt)).toEqual([20, 20, 20, 40, 80, 160])
  })
})
