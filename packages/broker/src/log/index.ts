/** The log of the broker: topics, partitions, durability, recovery, in-process reading. */
export * from './api.ts'
export { connectInThread } from './in-thread-port.ts'
export type { DoorSession, LogDoor } from './log-door.ts'
export { leaseDeadlineMs, openLogManager, partitionsPerTopicMax } from './log-manager.ts'
export { createReaderHub, type ReaderHub, type ReaderHubOptions } from './log-reader.ts'
export * from './reader-api.ts'
export * from './topic-config.ts'
export { topicNameProblem, topicNameSizeMax } from './topic-name.ts'
