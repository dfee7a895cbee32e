/** An edge: a curve; a pill for the key; marks for upsert and retract; queue fill when it matters; + to insert. */
import type { DocumentEdge } from '@millrace/schemas'
import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from '@xyflow/react'
import { Plus } from 'lucide-react'
import { memo, useState } from 'react'
import { useStore } from 'zustand'
import { formatShare } from '../../../format/index.ts'
import { forEachOf, outputsOf } from '../catalogue.ts'
import { nodeById } from '../editor/graph.ts'
import { type EditorState, shownDocument } from '../editor/state.ts'
import { liveFacts } from '../live/live-store.ts'
import { useModel } from '../model.ts'
import type { CanvasEdge } from './nodes.ts'
import { fateIcon, fateWords } from './PortExtras.tsx'
import { cardWidth } from './ports.ts'
import styles from './StreamEdge.module.css'

/** A queue fuller than this is shown; above 0.85 amber, at 1 red. */
const queueShown = 0.6

export const StreamEdge = memo(function StreamEdge(props: EdgeProps<CanvasEdge>) {
  const { id, data, selected } = props
  const model = useModel()
  const [hovered, setHovered] = useState(false)
  const [path, x, y] = getBezierPath(props)
  const edge = data?.edge
  const fate = useStore(model.editor.store, (state) => edge && fateOf(state, edge))
  if (!edge) return null
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: hovering only shows the + button, which is reachable by Tab */}
      <g onMouseEnter={() => setHovered(true)} onMouseLeave={() => setHovered(false)}>
        <BaseEdge
          id={id}
          path={path}
          interactionWidth={24}
          style={{
            stroke: `var(--edge-now, ${selected ? 'var(--accent)' : hovered ? 'var(--muted)' : 'var(--edge)'})`,
            strokeWidth: `calc(${selected ? 2.4 : 1.8}px * min(var(--letters), 3))`,
            strokeDasharray: fate ? '5 4' : undefined,
          }}
        />
      </g>
      <EdgeLabelRenderer>
        <EdgeLabel edge={edge} x={x} y={y} shown={hovered || (selected ?? false)} />
      </EdgeLabelRenderer>
    </>
  )
})

function EdgeLabel({
  edge,
  x,
  y,
  shown,
}: {
  edge: DocumentEdge
  x: number
  y: number
  shown: boolean
}) {
  const model = useModel()
  const keys = useStore(model.editor.store, (state) => {
    const node = nodeById(shownDocument(state), edge.to.node)
    return node ? forEachOf(node).join(', ') : ''
  })
  const fate = useStore(model.editor.store, (state) => fateOf(state, edge))
  const mark = useStore(model.analyst.store, (state) => {
    const type = state.typeOf(edge.from)
    if (type?.changelog === 'retract') return '±'
    return type?.changelog === 'upsert' ? `⇡ ${type.uniqueKey?.[0] ?? 'key'}` : ''
  })
  const fill = useStore(model.live, (state) => {
    const share = liveFacts(state, edge.to.node)?.queueFill ?? 0
    return share >= queueShown ? Math.round(share * 20) / 20 : 0
  })
  const readOnly = useStore(model.editor.store, (state) => state.view.lane === 'live')
  const Icon = fate && fateIcon({ name: '', title: '', role: 'fate', fate: fate.fate })
  return (
    <div
      className={`${styles.label} nodrag nopan`}
      style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
    >
      {fate && Icon && (
        <span className={styles.pill}>
          <Icon size={11} aria-hidden /> {fate.title}
        </span>
      )}
      {keys && (
        <span
          className={`${styles.pill} mono`}
          title={`For each ${keys}: rows of one key meet in one place`}
        >
          {keys}
        </span>
      )}
      {mark && (
        <span className={styles.pill} title={markTitle(mark)}>
          {mark}
        </span>
      )}
      {fill > 0 && (
        <span
          className={styles.pill}
          data-tone={fill >= 1 ? 'bad' : fill > 0.85 ? 'warn' : undefined}
        >
          queue {formatShare(fill)}
        </span>
      )}
      {!readOnly && (
        <button
          type="button"
          className={styles.plus}
          data-shown={shown || undefined}
          aria-label={`Insert a node between ${edge.from.node} and ${edge.to.node}`}
          title="Insert a node here"
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect()
            model.picker.setState({
              open: {
                screen: { x: box.left, y: box.bottom + 4 },
                position: { x: x - cardWidth / 2, y: y + 24 },
                on: edge,
              },
            })
          }}
        >
          <Plus size={14} aria-hidden />
        </button>
      )}
    </div>
  )
}

function markTitle(mark: string): string {
  return mark === '±'
    ? 'Retract: rows can be taken back (−U, −D)'
    : 'Upsert: a row replaces the one before it with the same key'
}

const fates = new WeakMap<
  object,
  Map<string, { title: string; fate: 'late' | 'dead-letters' | 'side' } | null>
>()

/** The fate that an edge carries; one object for each node and port, so that the selector is stable. */
function fateOf(state: EditorState, edge: DocumentEdge) {
  const node = nodeById(shownDocument(state), edge.from.node)
  if (!node) return null
  let known = fates.get(node)
  if (!known) {
    known = new Map(
      outputsOf(node).map((port) => [
        port.name,
        port.role === 'fate' ? { title: fateWords(port), fate: port.fate ?? 'side' } : null,
      ]),
    )
    fates.set(node, known)
  }
  return known.get(edge.from.port) ?? null
}
