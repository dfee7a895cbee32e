/** What a subtask is at work on, and the call of the operator that goes with it. */
import { AppError, assert } from '@millrace/base'
import type { Batch, CheckpointId } from '@millrace/schemas'
import type { PhysicalOperator } from '../plan/physical.ts'
import type { Operator, Source, StepResult } from './operator.ts'

/** A call that must be repeated until it says `done`. */
export type Work =
  | { is: 'batch'; input: number; batch: Batch }
  | { is: 'watermark'; time: number }
  | { is: 'timer'; now: number }
  | { is: 'barrier'; checkpoint: CheckpointId }
  | { is: 'end' }

/** One step. A source is called for timers only. */
export function callFor(work: Work, operator: Operator | null, source: Source | null): StepResult {
  if (work.is === 'timer' && source) {
    source.onProcessingTime(work.now)
    return 'done'
  }
  assert(operator, 'a source was given input')
  switch (work.is) {
    case 'batch':
      return operator.onBatch(work.input, work.batch)
    case 'watermark':
      return operator.onWatermark(work.time)
    case 'timer':
      return operator.onProcessingTime(work.now)
    case 'barrier':
      return operator.onBarrier(work.checkpoint)
    case 'end':
      return operator.onEnd()
  }
}

/** The factory of an operator's type. Throws `operator-unknown`, naming the node. */
export function factoryOf<T>(factories: Readonly<Record<string, T>>, spec: PhysicalOperator): T {
  const factory = Object.hasOwn(factories, spec.type) ? factories[spec.type] : undefined
  if (factory !== undefined) return factory
  throw new AppError(`This host has no operator "${spec.type}", which node "${spec.node}" needs.`, {
    code: 'operator-unknown',
    origin: 'internal',
    details: { node: spec.node, type: spec.type },
  })
}
