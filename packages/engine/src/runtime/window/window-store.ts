/**
 * The panes of a window operator and their snapshots. A snapshot holds the entries that changed since the last complete
 * one, and a slice of all others, so that a bounded run of snapshots always holds everything (a log that is rewritten
 * bit by bit). `freeze` only marks entries; they are written afterwards, or just before they change.
 */
import { AppError } from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import type { RestoredState, Snapshot } from '../operator.ts'
import { ByteReader } from '../state/byte-reader.ts'
import { ByteWriter } from '../state/byte-writer.ts'
import { Pane, type PaneLayout } from './pane.ts'
import { type LivePane, PaneSnapshot, readPanes, tag, version } from './pane-snapshot.ts'
import type { WindowBackend } from './window-backend.ts'

/** Up to so many entries, every snapshot is whole: it is small, and a restore reads one file. */
export const wholeSnapshotEntriesMax = 65_536

/** Above that, a snapshot rewrites one part in so many of the entries that did not change. */
export const rollingParts = 8

/** Most snapshots that a restore may have to read; a state that grows faster than it is rewritten is written whole then. */
export const chainedSnapshotsMax = 3 * rollingParts

export interface WindowStoreOptions {
  state: string
  subtask: number
  sizeMs: number
  layout: PaneLayout
  /** Up to so many entries, every snapshot is whole. */
  wholeEntriesMax: number
}

/** How far the rewriting has come. */
interface Rolling {
  /** A restore needs the snapshots from this one on; null: there is none yet. */
  needsFrom: CheckpointId | null
  /** Snapshots from that one on. */
  chained: number
  /** The running pass over all entries: its first snapshot, and where it stands. */
  passFrom: CheckpointId | null
  passed: number
  paneStart: number
  entry: number
}

const freshPass: Rolling = {
  needsFrom: null,
  chained: 0,
  passFrom: null,
  passed: 0,
  paneStart: Number.NEGATIVE_INFINITY,
  entry: 0,
}

export class WindowStore implements WindowBackend {
  readonly panes: Pane[] = []
  private readonly byStart = new Map<number, Pane>()
  private readonly options: WindowStoreOptions
  private rolling: Rolling = freshPass
  private proposed: { checkpoint: CheckpointId; rolling: Rolling } | null = null
  private writing: PaneSnapshot | null = null
  private nextSerial = 0
  readonly save = (pane: Pane, entry: number): void => {
    this.writing?.save(pane, entry)
  }

  constructor(options: WindowStoreOptions) {
    this.options = options
  }

  paneAt(start: number): Pane | undefined {
    return this.byStart.get(start)
  }

  open(start: number): Pane {
    const { sizeMs, layout } = this.options
    const pane = new Pane({ start, end: start + sizeMs, serial: this.nextSerial++ }, layout)
    this.byStart.set(start, pane)
    let at = this.panes.length
    while (at > 0 && this.panes[at - 1].start > start) at--
    this.panes.splice(at, 0, pane)
    return pane
  }

  drop(pane: Pane): void {
    this.byStart.delete(pane.start)
    this.panes.splice(this.panes.indexOf(pane), 1)
  }

  get bytes(): number {
    let bytes = 0
    for (const pane of this.panes) bytes += pane.bytes
    return bytes
  }

  freeze(checkpoint: CheckpointId): Snapshot {
    const total = this.panes.reduce((sum, pane) => sum + pane.count, 0)
    for (const pane of this.panes) pane.marks.freeze(pane.count)
    const whole = total <= this.options.wholeEntriesMax
    const rolling = whole ? this.includeAll(checkpoint) : this.includeSlice(checkpoint, total)
    this.proposed = { checkpoint, rolling }
    const { state, subtask } = this.options
    const frozen = this.panes.map((pane) => ({
      pane,
      entries: pane.count,
      fired: pane.fired,
      firedEntries: pane.firedEntries,
    }))
    const snapshot = new PaneSnapshot({ state, subtask, frozen })
    this.writing = snapshot
    return {
      write: () => snapshot.write(),
      needsFrom: rolling.needsFrom ?? checkpoint,
    }
  }

  complete(checkpoint: CheckpointId): void {
    if (this.proposed?.checkpoint !== checkpoint) return
    this.rolling = this.proposed.rolling
    this.proposed = null
    this.writing = null
    for (const pane of this.panes) pane.marks.complete(pane.count)
  }

