import type { SourcePartitionStatus } from '@millrace/engine/runtime'
import { describe, expect, it } from 'vitest'
import { type SourcePartition, timeHolder } from './time-holder.ts'

const now = 1_000_000
const partition = (number: number, changes: Partial<SourcePartitionStatus>): SourcePartition => ({
  node: 'source',
  topic: 'clicks',
  status: {
    partition: number,
    offset: 10,
    endOffset: 10,
    maxEventTime: 900_000,
    maxEventTimeOffset: 9,
    watermark: 890_000,
    idle: false,
    lastRowAt: now,
    ...changes,
  },
})

describe('who holds time', () => {
  it('is the silent partition whose watermark is behind', () => {
    const holder = timeHolder(
      [
        partition(0, {}),
        partition(4, { maxEventTime: 743_000, watermark: 733_000, lastRowAt: now - 157_000 }),
      ],
      now,
    )
    expect(holder).toMatchObject({
      partition: 4,
      since: now - 157_000,
      words: 'Partition 4 of clicks holds time: no row for 2 min 37 s.',
    })
  })

  it('is a partition that never had a row, or one that has rows left to read', () => {
    const empty = partition(1, {
      offset: 0,
      endOffset: 0,
      maxEventTime: null,
      watermark: null,
      lastRowAt: null,
    })
    expect(timeHolder([partition(0, {}), empty], now)?.words).toBe(
      'Partition 1 of clicks holds time: it has had no row with an event time.',
    )
    const unread = partition(2, { endOffset: 1214, maxEventTime: 880_000, watermark: 870_000 })
    expect(timeHolder([partition(0, {}), unread], now)?.words).toBe(
      'Partition 2 of clicks holds time: 1,204 rows not read yet, its event time is 20 s behind the others.',
    )
  })

  it('is nobody while all go on, or when the silent one is idle', () => {
    const behind = { maxEventTime: 743_000, watermark: 733_000 }
    expect(timeHolder([partition(0, {}), partition(1, { watermark: 889_500 })], now)).toBeNull()
    expect(timeHolder([partition(0, {}), partition(4, { ...behind, idle: true })], now)).toBeNull()
    // It had a row a moment ago: the next one may bring it up to the others.
    expect(timeHolder([partition(0, {}), partition(4, behind)], now)).toBeNull()
  })
})
