/** Runs one operator under the real subtask driver, element by element, over plain queues. */
import { seededRandom, VirtualTime } from '@millrace/base'
import type { CheckpointId, Element } from '@millrace/schemas'
import type { PhysicalOperator } from '../../plan/physical.ts'
import { QueueChannel } from '../channel.ts'
import { partsFor } from '../checkpoint-manifest.ts'
import type { OperatorRegistry, SnapshotPart } from '../operator.ts'
import { Subtask } from '../subtask.ts'
import type { RunResult } from '../subtask-options.ts'

export interface HarnessOptions {
  spec: PhysicalOperator
  registry: OperatorRegistry
  subtask?: number
  clock?: VirtualTime
  /** Snapshot files of the former subtasks, by their number. */
  former?: { parallelism: number; files: readonly SnapshotFiles[] }
  /** Elements that fit into an output before the operator is blocked. */
  outputRoom?: number
}

/** Parts by file: those that an incremental snapshot builds on, oldest first, and its own. */
export type SnapshotFiles = readonly (readonly SnapshotPart[])[]

/** What left, by output, in order. */
export type Outputs = Element[][]

export class OperatorHarness {
  readonly subtask: Subtask
  readonly clock: VirtualTime
  readonly input = new QueueChannel(1)
  error: unknown
  private readonly outputs: QueueChannel[]
  private readonly parts = new Map<CheckpointId, SnapshotPart[]>()
  private readonly needsFrom = new Map<CheckpointId, CheckpointId>()
  private nextCheckpoint = 1

  constructor(options: HarnessOptions) {
    const { spec, registry, subtask = 0, former, outputRoom = 1_000_000 } = options
    this.clock = options.clock ?? new VirtualTime(0)
    this.outputs = spec.outputs.map(() => new QueueChannel(outputRoom))
    const shape = {
      operator: spec.id,
      node: spec.node,
      parallelism: former?.parallelism ?? 1,
      state: spec.state,
    }
    const saved = {
      shape,
      former: (former?.files ?? []).map((files, number) => ({ subtask: number, files })),
    }
    this.subtask = new Subtask({
      spec,
      registry,
      subtask,
      inputs: spec.inputs.map(() => [this.input]),
      outputs: this.outputs.map((channel) => [
        { exchange: { is: 'forward' }, channels: [channel] },
      ]),
      clock: this.clock,
      random: seededRandom(1),
      restored: former ? partsFor(spec, subtask, saved) : null,
      listener: {
        onSnapshotPart: (checkpoint, part) => {
          this.parts.set(checkpoint, [...(this.parts.get(checkpoint) ?? []), part])
        },
        onSnapshotDone: (checkpoint, info) => {
          this.needsFrom.set(checkpoint, info.needsFrom)
        },
        onFailed: (error) => {
          this.error = error
        },
      },
    })
  }

  /** Feeds one element and gives everything that it caused, by output. */
  feed(element: Element): Outputs {
    this.input.push(element)
    return this.run()
  }

  /** Runs until nothing happens any more; full outputs are emptied only once the operator is blocked by them. */
  run(): Outputs {
    const outputs: Outputs = this.outputs.map(() => [])
    for (;;) {
      const result: RunResult = this.subtask.runSome(8192)
      if (result === 'progress') continue
      const before = outputs.reduce((count, elements) => count + elements.length, 0)
      this.drain(outputs)
      const after = outputs.reduce((count, elements) => count + elements.length, 0)
      if (after === before) return outputs
    }
  }

  /** Takes a checkpoint now and gives its files; the barrier that leaves is dropped. */
  checkpoint(): SnapshotFiles {
    const checkpoint = this.freeze()
    const needsFrom = this.needsFrom.get(checkpoint)
    if (needsFrom === undefined) throw new Error('the snapshot was not written')
    this.subtask.completeCheckpoint(checkpoint)
    return [...this.parts].filter(([id]) => id >= needsFrom).map(([, parts]) => parts)
  }

  /** Takes a checkpoint that is given up after this subtask has written its snapshot. */
  abortedCheckpoint(): void {
    const checkpoint = this.freeze()
    this.subtask.abortCheckpoint(checkpoint)
    this.parts.delete(checkpoint)
  }

  private freeze(): CheckpointId {
    const checkpoint = this.nextCheckpoint++
    this.feed({ is: 'barrier', checkpoint })
    return checkpoint
  }

  private drain(into: Outputs): void {
    this.outputs.forEach((channel, index) => {
      while (channel.peek()) into[index].push(channel.take())
    })
  }
}
