import { newPartition } from '@millrace/engine/runtime'
import { expect, it } from 'vitest'
import { PartitionChoice, turnsMax } from './partition-choice.ts'

const at = (partition: number, maxEventTime: number | null) => ({
  ...newPartition(partition, 0),
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
