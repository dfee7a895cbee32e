/** The operators of test plans: a source that plays a script and a sink that remembers. Real operators, no mocks. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { Batch } from '@millrace/schemas'
import type {
  Operator,
  OperatorContext,
  OperatorRegistry,
  PollResult,
  RestoredState,
  Snapshot,
  Source,
  SourceContext,
} from '../operator.ts'
import { windowAggregate } from '../window/index.ts'
import { rowsOf, type TestRow } from './batches.ts'
import { type ScriptElement, type ScriptSourceConfig, sourcePosition } from './plans.ts'

/** What reached the sinks, in order. */
export type Collected =
  | { operator: string; subtask: number; row: TestRow }
  | { operator: string; subtask: number; watermark: number }
  | { operator: string; subtask: number; checkpoint: number }

/** What each sink had taken when it was frozen for the checkpoint: what a transaction would have kept. */
export function takenBefore(collected: readonly Collected[], checkpoint: number): Collected[] {
  const frozen = new Set<string>()
  return collected.filter((one) => {
    const sink = `${one.operator}/${one.subtask}`
    if ('checkpoint' in one && one.checkpoint === checkpoint) frozen.add(sink)
    return !frozen.has(sink)
  })
}

/** A registry whose sinks write into `collected`. */
export function testRegistry(collected: Collected[]): OperatorRegistry {
  return {
    operators: {
      'window-aggregate': windowAggregate,
      'collecting-sink': (context) => collectingSink(context, collected),
    },
    sources: { 'script-source': (context, restored) => new ScriptSource(context, restored) },
  }
}

function collectingSink(context: OperatorContext, collected: Collected[]): Operator {
  const operator = context.spec.id
  const { subtask } = context
  return {
    onBatch(_input: number, batch: Batch) {
      for (const row of rowsOf(context.spec.inputs[0], batch)) {
        collected.push({ operator, subtask, row })
      }
      context.counters.absorbed += batch.length
      return 'done'
    },
    onWatermark(time) {
      collected.push({ operator, subtask, watermark: time })
      return 'done'
    },
    onProcessingTime: () => 'done',
    onEnd: () => 'done',
    onBarrier: () => 'done',
    freeze(checkpoint) {
      collected.push({ operator, subtask, checkpoint })
      return { write: () => [] }
    },
    onCheckpointComplete() {},
    onCheckpointAborted() {},
    close() {},
  }
}

interface Position {
  next: number
  watermark: number | null
}

/** Plays its partitions in turn; the watermark is the minimum over them, and is sent first after a restore. */
class ScriptSource implements Source {
  private readonly context: SourceContext
  private readonly scripts: ScriptSourceConfig['scripts']
  private readonly positions = new Map<number, Position>()
  private sent = Number.NEGATIVE_INFINITY
  private turn = 0
  private started = false

  constructor(context: SourceContext, restored: RestoredState | null) {
    this.context = context
    this.scripts = (context.spec.config as ScriptSourceConfig).scripts
    for (const partition of this.scripts.keys()) {
      if (partition % context.spec.parallelism !== context.subtask) continue
      this.positions.set(partition, { next: 0, watermark: null })
    }
    for (const part of restored ?? []) {
      const saved = JSON.parse(decodeUtf8(part.bytes)) as Position & { partition: number }
      if (this.positions.has(saved.partition)) this.positions.set(saved.partition, saved)
    }
  }

  poll(): PollResult {
    if (!this.started) {
      this.started = true
      this.sendMinimum()
      return 'more'
    }
    const mine = [...this.positions]
    for (let i = 0; i < mine.length; i++) {
      const at = (this.turn + i) % mine.length
      const [partition, position] = mine[at]
      const element = this.scripts[partition][position.next]
      if (!element) continue
      if (element.is === 'batch' && !this.context.outputs[0].hasRoom()) return 'blocked'
      this.turn = at + 1
      position.next++
      this.play(element, position)
      return 'more'
    }
    return 'ended'
  }

  freeze(): Snapshot {
    const parts = [...this.positions].map(([partition, position]) => ({
      state: sourcePosition.name,
      keyGroup: -1,
      bytes: encodeUtf8(JSON.stringify({ partition, ...position })),
    }))
    const sourceOffsets = [...this.positions].map(([partition, { next }]) => ({
      topic: 'script',
      partition,
      offset: next,
    }))
    return { write: () => parts, sourceOffsets }
  }

  onProcessingTime(): void {}

  onCheckpointComplete(): void {}

  onCheckpointAborted(): void {}

  close(): void {}

  private play(element: ScriptElement, position: Position): void {
    const { outputs, counters } = this.context
    if (element.is === 'batch') {
      outputs[0].emit(element.batch)
      counters.rowsIn += element.batch.length
      counters.passedOn += element.batch.length
    } else {
      position.watermark = element.time
      this.sendMinimum()
    }
  }

  private sendMinimum(): void {
    let minimum = Number.POSITIVE_INFINITY
    for (const { watermark } of this.positions.values()) {
      minimum = Math.min(minimum, watermark ?? Number.NEGATIVE_INFINITY)
    }
    if (!Number.isFinite(minimum) || minimum <= this.sent) return
    this.sent = minimum
    this.context.emitWatermark(minimum)
  }
}
