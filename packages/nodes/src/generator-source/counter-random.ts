/** Chance without a state: a number for each (seed, partition, row, salt), so that any row can be made again alone. */

/** Uniform in [0, 2^32): murmur's finaliser over the four numbers in turn. */
export function chanceWord(seed: number, partition: number, row: number, salt: number): number {
  let h = mix(seed ^ 0x9e3779b9)
  h = mix(h ^ Math.imul(partition + 1, 0x85ebca6b))
  h = mix(h ^ (row | 0))
  h = mix(h ^ Math.floor(row / 0x100000000))
  return mix(h ^ Math.imul(salt + 1, 0xc2b2ae35)) >>> 0
}

/** Uniform in [0, 1). */
export function chance(seed: number, partition: number, row: number, salt: number): number {
  return chanceWord(seed, partition, row, salt) / 0x100000000
}

function mix(word: number): number {
  let h = word
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}
