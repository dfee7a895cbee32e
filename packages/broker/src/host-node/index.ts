/** The broker on Node: its worker thread and how to start it. */
export type { ServeOptions } from './messages.ts'
export * from './start-broker.ts'
