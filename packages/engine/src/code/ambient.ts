/** Time, chance and console as user code sees them: the request's clock reading and seed, never the machine's. */

/** What the code sees of time and chance; one instance serves all requests of a runner. */
export interface Ambient {
  now: number
  random: () => number
}

/** A Date whose present is the request's clock reading. */
export function dateOf(ambient: Ambient): unknown {
  const make = function (this: unknown, ...parts: unknown[]) {
    const date =
      parts.length === 0 ? new Date(ambient.now) : new Date(...(parts as [number, number]))
    return new.target === undefined ? String(date) : date
  }
  Object.defineProperty(make, 'prototype', { value: Date.prototype })
  return Object.freeze(
    Object.assign(make, { now: () => ambient.now, parse: Date.parse, UTC: Date.UTC }),
  )
}

/** Math with a seeded random. */
export function mathOf(ambient: Ambient): unknown {
  const math: Record<string, unknown> = {}
  for (const name of Object.getOwnPropertyNames(Math)) math[name] = Reflect.get(Math, name)
  math.random = () => ambient.random()
  return Object.freeze(math)
}

/** mulberry32: small and good enough for user code. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 15), z | 1)
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61)
    return ((z ^ (z >>> 14)) >>> 0) / 0x100000000
  }
}