  /** Its marks stay, so the next freeze takes the same entries again. */
  abort(checkpoint: CheckpointId): void {
    if (this.proposed?.checkpoint !== checkpoint) return
    this.proposed = null
    this.writing?.abandon()
    this.writing = null
  }

  private includeAll(checkpoint: CheckpointId): Rolling {
    for (const pane of this.panes) pane.marks.include(0, pane.count)
    return { ...freshPass, needsFrom: checkpoint, chained: 1 }
  }

  private includeSlice(checkpoint: CheckpointId, total: number): Rolling {
    const { needsFrom, chained, passFrom, passed } = this.rolling
    if (needsFrom === null || chained === chainedSnapshotsMax) return this.includeAll(checkpoint)
    const rolling = {
      ...this.rolling,
      chained: chained + 1,
      passFrom: passFrom ?? checkpoint,
      passed: passed + 1,
    }
    let budget = Math.ceil(total / rollingParts)
    for (const pane of this.panes) {
      if (pane.start < rolling.paneStart) continue
      if (budget === 0) return rolling
      const from = pane.start === rolling.paneStart ? rolling.entry : 0
      const until = Math.min(pane.count, from + budget)
      pane.marks.include(from, until)
      budget -= Math.max(0, until - from)
      rolling.paneStart = pane.start
      rolling.entry = until
      if (until < pane.count) return rolling
    }
    return { ...freshPass, needsFrom: rolling.passFrom, chained: rolling.passed }
  }

  /** Everything that comes back counts as changed. */
  restore(parts: RestoredState, keyGroups: { start: number; end: number }): void {
    const bySubtask = new Map<number, ByteReader[]>()
    for (const part of parts) {
      if (part.state !== this.options.state) continue
      const reader = new ByteReader(part.bytes)
      if (reader.u8() !== version) throw unknownVersion()
      const subtask = reader.varint()
      bySubtask.set(subtask, [...(bySubtask.get(subtask) ?? []), reader])
    }
    const stores = [...bySubtask.values()].map((readers) => this.replay(readers))
    for (const store of stores) this.take(store, keyGroups)
  }

  /** One former subtask's snapshots, oldest first. */
  private replay(readers: readonly ByteReader[]): WindowStore {
    const store = new WindowStore(this.options)
    let pane: Pane | null = null
    for (const reader of readers) {
      while (!reader.atEnd) {
        const kind = reader.u8()
        if (kind === tag.panes) store.keepOnly(readPanes(reader))
        else if (kind === tag.section) {
          const start = reader.f64()
          pane = store.paneAt(start) ?? store.open(start)
        } else if (kind === tag.entry && pane !== null) {
          reader.u8()
          pane.readEntry(reader)
        } else throw unknownVersion()
      }
    }
    return store
  }

  private keepOnly(live: Map<number, LivePane>): void {
    for (const pane of [...this.panes]) {
      if (live.get(pane.start)?.serial !== pane.serial) this.drop(pane)
    }
    for (const [start, { serial, fired }] of live) {
      this.nextSerial = serial
      const pane = this.paneAt(start) ?? this.open(start)
      pane.fired = fired
    }
  }

  private take(other: WindowStore, keyGroups: { start: number; end: number }): void {
    const writer = new ByteWriter()
    for (const from of other.panes) {
      const known = this.paneAt(from.start)
      let pane: Pane | undefined
      for (let entry = 0; entry < from.count; entry++) {
        const group = this.options.layout.keyGroupOf(from.keys.keyOf(entry))
        if (group < keyGroups.start || group >= keyGroups.end) continue
        if (known && known.fired !== from.fired) throw firedInPart(from)
        pane ??= known ?? this.open(from.start)
        from.writeEntry(entry, writer, from.lateFiringsOf(entry))
        const reader = new ByteReader(writer.take())
        reader.u8()
        pane.readEntry(reader)
      }
      if (pane && from.fired) pane.markFired()
    }
  }
}

/** Idle channels let workers differ in their watermark; what had fired and what had not cannot be one window then. */
function firedInPart({ start, end }: Pane): AppError {
  const times = [start, end].map((time) => new Date(time).toISOString()).join(' to ')
  return new AppError(
    `The window ${times} had fired on one worker and not on another when this checkpoint was taken. ` +
      'Start with the parallelism that the checkpoint was taken with, and change it after a later one.',
    { code: 'state-incompatible', origin: 'user', details: { start, end } },
  )
}

function unknownVersion(): AppError {
  return new AppError('The windows in this checkpoint are written in a form that is not known.', {
    code: 'snapshot-damaged',
    origin: 'external',
  })
}
