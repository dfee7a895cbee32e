/** Real broker, real workers, real files: topic → filter → window → topic, killed and restored. */
import { describe, expect, it } from 'vitest'
import { JobProcess, type Order, temporaryDirectory } from './testing/job-harness.ts'

interface Result {
  user: string
  window_start: string
  orders: number
  total: number
}

const key = ({ user, window_start }: Result) => `${user} ${window_start}`
const time = (ms: number) => new Date(ms).toISOString()

/** The last value by user and window; copies of one result must be equal. */
function byWindow(results: readonly Result[]): Map<string, Result> {
  const found = new Map<string, Result>()
  for (const result of results) {
    const earlier = found.get(key(result))
    if (earlier) expect(result).toEqual(earlier)
    found.set(key(result), result)
  }
  return found
}

describe('job host', () => {
  for (const parallelism of [1, 2]) {
    it(`goes on from its checkpoint after a kill, with ${parallelism} engine workers`, async () => {
      const directory = temporaryDirectory()
      const plan = {
        pipeline: 'orders-per-user',
        from: 'orders',
        to: 'totals',
        parallelism,
        checkpointIntervalMs: 60_000,
      }
      const first = await JobProcess.open(directory.path, { ...plan, checkpointIntervalMs: 300 })
      await first.client.admin.createTopic('orders', { partitions: 2 })
      //  partition 0   ada 3  ada 4 | bob 5        ada 1 closes the first window
      //  partition 1   bob 1  eve -2 (filtered)    bob 2
      //                0 ────────── 10 s ───────── 20 s
      const early: Order[] = [
        { user: 'ada', amount: 3, at: 1_000 },
        { user: 'ada', amount: 4, at: 9_999 },
        { user: 'bob', amount: 5, at: 11_000 },
      ]
      await first.produce('orders', early, 0)
      await first.produce('orders', [{ user: 'bob', amount: 1, at: 2_000 }], 1)
      await first.produce('orders', [{ user: 'eve', amount: -2, at: 2_500 }, '{"user": 7'], 1)
      first.start()
      const before = await first.until((status) => {
        const source = status.operators[0].subtasks
        const rowsIn = source.reduce((sum, subtask) => sum + subtask.counters.rowsIn, 0)
        const complete = status.checkpoints.filter((one) => one.state === 'complete').length
        return rowsIn === 6 && complete >= 2
      })
      expect(before.state).toBe('running')
      await first.kill('SIGKILL')

      const second = await JobProcess.open(directory.path, plan)
      await second.produce('orders', [{ user: 'ada', amount: 1, at: 20_000 }], 0)
      await second.produce('orders', [{ user: 'bob', amount: 2, at: 31_000 }], 1)
      await second.produce('orders', [{ user: 'ada', amount: 1, at: 32_000 }], 0)
      second.start()
      const expected = new Map<string, Result>(
        [
          { user: 'ada', window_start: time(0), orders: 2, total: 7 },
          { user: 'bob', window_start: time(0), orders: 1, total: 1 },
          { user: 'bob', window_start: time(10_000), orders: 1, total: 5 },
          { user: 'ada', window_start: time(20_000), orders: 1, total: 1 },
        ].map((result) => [key(result), result]),
      )
      const results = await second.readUntil<Result>(
        'totals',
        2,
        (values) => byWindow(values).size >= expected.size,
      )
      const found = byWindow(results)
      expect([...found.keys()].sort()).toEqual([...expected.keys()].sort())
      for (const [window, result] of found) expect(result).toMatchObject(expected.get(window) ?? {})
      const restored = await second.until((status) => status.state === 'running')
      expect(restored.restoredFrom).toBeGreaterThanOrEqual(2)
      await second.kill('stop')
      directory.remove()
    }, 60_000)
  }
})
