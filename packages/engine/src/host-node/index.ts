/** Workers, rings, checkpoints on disk and the code host: what the engine needs of Node. */

export * from './code-host.ts'
export * from './job-host.ts'
