/**
 * JSON records straight into columns. Each object is read on the guess that it is laid out like the one before (same keys, order
 * and white space); where the guess fails, a general parser takes the member and the layout is learned anew.
 */
import { displayUtf8, emptyBytes, encodeUtf8 } from '@millrace/base'
import type { Column } from '../../columns.ts'
import type {
  BadCode,
  BadRecord,
  BatchDecoder,
  DecodedRows,
  DecoderSpec,
  RecordSlices,
} from '../api.ts'
import type { ColumnSlot } from '../column-slot.ts'
import type { RecordReader } from '../decode-batch.ts'
import { decodeBatch, tombstone } from '../decode-batch.ts'
import { readCell } from './cells.ts'
import { explainJson } from './explain.ts'
import type { KeyNode } from './key-tree.ts'
import { buildKeyTree, childAt, hasPrefix, learningMax } from './key-tree.ts'
import { forget, learn } from './layout.ts'
import { describeValue } from './loose-cells.ts'
import { PatternReader } from './pattern-reader.ts'
import {
  closeBrace,
  colon,
  comma,
  isUtf8,
  openBrace,
  plainEnd,
  quote,
  skipSpace,
  skipString,
  skipValue,
  skipWord,
  zero,
} from './scan.ts'

/** How many remembered members are tried ahead before the general parser takes over: optional members are skipped so. */
const lookahead = 4

/** The general parser ended the object; any other result of `nextMember` is a position or -1. */
const objectEnds = -2

const noView = new DataView(emptyBytes.buffer)

/** `null` and `true` as little-endian words. */
const wordNull = 0x6c6c756e
const wordTrue = 0x65757274

class JsonDecoder implements BatchDecoder, RecordReader {
  readonly awaiting = null
  private readonly root: KeyNode
  private readonly patterns: PatternReader
  private readonly replaces: boolean
  readonly slots: ColumnSlot[]
  private data: Uint8Array = emptyBytes
  private view: DataView = noView
  private end = 0
  private row = 0
  private serial = 0
  /** Of the record being read; code empty: its syntax is at fault. */
  private fault: { code: BadCode; path: string | null; message: string } | null = null
  /** Second results of `nextMember`. */
  private child: KeyNode | null = null
  private member = 0
  private after = 0

  constructor(spec: DecoderSpec) {
    const { root, slots } = buildKeyTree(spec.columns)
    this.root = root
    this.slots = slots
    this.patterns = new PatternReader(root, slots)
    this.replaces = spec.invalidUtf8 === 'replace'
  }

  decode(input: RecordSlices, from = 0): DecodedRows {
    return decodeBatch(this, input, from)
  }

  open(data: Uint8Array, view: DataView): void {
    this.data = data
    this.view = view
  }

  close(): void {
    this.patterns.close()
    this.data = emptyBytes
    this.view = noView
  }

  recycle(columns: Column[]): void {
    columns.forEach((column, index) => {
      this.slots[index].recycle(column)
    })
  }

  readRun(input: RecordSlices, index: number, row: number): number {
    return this.patterns.read(input, index, row)
  }

  readRecord(row: number, start: number, end: number): boolean {
    if (this.readObjectRecord(row, start, end)) {
      this.patterns.learn(this.data, start, end)
      return true
    }
    const mayMend = this.replaces && this.fault === null && end > start
    return mayMend && !isUtf8(this.data, start, end) && this.readMended(row, start, end)
  }

  /** The record again, with U+FFFD in place of what is not UTF-8. */
  private readMended(row: number, start: number, end: number): boolean {
    const { data, view, slots } = this
    for (const slot of slots) slot.setPresent(row)
    const mended = encodeUtf8(displayUtf8(data.subarray(start, end)))
    const mendedView = new DataView(mended.buffer, mended.byteOffset, mended.byteLength)
    for (const slot of slots) slot.borrow(mended, mendedView, row)
    this.open(mended, mendedView)
    const isRow = this.readObjectRecord(row, 0, mended.length)
    for (const slot of slots) slot.giveBack(data, view)
    this.open(data, view)
    return isRow
  }

  private readObjectRecord(row: number, start: number, end: number): boolean {
    this.row = row
    this.end = end
    this.serial++
    const data = this.data
    let p = start < end ? skipSpace(data, start, end) : end
    if (p >= end || data[p] !== openBrace) return false
    p = this.readObject(this.root, p + 1, 1)
    if (p < 0) return false
    if (p !== end && skipSpace(data, p, end) !== end) return false
    for (const slot of this.slots)
      if (slot.seen !== this.serial && !this.setMissing(slot)) return false
    return true
  }

  private setMissing(slot: ColumnSlot): boolean {
    slot.setNull(this.row)
    if (slot.nullable) return true
    return this.refuse(slot.path, `missing, expected ${slot.typeText} NOT NULL`)
  }

