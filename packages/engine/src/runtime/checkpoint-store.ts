/**
 * Checkpoints on an `Fs`: a directory for each, files of the subtasks inside, the manifest written last and atomically.
 * Only a directory with a manifest is a checkpoint. What the files mean after a crash is decided in
 * `checkpoint-recovery.ts`; here they are only read, written and removed.
 */
import {
  AppError,
  assert,
  decodeUtf8,
  encodeUtf8,
  type Fs,
  messageOf,
  readFileSync,
  writeFileAtomicSync,
} from '@millrace/base'
import type { CheckpointId } from '@millrace/schemas'
import type { PhysicalOperator, PhysicalPlan } from '../plan/physical.ts'
import {
  type CheckpointManifest,
  manifestFormat,
  partsFor,
  type SubtaskSnapshot,
} from './checkpoint-manifest.ts'
import {
  type CheckpointFacts,
  decideRecovery,
  type LogEnd,
  type Recovery,
  referencedBy,
} from './checkpoint-recovery.ts'
import { type Decision, readJournal } from './journal.ts'
import type { RestoredState } from './operator.ts'
import { readSnapshotFile, SnapshotFileWriter } from './snapshot-file.ts'
import { driverStates, type SnapshotInfo } from './snapshot-writer.ts'

const manifestName = 'manifest.json'
/** What the manifest of a refused checkpoint is called: for whoever wants to know, never to be restored. */
const refusedName = 'refused.json'

/** One subtask's answer to a checkpoint. */
export interface SubtaskAnswer {
  operator: string
  subtask: number
  info: SnapshotInfo
  /** Of the file that the subtask wrote. */
  file: { name: string; size: number }
}

export class CheckpointStore {
  private readonly fs: Fs
  private readonly directory: string

  /** `directory` belongs to one pipeline. */
  constructor(fs: Fs, directory: string) {
    this.fs = fs
    this.directory = directory
  }

  /** Called once for each checkpoint before its writers are opened, from wherever. */
  begin(checkpoint: CheckpointId): void {
    this.fs.makeDirectorySync(this.pathOf(checkpoint))
  }

  fileName(operatorIndex: number, subtask: number): string {
    return `${operatorIndex}-${subtask}.state`
  }

  writer(checkpoint: CheckpointId, name: string): SnapshotFileWriter {
    return new SnapshotFileWriter(this.fs, `${this.pathOf(checkpoint)}/${name}`)
  }

  /**
   * Makes the checkpoint complete: every subtask has answered. Throws `checkpoint-chain-broken` if an incremental
   * snapshot builds on one that is gone.
   */
  commit(
    checkpoint: CheckpointId,
    job: { plan: PhysicalPlan; at: number; answers: readonly SubtaskAnswer[] },
  ): CheckpointManifest {
    const { plan, at, answers } = job
    const earlier = this.readEarlier(checkpoint, answers)
    const manifest: CheckpointManifest = {
      format: manifestFormat,
      id: checkpoint,
      pipeline: plan.pipeline,
      version: plan.version,
      at,
      operators: plan.operators.map(({ id, node, parallelism, state }) => ({
        operator: id,
        node,
        parallelism,
        state,
      })),
      subtasks: answers.map((answer) => chained(checkpoint, answer, earlier)),
    }
    const directory = this.pathOf(checkpoint)
    this.fs.syncDirectorySync(directory)
    const bytes = encodeUtf8(`${JSON.stringify(manifest)}\n`)
    writeFileAtomicSync(this.fs, `${directory}/${manifestName}`, bytes)
    this.fs.syncDirectorySync(this.directory)
    return manifest
  }

  /** Removes what an aborted checkpoint wrote. */
  abandon(checkpoint: CheckpointId): void {
    assert(
      this.fs.sizeSync(this.manifestPath(checkpoint)) === undefined,
      'a complete checkpoint was to be abandoned',
    )
    this.fs.removeTreeSync(this.pathOf(checkpoint))
  }

