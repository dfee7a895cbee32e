/**
 * Keys to dense entry numbers: open addressing over typed arrays. A key's bytes are copied into the table's own arena
 * when it is first seen and go with the table. Entry numbers are given in order, 0, 1, 2 …, and never move. What is read
 * together lies together: a look-up in a large table costs one cache miss each for slot, span and bytes.
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
  /** Pairs: entry + 1 (0: empty), hash. A power of two of them, at most half full. */
  private slots: Int32Array
  private shift: number
  /** Pairs by entry: start and end of its key in the arena. */
  private spans: Int32Array
  private arena: Uint8Array
  private arenaUsed = 0

  constructor(capacity = 8) {
    let size = 16
    while (size < capacity * 2) size *= 2
    this.slots = new Int32Array(size * 2)
    this.shift = Math.clz32(size) + 1
    this.spans = new Int32Array(size)
    this.arena = new Uint8Array(size * 4)
  }

  /** Entries that fit without growing: what columns beside this table should be sized to. */
  get capacity(): number {
    return this.spans.length / 2
  }

  get bytes(): number {
    return this.slots.byteLength + this.spans.byteLength + this.arena.byteLength
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
    let slot = (Math.imul(hash, goldenRatio) >>> this.shift) * 2
    for (;;) {
      const entry = slots[slot] - 1
      if (entry < 0) return this.insert(slot, hash, { data, start, end })
      if (slots[slot + 1] === hash && this.equals(entry, data, start, end)) return entry
      slot = (slot + 2) & mask
    }
  }

  /** Where an entry's key lies; valid until the next insert. */
  keyOf(entry: number): KeyBytes {
    return { data: this.arena, start: this.spans[entry * 2], end: this.spans[entry * 2 + 1] }
  }

  private equals(entry: number, data: Uint8Array, start: number, end: number): boolean {
    const { arena, spans } = this
    let at = spans[entry * 2]
    if (spans[entry * 2 + 1] - at !== end - start) return false
    for (let i = start; i < end; i++) if (arena[at++] !== data[i]) return false
    return true
  }

  private insert(slot: number, hash: number, key: KeyBytes): number {
    assert(this.count < tableEntriesMax, 'a state table has more keys than it can number')
    const entry = this.count++
    if (entry === this.capacity) {
      this.grow()
      this.place(entry, hash)
    } else {
      this.slots[slot] = entry + 1
      this.slots[slot + 1] = hash
    }
    const size = key.end - key.start
    this.reserveArena(size)
    const at = this.arenaUsed
    for (let i = 0; i < size; i++) this.arena[at + i] = key.data[key.start + i]
    this.arenaUsed = at + size
    this.spans[entry * 2] = at
    this.spans[entry * 2 + 1] = this.arenaUsed
    return entry
  }

  /** Doubles the table and places what is in it anew. */
  private grow(): void {
    const before = this.slots
    const spans = new Int32Array(this.spans.length * 2)
    spans.set(this.spans)
    this.spans = spans
    this.slots = new Int32Array(before.length * 2)
    this.shift--
    for (let slot = 0; slot < before.length; slot += 2) {
      if (before[slot] !== 0) this.place(before[slot] - 1, before[slot + 1])
    }
  }

  private place(entry: number, hash: number): void {
    const mask = this.slots.length - 1
    let slot = (Math.imul(hash, goldenRatio) >>> this.shift) * 2
    while (this.slots[slot] !== 0) slot = (slot + 2) & mask
    this.slots[slot] = entry + 1
    this.slots[slot + 1] = hash
  }

  private reserveArena(size: number): void {
    const needed = this.arenaUsed + size
    if (needed <= this.arena.length) return
    const grown = new Uint8Array(Math.max(needed, this.arena.length * 2))
    grown.set(this.arena.subarray(0, this.arenaUsed))
    this.arena = grown
  }
}
