/** What the `schemas` router answers. */
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
  /** What is incompatible, in words. */
  messages: string[]
}
