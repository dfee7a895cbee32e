/** The operators of test plans: a source that plays a script and a sink that remembers. Real operators, no mocks. */
import { decodeUtf8, encodeUtf8 } from '@millrace/base'
import type { Batch } from '@millrace/schemas'
import type {
  Operator,
  OperatorContext,
  OperatorRegistry,
  RestoredState,
  Source,
  SourceContext,
} from '../operator.ts'
import { windowAggregate } from '../window/index.ts'
import { rowsOf, type TestRow } from './batches.ts'
import { type ScriptSourceConfig, sourcePosition } from './plans.ts'

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
    sources: { 'script-source': (context, restored) => scriptSource(context, restored) },
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
export function scriptSource(context: SourceContext, restored: RestoredState | null): Source {
  const { scripts } = context.spec.config as ScriptSourceConfig
  const mine = [...scripts.keys()].filter(
    (partition) => partition % context.spec.parallelism === context.subtask,
  )
  const positions = new Map<number, Position>(
    mine.map((partition) => [partition, { next: 0, watermark: null }]),
  )
  let emitted = Number.NEGATIVE_INFINITY
  const emitMinimum = () => {
    let minimum = Number.POSITIVE_INFINITY
    for (const { watermark } of positions.values()) {
      minimum = Math.min(minimum, watermark ?? Number.NEGATIVE_INFINITY)
    }
    if (Number.isFinite(minimum) && minimum > emitted) {
      emitted = minimum
      context.emitWatermark(minimum)
    }
  }
  for (const part of restored ?? []) {
    const saved = JSON.parse(decodeUtf8(part.bytes)) as Position & { partition: number }
    if (positions.has(saved.partition)) positions.set(saved.partition, saved)
  }
  let turn = 0
  let first = true
  return {
    poll() {
      if (first) {
        first = false
        emitMinimum()
        return 'more'
      }
      for (let i = 0; i < mine.length; i++) {
        const partition = mine[(turn + i) % mine.length]
        const position = positions.get(partition)
        const element = position && scripts[partition][position.next]
        if (!position || !element) continue
        if (element.is === 'batch') {
          if (!context.outputs[0].hasRoom()) return 'blocked'
          context.outputs[0].emit(element.batch)
          context.counters.rowsIn += element.batch.length
          context.counters.passedOn += element.batch.length
        } else if (element.is === 'watermark') {
          position.watermark = element.time
        }
        position.next++
        turn = (turn + i + 1) % mine.length
        emitMinimum()
        return 'more'
      }
      return 'ended'
    },
    freeze() {
      const parts = [...positions].map(([partition, position]) => ({
        state: sourcePosition.name,
        keyGroup: -1,
        bytes: encodeUtf8(JSON.stringify({ partition, ...position })),
      }))
      return {
        write: () => parts,
        sourceOffsets: [...positions].map(([partition, { next }]) => ({
          topic: 'script',
          partition,
          offset: next,
        })),
      }
    },
    onProcessingTime() {},
    onCheckpointComplete() {},
    onCheckpointAborted() {},
    close() {},
  }
}
