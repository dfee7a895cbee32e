/** Clock, randomness and scheduling of the real machine, in browser and Node alike. */
import type { Cancel, Clock, Environment, Random, Scheduler } from './environment.ts'

declare const performance: { now(): number }
declare const crypto: { getRandomValues(target: Uint32Array): Uint32Array }
declare function setTimeout(task: () => void, delayMs: number): unknown
declare function clearTimeout(handle: unknown): void

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

export const systemScheduler: Scheduler = {
  after(delayMs: number, task: () => void): Cancel {
    const handle = setTimeout(task, delayMs)
    return () => clearTimeout(handle)
  },
  soon(task: () => void): Cancel {
    const handle = setTimeout(task, 0)
    return () => clearTimeout(handle)
  },
}

const word = new Uint32Array(1)
const uint32 = () => {
  crypto.getRandomValues(word)
  return word[0]
}
export const systemRandom: Random = { uint32, next: () => uint32() / 0x100000000 }

export const systemEnvironment: Environment = {
  clock: systemClock,
  random: systemRandom,
  scheduler: systemScheduler,
}
