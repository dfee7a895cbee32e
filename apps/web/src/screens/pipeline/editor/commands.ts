/** Changes of what is drawn, as commands: nodes, wires, notes, places, names; `config-commands.ts` has what is configured. */
import type { NodeDefinition } from '@millrace/engine/plan'
import type { DocumentEdge, DocumentNode, Endpoint, PipelineDocument } from '@millrace/schemas'
import {
  addNodes,
  chain,
  connect,
  disconnect,
  edgeId,
  freeId,
  freeName,
  type Moved,
  moveTo,
  nodeById,
  removeEdges,
  removeNodes,
  removeNotes,
  takenIds,
  updateNode,
} from './graph.ts'
import type { Command } from './store.ts'

export type AnyDefinition = NodeDefinition<Record<string, unknown>>

/** Steps of nudging by arrow keys, px. */
export const gridPx = 20
const noteSize = { width: 220, height: 96 }

export interface NewNode {
  definition: AnyDefinition
  position: { x: number; y: number }
  name?: string
  config?: Record<string, unknown>
}

export function makeNode(doc: PipelineDocument, wanted: NewNode): DocumentNode {
  const { definition } = wanted
  const name = freeName(wanted.name ?? definition.title, doc)
  return {
    id: freeId(name, takenIds(doc)),
    kind: definition.kind,
    version: definition.version,
    name,
    config: wanted.config ?? definition.initial(),
    position: { x: Math.round(wanted.position.x), y: Math.round(wanted.position.y) },
  }
}

export function addNode(wanted: NewNode): Command {
  return {
    label: `Add ${wanted.definition.title}`,
    perform: (doc) => {
      const node = makeNode(doc, wanted)
      return {
        doc: addNodes(doc, [node]),
        view: { nodes: [node.id], edges: [], notes: [] },
        say: `${node.name} added`,
      }
    },
  }
}

/** Adds a node behind an output, wired to its first input. */
export function addNodeAfter(wanted: NewNode, from: Endpoint): Command {
  return {
    label: `Add ${wanted.definition.title}`,
    perform: (doc) => {
      const node = makeNode(doc, wanted)
      const input = wanted.definition.inputs[0]
      const added = addNodes(doc, [node])
      const edge = input && { from, to: { node: node.id, port: input.name } }
      return {
        doc: edge ? connect(added, edge) : added,
        view: { nodes: [node.id], edges: [], notes: [] },
        say: `${node.name} added behind ${nodeById(doc, from.node)?.name ?? from.node}`,
      }
    },
  }
}

/** Puts a node between two others; what followed moves right to make room. */
export function insertOnEdge(wanted: NewNode, edge: DocumentEdge): Command {
  return {
    label: `Insert ${wanted.definition.title}`,
    perform: (doc) => {
      const node = makeNode(doc, wanted)
      const input = wanted.definition.inputs[0]
      const output = wanted.definition.outputs(node.config).find((port) => port.role === 'main')
      if (!input || !output) return null
      let next = addNodes(disconnect(doc, edge), [node])
      next = connect(next, { from: edge.from, to: { node: node.id, port: input.name } })
      next = connect(next, { from: { node: node.id, port: output.name }, to: edge.to })
      return {
        doc: next,
        view: { nodes: [node.id], edges: [], notes: [] },
        say: `${node.name} inserted`,
      }
    },
  }
}

export function connectPorts(edge: DocumentEdge): Command {
  return {
    label: 'Connect',
    perform: (doc) => {
      const next = connect(doc, edge)
      if (next === doc) return null
      const [from, to] = [nodeById(doc, edge.from.node), nodeById(doc, edge.to.node)]
      return {
        doc: next,
        say: `${from?.name ?? edge.from.node} connected to ${to?.name ?? edge.to.node}`,
      }
    },
  }
}

export const deleteSelection: Command = {
  label: 'Delete',
  perform: (doc, view) => {
    const count = view.nodes.length + view.edges.length + view.notes.length
    if (count === 0) return null
    const without = removeNodes(removeEdges(doc, new Set(view.edges)), new Set(view.nodes))
    return {
      doc: removeNotes(without, new Set(view.notes)),
      view: { nodes: [], edges: [], notes: [] },
      say: count === 1 ? 'Deleted' : `${count} deleted`,
    }
  },
}