  /** Keeps the newest `count` checkpoints and the files that they build on. */
  retain(count: number): void {
    const complete = this.survey().filter((facts) => typeof facts.manifest === 'object')
    const kept = complete.sort((a, b) => b.id - a.id).slice(0, count)
    const referenced = new Set<CheckpointId>()
    for (const { manifest } of kept) {
      if (typeof manifest === 'object') for (const id of referencedBy(manifest)) referenced.add(id)
    }
    for (const { id } of complete.slice(count)) {
      this.fs.removeSync(this.manifestPath(id))
      this.fs.syncDirectorySync(this.pathOf(id))
    }
    const newest = kept[0]?.id ?? 0
    for (const id of this.ids()) {
      if (id <= newest && !referenced.has(id)) this.fs.removeTreeSync(this.pathOf(id))
    }
  }

  /**
   * What a start finds, and what that means; changes nothing. A checkpoint whose files do not read is refused like a
   * missing one.
   */
  recover(logEnd: LogEnd): Recovery {
    let facts = this.survey()
    for (;;) {
      const recovery = decideRecovery(facts, logEnd)
      const { restore } = recovery
      const problem = restore && this.unreadable(restore)
      if (!restore || problem === null) return recovery
      facts = facts.map((one) =>
        one.id === restore.id ? { ...one, missingFiles: [problem] } : one,
      )
    }
  }

  /**
   * Call it when the job goes on as `recover` said, before its first step. Refused checkpoints are set aside for good: the
   * job makes another history now, in which they would look whole again once the log has grown past their offsets.
   */
  settle(recovery: Recovery): void {
    for (const { id } of recovery.refused) this.setAside(id)
    for (const id of recovery.remove) this.fs.removeTreeSync(this.pathOf(id))
  }

  /** The newest complete checkpoint, without looking at its files; undefined: none. */
  latest(): { id: CheckpointId; at: number; version: number } | undefined {
    for (const id of this.ids().sort((a, b) => b - a)) {
      const manifest = this.readManifest(id)
      if (typeof manifest === 'object') return { id, at: manifest.at, version: manifest.version }
    }
    return undefined
  }

  manifest(checkpoint: CheckpointId): CheckpointManifest {
    const manifest = this.readManifest(checkpoint)
    if (typeof manifest === 'object') return manifest
    throw new AppError(`There is no complete checkpoint ${checkpoint} in ${this.directory}.`, {
      code: 'checkpoint-missing',
      origin: 'external',
      details: { checkpoint },
    })
  }

  /** What `subtask` of `operator` is constructed with; null: the checkpoint knows nothing of this operator. */
  restoredState(
    manifest: CheckpointManifest,
    operator: PhysicalOperator,
    subtask: number,
  ): RestoredState | null {
    const shape = manifest.operators.find((candidate) => candidate.operator === operator.id)
    if (!shape) return null
    const former = manifest.subtasks
      .filter((candidate) => candidate.operator === operator.id)
      .map((saved) => ({
        subtask: saved.subtask,
        files: saved.files.map((file) => this.readParts(file.checkpoint, file.name)),
      }))
    return partsFor(operator, subtask, { shape, former })
  }

  /** What `subtask` of `operator` decided between the complete checkpoint before and this one. */
  journal(manifest: CheckpointManifest, operator: string, subtask: number): Decision[] {
    const saved = manifest.subtasks.find(
      (candidate) => candidate.operator === operator && candidate.subtask === subtask,
    )
    const file = saved?.files.find(({ checkpoint }) => checkpoint === manifest.id)
    const parts = file ? this.readParts(file.checkpoint, file.name) : []
    const journal = parts.find(({ state }) => state === driverStates.journal)
    if (journal?.bytes[0] === 1) return readJournal(journal.bytes.subarray(1))
    throw new AppError(
      `What subtask ${subtask} of ${operator} decided before checkpoint ${manifest.id} was not recorded completely.`,
      { code: 'journal-incomplete', origin: 'external', details: { operator, subtask } },
    )
  }

