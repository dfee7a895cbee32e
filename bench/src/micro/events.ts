/** Records for the micro benchmarks: order events as a shop writes them, 240 to 290 bytes of JSON. */
import { encodeUtf8 } from '@millrace/base'
import type { RecordSlices } from '@millrace/schemas/formats'

export interface OrderEvent {
  order_id: string
  user_id: string
  item_id: number
  category: string
  amount: number
  currency: string
  placed_at: number
  country: string
  channel: string
  session: string
  discount: null
  express: boolean
  note: string
}

const categories = ['books', 'garden', 'electronics', 'toys', 'groceries', 'sports']
const countries = ['DE', 'FR', 'IT', 'ES', 'NL', 'PL']

/** A fixed sequence of pseudo-random 32-bit numbers (xorshift), so that every run sees the same bytes. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

export function orderEvents(count: number): OrderEvent[] {
  const next = numbers(42)
  return Array.from({ length: count }, (_, i) => ({
    order_id: `o-${(1_000_000 + i).toString(36)}-${(next() & 0xffffff).toString(16)}`,
    user_id: `user-${next() % 100_000}`,
    item_id: next() % 5000,
    category: categories[next() % categories.length],
    amount: (next() % 100_000) / 100,
    currency: 'EUR',
    placed_at: 1_700_000_000_000 + i * 3 + (next() % 1000),
    country: countries[next() % countries.length],
    channel: next() % 3 === 0 ? 'web' : 'mobile-app',
    session: `${next().toString(16).padStart(8, '0')}${next().toString(16).padStart(8, '0')}`,
    discount: null,
    express: next() % 4 === 0,
    note: 'leave at the door, ring twice',
  }))
}

/** Values one behind the other, as in the records of a decompressed record batch. */
export function slicesOf(values: readonly Uint8Array[]): RecordSlices {
  const size = values.reduce((sum, value) => sum + value.length, 0)
  const slices: RecordSlices = {
    data: new Uint8Array(size),
    starts: new Int32Array(values.length),
    ends: new Int32Array(values.length),
    count: values.length,
  }
  let at = 0
  values.forEach((value, i) => {
    slices.data.set(value, at)
    slices.starts[i] = at
    at += value.length
    slices.ends[i] = at
  })
  return slices
}

export function jsonBytes(events: readonly OrderEvent[]): Uint8Array[] {
  return events.map((event) => encodeUtf8(JSON.stringify(event)))
}

/** Runs `work` (which handles `count` records) for about a second and returns records per second, best of five rounds. */
export function recordsPerSecond(count: number, work: () => void): number {
  work()
  let best = 0
  for (let round = 0; round < 5; round++) {
    const start = performance.now()
    let runs = 0
    while (performance.now() - start < 300) {
      work()
      runs++
    }
    best = Math.max(best, (runs * count) / ((performance.now() - start) / 1000))
  }
  return best
}

export function inMillions(perSecond: number): string {
  return `${(perSecond / 1e6).toFixed(2)} M records/s`
}