  /** `p` is behind the opening brace; returns the position behind the closing one, or -1. */
  private readObject(node: KeyNode, p: number, depth: number): number {
    const data = this.data
    const view = this.view
    const end = this.end
    const layout = node.layout
    if (node.learning < learningMax) node.learning++
    let member = 0
    let first = true
    while (p < end) {
      let child: KeyNode | null
      const expected = member < layout.length ? layout[member] : null
      if (
        expected !== null &&
        expected.first === first &&
        hasPrefix(data, view, p, end, expected)
      ) {
        p += expected.prefix.length
        child = expected.child
        member++
      } else if (data[p] === closeBrace) {
        return p + 1
      } else {
        p = this.nextMember(node, p, member, first)
        if (p < 0) return p === objectEnds ? this.after : -1
        child = this.child
        member = this.member
      }
      first = false
      // A remembered prefix may be followed by more white space than last time.
      if (p < end && data[p] <= 0x20) p = skipSpace(data, p, end)
      if (p >= end) return -1
      p = child === null ? this.skip(p, depth) : this.readValue(child, p, depth)
      if (p < 0) return -1
    }
    return -1
  }

  /** Values that nobody needs: the usual ones here, the others by the general scanner. */
  private skip(p: number, depth: number): number {
    const data = this.data
    const end = this.end
    const c = data[p]
    if (c === quote) {
      const q = plainEnd(data, this.view, p + 1, end)
      if (q < end && data[q] === quote) return q + 1
      return skipString(data, q, end)
    }
    if (c > zero && c <= 0x39) {
      let q = p + 1
      while (q < end && data[q] >= zero && data[q] <= 0x39) q++
      if (q < end && (data[q] === comma || data[q] === closeBrace)) return q
    } else if (p + 4 <= end) {
      const word = this.view.getInt32(p, true)
      if (word === wordNull || word === wordTrue) return p + 4
    }
    return skipValue(data, p, end, depth)
  }

  private readValue(child: KeyNode, p: number, depth: number): number {
    const serial = this.serial
    let q = -1
    for (const slot of child.slots) {
      if (slot.seen === serial) slot.setPresent(this.row)
      slot.seen = serial
      q = readCell(slot, this.data, p, this.end, this.row, depth)
      if (q < 0) {
        if (slot.fault !== '') this.refuseCell(slot)
        return -1
      }
      if (!slot.nullable && this.data[p] === 0x6e) {
        this.refuse(slot.path, `found null, expected ${slot.typeText} NOT NULL`)
        return -1
      }
    }
    return child.children.length === 0 ? q : this.readNested(child, p, depth)
  }

  private readNested(child: KeyNode, p: number, depth: number): number {
    if (child.seen === this.serial) forget(child, this.serial, this.row)
    child.seen = this.serial
    const c = this.data[p]
    if (c === openBrace) return this.readObject(child, p + 1, depth + 1)
    if (c === 0x6e) return skipWord(this.data, p, this.end)
    const q = skipValue(this.data, p, this.end, depth)
    if (q < 0) return -1
    this.refuse(child.path, `found ${describeValue(this.data, p, q)}, expected an object`)
    return -1
  }

  /**
   * A member that is not where the layout has it: tries the next few remembered ones, then parses. Returns the position of its
   * value with `child` and the next `member` set; `objectEnds` with `after` set; or -1.
   */
  private nextMember(node: KeyNode, p: number, member: number, first: boolean): number {
    const layout = node.layout
    const last = Math.min(member + 1 + lookahead, layout.length)
    for (let i = member + 1; i < last; i++) {
      if (layout[i].first === first && hasPrefix(this.data, this.view, p, this.end, layout[i]))
        return this.found(p + layout[i].prefix.length, layout[i].child, i + 1)
    }
    return this.parseMember(node, p, member, first)
  }

  private found(p: number, child: KeyNode | null, member: number): number {
    this.child = child
    this.member = member
    return p
  }

  private parseMember(node: KeyNode, start: number, member: number, first: boolean): number {
    const data = this.data
    const end = this.end
    let p = skipSpace(data, start, end)
    if (p < end && data[p] === closeBrace) {
      this.after = p + 1
      return objectEnds
    }
    if (!first) {
      if (p >= end || data[p] !== comma) return -1
      p = skipSpace(data, p + 1, end)
    }
    if (p >= end || data[p] !== quote) return -1
    const keyStart = p + 1
    p = skipString(data, keyStart, end)
    if (p < 0) return -1
    const child = childAt(node, data, keyStart, p - 1)
    p = skipSpace(data, p, end)
    if (p >= end || data[p] !== colon) return -1
    p = skipSpace(data, p + 1, end)
    if (node.learning <= 0) return this.found(p, child, member)
    return this.found(p, child, learn(node, { start, end: p, data, member, first, child }))
  }

  private refuseCell(slot: ColumnSlot): void {
    this.refuse(slot.path, slot.fault)
    slot.fault = ''
  }

  private refuse(path: string, what: string): false {
    this.fault = { code: 'wrong-type', path, message: `${path}: ${what}` }
    return false
  }

  takeFault(index: number, start: number, end: number): BadRecord {
    const fault = this.fault
    this.fault = null
    if (fault !== null) return { index, ...fault }
    if (end < start) return tombstone(index)
    return { index, code: 'not-format', path: null, message: explainJson(this.data, start, end) }
  }
}

export function createJsonDecoder(spec: DecoderSpec): BatchDecoder {
  return new JsonDecoder(spec)
}
