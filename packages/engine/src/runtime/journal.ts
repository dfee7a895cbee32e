/**
 * The decision journal: what a subtask could have done otherwise, a few bytes a batch. With it the slice of a run between
 * two checkpoints replays exactly (`replay.ts`). Format v2: a sequence of entries, each one tag byte and LEB128 varints
 * (times as zigzag differences to the journal's previous time, which starts at 0 and again behind each barrier):
 * `1` take: channel (a source: partition), rows (a source: records) · `2` watermark or idle status emitted: time (idle 3,
 * active 4 carry none) · `5` clock read: time · `6` processing time handed to the operator: time · `7` one entry for a run
 * of `take`s of the same channel and rows: channel, rows, count · `8` a source calls a partition silent: partition ·
 * `9` random number: 32 bits · `10` barrier of a checkpoint that was given up later: checkpoint · `11` checkpoint given
 * up: checkpoint · `12` a source ended · `13` state at the beginning: idle, channels, for each its flags (1 idle,
 * 2 aligned, 4 ended, 8 has a watermark) and watermark.
 */
import type { CheckpointId } from '@millrace/schemas'
import { ByteReader } from './state/byte-reader.ts'
import { ByteWriter } from './state/byte-writer.ts'
import type { ChannelTime, ValveState } from './watermark-valve.ts'

export type Decision =
  | { is: 'take'; channel: number; rows: number }
  | { is: 'watermark'; time: number }
  | { is: 'idle' }
  | { is: 'active' }
  | { is: 'clock'; time: number }
  | { is: 'timer'; time: number }
  | { is: 'silent'; partition: number }
  | { is: 'random'; value: number }
  | { is: 'barrier'; checkpoint: CheckpointId }
  | { is: 'cancel'; checkpoint: CheckpointId }
  | { is: 'end' }
  | ({ is: 'state' } & ValveState)

/** Where decisions go: into a journal, or against one that is replayed. */
export interface DecisionLog {
  decide(decision: Decision): void
  /** Everything since the last complete checkpoint; the next decision follows the barrier of this one. */
  cut(checkpoint: CheckpointId, state: ValveState): { bytes: Uint8Array; complete: boolean }
  completed(checkpoint: CheckpointId): void
}

/** Most bytes kept between two complete checkpoints; beyond it the journal says that it is incomplete. */
export const journalBytesMax = 256 * 1024

const tag = {
  take: 1,
  watermark: 2,
  idle: 3,
  active: 4,
  clock: 5,
  timer: 6,
  takes: 7,
  silent: 8,
  random: 9,
  barrier: 10,
  cancel: 11,
  end: 12,
  state: 13,
} as const

const flag = { idle: 1, aligned: 2, ended: 4, watermark: 8 } as const

interface Chunk {
  /** The checkpoint that ended it. */
  until: CheckpointId
  /** Null: there was no room for all of it. */
  bytes: Uint8Array | null
}

const nothing = new Uint8Array(0)

export class Journal implements DecisionLog {
  private writer = new ByteWriter(256)
  private lastTime = 0
  private lost = false
  private run: { channel: number; rows: number; count: number } | null = null
  /** Ended by checkpoints that are not complete (yet), oldest first. */
  private chunks: Chunk[] = []

  decide(decision: Decision): void {
    if (decision.is === 'take') {
      const { run } = this
      if (run !== null && run.channel === decision.channel && run.rows === decision.rows) {
        run.count++
        return
      }
      this.endRun()
      this.run = { channel: decision.channel, rows: decision.rows, count: 1 }
      return
    }
    this.endRun()
    if (this.hasRoom()) this.write(decision)
  }

  cut(checkpoint: CheckpointId, state: ValveState): { bytes: Uint8Array; complete: boolean } {
    this.endRun()
    const bytes = this.writer.take()
    this.chunks.push({ until: checkpoint, bytes: this.lost ? null : bytes })
    this.lost = false
    this.lastTime = 0
    this.write({ is: 'barrier', checkpoint })
    this.write({ is: 'state', ...state })
    return this.sinceComplete()
  }

  completed(checkpoint: CheckpointId): void {
    const last = this.chunks.findIndex(({ until }) => until === checkpoint)
    this.chunks.splice(0, last + 1)
  }

  private sinceComplete(): { bytes: Uint8Array; complete: boolean } {
    const all = new ByteWriter()
    for (const { bytes } of this.chunks) {
      if (bytes === null) return { bytes: nothing, complete: false }
      all.raw(bytes, 0, bytes.length)
    }
    return { bytes: all.take(), complete: true }
  }

  private write(decision: Exclude<Decision, { is: 'take' }>): void {
    const { writer } = this
    writer.u8(tag[decision.is])
    switch (decision.is) {
      case 'watermark':
      case 'clock':
      case 'timer':
        writer.zigzag(decision.time - this.lastTime)
        this.lastTime = decision.time
        return
      case 'silent':
        writer.varint(decision.partition)
        return
      case 'random':
        writer.varint(decision.value)
        return
      case 'barrier':
      case 'cancel':
        writer.varint(decision.checkpoint)
        return
      case 'state':
        writer.u8(decision.idle ? 1 : 0)
        writer.varint(decision.channels.length)
        for (const channel of decision.channels) this.writeChannel(channel)
    }
  }

  private writeChannel({ watermark, idle, aligned, ended }: ChannelTime): void {
    const known = Number.isFinite(watermark)
    const flags =
      (idle ? flag.idle : 0) +
      (aligned ? flag.aligned : 0) +
      (ended ? flag.ended : 0) +
      (known ? flag.watermark : 0)
    this.writer.u8(flags)
    if (known) this.writer.zigzag(watermark)
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
    const closed = this.chunks.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0)
    if (closed + this.writer.length >= journalBytesMax) this.lost = true
    return !this.lost
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
    else if (kind === tag.end) decisions.push({ is: 'end' })
    else if (kind === tag.watermark) decisions.push({ is: 'watermark', time: time() })
    else if (kind === tag.clock) decisions.push({ is: 'clock', time: time() })
    else if (kind === tag.timer) decisions.push({ is: 'timer', time: time() })
    else if (kind === tag.silent) decisions.push({ is: 'silent', partition: reader.varint() })
    else if (kind === tag.random) decisions.push({ is: 'random', value: reader.varint() })
    else if (kind === tag.cancel) decisions.push({ is: 'cancel', checkpoint: reader.varint() })
    else if (kind === tag.state) decisions.push({ is: 'state', ...readState(reader) })
    else if (kind === tag.barrier) {
      decisions.push({ is: 'barrier', checkpoint: reader.varint() })
      lastTime = 0
    } else {
      const channel = reader.varint()
      const rows = reader.varint()
      const count = kind === tag.takes ? reader.varint() : 1
      for (let i = 0; i < count; i++) decisions.push({ is: 'take', channel, rows })
    }
  }
  return decisions
}

function readState(reader: ByteReader): ValveState {
  const idle = reader.u8() === 1
  const count = reader.varint()
  const channels = Array.from({ length: count }, (): ChannelTime => {
    const flags = reader.u8()
    return {
      idle: (flags & flag.idle) !== 0,
      aligned: (flags & flag.aligned) !== 0,
      ended: (flags & flag.ended) !== 0,
      watermark: flags & flag.watermark ? reader.zigzag() : Number.NEGATIVE_INFINITY,
    }
  })
  return { idle, channels }
}
