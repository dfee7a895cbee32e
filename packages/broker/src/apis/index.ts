/** What the broker answers: one handler for each API, pure over request, version and context. Isomorphic. */
export * from './connection-queue.ts'
export * from './context.ts'
export * from './dispatch.ts'
export * from './in-process-transport.ts'
