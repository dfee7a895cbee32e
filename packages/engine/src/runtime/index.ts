/** Tasks, time, state and checkpoints: deterministic and isomorphic. */
export * from './metrics.ts'
export * from './operator.ts'
