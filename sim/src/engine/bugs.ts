/** Bugs planted into the checkpoint story: each must be caught. */
import { decodeUtf8, encodeUtf8, type Fs } from '@millrace/base'
import type { PhysicalOperator, PhysicalPlan } from '@millrace/engine/plan'
import {
  type CheckpointManifest,
  CheckpointStore,
  driverStates,
  type OperatorFactory,
  type RestoredState,
  type SnapshotFileWriter,
  type SnapshotPart,
  type SourceFactory,
  type SubtaskAnswer,
} from '@millrace/engine/runtime'
import type { CheckpointId } from '@millrace/schemas'
import type { EngineParts } from './parts.ts'

interface PartitionJson {
  offset: number
  watermark: number | null
  sent: number | null
}

/** A source that restores something else than was saved. */
function restoringWrongly(
  parts: EngineParts,
  spoil: (state: PartitionJson) => PartitionJson,
): EngineParts {
  return {
    ...parts,
    source: (options): SourceFactory => {
      const sound = parts.source(options)
      return (context, restored) =>
        sound(
          context,
          restored?.map((part) => {
            const state = JSON.parse(decodeUtf8(part.bytes)) as PartitionJson
            return { ...part, bytes: encodeUtf8(JSON.stringify(spoil(state))) }
          }) ?? null,
        )
    },
  }
}

function withStore(
  parts: EngineParts,
  make: (fs: Fs, directory: string, plan: PhysicalPlan) => CheckpointStore,
): EngineParts {
  return { ...parts, store: make }
}

/** Writes the manifest as soon as the first subtask has answered. */
class EarlyManifestStore extends CheckpointStore {
  private readonly plan: PhysicalPlan
  private done: CheckpointId = 0

  constructor(fs: Fs, directory: string, plan: PhysicalPlan) {
    super(fs, directory)
    this.plan = plan
  }

  override writer(checkpoint: CheckpointId, name: string): SnapshotFileWriter {
    const writer = super.writer(checkpoint, name)
    const finish = writer.finish.bind(writer)
    writer.finish = () => {
      const size = finish()
      if (this.done !== checkpoint) this.commitEarly(checkpoint, { name, size })
      return size
    }
    return writer
  }

  private commitEarly(checkpoint: CheckpointId, file: { name: string; size: number }): void {
    this.done = checkpoint
    const [index, subtask] = file.name.split(/[-.]/).map(Number)
    const info = { bytes: file.size, needsFrom: checkpoint, sourceOffsets: [] }
    const operator = this.plan.operators[index].id
    const answers: SubtaskAnswer[] = [{ operator, subtask, info, file }]
    super.commit(checkpoint, { plan: this.plan, at: 0, answers })
  }
}

/** Loses the last part of a window's state when it is read back. */
class ForgetfulStore extends CheckpointStore {
  override restoredState(
    manifest: CheckpointManifest,
    operator: PhysicalOperator,
    subtask: number,
  ): RestoredState | null {
    const parts = super.restoredState(manifest, operator, subtask)
    const windows = (part: SnapshotPart) => part.state === 'windows'
    const last = parts?.findLastIndex(windows)
    return parts?.filter((_, index) => index !== last) ?? null
  }
}

/** Operators forget which watermark they had reached; their sources do send theirs again, but not all at once. */
class TimelessStore extends CheckpointStore {
  override restoredState(
    manifest: CheckpointManifest,
    operator: PhysicalOperator,
    subtask: number,
  ): RestoredState | null {
    const parts = super.restoredState(manifest, operator, subtask)
    return parts?.filter((part) => part.state !== driverStates.watermark) ?? null
  }
}

/** Removes everything but the newest checkpoint's own directory. */
class HastyStore extends CheckpointStore {
  private readonly disk: Fs
  private readonly place: string

  constructor(fs: Fs, directory: string) {
    super(fs, directory)
    this.disk = fs
    this.place = directory
  }

  override retain(count: number): void {
    super.retain(count)
    const names = this.disk.listSync(this.place).sort()
    for (const name of names.slice(0, -1)) this.disk.removeTreeSync(`${this.place}/${name}`)
  }
}

/** Says that files are durable without asking the disk. */
class UnsyncedStore extends CheckpointStore {
  constructor(fs: Fs, directory: string) {
    super(withoutFileSync(fs), directory)
  }
}

function withoutFileSync(fs: Fs): Fs {
  return new Proxy(fs, {
    get(target, name) {
      if (name !== 'openSync') return Reflect.get(target, name).bind(target)
      return (...args: Parameters<Fs['openSync']>) => {
        const file = target.openSync(...args)
        return new Proxy(file, {
          get(handle, member) {
            if (member === 'syncSync') return () => undefined
            const value = Reflect.get(handle, member)
            return typeof value === 'function' ? value.bind(handle) : value
          },
        })
      }
    },
  })
}

/** Works one batch behind its input: a barrier finds a batch that is neither in the state nor still to be read. */
function overtaken(window: OperatorFactory): OperatorFactory {
  return (context, restored) => {
    const sound = window(context, restored)
    let held: Parameters<typeof sound.onBatch> | null = null
    const catchUp = () => {
      if (held !== null && sound.onBatch(...held) !== 'done') return false
      held = null
      return true
    }
    return Object.assign(Object.create(sound), {
      onBatch: (...args: Parameters<typeof sound.onBatch>) => {
        if (!catchUp()) return 'blocked'
        held = args
        return 'done'
      },
      onWatermark: (time: number) => (catchUp() ? sound.onWatermark(time) : 'blocked'),
      onEnd: () => (catchUp() ? sound.onEnd() : 'blocked'),
    })
  }
}

export const engineBugs = [
  {
    name: 'the manifest is written when the first subtask has answered',
    apply: (parts: EngineParts) =>
      withStore(parts, (fs, directory, plan) => new EarlyManifestStore(fs, directory, plan)),
  },
  {
    name: 'state files are not synced before the manifest',
    apply: (parts: EngineParts) =>
      withStore(parts, (fs, directory) => new UnsyncedStore(fs, directory)),
  },
  {
    name: 'the watermark is not restored',
    apply: (parts: EngineParts) =>
      withStore(parts, (fs, directory) => new TimelessStore(fs, directory)),
  },
  {
    name: 'the restored offset is one too high',
    apply: (parts: EngineParts) =>
      restoringWrongly(parts, (state) => ({ ...state, offset: state.offset + 1 })),
  },
  {
    name: 'the restored offset is one too low',
    apply: (parts: EngineParts) =>
      restoringWrongly(parts, (state) => ({ ...state, offset: Math.max(0, state.offset - 1) })),
  },
  {
    name: 'a barrier overtakes a batch',
    apply: (parts: EngineParts) => ({ ...parts, window: overtaken(parts.window) }),
  },
  {
    name: 'a part of the keyed state is lost',
    apply: (parts: EngineParts) =>
      withStore(parts, (fs, directory) => new ForgetfulStore(fs, directory)),
  },
  {
    name: 'files that an incremental checkpoint builds on are removed',
    apply: (parts: EngineParts) =>
      withStore(parts, (fs, directory) => new HastyStore(fs, directory)),
  },
  {
    name: 'a checkpoint beyond the end of the log is restored',
    apply: (parts: EngineParts) => ({ ...parts, logEnd: () => Number.MAX_SAFE_INTEGER }),
  },
]
