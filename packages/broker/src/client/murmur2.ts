/** Kafka's default partitioner (Java's `Utils.murmur2`, `toPositive`): the same key goes to the same partition as from Java. */

const multiplier = 0x5bd1e995
const seed = 0x9747b28c

/** 32-bit MurmurHash2 of `key`, signed as in Java. */
export function murmur2(key: Uint8Array): number {
  const length = key.length
  let hash = seed ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = key[at] | (key[at + 1] << 8) | (key[at + 2] << 16) | (key[at + 3] << 24)
    word = Math.imul(word, multiplier)
    word ^= word >>> 24
    word = Math.imul(word, multiplier)
    hash = Math.imul(hash, multiplier) ^ word
  }
  const tail = length - at
  if (tail >= 3) hash ^= key[at + 2] << 16
  if (tail >= 2) hash ^= key[at + 1] << 8
  if (tail >= 1) hash = Math.imul(hash ^ key[at], multiplier)
  hash ^= hash >>> 13
  hash = Math.imul(hash, multiplier)
  return hash ^ (hash >>> 15)
}

/** The partition of a record with this key among `count` partitions. */
export function partitionForKey(key: Uint8Array, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count
}
