/** The benchmark's input: order events of 240 to 290 bytes of JSON, and the answer, computed without any of our code. */

export const windowMs = 10_000
/** Events come up to this much out of order. */
export const disorderMs = 500
const startMs = 1_700_000_000_000

export interface InputOptions {
  count: number
  partitions: number
  keys: number
  /** How many windows the events spread over. */
  windows: number
}

export interface Answer {
  orders: number
  total: number
}

const countries = ['DE', 'FR', 'IT', 'ES', 'NL', 'PL', 'SE', 'PT']
const note = 'please leave the parcel with the neighbours on the second floor if nobody answers'

/** xorshift32: every run sees the same events. */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

/** Every event, in the order of production; fills `answers` by `user window`. */
export function* events(
  options: InputOptions,
  answers: Map<string, Answer>,
): Generator<{ partition: number; json: string }> {
  const { count, partitions, keys, windows } = options
  const next = numbers(42)
  const spanMs = windows * windowMs
  const add = (user: string, at: number, amount: number) => {
    const key = `${user} ${at - (at % windowMs)}`
    const answer = answers.get(key)
    if (!answer) answers.set(key, { orders: 1, total: amount })
    else {
      answer.orders++
      answer.total += amount
    }
  }
  for (let i = 0; i < count; i++) {
    const user = `user-${next() % keys}`
    const amount = (next() % 20_000) + 1
    const at = startMs + Math.floor((i / count) * spanMs) + (next() % disorderMs)
    const id = (next() % 0xfffffff).toString(16).padStart(7, '0')
    const session = `${next().toString(16).padStart(8, '0')}${next().toString(16).padStart(8, '0')}`
    const short = note.slice(0, 50 + (next() % 32))
    add(user, at, amount)
    yield {
      partition: i % partitions,
      json: `{"order_id":"o-${id}","user_id":"${user}","item_id":${next() % 5000},"amount":${amount},"currency":"EUR","placed_at":${at},"country":"${countries[next() & 7]}","express":${(next() & 3) === 0},"session":"${session}","note":"${short}"}`,
    }
  }
  // One last event in each partition moves time past every window; its own window stays open.
  for (let partition = 0; partition < partitions; partition++) {
    const at = startMs + spanMs + 10 * windowMs
    yield { partition, json: `{"user_id":"end","amount":1,"placed_at":${at}}` }
  }
}
