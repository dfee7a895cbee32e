/** What a template is: a whole pipeline with the question it answers. */
import type { DocumentEdge, DocumentNode, PipelineDocument } from '@millrace/schemas'
import { documentFormat, pipelineSettings } from '@millrace/schemas'
import { catalogue } from '../catalogue.gen.ts'

export interface PipelineTemplate {
  id: string
  title: string
  /** What it answers, as a question. */
  question: string
  /** One or two sentences: what to look at. */
  teaches: string
  /** Topics that a start creates. */
  creates: readonly string[]
  /** Time it takes to look through, minutes. */
  minutes: number
  /** When the first result is there, in words. */
  firstRow: string
  category: string
  document: PipelineDocument
  /** Another template that answers the same question better. */
  variantOf?: string
  /** The mistake that this variant shows, named. */
  trap?: string
}

/** A node of a template; columns are 340 wide, rows 180 high. */
export function templateNode(
  id: string,
  kind: string,
  options: { name: string; column: number; row?: number; config: Record<string, unknown> },
): DocumentNode {
  const initial = catalogue.get(kind)?.initial() as Record<string, unknown> | undefined
  return {
    id,
    kind,
    version: catalogue.get(kind)?.version ?? 1,
    name: options.name,
    config: { ...initial, ...options.config },
    position: { x: options.column * 340, y: (options.row ?? 0) * 180 },
  }
}

/** From `from`'s port (default `rows`) to the only input of `to`. */
export function connect(from: string, to: string, port = 'rows'): DocumentEdge {
  return { from: { node: from, port }, to: { node: to, port: 'in' } }
}

export function templateDocument(
  id: string,
  name: string,
  nodes: readonly DocumentNode[],
  edges: readonly DocumentEdge[],
): PipelineDocument {
  return {
    format: documentFormat,
    id,
    name,
    nodes: [...nodes],
    edges: [...edges],
    notes: [],
    settings: pipelineSettings.parse({}),
  }
}

/** A generated column that never is NULL. */
export function generated(name: string, type: string, generator: Record<string, unknown>) {
  return { name, type, nullable: false, generator, nullShare: 0 }
}

/** An output column that never is NULL. */
export function output(name: string, type: string) {
  return { name, type, nullable: false }
}
