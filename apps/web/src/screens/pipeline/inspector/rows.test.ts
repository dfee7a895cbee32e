import type { TapBatch } from '@millrace/server'
import { describe, expect, it } from 'vitest'
import { followRows, pendingRowsMax } from './rows.ts'

const batch = (from: number, count: number): TapBatch => ({
  row: { fields: [] },
  rows: Array.from({ length: count }, (_, index) => ({
    sequence: from + index,
    at: 0,
    eventTime: null,
    kind: '+I' as const,
    cells: [],
  })),
  skipped: 0,
  last: from + count - 1,
})

function tap() {
  const asked: (number | null)[] = []
  let send: ((batch: TapBatch) => void) | null = null
  const rows = followRows((after, onBatch) => {
    asked.push(after)
    send = onBatch
    return () => {
      send = null
    }
  })
  return { rows, asked, send: (b: TapBatch) => send?.(b), isOpen: () => send !== null }
}

describe('rows of a tap', () => {
  it('shows the newest first', () => {
    const { rows, send } = tap()
    send(batch(1, 3))
    expect(rows.store.getState().rows.map((row) => row.sequence)).toEqual([3, 2, 1])
  })

  it('drops nothing while paused', () => {
    const { rows, send } = tap()
    send(batch(1, 2))
    rows.pause()
    send(batch(3, 2))
    expect(rows.store.getState().rows).toHaveLength(2)
    expect(rows.store.getState().pending).toHaveLength(2)
    rows.resume()
    expect(rows.store.getState().rows.map((row) => row.sequence)).toEqual([4, 3, 2, 1])
  })

  it('lets a full tap go while paused and goes on from its cursor', () => {
    const { rows, send, asked, isOpen } = tap()
    rows.pause()
    send(batch(1, pendingRowsMax))
    expect(isOpen()).toBe(false)
    rows.resume()
    expect(asked).toEqual([null, pendingRowsMax])
    expect(rows.store.getState().total).toBe(pendingRowsMax)
  })
})
