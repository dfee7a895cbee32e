/** What the `templates` and `system` routers answer. */
import type { PipelineDocument } from '@millrace/schemas'
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
}

export interface AuditEntry {
  at: Milliseconds
  action: string
  /** Pipeline, topic or subject. */
  subject: string
  words: string
}
