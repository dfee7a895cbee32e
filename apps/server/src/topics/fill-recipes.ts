/** Records to fill an empty topic with: the subjects of the templates, made from a seed; pure. */
import { type Random, randomInteger, seededRandom } from '@millrace/base'
import type { FillRecipe } from '../api-types.ts'

export interface FilledRecord {
  key: string
  value: string
  timestamp: number
}

interface Recipe extends FillRecipe {
  make(random: Random, index: number, time: number): { key: string; value: Record<string, unknown> }
}

/** Event time that a fill covers, ending now, ms. */
const fillSpanMs = 15 * 60_000
/** Share of records that are up to `disorderMs` behind their turn. */
const disorderShare = 0.1
const disorderMs = 4000

const recipes: readonly Recipe[] = [
  {
    id: 'orders',
    title: 'Orders',
    description:
      'order_id, user_id, product, amount, placed_at; 15 minutes of event time up to now',
    make: (random, index, time) => {
      const user = `user-${skewed(random, 200)}`
      return {
        key: user,
        value: {
          order_id: `o-${index + 1}`,
          user_id: user,
          product: pick(random, products),
          amount: randomInteger(random, 100, 25_000) / 100,
          placed_at: new Date(time).toISOString(),
        },
      }
    },
  },
  {
    id: 'payments',
    title: 'Payments',
    description:
      'payment_id, user_id, amount_cents, currency, initiated_at (ms); some users pay in bursts',
    make: (random, index, time) => {
      const user = `user-${skewed(random, 100)}`
      return {
        key: user,
        value: {
          payment_id: `p-${index + 1}`,
          user_id: user,
          amount_cents: randomInteger(random, 100, random.next() < 0.02 ? 250_000 : 20_000),
          currency: pick(random, ['EUR', 'USD', 'GBP']),
          initiated_at: time,
        },
      }
    },
  },
  {
    id: 'clicks',
    title: 'Clicks',
    description: 'user_id, session_id, page_url, referrer (sometimes null), timestamp_ms',
    make: (random, _index, time) => {
      const user = skewed(random, 500)
      return {
        key: `u-${user}`,
        value: {
          user_id: `u-${user}`,
          session_id: `s-${user}-${Math.floor(time / 1_800_000) % 1000}`,
          page_url: pick(random, pages),
          referrer: random.next() < 0.4 ? null : pick(random, pages),
          timestamp_ms: time,
        },
      }
    },
  },
]

const products = ['kettle', 'lamp', 'notebook', 'chair', 'headphones', 'mug', 'backpack', 'desk']
const pages = ['/', '/products', '/products/kettle', '/products/lamp', '/cart', '/checkout', '/pay']

export const fillRecipes: readonly FillRecipe[] = recipes.map(({ id, title, description }) => ({
  id,
  title,
  description,
}))

/** `count` records in order of arrival, their event times spread over the quarter of an hour before `now`. */
export function* fillRecords(
  id: string,
  count: number,
  { now, seed }: { now: number; seed: number },
): Generator<FilledRecord> {
  const recipe = recipes.find((each) => each.id === id)
  if (!recipe) return
  const random = seededRandom(seed)
  for (let index = 0; index < count; index++) {
    const turn = now - fillSpanMs + Math.floor(((index + 1) * fillSpanMs) / count)
    const late = random.next() < disorderShare ? randomInteger(random, 0, disorderMs) : 0
    const { key, value } = recipe.make(random, index, turn - late)
    yield { key, value: JSON.stringify(value), timestamp: turn }
  }
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random.next() * values.length)]
}

/** A number from 1 to `count`, small ones more often. */
function skewed(random: Random, count: number): number {
  return 1 + Math.floor(count * random.next() ** 2)
}
