/** Workers, rings, checkpoints on disk and the code host: what the engine needs of Node. */

export * from './code-host.ts'
export * from './connector.ts'
export * from './engine-worker.ts'
export * from './job-host.ts'
export * from './node-job-host.ts'