  removeAll(): void {
    this.fs.removeTreeSync(this.directory)
  }

  private survey(): CheckpointFacts[] {
    return this.ids().map((id) => {
      const manifest = this.readManifest(id)
      const missingFiles: string[] = []
      if (typeof manifest === 'object') {
        for (const { files } of manifest.subtasks) {
          for (const { checkpoint, name, size } of files) {
            const path = `${this.pathOf(checkpoint)}/${name}`
            if (this.fs.sizeSync(path) !== size) missingFiles.push(path)
          }
        }
      }
      return { id, manifest, missingFiles }
    })
  }

  private setAside(id: CheckpointId): void {
    this.fs.renameSync(this.manifestPath(id), `${this.pathOf(id)}/${refusedName}`)
    this.fs.syncDirectorySync(this.pathOf(id))
  }

  private unreadable(manifest: CheckpointManifest): string | null {
    try {
      for (const { files } of manifest.subtasks) {
        for (const { checkpoint, name } of files) this.readParts(checkpoint, name)
      }
      return null
    } catch (error) {
      return messageOf(error)
    }
  }

  private readParts(checkpoint: CheckpointId, name: string) {
    const path = `${this.pathOf(checkpoint)}/${name}`
    const bytes = readFileSync(this.fs, path)
    return readSnapshotFile(bytes ?? new Uint8Array(0), path)
  }

  private readManifest(id: CheckpointId): CheckpointManifest | 'absent' | 'damaged' {
    const bytes = readFileSync(this.fs, this.manifestPath(id))
    if (bytes === undefined) return 'absent'
    try {
      const manifest = JSON.parse(decodeUtf8(bytes)) as CheckpointManifest
      return manifest.format === manifestFormat ? manifest : 'damaged'
    } catch {
      return 'damaged'
    }
  }

  private readEarlier(
    checkpoint: CheckpointId,
    answers: readonly SubtaskAnswer[],
  ): CheckpointManifest | null {
    if (answers.every(({ info }) => info.needsFrom === checkpoint)) return null
    const earlier = this.ids().filter((id) => id < checkpoint)
    for (const id of earlier.sort((a, b) => b - a)) {
      const manifest = this.readManifest(id)
      if (typeof manifest === 'object') return manifest
    }
    return null
  }

  private ids(): CheckpointId[] {
    return this.fs
      .listSync(this.directory)
      .filter((name) => /^chk-\d{10}$/.test(name))
      .map((name) => Number(name.slice(4)))
  }

  private pathOf(checkpoint: CheckpointId): string {
    return `${this.directory}/chk-${String(checkpoint).padStart(10, '0')}`
  }

  private manifestPath(checkpoint: CheckpointId): string {
    return `${this.pathOf(checkpoint)}/${manifestName}`
  }
}

/** The files of a subtask's snapshot: those of the previous manifest from `needsFrom` on, then its own. */
function chained(
  checkpoint: CheckpointId,
  answer: SubtaskAnswer,
  earlier: CheckpointManifest | null,
): SubtaskSnapshot {
  const { operator, subtask, info, file } = answer
  const own = { checkpoint, ...file }
  const { sourceOffsets, needsFrom } = info
  if (needsFrom === checkpoint) return { operator, subtask, files: [own], sourceOffsets }
  const before = earlier?.subtasks.find(
    (candidate) => candidate.operator === operator && candidate.subtask === subtask,
  )
  const files = (before?.files ?? []).filter((one) => one.checkpoint >= needsFrom)
  if (files[0]?.checkpoint !== needsFrom) {
    throw new AppError(
      `Checkpoint ${checkpoint} of "${operator}" builds on checkpoint ${needsFrom}, which is not there.`,
      { code: 'checkpoint-chain-broken', origin: 'internal', details: { operator, subtask } },
    )
  }
  return { operator, subtask, files: [...files, own], sourceOffsets }
}
