/** What the `pipelines` router answers. */
import type { Problem } from '@millrace/engine/plan'
import type { JobState } from '@millrace/engine/runtime'
import type { EdgeType, PipelineDocument } from '@millrace/schemas'
import type { Milliseconds } from './common.ts'

/** `draft`: never deployed. */
export type PipelineState = 'draft' | JobState

export interface PipelineSummary {
  id: string
  name: string
  state: PipelineState
  /** Sorts first and colours the row; null: nothing is wrong. */
  trouble: 'failing' | 'behind' | 'problems' | null
  /** The cause in words: the failure, who holds time, the first problem; or "resumed from checkpoint 12". */
  cause: string | null
  /** Where `cause` happened. */
  causeNode: string | null
  rowsInPerSecond: number | null
  rowsOutPerSecond: number | null
  rowsBehind: number | null
  /** How far event time at the slowest output is behind the newest event time read, ms. */
  timeBehindMs: Milliseconds | null
  checkpoint: { id: number; at: Milliseconds } | null
  /** The checkpoint that the present run was restored from. */
  resumedFrom: number | null
  restarts24h: number
  /** Deployed version; null: never deployed. */
  version: number | null
  draftDiffers: boolean
  /** Errors of the draft that forbid a deploy. */
  problems: number
  savedAt: Milliseconds
  /** The template it was made from. */
  template: string | null
  thumbnail: {
    nodes: { id: string; kind: string; x: number; y: number }[]
    edges: { from: string; to: string }[]
  }
}

export interface PipelineDetail {
  id: string
  document: PipelineDocument
  /** Grows with every save; hand it back with the next one. */
  revision: number
  savedAt: Milliseconds
  state: PipelineState
  deployed: DeployedVersion | null
  draftDiffers: boolean
  template: string | null
}

export interface DeployedVersion {
  version: number
  deployedAt: Milliseconds
  document: PipelineDocument
}

export type SaveResult =
  | { ok: true; revision: number; savedAt: Milliseconds; draftDiffers: boolean }
  /** Somebody saved in between: their document, so that the studio can merge and nothing is lost silently. */
  | { ok: false; conflict: { document: PipelineDocument; revision: number; savedAt: Milliseconds } }

export interface Validation {
  problems: Problem[]
  /** Edge types by node id and output port. */
  types: Record<string, Record<string, EdgeType>>
}

export type DeployResult =
  | { ok: true; version: number; resumedFrom: number | null }
  | { ok: false; problems: Problem[] }

export interface NodeChange {
  node: string
  name: string
  change: 'added' | 'removed' | 'changed' | 'moved' | 'same'
  /** Config fields that differ. */
  fields: string[]
  /** What becomes of this node's state. */
  state: 'none' | 'new' | 'kept' | 'dropped'
  words: string
}

/** What a deploy would do, asked before it is done. */
export interface DeployPlan {
  problems: Problem[]
  nextVersion: number
  changes: NodeChange[]
  edgesChanged: boolean
  settingsChanged: boolean
  /** The checkpoint that the new version can go on from; null: it begins anew. */
  checkpoint: { id: number; at: Milliseconds; version: number } | null
  /** The new version's state is another than the checkpoint's: start it anew. */
  mustStartAnew: boolean
}

export interface VersionInfo {
  version: number
  deployedAt: Milliseconds
  nodes: number
  /** What differs from the version before, in words. */
  summary: string
  current: boolean
}

/** Something happened to a pipeline that another tab may want to know. */
export interface PipelineEvent {
  is: 'saved' | 'deployed' | 'state' | 'deleted' | 'renamed'
  id: string
  revision: number
  /** `clientId` of the tab that did it, as given to `save`. */
  by: string | null
  at: Milliseconds
}
