/** What only Node has: files, sockets, threads. */
export * from './node-fs.ts'
export * from './start-worker.ts'
export * from './tcp-transport.ts'
