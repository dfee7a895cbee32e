/** Copy and paste as JSON: between pipelines, windows, and a text editor. */
import {
  type DocumentEdge,
  type DocumentNode,
  type DocumentNote,
  documentEdge,
  documentFormat,
  documentNode,
  documentNote,
  type PipelineDocument,
} from '@millrace/schemas'
import { z } from 'zod'
import { freeId, freeName, takenIds } from './graph.ts'
import type { ViewState } from './state.ts'
import type { Command } from './store.ts'

const clipFormat = 'millrace.clip/1'
/** Most characters that a paste takes. */
const clipCharactersMax = 4_000_000
const pasteOffsetPx = 40

const clipSchema = z.object({
  format: z.literal(clipFormat),
  nodes: z.array(documentNode).max(1000),
  edges: z.array(documentEdge).max(4000),
  notes: z.array(documentNote).max(500).default([]),
})

export interface Clip {
  nodes: DocumentNode[]
  edges: DocumentEdge[]
  notes: DocumentNote[]
}

/** The selected nodes, the edges among them, and the selected notes. */
export function clipOf(doc: PipelineDocument, view: Pick<ViewState, 'nodes' | 'notes'>): Clip {
  const ids = new Set(view.nodes)
  const notes = new Set(view.notes)
  return {
    nodes: doc.nodes.filter((node) => ids.has(node.id)),
    edges: doc.edges.filter((edge) => ids.has(edge.from.node) && ids.has(edge.to.node)),
    notes: doc.notes.filter((note) => notes.has(note.id)),
  }
}

export function printClip(clip: Clip): string {
  return JSON.stringify({ format: clipFormat, ...clip }, null, 2)
}

/** Reads what `printClip` wrote; also a whole pipeline document. Undefined: it is something else. */
export function readClip(text: string): Clip | undefined {
  if (text.length > clipCharactersMax) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (value === null || typeof value !== 'object') return undefined
  const isDocument = 'format' in value && value.format === documentFormat
  const parsed = clipSchema.safeParse(isDocument ? { ...value, format: clipFormat } : value)
  return parsed.success ? parsed.data : undefined
}

/** Inserts a clip with new ids; `at` is where its upper left corner goes, else beside the original. */
export function paste(clip: Clip, label: string, at?: { x: number; y: number }): Command {
  return {
    label,
    perform: (doc) => {
      if (clip.nodes.length + clip.notes.length === 0) return null
      const shift = shiftOf(clip, at)
      const made = withNewIds(doc, clip)
      const place = <T extends DocumentNode | DocumentNote>(item: T): T => ({
        ...item,
        position: {
          x: Math.round(item.position.x + shift.x),
          y: Math.round(item.position.y + shift.y),
        },
      })
      const nodes = made.nodes.map(place)
      const notes = made.notes.map(place)
      return {
        doc: {
          ...doc,
          nodes: [...doc.nodes, ...nodes],
          edges: [...doc.edges, ...made.edges],
          notes: [...doc.notes, ...notes],
        },
        view: {
          nodes: nodes.map((node) => node.id),
          edges: [],
          notes: notes.map((note) => note.id),
        },
        say: `${nodes.length} nodes pasted`,
      }
    },
  }
}

function withNewIds(doc: PipelineDocument, clip: Clip): Clip {
  let grown = doc
  const renamed = new Map<string, string>()
  const nodes = clip.nodes.map((node) => {
    const name = freeName(node.name, grown)
    const copy = { ...node, id: freeId(name, takenIds(grown)), name }
    renamed.set(node.id, copy.id)
    grown = { ...grown, nodes: [...grown.nodes, copy] }
    return copy
  })
  const taken = new Set([...takenIds(grown), ...doc.notes.map((note) => note.id)])
  const notes = clip.notes.map((note) => {
    const copy = { ...note, id: freeId('note', taken) }
    taken.add(copy.id)
    return copy
  })
  const edges = clip.edges.flatMap((edge) => {
    const [from, to] = [renamed.get(edge.from.node), renamed.get(edge.to.node)]
    if (from === undefined || to === undefined) return []
    return [{ from: { ...edge.from, node: from }, to: { ...edge.to, node: to } }]
  })
  return { nodes, edges, notes }
}

function shiftOf(clip: Clip, at?: { x: number; y: number }): { x: number; y: number } {
  if (!at) return { x: pasteOffsetPx, y: pasteOffsetPx }
  const places = [...clip.nodes, ...clip.notes].map((item) => item.position)
  return {
    x: at.x - Math.min(...places.map((place) => place.x)),
    y: at.y - Math.min(...places.map((place) => place.y)),
  }
}
