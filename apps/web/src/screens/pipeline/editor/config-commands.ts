/** Changes of what is configured: fields of nodes, settings of the pipeline, and the edits of a fix. */
import type { DocumentEdit } from '@millrace/engine/plan'
import type { PipelineDocument } from '@millrace/schemas'
import { addNodes, connect, disconnect, removeNodes, setPath, updateNode } from './graph.ts'
import type { Command } from './store.ts'

/** Sets one field of a node's config as it is typed. */
export function setConfig(id: string, field: string, value: unknown): Command {
  return { ...chooseConfig(id, field, value), coalesce: `config:${id}:${field}` }
}

/** Sets one field of a node's config by a choice: a step of its own. */
export function chooseConfig(
  id: string,
  field: string,
  value: unknown,
  label = `Change ${field.split('.')[0]}`,
): Command {
  return {
    label,
    perform: (doc) => ({
      doc: updateNode(doc, id, (node) => ({
        ...node,
        config:
          field === '' ? (value as Record<string, unknown>) : setPath(node.config, field, value),
      })),
    }),
  }
}

/** Changes the whole config at once, as one step. */
export function replaceConfig(id: string, label: string, change: Record<string, unknown>): Command {
  return {
    label,
    perform: (doc) => ({
      doc: updateNode(doc, id, (node) => ({ ...node, config: { ...node.config, ...change } })),
    }),
  }
}

export function setSettings(field: string, value: unknown): Command {
  return {
    label: 'Change the settings',
    coalesce: `settings:${field}`,
    perform: (doc) => ({ doc: { ...doc, settings: { ...doc.settings, [field]: value } } }),
  }
}

/** What a one-click fix does, as one step. */
export function applyEdits(label: string, edits: readonly DocumentEdit[]): Command {
  return {
    label,
    perform: (doc) => ({ doc: edits.reduce(applyEdit, doc), say: label }),
  }
}

function applyEdit(doc: PipelineDocument, edit: DocumentEdit): PipelineDocument {
  switch (edit.is) {
    case 'set-config':
      return updateNode(doc, edit.node, (node) => ({
        ...node,
        config: setPath(node.config, edit.field, edit.value),
      }))
    case 'add-node':
      return addNodes(doc, [edit.node])
    case 'remove-node':
      return removeNodes(doc, new Set([edit.node]))
    case 'connect':
      return connect(doc, { from: edit.from, to: edit.to })
    case 'disconnect':
      return disconnect(doc, { from: edit.from, to: edit.to })
    case 'set-settings':
      return { ...doc, settings: { ...doc.settings, [edit.field]: edit.value } }
  }
}
