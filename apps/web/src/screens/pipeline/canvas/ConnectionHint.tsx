/** While a connection is drawn: may it end here, why not, and what makes it legal. */
import type { DocumentEdge } from '@millrace/schemas'
import { type ConnectionState, useConnection } from '@xyflow/react'
import { useEffect, useState } from 'react'
import { Button } from '../../../ui/index.ts'
import { connectPorts } from '../editor/commands.ts'
import { applyEdits } from '../editor/config-commands.ts'
import { type PipelineModel, useModel } from '../model.ts'
import styles from './ConnectionHint.module.css'

interface Drawn {
  active: boolean
  from: string
  to: string
}

/** "node port" of both ends; the hint is redrawn only when an end changes. */
function drawn(connection: ConnectionState): Drawn {
  if (!connection.inProgress) return { active: false, from: '', to: '' }
  const { fromHandle, toHandle } = connection
  return {
    active: true,
    from: `${fromHandle.type} ${fromHandle.nodeId} ${fromHandle.id}`,
    to: toHandle ? `${toHandle.type} ${toHandle.nodeId} ${toHandle.id}` : '',
  }
}

export function ConnectionHint() {
  const model = useModel()
  const text = useConnection((connection) => {
    const { active, from, to } = drawn(connection)
    return active && to ? `${from}|${to}` : ''
  })
  const [place, setPlace] = useState({ x: 0, y: 0 })
  useEffect(() => {
    const follow = (event: PointerEvent) => setPlace({ x: event.clientX, y: event.clientY })
    if (!text) return
    window.addEventListener('pointermove', follow)
    return () => window.removeEventListener('pointermove', follow)
  }, [text])
  if (!text || place.x === 0) return null
  const edge = edgeOfText(text)
  if (!edge) return null
  const verdict = model.analyst.verdict(edge)
  return (
    <div
      className={`${styles.hint} ${styles.dragging}`}
      data-ok={verdict.ok || undefined}
      role="status"
      style={{ left: place.x + 14, top: place.y + 14 }}
    >
      {verdict.ok ? (
        '✓ Connect'
      ) : (
        <>
          <div className={styles.refused}>✕ {verdict.reason}</div>
          {verdict.wayOn && <div className={styles.way}>{verdict.wayOn}</div>}
        </>
      )}
    </div>
  )
}

function edgeOfText(text: string): DocumentEdge | null {
  const [a, b] = text.split('|').map((end) => {
    const [type, node, port] = end.split(' ')
    return { type, node, port }
  })
  const source = [a, b].find((end) => end.type === 'source')
  const target = [a, b].find((end) => end.type === 'target')
  return source && target
    ? {
        from: { node: source.node, port: source.port },
        to: { node: target.node, port: target.port },
      }
    : null
}

export interface Refusal {
  at: { x: number; y: number }
  edge: DocumentEdge
  reason: string
  wayOn: string
  fixes: readonly { label: string; edits: Parameters<typeof applyEdits>[1] }[]
}

/** After a refused drop: the reason stays, with the buttons that mend it. */
export function RefusalCard({ refusal, onClose }: { refusal: Refusal; onClose(): void }) {
  const model = useModel()
  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === 'Escape' && onClose()
    window.addEventListener('keydown', close)
    return () => window.removeEventListener('keydown', close)
  }, [onClose])
  return (
    <div
      className={styles.hint}
      role="alertdialog"
      aria-label="Connection refused"
      style={{
        left: Math.min(refusal.at.x + 8, window.innerWidth - 340),
        top: Math.min(refusal.at.y + 8, window.innerHeight - 140),
      }}
    >
      <div className={styles.refused}>✕ {refusal.reason}</div>
      {refusal.wayOn && <div className={styles.way}>{refusal.wayOn}</div>}
      <div className={styles.actions}>
        {refusal.fixes.map((fix) => (
          <Button key={fix.label} size="small" onClick={() => mend(model, refusal, fix, onClose)}>
            {fix.label}
          </Button>
        ))}
        <Button size="small" variant="quiet" onClick={onClose}>
          Close
        </Button>
      </div>
    </div>
  )
}

function mend(
  model: PipelineModel,
  refusal: Refusal,
  fix: Refusal['fixes'][number],
  onClose: () => void,
): void {
  model.editor.run(applyEdits(fix.label, fix.edits))
  // The fix may be all that was missing; then the edge that was asked for follows.
  const wired = fix.edits.some((edit) => edit.is === 'connect')
  if (!wired && model.analyst.verdict(refusal.edge).ok) model.editor.run(connectPorts(refusal.edge))
  onClose()
}
