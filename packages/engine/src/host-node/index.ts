/** Workers, rings, checkpoints on disk and the code host: what the engine needs of Node. */
export * from './job-host.ts'
