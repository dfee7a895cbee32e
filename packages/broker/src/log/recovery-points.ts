/** Where each partition's recovery may begin, kept in one file: a stale or absent one only makes the next start slower. */
import { decodeUtf8, encodeUtf8, type Fs, readFileSync, writeFileAtomicSync } from '@millrace/base'
import type { RecoveryPoint } from './recovery.ts'

/** By partition directory, relative to the data directory. */
export type RecoveryPoints = Map<string, RecoveryPoint>

export function readRecoveryPoints(fs: Fs, path: string): RecoveryPoints {
  const bytes = readFileSync(fs, path)
  if (!bytes) return new Map()
  try {
    const entries = JSON.parse(decodeUtf8(bytes)) as [string, number, number, number][]
    return new Map(
      entries.map(([directory, offset, segmentBase, position]) => [
        directory,
        { offset, segmentBase, position },
      ]),
    )
  } catch {
    return new Map()
  }
}

/** Atomic and synced. */
export function writeRecoveryPoints(fs: Fs, path: string, points: RecoveryPoints): void {
  const entries = [...points].map(([directory, point]) => [
    directory,
    point.offset,
    point.segmentBase,
    point.position,
  ])
  writeFileAtomicSync(fs, path, encodeUtf8(JSON.stringify(entries)))
}
