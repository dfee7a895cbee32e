/** Writes frozen snapshots in slices while the operator goes on. */

import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import { addCounters, type OperatorCounters } from './metrics.ts'
import type { RestoredState, Snapshot, SnapshotPart, SourceOffset } from './operator.ts'
import { ByteReader } from './state/byte-reader.ts'
import { ByteWriter } from './state/byte-writer.ts'

/** States of the driver itself, beside those that the operator declares; each subtask writes one part of each. */
export const driverStates = {
  /** JSON: the counters. */
  counters: '$counters',
  /** The decision journal since the last complete checkpoint, behind one byte: 1 if it is complete. */
  journal: '$journal',
  /** The combined input watermark as a double: no row is judged by an older one after a restore. Operators only. */
  watermark: '$watermark',
} as const

/** A subtask's snapshot is written; what the manifest needs to know of it. */
export interface SnapshotInfo {
  bytes: number
  /** First checkpoint whose parts a restore needs; this one for a snapshot that stands alone. */
  needsFrom: CheckpointId
  sourceOffsets: readonly SourceOffset[]
}

export interface SnapshotSink {
  /** One part of a snapshot; parts of one checkpoint come in order, of different checkpoints never mixed. */
  onSnapshotPart(checkpoint: CheckpointId, part: SnapshotPart): void
  onSnapshotDone(checkpoint: CheckpointId, info: SnapshotInfo): void
}

interface Pending {
  checkpoint: CheckpointId
  snapshot: Snapshot
  parts: Iterator<SnapshotPart>
  own: SnapshotPart[]
  bytes: number
}

export class SnapshotWriter {
  private readonly sink: SnapshotSink
  private pending: Pending[] = []

  constructor(sink: SnapshotSink) {
    this.sink = sink
  }

  get busy(): boolean {
    return this.pending.length > 0
  }

  add(checkpoint: CheckpointId, snapshot: Snapshot, own: SnapshotPart[]): void {
    const parts = snapshot.write()[Symbol.iterator]()
    this.pending.push({ checkpoint, snapshot, parts, own, bytes: 0 })
  }

  /** Writes about `bytesMax` bytes; true: something was written. */
  writeSome(bytesMax: number): boolean {
    const pending = this.pending[0]
    if (!pending) return false
    for (let written = 0; written < bytesMax; ) {
      const part = pending.own.shift() ?? pending.parts.next().value
      if (part === undefined) {
        this.pending.shift()
        this.sink.onSnapshotDone(pending.checkpoint, {
          bytes: pending.bytes,
          needsFrom: pending.snapshot.needsFrom ?? pending.checkpoint,
          sourceOffsets: pending.snapshot.sourceOffsets ?? [],
        })
        return true
      }
      written += part.bytes.length + 1
      pending.bytes += part.bytes.length
      this.sink.onSnapshotPart(pending.checkpoint, part)
    }
    return true
  }

  /** Forgets what is not written yet of an aborted checkpoint. */
  abort(checkpoint: CheckpointId): void {
    this.pending = this.pending.filter((pending) => pending.checkpoint !== checkpoint)
  }
}

/** What the driver adds to every snapshot. `watermark` is null for sources: they keep their own. */
export function driverParts(
  counters: OperatorCounters,
  cut: { bytes: Uint8Array; complete: boolean },
  watermark: number | null,
): SnapshotPart[] {
  const bytes = new Uint8Array(cut.bytes.length + 1)
  bytes[0] = cut.complete ? 1 : 0
  bytes.set(cut.bytes, 1)
  const parts = [
    {
      state: driverStates.counters,
      keyGroup: -1,
      bytes: encodeUtf8(JSON.stringify(counters)),
    },
    { state: driverStates.journal, keyGroup: -1, bytes },
  ]
  if (watermark === null) return parts
  const time = new ByteWriter(8)
  time.f64(watermark)
  return [...parts, { state: driverStates.watermark, keyGroup: -1, bytes: time.take() }]
}

/** The smallest watermark in the parts: what all former subtasks had reached; -Infinity: none is there. */
export function restoredWatermark(parts: RestoredState): number {
  let least = Number.POSITIVE_INFINITY
  for (const part of parts) {
    if (part.state === driverStates.watermark) {
      least = Math.min(least, new ByteReader(part.bytes).f64())
    }
  }
  return least === Number.POSITIVE_INFINITY ? Number.NEGATIVE_INFINITY : least
}

/** Counters of former subtasks are added up; journals stay in their checkpoint. The rest is the operator's own. */
export function takeDriverStates(
  restored: RestoredState,
  counters: OperatorCounters,
): RestoredState {
  const own: string[] = Object.values(driverStates)
  for (const part of restored) {
    if (part.state !== driverStates.counters) continue
    addCounters(counters, JSON.parse(decodeUtf8(part.bytes)) as OperatorCounters)
  }
  return restored.filter((part) => !own.includes(part.state))
}
