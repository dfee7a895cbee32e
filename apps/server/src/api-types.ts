/** What the server says over tRPC: plain JSON, documented once, imported as types by the studio. */
import type { DocumentEdit, KnownTopic, Problem } from '@millrace/engine/plan'
import type {
  CheckpointStatus,
  DropRecord,
  JobFailure,
  JobState,
  JobStatus,
  RecentDrop,
} from '@millrace/engine/runtime'
import type { EdgeType, Field, PipelineDocument, RowType } from '@millrace/schemas'

export type * from './api/common.ts'
export type * from './api/pipelines.ts'
export type * from './api/runs.ts'
export type * from './api/schemas.ts'
export type * from './api/system.ts'
export type * from './api/topics.ts'
export type {
  CheckpointStatus,
  DocumentEdit,
  DropRecord,
  EdgeType,
  Field,
  JobFailure,
  JobState,
  JobStatus,
  KnownTopic,
  PipelineDocument,
  Problem,
  RecentDrop,
  RowType,
}
