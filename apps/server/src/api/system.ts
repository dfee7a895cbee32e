/** What the `templates` and `system` routers answer. */
import type { PipelineDocument, PipelineSettings } from '@millrace/schemas'
import type { Milliseconds } from './common.ts'

export interface TemplateInfo {
  id: string
  title: string
  /** The question it answers. */
  question: string
  /** What it teaches. */
  teaches: string
  /** Time it takes to look through. */
  minutes: number
  /** "first row in 3 s" */
  firstRow: string
  category: string
  document: PipelineDocument
  /** Topics that a start creates. */
  creates: string[]
  /** Pipelines made from it that exist now. */
  startedAs: { pipeline: string; name: string; running: boolean }[]
  /** A template that shows the same question another way, for example with a trap. */
  variantOf: string | null
  /** The trap that this variant shows, named. */
  trap: string | null
}

export interface RemovedTemplate {
  pipelines: string[]
  topics: string[]
}

/** What a removal of everything that templates made would take, asked before it is done. */
export interface MadeByTemplates {
  pipelines: { id: string; name: string; running: boolean }[]
  topics: string[]
  /** Topics that they write and that stay, because another pipeline uses them. */
  kept: string[]
}

export interface SystemInfo {
  version: string
  node: string
  /** `http://127.0.0.1:4300` */
  studio: string
  /** `127.0.0.1:9092` */
  kafka: string
  registry: string
  dataDirectory: string
  disk: { topicsBytes: number; checkpointsBytes: number; totalBytes: number }
  startedAt: Milliseconds
  pid: number
  memoryBytes: number
  templates: boolean
  /** What happened at start that the user should know: "Port 9092 was taken". */
  notes: string[]
}

export interface StudioSettings {
  theme: 'system' | 'light' | 'dark'
  clock: 'local' | 'utc'
  motion: 'system' | 'reduced'
  /** Ids of tips and tours that were dismissed for good. */
  dismissed: string[]
  /** Keys of commands that were bound anew, by the command's id. */
  shortcuts: Record<string, string[]>
  /** What a new pipeline begins with. */
  newPipeline: PipelineSettings
}

export interface AuditEntry {
  at: Milliseconds
  action: string
  /** Pipeline, topic or subject. */
  subject: string
  words: string
}
