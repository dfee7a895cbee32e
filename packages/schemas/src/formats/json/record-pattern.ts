/**
 * How a record was written: the texts between its values, and for each value the column that needs it. Records of one topic
 * nearly always differ in their values only.
 */
import type { ColumnSlot } from '../column-slot.ts'
import { slotKind } from '../column-slot.ts'
import { childAt, type KeyNode } from './key-tree.ts'
import { stepKind } from './pattern-scanner.ts'
import {
  closeBrace,
  comma,
  minus,
  openBrace,
  quote,
  skipSpace,
  skipString,
  skipValue,
} from './scan.ts'

/** Values of a pattern at most. */
const stepsMax = 256
/** Bytes of its texts at most. */
const textBytesMax = 16 * 1024

export interface PatternStep {
  /** Everything between the value before and this one. */
  text: Uint8Array
  kind: number
  /** null: nobody needs the value. */
  slot: ColumnSlot | null
}

/** The pattern of a record that the general decoder took; null: it has none that is worth a try. */
export function patternOf(
  root: KeyNode,
  slots: readonly ColumnSlot[],
  record: { data: Uint8Array; start: number; end: number },
): PatternStep[] | null {
  const walk = new Walk(record.data, record.end)
  const p = skipSpace(record.data, record.start, record.end)
  walk.textStart = record.start
  if (walk.object(root, p + 1, 1) < 0) return null
  walk.step(stepKind.END, null, record.end)
  for (const slot of slots) {
    // That it may be NULL is known: the record would have been refused.
    if (!walk.taken.has(slot))
      walk.steps.unshift({ text: new Uint8Array(0), kind: stepKind.MISSING, slot })
  }
  const textBytes = walk.steps.reduce((sum, { text }) => sum + text.length, 0)
  return walk.steps.length <= stepsMax && textBytes <= textBytesMax ? walk.steps : null
}

class Walk {
  readonly steps: PatternStep[] = []
  readonly taken = new Set<ColumnSlot | KeyNode>()
  textStart = 0
  private readonly data: Uint8Array
  private readonly end: number

  constructor(data: Uint8Array, end: number) {
    this.data = data
    this.end = end
  }

  step(kind: number, slot: ColumnSlot | null, at: number): void {
    this.steps.push({ text: this.data.slice(this.textStart, at), kind, slot })
  }

  /** `p` is behind the opening brace; behind the closing one, or -1. */
  object(node: KeyNode, p: number, depth: number): number {
    const { data, end } = this
    let at = skipSpace(data, p, end)
    if (data[at] === closeBrace) return at + 1
    while (this.steps.length < stepsMax) {
      const key = at + 1
      at = skipString(data, key, end)
      const child = childAt(node, data, key, at - 1)
      at = this.value(child, skipSpace(data, skipSpace(data, at, end) + 1, end), depth)
      if (at < 0) return -1
      at = skipSpace(data, at, end)
      if (data[at] !== comma) return at + 1
      at = skipSpace(data, at + 1, end)
    }
    return -1
  }

  private value(child: KeyNode | null, p: number, depth: number): number {
    const { data, end } = this
    if (child !== null) {
      if (this.taken.has(child)) return -1
      this.taken.add(child)
      if (child.children.length > 0) {
        if (child.slots.length > 0) return -1
        if (data[p] === openBrace) return this.object(child, p + 1, depth + 1)
        return skipValue(data, p, end, depth)
      }
    }
    const q = skipValue(data, p, end, depth)
    if (child === null) this.step(stepKind.SKIP, null, p)
    else {
      const [slot] = child.slots
      const kind = child.slots.length === 1 ? kindOf(slot, data[p]) : stepKind.SKIP
      if (kind === stepKind.SKIP) return -1
      this.taken.add(slot)
      this.step(kind, slot, p)
    }
    this.textStart = q
    return q
  }
}

/** By the column and the value's first byte; SKIP: the usual form of the type is another. */
function kindOf(slot: ColumnSlot, first: number): number {
  const isNull = first === 0x6e
  switch (slot.kind) {
    case slotKind.BOOLEAN:
      return isNull || first === 0x74 || first === 0x66 ? stepKind.BOOLEAN : stepKind.SKIP
    case slotKind.INT:
    case slotKind.BIGINT:
    case slotKind.DOUBLE:
    case slotKind.DECIMAL:
    case slotKind.EPOCH:
      return isNull || (first >= minus && first <= 0x39)
        ? numberKinds[slot.kind](slot)
        : stepKind.SKIP
    default:
      return isNull || first === quote ? stepKind.TEXT : stepKind.SKIP
  }
}

const numberKinds: Readonly<Record<number, (slot: ColumnSlot) => number>> = {
  [slotKind.INT]: () => stepKind.INT,
  [slotKind.BIGINT]: () => stepKind.BIGINT,
  [slotKind.DOUBLE]: () => stepKind.DOUBLE,
  [slotKind.DECIMAL]: () => stepKind.DECIMAL,
  [slotKind.EPOCH]: ({ unit }) =>
    unit === 'ms' ? stepKind.EPOCH_MS : unit === 's' ? stepKind.EPOCH_S : stepKind.EPOCH_US,
}
