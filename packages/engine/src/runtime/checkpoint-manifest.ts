/** What a checkpoint is made of: the manifest, written last, and how its parts go to the subtasks of a restored job. */
import { AppError } from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import { keyGroupCount, type PhysicalOperator, type StateDeclaration } from '../plan/physical.ts'
import { keyGroupRange } from './key-groups.ts'
import type { SnapshotPart, SourceOffset } from './operator.ts'
import { driverStates } from './snapshot-writer.ts'

export const manifestFormat = 'millrace.checkpoint/1'

/** A file of snapshot parts, inside the directory of the checkpoint that wrote it. */
export interface SnapshotFile {
  checkpoint: CheckpointId
  name: string
  size: number
}

export interface SubtaskSnapshot {
  operator: string
  subtask: number
  /** Oldest first; the last one is this checkpoint's own, the others are those an incremental snapshot builds on. */
  files: readonly SnapshotFile[]
  sourceOffsets: readonly SourceOffset[]
}

/** The shape of an operator's state at the time of the checkpoint. */
export interface OperatorShape {
  operator: string
  node: string
  parallelism: number
  state: readonly StateDeclaration[]
}

export interface CheckpointManifest {
  format: typeof manifestFormat
  id: CheckpointId
  pipeline: string
  /** Version of the document that ran. */
  version: number
  /** Wall clock, ms. */
  at: number
  operators: readonly OperatorShape[]
  subtasks: readonly SubtaskSnapshot[]
}

/** The parts of one former subtask, by file: oldest checkpoint first. */
export interface FormerSubtask {
  subtask: number
  files: readonly (readonly SnapshotPart[])[]
}

/**
 * The parts that now belong to `subtask` of `operator`. Keyed state goes by key group, `list` state round-robin, `union`
 * state to everybody, counters to the subtask of the former number modulo the parallelism, the watermark to whom keys of
 * that subtask go: idle channels let subtasks differ in it. Of an incremental snapshot only keyed state is taken from the
 * older files. Throws `state-incompatible`, naming the node.
 */
export function partsFor(
  operator: PhysicalOperator,
  subtask: number,
  saved: { shape: OperatorShape; former: readonly FormerSubtask[] },
): SnapshotPart[] {
  checkShape(operator, saved.shape)
  const scopes = new Map(operator.state.map((state) => [state.name, state.scope]))
  const range = keyGroupRange(subtask, operator.parallelism)
  const taken: SnapshotPart[] = []
  let listIndex = 0
  for (const former of saved.former) {
    const overlaps = rangesOverlap(range, keyGroupRange(former.subtask, saved.shape.parallelism))
    former.files.forEach((parts, index) => {
      const newest = index === former.files.length - 1
      for (const part of parts) {
        const scope = scopes.get(part.state)
        if (scope === 'keyed') {
          const { keyGroup } = part
          const mine = keyGroup < 0 ? overlaps : keyGroup >= range.start && keyGroup < range.end
          if (mine) taken.push(part)
        } else if (newest && part.state === driverStates.counters) {
          if (former.subtask % operator.parallelism === subtask) taken.push(part)
        } else if (newest && part.state === driverStates.watermark) {
          if (overlaps) taken.push(part)
        } else if (newest && scope === 'union') {
          taken.push(part)
        } else if (newest && scope === 'list' && listIndex++ % operator.parallelism === subtask) {
          taken.push(part)
        }
      }
    })
  }
  return taken
}

function rangesOverlap(
  a: { start: number; end: number },
  b: { start: number; end: number },
): boolean {
  return a.start < b.end && b.start < a.end
}

function checkShape(operator: PhysicalOperator, shape: OperatorShape): void {
  for (const declared of operator.state) {
    const saved = shape.state.find((state) => state.name === declared.name)
    if (saved === undefined || describe(saved) === describe(declared)) continue
    throw new AppError(
      `The saved state "${declared.name}" of node "${operator.node}" does not fit what the pipeline now declares. ` +
        'Start without the saved state, or undo the change of its key or its value.',
      {
        code: 'state-incompatible',
        origin: 'user',
        details: { node: operator.node, state: declared.name, saved, declared },
      },
    )
  }
}

function describe(state: StateDeclaration): string {
  return JSON.stringify([
    state.version,
    state.scope,
    state.keyTypes,
    state.schema,
    state.hash,
    keyGroupCount,
  ])
}
