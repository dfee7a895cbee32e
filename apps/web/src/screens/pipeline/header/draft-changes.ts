/** How far the draft is from what runs. */
import { sameDocument } from '../editor/merge.ts'
import type { EditorState } from '../editor/state.ts'

/** How many nodes, edges and notes of the draft are not what runs. */
export function draftChanges(state: EditorState): number {
  const { deployed, doc } = state
  if (!deployed || sameDocument(deployed.document, doc)) return 0
  const print = (item: unknown) => JSON.stringify(item)
  const count = (mine: readonly unknown[], theirs: readonly unknown[]) => {
    const old = new Set(theirs.map(print))
    return mine.filter((item) => !old.has(print(item))).length
  }
  const { document } = deployed
  const gone = document.nodes.filter(
    (node) => !doc.nodes.some((item) => item.id === node.id),
  ).length
  return Math.max(
    1,
    count(doc.nodes, document.nodes) +
      gone +
      count(doc.edges, document.edges) +
      count(doc.notes, document.notes),
  )
}
