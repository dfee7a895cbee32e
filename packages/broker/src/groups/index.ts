/** The group coordinator: classic consumer groups and committed offsets. */
export * from './api.ts'
export {
  createGroupCoordinator,
  offsetsPartitions,
  offsetsTopic,
  partitionOfGroup,
} from './coordinator.ts'
