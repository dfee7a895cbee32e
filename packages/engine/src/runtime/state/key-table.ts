/**
 * Keys to dense entry numbers: open addressing over typed arrays. A key's bytes are copied into the table's own arena
 * when it is first seen and go with the table. Entry numbers are given in order, 0, 1, 2 …, and never move.
 */
import { assert } from '@millrace/base'
import type { KeyBytes, KeySlices } from '../key-encoder.ts'
import { hashBytes } from '../key-groups.ts'

/** Most entries of one table; numbers stay well inside 32 bits. */
export const tableEntriesMax = 1 << 28

const goldenRatio = 0x9e3779b1

export class KeyTable {
  /** Entries so far. */
  count = 0
  /** Entry + 1, or 0 for empty; a power of two long, at most half full. */
  private slots: Int32Array
  private shift: number
  private hashes: Int32Array
  private starts: Int32Array
  private ends: Int32Array
  private arena: Uint8Array
  private arenaUsed = 0

  constructor(capacity = 8) {
    let size = 16
    while (size < capacity * 2) size *= 2
    this.slots = new Int32Array(size)
    this.shift = Math.clz32(size) + 1
    this.hashes = new Int32Array(size / 2)
    this.starts = new Int32Array(size / 2)
    this.ends = new Int32Array(size / 2)
    this.arena = new Uint8Array(size * 4)
  }

  /** Entries that fit without growing: what columns beside this table should be sized to. */
  get capacity(): number {
    return this.hashes.length
  }

  get bytes(): number {
    return this.slots.byteLength + this.hashes.byteLength * 3 + this.arena.byteLength
  }

  /** For each of `rows[0 .. count)` the entry of its key, into `entries`; new keys get new entries. */
  entriesOf(keys: KeySlices, rows: Int32Array, count: number, entries: Int32Array): void {
    const { data, starts, ends } = keys
    for (let i = 0; i < count; i++) {
      const row = rows[i]
      entries[i] = this.entryOf(data, starts[row], ends[row])
    }
  }

  /** The entry of a key; a new one gets the next number. */
  entryOf(data: Uint8Array, start: number, end: number): number {
    const hash = hashBytes(data, start, end)
    const { slots } = this
    const mask = slots.length - 1
    let slot = Math.imul(hash, goldenRatio) >>> this.shift
    for (;;) {
      const entry = slots[slot] - 1
      if (entry < 0) return this.insert(slot, hash, { data, start, end })
      if (this.hashes[entry] === hash && this.equals(entry, data, start, end)) return entry
      slot = (slot + 1) & mask
    }
  }

  /** Where an entry's key lies; valid until the next insert. */
  keyOf(entry: number): KeyBytes {
    return { data: this.arena, start: this.starts[entry], end: this.ends[entry] }
  }

  private equals(entry: number, data: Uint8Array, start: number, end: number): boolean {
    let at = this.starts[entry]
    if (this.ends[entry] - at !== end - start) return false
    const { arena } = this
    for (let i = start; i < end; i++) if (arena[at++] !== data[i]) return false
    return true
  }

  private insert(slot: number, hash: number, key: KeyBytes): number {
    assert(this.count < tableEntriesMax, 'a state table has more keys than it can number')
    const entry = this.count++
    if (entry === this.hashes.length) {
      this.grow(entry)
      this.place(entry, hash)
    } else {
      this.slots[slot] = entry + 1
    }
    const size = key.end - key.start
    this.reserveArena(size)
    const at = this.arenaUsed
    for (let i = 0; i < size; i++) this.arena[at + i] = key.data[key.start + i]
    this.arenaUsed = at + size
    this.hashes[entry] = hash
    this.starts[entry] = at
    this.ends[entry] = this.arenaUsed
    return entry
  }

  /** Doubles the table and places its first `count` entries anew. */
  private grow(count: number): void {
    const capacity = this.hashes.length * 2
    this.hashes = enlarged(this.hashes, capacity)
    this.starts = enlarged(this.starts, capacity)
    this.ends = enlarged(this.ends, capacity)
    this.slots = new Int32Array(capacity * 2)
    this.shift = Math.clz32(capacity * 2) + 1
    for (let entry = 0; entry < count; entry++) this.place(entry, this.hashes[entry])
  }

  private place(entry: number, hash: number): void {
    const mask = this.slots.length - 1
    let slot = Math.imul(hash, goldenRatio) >>> this.shift
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask
    this.slots[slot] = entry + 1
  }

  private reserveArena(size: number): void {
    const needed = this.arenaUsed + size
    if (needed <= this.arena.length) return
    const grown = new Uint8Array(Math.max(needed, this.arena.length * 2))
    grown.set(this.arena.subarray(0, this.arenaUsed))
    this.arena = grown
  }
}

function enlarged(array: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(capacity)
  grown.set(array)
  return grown
}
