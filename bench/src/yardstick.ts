/** How fast the machine is just now: `JSON.parse` over the benchmark's own events, in this thread. */
import { events } from './events.ts'

/** Events per second that `JSON.parse` reads on the two-core machine of docs/benchmarks.md when nothing else runs. */
const referenceRate = 900_000
const sampleCount = 100_000

const sample = [
  ...events({ count: sampleCount, partitions: 1, keys: 2000, windows: 50 }, new Map()),
]

/** Events per second. */
export function yardstick(): number {
  let total = 0
  const start = performance.now()
  for (const { json } of sample) total += (JSON.parse(json) as { amount: number }).amount
  if (Number.isNaN(total)) throw new Error('the events of the yardstick have no amount')
  return sampleCount / ((performance.now() - start) / 1000)
}

/** The floor for a machine as fast as measured: lowered in proportion where it is slower than the reference, never raised. */
export function floorAt(floor: number, rates: readonly number[]): number {
  const median = [...rates].sort((a, b) => a - b)[rates.length >> 1]
  return floor * Math.min(1, median / referenceRate)
}
