/** Decides, from what lies on the disk, which checkpoint to restore and what to remove. Pure: the store gathers the facts. */
import type { CheckpointId } from '@millrace/schemas'
import type { CheckpointManifest } from './checkpoint-manifest.ts'

/** What was found in the directory of one checkpoint. */
export interface CheckpointFacts {
  id: CheckpointId
  /** absent: the crash came before it was written · damaged: it cannot be read. */
  manifest: CheckpointManifest | 'absent' | 'damaged'
  /** Files that the manifest names and that are missing or have another size. */
  missingFiles: readonly string[]
}

/** End of what may be read of a partition (its high watermark); undefined: there is no such partition any more. */
export type LogEnd = (topic: string, partition: number) => number | undefined

/**
 * `incomplete`: never became a checkpoint · `damaged`: was one, and is not whole any more · `ahead-of-log`: would go on
 * reading behind the end of a log · `ready`: may be restored.
 */
export type CheckpointState =
  | { is: 'incomplete' }
  | { is: 'damaged'; why: string }
  | { is: 'ahead-of-log'; why: string }
  | { is: 'ready'; manifest: CheckpointManifest }

export function checkpointState(facts: CheckpointFacts, logEnd: LogEnd): CheckpointState {
  const { manifest, missingFiles } = facts
  if (manifest === 'absent') return { is: 'incomplete' }
  if (manifest === 'damaged') {
    return { is: 'damaged', why: `The manifest of checkpoint ${facts.id} cannot be read.` }
  }
  if (manifest.id !== facts.id) {
    return {
      is: 'damaged',
      why: `The manifest in the directory of checkpoint ${facts.id} belongs to ${manifest.id}.`,
    }
  }
  if (missingFiles.length > 0) {
    const files = missingFiles.join(', ')
    return { is: 'damaged', why: `Checkpoint ${facts.id} lacks files or parts of them: ${files}.` }
  }
  const ahead = offsetBeyondLog(manifest, logEnd)
  return ahead ? { is: 'ahead-of-log', why: ahead } : { is: 'ready', manifest }
}

function offsetBeyondLog(manifest: CheckpointManifest, logEnd: LogEnd): string | null {
  for (const { sourceOffsets } of manifest.subtasks) {
    for (const { topic, partition, offset } of sourceOffsets) {
      const end = logEnd(topic, partition)
      if (end !== undefined && offset <= end) continue
      const found = end === undefined ? 'does not exist' : `ends at ${end}`
      return (
        `Checkpoint ${manifest.id} would go on reading topic "${topic}", partition ${partition}, at offset ${offset}, ` +
        `but that partition ${found}: the topic lost records or was made anew.`
      )
    }
  }
  return null
}

export interface Recovery {
  /** The newest checkpoint that is ready; null: begin anew. */
  restore: CheckpointManifest | null
  /** Complete checkpoints that cannot be used, and why; newest first. */
  refused: readonly { id: CheckpointId; why: string }[]
  /** Directories that nothing refers to. */
  remove: readonly CheckpointId[]
  /** Never used before, by no complete or incomplete checkpoint. */
  nextId: CheckpointId
}

export function decideRecovery(all: readonly CheckpointFacts[], logEnd: LogEnd): Recovery {
  const newestFirst = [...all].sort((a, b) => b.id - a.id)
  const states = newestFirst.map((facts) => ({ facts, state: checkpointState(facts, logEnd) }))
  const refused: { id: CheckpointId; why: string }[] = []
  let restore: CheckpointManifest | null = null
  for (const { facts, state } of states) {
    if (state.is === 'ready') {
      restore = state.manifest
      break
    }
    if (state.is !== 'incomplete') refused.push({ id: facts.id, why: state.why })
  }
  const referenced = new Set<CheckpointId>()
  for (const { state } of states) {
    if (state.is === 'ready') for (const id of referencedBy(state.manifest)) referenced.add(id)
  }
  const remove = states
    .filter(({ facts, state }) => state.is === 'incomplete' && !referenced.has(facts.id))
    .map(({ facts }) => facts.id)
  return { restore, refused, remove, nextId: (newestFirst[0]?.id ?? 0) + 1 }
}

export function referencedBy(manifest: CheckpointManifest): Set<CheckpointId> {
  const ids = new Set<CheckpointId>([manifest.id])
  for (const { files } of manifest.subtasks) for (const file of files) ids.add(file.checkpoint)
  return ids
}
