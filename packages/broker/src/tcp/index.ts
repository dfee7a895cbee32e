/** Sockets: the broker over TCP. Node only. */
export * from './server.ts'
