/** A seeded generator: the same seed gives the same run. */
import type { Random } from './environment.ts'

/** xoshiro128** (Blackman, Vigna 2018), seeded by splitmix32. */
export function seededRandom(seed: number): Random {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let state = seed >>> 0
  const splitmix = () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  a = splitmix()
  b = splitmix()
  c = splitmix()
  d = splitmix() | 1
  const uint32 = () => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result
  }
  return { uint32, next: () => uint32() / 0x100000000 }
}

/** A whole number in [low, high]. */
export function randomInteger(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1))
}

/** 22 characters of base64url, 128 bits: for ids. */
export function randomId(random: Random): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  let id = ''
  for (let i = 0; i < 22; i++) id += alphabet[random.uint32() & 63]
  return id
}
