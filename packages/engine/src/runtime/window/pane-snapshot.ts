/**
 * One snapshot of a window operator while it is being written: what was marked at the freeze, entry by entry, each as it
 * was then.
 *
 * Part format, version 1: `version u8, subtask varint`, then entries: `1` live panes: count varint, for each start f64,
 * serial varint, fired u8 (a pane not listed, or of another serial, is gone) · `2` following entries belong to pane: start f64 · `3` entry, see `Pane`.
 */
import type { SnapshotPart } from '../operator.ts'
import { snapshotPartBytes } from '../operator.ts'
import type { ByteReader } from '../state/byte-reader.ts'
import { ByteWriter } from '../state/byte-writer.ts'
import { pending } from '../state/change-marks.ts'
import type { Pane } from './pane.ts'

export const version = 1
export const tag = { panes: 1, section: 2, entry: 3 } as const

/** A pane at the moment of the freeze. */
export interface Frozen {
  pane: Pane
  entries: number
  fired: boolean
  firedEntries: number
}

export class PaneSnapshot {
  private readonly state: string
  private readonly subtask: number
  private readonly frozen: readonly Frozen[]
  private readonly byPane: Map<Pane, Frozen>
  private readonly writer = new ByteWriter(snapshotPartBytes + 4096)
  private section: Pane | null = null
  private abandoned = false

  constructor(options: { state: string; subtask: number; frozen: readonly Frozen[] }) {
    this.state = options.state
    this.subtask = options.subtask
    this.frozen = options.frozen
    this.byPane = new Map(options.frozen.map((one) => [one.pane, one]))
    this.begin()
    this.writer.u8(tag.panes)
    this.writer.varint(options.frozen.length)
    for (const { pane, fired } of options.frozen) {
      this.writer.f64(pane.start)
      this.writer.varint(pane.serial)
      this.writer.u8(fired ? 1 : 0)
    }
  }

  *write(): Generator<SnapshotPart> {
    for (const { pane, entries } of this.frozen) {
      for (let entry = 0; entry < entries && !this.abandoned; entry++) {
        if ((pane.marks.bytes[entry] & pending) === 0) continue
        this.save(pane, entry)
        if (this.writer.length >= snapshotPartBytes) yield this.part()
      }
    }
    if (!this.abandoned) yield this.part()
  }

  save(pane: Pane, entry: number): void {
    const frozen = this.byPane.get(pane)
    if (!frozen) return
    if (this.section !== pane) {
      this.section = pane
      this.writer.u8(tag.section)
      this.writer.f64(pane.start)
    }
    const implied = frozen.fired && entry < frozen.firedEntries ? 1 : 0
    this.writer.u8(tag.entry)
    pane.writeEntry(entry, this.writer, pane.lateFiringsOf(entry) || implied)
    pane.marks.bytes[entry] &= ~pending
  }

  /** Nothing more is written of it; its entries stay marked as in flight. */
  abandon(): void {
    this.abandoned = true
  }

  private begin(): void {
    this.section = null
    this.writer.u8(version)
    this.writer.varint(this.subtask)
  }

  private part(): SnapshotPart {
    const bytes = this.writer.take()
    this.begin()
    return { state: this.state, keyGroup: -1, bytes }
  }
}

/** A pane as the list of panes names it. */
export interface LivePane {
  serial: number
  fired: boolean
}

export function readPanes(reader: ByteReader): Map<number, LivePane> {
  const live = new Map<number, LivePane>()
  const count = reader.varint()
  for (let i = 0; i < count; i++) {
    live.set(reader.f64(), { serial: reader.varint(), fired: reader.u8() === 1 })
  }
  return live
}
