/** What the `schemas` router answers. */
import type { LevelProblem } from '@millrace/schemas/registry'
import type { PipelineReference } from './common.ts'

export type CompatibilityLevel =
  | 'NONE'
  | 'BACKWARD'
  | 'BACKWARD_TRANSITIVE'
  | 'FORWARD'
  | 'FORWARD_TRANSITIVE'
  | 'FULL'
  | 'FULL_TRANSITIVE'

export interface SubjectSummary {
  subject: string
  type: string
  versions: number[]
  latestId: number
  /** Its own level, or the global one. */
  compatibility: CompatibilityLevel
  compatibilityInherited: boolean
  /** Topics and pipelines that use it. */
  topics: string[]
  usedBy: PipelineReference[]
}

export interface SchemaVersion {
  subject: string
  version: number
  id: number
  type: string
  schema: string
}

export interface CompatibilityAnswer {
  compatible: boolean
  level: CompatibilityLevel
  /** What is incompatible, and with which version. */
  problems: LevelProblem[]
}

/** What a new schema would make of the records that the subject's topic has. */
export interface SchemaRehearsal {
  /** Null: the subject is not named after a topic that exists. */
  topic: string | null
  /** Records looked at, the last of each partition; tombstones not counted. */
  records: number
  readable: number
  tombstones: number
  /** By partition and offset; null: all can be read. */
  firstFailure: { partition: number; offset: number; reason: string } | null
}

/** Versions that were deleted. */
export interface DeletedVersions {
  versions: number[]
}
