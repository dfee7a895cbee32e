/** Where a window operator keeps its panes: in memory today; a backend on disk would stand behind the same calls. */
import type { CheckpointId } from '@millrace/schemas'
import type { RestoredState, Snapshot } from '../operator.ts'
import type { Pane, SaveEntry } from './pane.ts'

export interface WindowBackend {
  /** By start, ascending: also the order in which they fire and leave. */
  readonly panes: readonly Pane[]
  /** Handed to a pane with every change: entries of a frozen snapshot are saved before they change. */
  readonly save: SaveEntry
  /** Memory in use. */
  readonly bytes: number
  paneAt(start: number): Pane | undefined
  open(start: number): Pane
  drop(pane: Pane): void
  /** A bounded pause; what it holds is written afterwards. */
  freeze(checkpoint: CheckpointId): Snapshot
  complete(checkpoint: CheckpointId): void
  /** What the snapshot held counts as changed again. */
  abort(checkpoint: CheckpointId): void
  /** Puts back what the parts hold of these key groups; called once, before anything else. */
  restore(parts: RestoredState, keyGroups: { start: number; end: number }): void
}
