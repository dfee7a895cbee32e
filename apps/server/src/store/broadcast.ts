/** Tells many listeners, each at its own pace: a slow one gets the newest value, or loses the oldest events. */

/** Events that wait for one slow listener; beyond it the oldest is dropped. */
const queuedMax = 1000

export class Broadcast<T> {
  private readonly queues = new Set<{ push(value: T): void }>()

  get listeners(): number {
    return this.queues.size
  }

  send(value: T): void {
    for (const queue of this.queues) queue.push(value)
  }

  /** Values sent from now on, until `signal` aborts. */
  async *listen(signal: AbortSignal): AsyncGenerator<T> {
    const waiting: T[] = []
    let wake: () => void = () => undefined
    const queue = {
      push: (value: T) => {
        waiting.push(value)
        if (waiting.length > queuedMax) waiting.shift()
        wake()
      },
    }
    const onAbort = () => wake()
    this.queues.add(queue)
    signal.addEventListener('abort', onAbort, { once: true })
    try {
      while (!signal.aborted) {
        const next = waiting.shift()
        if (next !== undefined) {
          yield next
          continue
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    } finally {
      this.queues.delete(queue)
      signal.removeEventListener('abort', onAbort)
    }
  }
}

/** Waits `ms`, less if `signal` aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve()
      return
    }
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** What `read` gives now and then every `ms`, while somebody listens; an unchanged value is not repeated. */
export async function* polled<T>(
  read: () => Promise<T>,
  ms: number,
  signal: AbortSignal,
): AsyncGenerator<T> {
  let before: string | undefined
  while (!signal.aborted) {
    const value = await read()
    const text = JSON.stringify(value)
    if (text !== before) {
      before = text
      yield value
    }
    await pause(ms, signal)
  }
}
