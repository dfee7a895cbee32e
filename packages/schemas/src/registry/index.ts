/** The Schema Registry: Confluent's REST API as a pure handler over a log of records. */
export * from './api.ts'
export { compareSchemas } from './compare.ts'
export { describeDifference } from './difference.ts'
export { describeFields } from './fields.ts'
export type { MemoryRegistryStore } from './memory-store.ts'
export { memoryRegistryStore } from './memory-store.ts'
export { createRegistry } from './registry.ts'
