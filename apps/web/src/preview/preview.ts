/**
 * The draft, run in this browser on a sample of its topics. This is the seam between the pipeline page and the engine
 * in a worker: the page hands documents in and reads one store; whoever runs them fills it.
 */
import type { Field, PipelineDocument } from '@millrace/schemas'
import { createStore, type StoreApi } from 'zustand/vanilla'

export interface PreviewRow {
  kind: '+I' | '-U' | '+U' | '-D'
  eventTime: number | null
  /** Cells as JSON, in the order of `fields`. */
  cells: readonly unknown[]
}

export interface PreviewPort {
  fields: readonly Field[]
  /** At most `previewRowsMax`, the first that came. */
  rows: readonly PreviewRow[]
  /** All of them. */
  count: number
}

export interface PreviewNode {
  rowsIn: number
  /** By output port. */
  ports: Readonly<Record<string, PreviewPort>>
}

export interface PreviewState {
  /** `absent`: nothing runs previews here · `idle`: the draft has problems, or no source has rows. */
  is: 'absent' | 'idle' | 'running' | 'done' | 'failed'
  /** What the sample is: "9,874 records from 12:30 to 12:45, every 4th key of orders". */
  sample: string | null
  /** Why it is idle or failed. */
  message: string | null
  /** Node that failed. */
  failedNode: string | null
  nodes: Readonly<Record<string, PreviewNode>>
  tookMs: number | null
}

/** Rows kept for each output port. */
export const previewRowsMax = 200

export type PreviewStore = StoreApi<PreviewState>

export const absentPreview: PreviewState = {
  is: 'absent',
  sample: null,
  message: null,
  failedNode: null,
  nodes: {},
  tookMs: null,
}

/** Runs drafts; started once for each pipeline page. */
export interface PreviewRunner {
  /** The draft changed; the newest one wins. */
  update(document: PipelineDocument): void
  close(): void
}

export function createPreviewStore(): PreviewStore {
  return createStore<PreviewState>(() => absentPreview)
}
