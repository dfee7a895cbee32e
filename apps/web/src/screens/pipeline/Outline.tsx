/** The graph as a list, sources first: the same nodes, by name, for reading and for the keyboard. */
import type { DocumentNode, PipelineDocument } from '@millrace/schemas'
import { useReactFlow } from '@xyflow/react'
import { cardWidth } from './canvas/ports.ts'
import { definitionOf } from './catalogue.ts'
import { selectShown, useAnalysis, useEditor, useModel } from './model.ts'
import styles from './Outline.module.css'

export function Outline() {
  const model = useModel()
  const flow = useReactFlow()
  const doc = useEditor(selectShown)
  const selected = useEditor((state) => state.view.nodes)
  const problems = useAnalysis((state) => state.byNode)
  return (
    <nav className={styles.outline} aria-label="Outline of the graph">
      <h2>Outline</h2>
      {doc.nodes.length === 0 && <p>No nodes yet.</p>}
      <ul>
        {inOrder(doc).map((node) => (
          <li key={node.id}>
            <button
              type="button"
              className={styles.item}
              aria-current={selected.includes(node.id) || undefined}
              onClick={() => {
                model.editor.look({ nodes: [node.id], edges: [], notes: [] })
                void flow.setCenter(node.position.x + cardWidth / 2, node.position.y + 50, {
                  zoom: Math.max(0.7, flow.getZoom()),
                })
              }}
            >
              {node.name}
              <small>{wordsOf(doc, node, problems.get(node.id)?.length ?? 0)}</small>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function wordsOf(doc: PipelineDocument, node: DocumentNode, problems: number): string {
  const name = (id: string) => doc.nodes.find((item) => item.id === id)?.name ?? id
  const from = doc.edges.filter((edge) => edge.to.node === node.id).map((e) => name(e.from.node))
  const to = doc.edges.filter((edge) => edge.from.node === node.id).map((e) => name(e.to.node))
  const parts = [definitionOf(node.kind)?.title ?? node.kind]
  if (from.length > 0) parts.push(`from ${from.join(', ')}`)
  if (to.length > 0) parts.push(`to ${to.join(', ')}`)
  if (problems > 0) parts.push(problems === 1 ? '1 problem' : `${problems} problems`)
  return parts.join(' · ')
}

/** Each node after those that feed it; ties by height on the canvas. */
export function inOrder(doc: PipelineDocument): DocumentNode[] {
  const waiting = new Map(doc.nodes.map((node) => [node.id, 0]))
  for (const edge of doc.edges) waiting.set(edge.to.node, (waiting.get(edge.to.node) ?? 0) + 1)
  const byHeight = (a: DocumentNode, b: DocumentNode) => a.position.y - b.position.y
  const open = doc.nodes.filter((node) => waiting.get(node.id) === 0).sort(byHeight)
  const ordered: DocumentNode[] = []
  while (open.length > 0) {
    const node = open.shift() as DocumentNode
    ordered.push(node)
    for (const edge of doc.edges) {
      if (edge.from.node !== node.id) continue
      const left = (waiting.get(edge.to.node) ?? 1) - 1
      waiting.set(edge.to.node, left)
      const next = doc.nodes.find((item) => item.id === edge.to.node)
      if (left === 0 && next) open.push(next)
    }
  }
  const placed = new Set(ordered)
  return [...ordered, ...doc.nodes.filter((node) => !placed.has(node))]
}
