/** The group coordinator: classic consumer groups and committed offsets. */
export * from './api.ts'
export { createGroupCoordinator } from './coordinator.ts'
export { offsetsPartitions, offsetsTopic, partitionOfGroup } from './offsets-topic.ts'
