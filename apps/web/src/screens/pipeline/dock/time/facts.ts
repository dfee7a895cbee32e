/** The time facts of a running job, picked from its status: one source with what stands behind it. */

import type { PipelineDocument } from '@millrace/schemas'
import type { JobStatus, RunView, TimeHolder } from '@millrace/server'
import { getPath } from '../../editor/graph.ts'
import type { WindowRule } from './fates.ts'

type Partition = NonNullable<
  JobStatus['operators'][number]['subtasks'][number]['partitions']
>[number]
type WindowStatus = NonNullable<
  JobStatus['operators'][number]['subtasks'][number]['windows']
>[number]

export interface ShownWindow {
  start: number
  end: number
  state: 'open' | 'fired' | 'final'
}

export interface TimeFacts {
  source: string
  /** Event-time watermark of the source. */
  watermark: number | null
  partitions: readonly Partition[]
  /** The partition that holds time; null: none does. */
  holder: number | null
  cause: TimeHolder | null
  windows: readonly ShownWindow[]
  /** The first window node behind the source. */
  rule: WindowRule | null
  /** Wall clock. */
  now: number
}

/** Windows drawn at most. */
const windowsMax = 5

export function sourcesOf(view: RunView | null): string[] {
  const nodes = (view?.status?.operators ?? [])
    .filter((operator) => operator.subtasks.some((subtask) => subtask.partitions))
    .map((operator) => operator.node)
  return [...new Set(nodes)]
}

export function timeFactsOf(
  view: RunView,
  document: PipelineDocument,
  source: string,
): TimeFacts | null {
  const { status, facts } = view
  if (!status || !facts) return null
  const partitions = status.operators
    .filter((operator) => operator.node === source)
    .flatMap((operator) => operator.subtasks.flatMap((subtask) => subtask.partitions ?? []))
    .sort((a, b) => a.partition - b.partition)
  const rule = windowBehind(document, source)
  const watermark = facts.nodes[source]?.watermark ?? null
  const cause = facts.cause?.node === source ? facts.cause : null
  return {
    source,
    watermark,
    partitions,
    holder: cause?.partition ?? null,
    cause,
    windows: rule ? windowsOf(status, rule) : [],
    rule,
    now: view.at,
  }
}

/** The first window that a source's rows reach. */
export function windowBehind(document: PipelineDocument, source: string): WindowRule | null {
  const seen = new Set<string>()
  const open = [source]
  while (open.length > 0) {
    const id = open.shift() as string
    if (seen.has(id)) continue
    seen.add(id)
    const node = document.nodes.find((item) => item.id === id)
    const sizeMs = node && getPath(node.config, 'sizeMs')
    if (node && node.kind === 'window' && typeof sizeMs === 'number')
      return {
        node: id,
        sizeMs,
        offsetMs: numberAt(node.config, 'offsetMs'),
        allowedLatenessMs: numberAt(node.config, 'allowedLatenessMs'),
      }
    for (const edge of document.edges) if (edge.from.node === id) open.push(edge.to.node)
  }
  return null
}

/** The windows that are not final, oldest first, with the newest final one before them. */
function windowsOf(status: JobStatus, rule: WindowRule): ShownWindow[] {
  const byStart = new Map<number, ShownWindow>()
  const reported: WindowStatus[] = status.operators
    .filter((operator) => operator.node === rule.node)
    .flatMap((operator) => operator.subtasks.flatMap((subtask) => subtask.windows ?? []))
  for (const { start, end, state } of reported) {
    const known = byStart.get(start)
    // Subtasks fire on their own: a window counts as fired when the first of them has.
    if (!known || state === 'fired') byStart.set(start, { start, end, state })
  }
  const windows = [...byStart.values()].sort((a, b) => a.start - b.start)
  const [first] = windows
  const final: ShownWindow[] = first
    ? [{ start: first.start - rule.sizeMs, end: first.start, state: 'final' }]
    : []
  return [...final, ...windows].slice(0, windowsMax)
}

function numberAt(config: unknown, path: string): number {
  const value = getPath(config, path)
  return typeof value === 'number' ? value : 0
}
