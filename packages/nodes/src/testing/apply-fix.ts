/** Applies a fix to a document, for tests: what the studio does with one press of its button. */
import type { DocumentEdit, Fix } from '@millrace/engine/plan'
import type { DocumentEdge, PipelineDocument } from '@millrace/schemas'

export function applyFix(document: PipelineDocument, fix: Fix): PipelineDocument {
  const result = structuredClone(document)
  for (const edit of fix.edits) applyEdit(result, edit)
  return result
}

function applyEdit(document: PipelineDocument, edit: DocumentEdit): void {
  const same = ({ from, to }: DocumentEdge, other: DocumentEdge) =>
    JSON.stringify([from, to]) === JSON.stringify([other.from, other.to])
  switch (edit.is) {
    case 'set-config': {
      const node = document.nodes.find(({ id }) => id === edit.node)
      if (node) setPath(node.config, edit.field.split('.'), edit.value)
      return
    }
    case 'add-node':
      document.nodes.push(edit.node)
      return
    case 'remove-node':
      document.nodes = document.nodes.filter(({ id }) => id !== edit.node)
      document.edges = document.edges.filter(
        ({ from, to }) => from.node !== edit.node && to.node !== edit.node,
      )
      return
    case 'connect':
      document.edges.push({ from: edit.from, to: edit.to })
      return
    case 'disconnect':
      document.edges = document.edges.filter((edge) => !same(edge, edit))
      return
    case 'set-settings':
      Object.assign(document.settings, { [edit.field]: edit.value })
  }
}

function setPath(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path
  if (rest.length === 0) target[first] = value
  else setPath(target[first] as Record<string, unknown>, rest, value)
}
