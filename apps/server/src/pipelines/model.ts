/** What is known of pipelines: changed only by `apply`, which replays the records of `_millrace_pipelines`. */
import type { PhysicalPlan } from '@millrace/engine/plan'
import { type PipelineDocument, pipelineSettings } from '@millrace/schemas'
import type { StudioSettings } from '../api-types.ts'

/** One record of the topic; of each pipeline the newest of its kind (and version) counts. */
export type PipelineRecord =
  | {
      is: 'draft'
      id: string
      revision: number
      savedAt: number
      by: string | null
      template: string | null
      document: PipelineDocument
    }
  | {
      is: 'version'
      id: string
      version: number
      deployedAt: number
      summary: string
      document: PipelineDocument
      /** As compiled then, with the emitted JavaScript: a restart runs what was deployed. */
      plan: PhysicalPlan
    }
  /** Should this version run? A restart resumes what should. */
  | { is: 'wanted'; id: string; version: number; running: boolean; at: number }
  | { is: 'deleted'; id: string; at: number }
  | { is: 'settings'; settings: StudioSettings }

export interface VersionState {
  version: number
  deployedAt: number
  summary: string
  document: PipelineDocument
  plan: PhysicalPlan
}

export interface PipelineEntry {
  id: string
  draft: PipelineDocument
  revision: number
  savedAt: number
  template: string | null
  versions: VersionState[]
  /** The version that was deployed last or started last; null: never. */
  current: VersionState | null
  wanted: boolean
}

export interface PipelineModel {
  pipelines: Map<string, PipelineEntry>
  settings: StudioSettings
}

export function emptyModel(): PipelineModel {
  return {
    pipelines: new Map(),
    settings: initialSettings(),
  }
}

function initialSettings(): StudioSettings {
  return {
    theme: 'system',
    clock: 'local',
    motion: 'system',
    dismissed: [],
    shortcuts: {},
    newPipeline: pipelineSettings.parse({}),
  }
}

/** The only place that changes the model. */
export function apply(model: PipelineModel, record: PipelineRecord): void {
  switch (record.is) {
    case 'draft':
      applyDraft(model, record)
      return
    case 'version': {
      // Of the drafts only the newest is replayed, and it may come after the versions.
      const entry = model.pipelines.get(record.id) ?? newEntry(record.id, record.document)
      model.pipelines.set(record.id, entry)
      const { version, deployedAt, summary, document, plan } = record
      entry.versions = [
        ...entry.versions.filter((each) => each.version !== version),
        { version, deployedAt, summary, document, plan },
      ]
      return
    }
    case 'wanted': {
      const entry = model.pipelines.get(record.id)
      if (!entry) return
      entry.wanted = record.running
      entry.current =
        entry.versions.find((each) => each.version === record.version) ?? entry.current
      return
    }
    case 'deleted':
      model.pipelines.delete(record.id)
      return
    case 'settings':
      // A record of before a setting was thought of lacks it.
      model.settings = { ...initialSettings(), ...record.settings }
      return
  }
}

function applyDraft(model: PipelineModel, record: Extract<PipelineRecord, { is: 'draft' }>): void {
  const entry = model.pipelines.get(record.id)
  const { document, revision, savedAt, template } = record
  if (entry) {
    Object.assign(entry, { draft: document, revision, savedAt, template })
    return
  }
  const made = newEntry(record.id, document)
  model.pipelines.set(record.id, { ...made, revision, savedAt, template })
}

function newEntry(id: string, draft: PipelineDocument): PipelineEntry {
  return {
    id,
    draft,
    revision: 0,
    savedAt: 0,
    template: null,
    versions: [],
    current: null,
    wanted: false,
  }
}
