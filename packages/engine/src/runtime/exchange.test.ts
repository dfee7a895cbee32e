import { seededRandom } from '@millrace/base'
import { describe, expect, it } from 'vitest'
import { QueueChannel } from './channel.ts'
import { edgeSender, hashPartitioner } from './exchange.ts'
import { batchOf, rowsOf } from './testing/batches.ts'
import { keyValueRow } from './testing/plans.ts'

const rows = (count: number) => {
  const random = seededRandom(1)
  return Array.from({ length: count }, (_, i) => ({
    cells: [random.next() < 0.1 ? null : `key-${random.uint32() % 50}`, BigInt(i)],
    time: i,
  }))
}

describe('hash exchange', () => {
  it('sends every row once, all rows of a key to one subtask, in order', () => {
    for (const hash of ['flink', 'v1'] as const) {
      const given = rows(1000)
      const split = hashPartitioner({ is: 'hash', columns: [0], hash }, keyValueRow, 3)
      const parts = split(batchOf(keyValueRow, given)).map((part) =>
        part ? rowsOf(keyValueRow, part) : [],
      )
      const owner = new Map<unknown, number>()
      for (const [subtask, part] of parts.entries()) {
        expect(part.length).toBeGreaterThan(0)
        expect(part.map(({ time }) => time)).toEqual(
          [...part.map(({ time }) => time)].sort(byNumber),
        )
        for (const { cells } of part) {
          expect(owner.get(cells[0]) ?? subtask).toBe(subtask)
          owner.set(cells[0], subtask)
        }
      }
      const sent = parts.flat().sort((a, b) => byNumber(a.time, b.time))
      expect(sent).toEqual(given)
    }
  })
})

describe('rebalance', () => {
  it('gives each receiver a batch in turn', () => {
    const channels = [new QueueChannel(), new QueueChannel()]
    const sender = edgeSender({ exchange: { is: 'rebalance' }, channels }, keyValueRow)
    for (let i = 0; i < 4; i++) sender.send(batchOf(keyValueRow, rows(1)))
    expect(channels.map((channel) => channel.fill())).toEqual([0.5, 0.5])
  })
})

function byNumber(a = 0, b = 0): number {
  return a - b
}
