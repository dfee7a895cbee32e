/**
 * Keys to key groups, key groups to subtasks. Group numbers are part of every checkpoint: neither function ever changes.
 *
 * `flink`, for one STRING, INT or BIGINT key: Java's `hashCode` (STRING: over UTF-16 code units; INT: the value; BIGINT:
 * low word XOR high word; NULL: 0), then Flink's `MathUtils.murmurHash`, modulo the number of groups. Source:
 * `KeyGroupRangeAssignment`, `MathUtils` (Flink 1.20).
 *
 * `v1`, for every other key: MurmurHash3 x86 32-bit with seed 0 (Appleby, public domain) of the encoded key (see
 * `key-encoder.ts`), its unsigned value modulo the number of groups.
 */
import { keyGroupCount } from '../plan/physical.ts'

/** Flink's `MathUtils.murmurHash(int)`; never negative. */
export function flinkMurmur(code: number): number {
  let h = Math.imul(code, 0xcc9e2d51)
  h = (h << 15) | (h >>> 17)
  h = Math.imul(h, 0x1b873593)
  h = (h << 13) | (h >>> 19)
  h = (Math.imul(h, 5) + 0xe6546b64) | 0
  h ^= 4
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  h ^= h >>> 16
  if (h >= 0) return h
  return h === -0x80000000 ? 0 : -h
}

/** `String.hashCode` of the UTF-8 text in `data[start .. end)`, over the UTF-16 code units it decodes to. */
export function javaStringHash(data: Uint8Array, start: number, end: number): number {
  let h = 0
  for (let i = start; i < end; i++) {
    const byte = data[i]
    if (byte < 0x80) {
      h = (Math.imul(h, 31) + byte) | 0
    } else if (byte < 0xe0) {
      h = (Math.imul(h, 31) + (((byte & 0x1f) << 6) | (data[++i] & 0x3f))) | 0
    } else if (byte < 0xf0) {
      const unit = ((byte & 0x0f) << 12) | ((data[++i] & 0x3f) << 6) | (data[++i] & 0x3f)
      h = (Math.imul(h, 31) + unit) | 0
    } else {
      const high = ((byte & 0x07) << 18) | ((data[++i] & 0x3f) << 12)
      const point = (high | ((data[++i] & 0x3f) << 6) | (data[++i] & 0x3f)) - 0x10000
      h = (Math.imul(h, 31) + (0xd800 + (point >> 10))) | 0
      h = (Math.imul(h, 31) + (0xdc00 + (point & 0x3ff))) | 0
    }
  }
  return h
}

/** MurmurHash3 x86 32-bit, seed 0, of `data[start .. end)`: a signed 32-bit number. Also the hash of state tables. */
export function hashBytes(data: Uint8Array, start: number, end: number): number {
  let h = 0
  let i = start
  for (const blocks = end - 3; i < blocks; i += 4) {
    let k = data[i] | (data[i + 1] << 8) | (data[i + 2] << 16) | (data[i + 3] << 24)
    k = Math.imul(k, 0xcc9e2d51)
    k = (k << 15) | (k >>> 17)
    h ^= Math.imul(k, 0x1b873593)
    h = (h << 13) | (h >>> 19)
    h = (Math.imul(h, 5) + 0xe6546b64) | 0
  }
  let tail = 0
  const left = end - i
  if (left === 3) tail = data[i] | (data[i + 1] << 8) | (data[i + 2] << 16)
  else if (left === 2) tail = data[i] | (data[i + 1] << 8)
  else if (left === 1) tail = data[i]
  if (left > 0) {
    tail = Math.imul(tail, 0xcc9e2d51)
    tail = (tail << 15) | (tail >>> 17)
    h ^= Math.imul(tail, 0x1b873593)
  }
  h ^= end - start
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  h = Math.imul(h, 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** The subtask that owns a key group. */
export function subtaskOf(group: number, parallelism: number, groups = keyGroupCount): number {
  return Math.floor((group * parallelism) / groups)
}

/** Key groups of a subtask: half-open, contiguous, every group has one owner. */
export function keyGroupRange(
  subtask: number,
  parallelism: number,
  groups = keyGroupCount,
): { start: number; end: number } {
  return {
    start: Math.ceil((subtask * groups) / parallelism),
    end: Math.ceil(((subtask + 1) * groups) / parallelism),
  }
}
