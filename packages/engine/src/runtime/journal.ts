/**
 * The decision journal: what a subtask could have done otherwise, a few bytes a batch. With it a slice of a run replays
 * exactly. Format v1: a sequence of entries, each one tag byte and LEB128 varints (times as zigzag differences to the
 * journal's previous time, which starts at 0):
 * `1` take: channel, rows · `2` watermark or idle status emitted: time (idle 3, active 4 carry none) · `5` clock read:
 * time · `6` processing time handed to the operator: time · `7` one entry for a run of `take`s of the same channel and
 * rows: channel, rows, count.
 */
import { ByteReader } from './state/byte-reader.ts'
import { ByteWriter } from './state/byte-writer.ts'

export type Decision =
  | { is: 'take'; channel: number; rows: number }
  | { is: 'watermark'; time: number }
  | { is: 'idle' }
  | { is: 'active' }
  | { is: 'clock'; time: number }
  | { is: 'timer'; time: number }

/** Most bytes kept between two checkpoints; beyond it the journal says that it is incomplete. */
export const journalBytesMax = 256 * 1024

const tag = { take: 1, watermark: 2, idle: 3, active: 4, clock: 5, timer: 6, takes: 7 } as const

export class Journal {
  private writer = new ByteWriter(256)
  private lastTime = 0
  private complete = true
  private run: { channel: number; rows: number; count: number } | null = null

  take(channel: number, rows: number): void {
    if (this.run !== null && this.run.channel === channel && this.run.rows === rows) {
      this.run.count++
      return
    }
    this.endRun()
    this.run = { channel, rows, count: 1 }
  }

  watermark(time: number): void {
    this.timed(tag.watermark, time)
  }

  status(idle: boolean): void {
    this.endRun()
    if (this.hasRoom()) this.writer.u8(idle ? tag.idle : tag.active)
  }

  clock(time: number): void {
    this.timed(tag.clock, time)
  }

  timer(time: number): void {
    this.timed(tag.timer, time)
  }

  /** What was decided since the last call, for the checkpoint; the journal starts afresh. */
  cut(): { bytes: Uint8Array; complete: boolean } {
    this.endRun()
    const cut = { bytes: this.writer.take(), complete: this.complete }
    this.complete = true
    this.lastTime = 0
    return cut
  }

  private timed(kind: number, time: number): void {
    this.endRun()
    if (!this.hasRoom()) return
    this.writer.u8(kind)
    this.writer.zigzag(time - this.lastTime)
    this.lastTime = time
  }

  private endRun(): void {
    const run = this.run
    if (run === null) return
    this.run = null
    if (!this.hasRoom()) return
    this.writer.u8(run.count === 1 ? tag.take : tag.takes)
    this.writer.varint(run.channel)
    this.writer.varint(run.rows)
    if (run.count > 1) this.writer.varint(run.count)
  }

  private hasRoom(): boolean {
    if (this.writer.length < journalBytesMax) return true
    this.complete = false
    return false
  }
}

/** Reads what `cut` gave. */
export function readJournal(bytes: Uint8Array): Decision[] {
  const reader = new ByteReader(bytes)
  const decisions: Decision[] = []
  let lastTime = 0
  const time = () => (lastTime += reader.zigzag())
  while (!reader.atEnd) {
    const kind = reader.u8()
    if (kind === tag.idle) decisions.push({ is: 'idle' })
    else if (kind === tag.active) decisions.push({ is: 'active' })
    else if (kind === tag.watermark) decisions.push({ is: 'watermark', time: time() })
    else if (kind === tag.clock) decisions.push({ is: 'clock', time: time() })
    else if (kind === tag.timer) decisions.push({ is: 'timer', time: time() })
    else {
      const channel = reader.varint()
      const rows = reader.varint()
      const count = kind === tag.takes ? reader.varint() : 1
      for (let i = 0; i < count; i++) decisions.push({ is: 'take', channel, rows })
    }
  }
  return decisions
}
