/** The page's one clock: it ticks once a second while something shows how long ago. */
import { useSyncExternalStore } from 'react'

const tickMs = 1000

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now()
    timer = setInterval(tick, tickMs)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

/** Wall clock in ms, to the second: the component is drawn again at each tick. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}
