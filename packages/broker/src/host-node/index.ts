/** The broker on Node: its worker thread and how to start it; and what a client needs here. */
export { nodeClientParts } from './client-parts.ts'
export type { ServeOptions } from './messages.ts'
export { type BrokerHandle, type BrokerOptions, startBroker } from './start-broker.ts'
