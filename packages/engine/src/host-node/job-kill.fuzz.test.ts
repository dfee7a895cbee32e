/**
 * Broker and job are killed at random times while rows come in, with two engine workers. Invariants: every expected
 * (key, window) is written at least once, every copy of it has the same value, nothing unexpected is written.
 */
import { delay, randomInteger, seededRandom } from '@millrace/base'
import { systemEnvironment } from '@millrace/base/platform'
import { expect, it } from 'vitest'
import { JobProcess, type Order, temporaryDirectory } from './testing/job-harness.ts'

const kills = Number(process.env.MILLRACE_KILLS ?? 4)
const seed = Number(process.env.MILLRACE_SEED ?? systemEnvironment.random.uint32())
const windowMs = 1000
const disorderMs = 300
const partitions = 3

interface Result {
  user: string
  window_start: string
  orders: number
  total: number
}

it(
  `gives the same results after ${kills} kills (seed ${seed})`,
  async () => {
    const random = seededRandom(seed)
    const directory = temporaryDirectory()
    const plan = {
      pipeline: 'killed',
      from: 'orders',
      to: 'totals',
      parallelism: 2,
      windowMs,
      waitMs: disorderMs,
      checkpointIntervalMs: 150,
    }
    const expected = new Map<string, { orders: number; total: number }>()
    let now = 1_000_000
    const chunk = (): Order[] =>
      Array.from({ length: 3000 }, () => {
        now += randomInteger(random, 0, 2)
        const order = {
          user: `user-${randomInteger(random, 0, 49)}`,
          amount: randomInteger(random, 1, 99),
          at: now - randomInteger(random, 0, disorderMs),
        }
        const key = `${order.user} ${new Date(order.at - (order.at % windowMs)).toISOString()}`
        const known = expected.get(key) ?? { orders: 0, total: 0 }
        expected.set(key, { orders: known.orders + 1, total: known.total + order.amount })
        return order
      })

    for (let kill = 0; kill < kills; kill++) {
      const process = await JobProcess.open(directory.path, plan)
      if (kill === 0) {
        await process.client.admin.createTopic('orders', { partitions })
        await process.client.admin.createTopic('totals', { partitions: 2 })
      }
      process.start()
      // Every third kill comes while the job is still starting.
      if (kill % 3 !== 2) await process.until((status) => status.state === 'running')
      for (let partition = 0; partition < partitions; partition++) {
        await process.produce('orders', chunk(), partition)
      }
      await delay(systemEnvironment.scheduler, randomInteger(random, 0, 1200))
      await process.kill('SIGKILL')
    }

    const last = await JobProcess.open(directory.path, plan)
    last.start()
    // One row far ahead in each partition closes every window but its own.
    const end = { user: 'end', amount: 1, at: now + 100 * windowMs }
    for (let partition = 0; partition < partitions; partition++) {
      await last.produce('orders', [end], partition)
    }
    const found = new Map<string, Result>()
    await last.readUntil<Result>('totals', 2, (results) => {
      for (const result of results) {
        const key = `${result.user} ${result.window_start}`
        const { orders, total } = result
        const unexpected = `an unexpected result for ${key}, seed ${seed}`
        expect(expected.get(key), unexpected).toEqual({ orders, total })
        found.set(key, result)
      }
      return found.size >= expected.size
    })
    expect(found.size).toBe(expected.size)
    await last.kill('stop')
    directory.remove()
  },
  60_000 + kills * 20_000,
)
