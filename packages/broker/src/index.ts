/** The broker without sockets and threads: handlers and connections, for a simulator or a host to drive. Isomorphic. */
export * from './apis/index.ts'
