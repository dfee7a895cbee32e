import { expect, it } from 'vitest'
import {
  combinedWatermark,
  newProgress,
  PartitionChoice,
  sentBefore,
  turnsMax,
} from './partition-progress.ts'

const at = (partition: number, maxEventTime: number | null) => ({
  ...newProgress('orders', partition, 0),
  maxEventTime,
})

it('reads the partition first whose event time is furthest behind', () => {
  const choice = new PartitionChoice()
  expect(choice.choose([at(0, 50), at(1, 10), at(2, 30)])?.partition).toBe(1)
  expect(choice.choose([at(0, 50), at(1, 60), at(2, null)])?.partition).toBe(2)
  expect(choice.choose([])).toBeUndefined()
})

it('lets no partition wait for ever behind one whose event time does not move', () => {
  const choice = new PartitionChoice()
  const chosen = Array.from({ length: 40 }, () => choice.choose([at(0, 1), at(1, 2)])?.partition)
  expect(chosen.filter((partition) => partition === 1)).toHaveLength(
    Math.floor(40 / (turnsMax + 1)),
  )
})

it('takes the minimum over the partitions that are not idle', () => {
  const with_ = (watermark: number | null, idle: boolean) => ({ ...at(0, null), watermark, idle })
  expect(combinedWatermark([with_(5, false), with_(3, true)])).toBe(5)
  expect(combinedWatermark([with_(5, false), with_(null, false)])).toBe(Number.NEGATIVE_INFINITY)
  expect(combinedWatermark([with_(5, true)])).toBeNull()
})

it('goes on from the watermark that all of its partitions had passed', () => {
  expect(
    sentBefore([
      { ...at(0, 9), sent: 7 },
      { ...at(1, 9), sent: 4 },
    ]),
  ).toBe(4)
  expect(sentBefore([{ ...at(0, 9), sent: 7 }, at(1, 9)])).toBe(Number.NEGATIVE_INFINITY)
})
