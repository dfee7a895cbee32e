/** A worker's share of the checkpoints: one file for each of its subtasks, written as the parts come. */
import type { Fs } from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import type { PhysicalPlan } from '../plan/index.ts'
import {
  type CheckpointManifest,
  CheckpointStore,
  type RestoredState,
  type SnapshotFileWriter,
  type SnapshotPart,
} from '../runtime/index.ts'

export interface SubtaskPlace {
  operator: string
  subtask: number
}

export class CheckpointParts {
  private readonly store: CheckpointStore
  private readonly plan: PhysicalPlan
  private readonly open = new Map<string, { name: string; writer: SnapshotFileWriter }>()
  private manifest: CheckpointManifest | undefined

  constructor(fs: Fs, directory: string, plan: PhysicalPlan) {
    this.store = new CheckpointStore(fs, directory)
    this.plan = plan
  }

  /** What the subtask is constructed with; null: the checkpoint does not know it. */
  restore(checkpoint: CheckpointId, place: SubtaskPlace): RestoredState | null {
    this.manifest ??= this.store.manifest(checkpoint)
    const spec = this.plan.operators[this.indexOf(place.operator)]
    return this.store.restoredState(this.manifest, spec, place.subtask)
  }

  append(checkpoint: CheckpointId, place: SubtaskPlace, part: SnapshotPart): void {
    this.opened(checkpoint, place).writer.part(part)
  }

  finish(checkpoint: CheckpointId, place: SubtaskPlace): { name: string; size: number } {
    const { name, writer } = this.opened(checkpoint, place)
    this.open.delete(keyOf(checkpoint, place))
    return { name, size: writer.finish() }
  }

  /** Leaves what an aborted checkpoint has begun; the store removes its directory. */
  abandon(checkpoint: CheckpointId): void {
    for (const [key, { writer }] of this.open) {
      if (!key.startsWith(`${checkpoint}/`)) continue
      writer.abandon()
      this.open.delete(key)
    }
  }

  close(): void {
    for (const { writer } of this.open.values()) writer.abandon()
    this.open.clear()
  }

  private opened(checkpoint: CheckpointId, place: SubtaskPlace) {
    const key = keyOf(checkpoint, place)
    const known = this.open.get(key)
    if (known) return known
    const name = this.store.fileName(this.indexOf(place.operator), place.subtask)
    const opened = { name, writer: this.store.writer(checkpoint, name) }
    this.open.set(key, opened)
    return opened
  }

  private indexOf(operator: string): number {
    return this.plan.operators.findIndex((candidate) => candidate.id === operator)
  }
}

function keyOf(checkpoint: CheckpointId, { operator, subtask }: SubtaskPlace): string {
  return `${checkpoint}/${operator}/${subtask}`
}
