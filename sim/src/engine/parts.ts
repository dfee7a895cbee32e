/** What the checkpoint story is made of; a planted bug wraps or exchanges one of them. */
import type { Fs } from '@millrace/base'
import type { PhysicalPlan } from '@millrace/engine/plan'
import {
  CheckpointStore,
  type OperatorFactory,
  type SourceFactory,
  windowAggregateWith,
} from '@millrace/engine/runtime'
import { type LogSourceOptions, logSource } from './log-source.ts'

export interface EngineParts {
  store(fs: Fs, directory: string, plan: PhysicalPlan): CheckpointStore
  source(options: LogSourceOptions): SourceFactory
  window: OperatorFactory
  /** End of a partition, as the recovery is told. */
  logEnd(end: number): number
}

export const soundParts: EngineParts = {
  store: (fs, directory) => new CheckpointStore(fs, directory),
  source: logSource,
  window: windowAggregateWith({ wholeEntriesMax: 6 }),
  logEnd: (end) => end,
}