export function move(moved: readonly Moved[]): Command {
  return {
    label: moved.length === 1 ? 'Move' : `Move ${moved.length} nodes`,
    perform: (doc) => ({ doc: moveTo(doc, moved) }),
  }
}

export function nudge(dx: number, dy: number): Command {
  return {
    label: 'Move',
    coalesce: 'nudge',
    perform: (doc, view) => {
      const ids = new Set([...view.nodes, ...view.notes])
      if (ids.size === 0) return null
      const moved = [...doc.nodes, ...doc.notes]
        .filter((item) => ids.has(item.id))
        .map((item) => ({
          id: item.id,
          position: { x: item.position.x + dx, y: item.position.y + dy },
        }))
      return { doc: moveTo(doc, moved) }
    },
  }
}

export function tidyUp(places: readonly Moved[]): Command {
  return {
    label: 'Tidy up',
    perform: (doc) => ({ doc: moveTo(doc, places), say: 'Nodes arranged' }),
  }
}

export function rename(id: string, name: string): Command {
  return {
    label: 'Rename',
    perform: (doc) => {
      const wanted = name.trim().slice(0, 120)
      const node = nodeById(doc, id)
      if (!wanted || !node || node.name === wanted) return { view: { renaming: null } }
      return {
        doc: updateNode(doc, id, (old) => ({ ...old, name: wanted })),
        view: { renaming: null },
        say: `Renamed to ${wanted}`,
      }
    },
  }
}

/** Leaves the selected nodes out of the run, or takes them in again if all of them are out. */
export const toggleDisabled: Command = {
  label: 'Disable or enable',
  perform: (doc, view) => {
    const chosen = doc.nodes.filter((node) => view.nodes.includes(node.id))
    if (chosen.length === 0) return null
    const disables = chosen.some((node) => !node.disabled)
    const what = chosen.length === 1 ? chosen[0].name : `${chosen.length} nodes`
    return {
      doc: chosen.reduce(
        (next, { id }) => updateNode(next, id, (node) => switched(node, disables)),
        doc,
      ),
      say: disables ? `${what} disabled: rows go past` : `${what} enabled`,
    }
  },
}

function switched(node: DocumentNode, disables: boolean): DocumentNode {
  const { disabled: _, ...enabled } = node
  return disables ? { ...enabled, disabled: true } : enabled
}

export function renamePipeline(name: string): Command {
  return {
    label: 'Rename the pipeline',
    perform: (doc) => {
      const wanted = name.trim().slice(0, 120)
      return wanted && wanted !== doc.name ? { doc: { ...doc, name: wanted } } : null
    },
  }
}

export function addNote(position: { x: number; y: number }): Command {
  return {
    label: 'Add a note',
    perform: (doc) => {
      const id = freeId('note', new Set([...takenIds(doc), ...doc.notes.map((note) => note.id)]))
      const note = {
        id,
        text: '',
        position: { x: Math.round(position.x), y: Math.round(position.y) },
        size: noteSize,
      }
      return {
        doc: { ...doc, notes: [...doc.notes, note] },
        view: { nodes: [], edges: [], notes: [id] },
        say: 'Note added',
      }
    },
  }
}

export function editNote(
  id: string,
  change: { text?: string; size?: { width: number; height: number } },
): Command {
  return {
    label: change.size ? 'Resize the note' : 'Write a note',
    coalesce: `note:${id}:${change.size ? 'size' : 'text'}`,
    perform: (doc) => ({
      doc: {
        ...doc,
        notes: doc.notes.map((note) => (note.id === id ? { ...note, ...change } : note)),
      },
    }),
  }
}

/** Replaces the document as one step: import, a merge, another window's save. */
export function replaceDocument(label: string, document: PipelineDocument): Command {
  return {
    label,
    perform: (doc) => (doc === document ? null : { doc: { ...document, id: doc.id }, say: label }),
  }
}

export const selectAll: Command = {
  label: 'Select all',
  perform: (doc) => ({
    view: {
      nodes: doc.nodes.map((node) => node.id),
      edges: doc.edges.map(edgeId),
      notes: doc.notes.map((note) => note.id),
    },
    say: `${doc.nodes.length} nodes selected`,
  }),
}

export function selectChain(direction: 'upstream' | 'downstream'): Command {
  return {
    label: 'Select',
    perform: (doc, view) => ({ view: { nodes: chain(doc, view.nodes, direction) } }),
  }
}
