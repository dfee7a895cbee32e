/** The draft on a sample, in this browser: rows of every output. */
import { FlaskConical } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { formatCount, formatDuration } from '../../../format/index.ts'
import { EmptyState, Status } from '../../../ui/index.ts'
import { fateWords } from '../canvas/PortExtras.tsx'
import { outputsOf } from '../catalogue.ts'
import { nodeById } from '../editor/graph.ts'
import { RowTable, type ShownRow } from '../inspector/RowTable.tsx'
import { useEditor, useModel } from '../model.ts'
import { inOrder } from '../Outline.tsx'
import styles from './Dock.module.css'

interface Choice {
  node: string
  port: string
  label: string
  count: number
}

export function PreviewTab() {
  const model = useModel()
  const preview = useStore(model.preview)
  const doc = useEditor((state) => state.doc)
  const selected = useEditor((state) => state.view.nodes.at(-1) ?? null)
  const [chosen, setChosen] = useState<string | null>(null)
  const choices = useMemo<Choice[]>(
    () =>
      inOrder(doc).flatMap((node) =>
        outputsOf(node).flatMap((port) => {
          const found = preview.nodes[node.id]?.ports[port.name]
          if (!found || (port.role === 'fate' && found.count === 0)) return []
          const label = port.role === 'main' ? node.name : `${node.name}: ${fateWords(port)}`
          return [{ node: node.id, port: port.name, label, count: found.count }]
        }),
      ),
    [doc, preview.nodes],
  )
  const shown =
    choices.find((choice) => `${choice.node}.${choice.port}` === chosen) ??
    choices.find((choice) => choice.node === selected) ??
    choices.at(-1)
  const found = shown && preview.nodes[shown.node]?.ports[shown.port]
  const rows = useMemo<ShownRow[]>(
    () => (found?.rows ?? []).map((row, index) => ({ ...row, key: index })),
    [found],
  )
  if (!shown || !found)
    return (
      <EmptyState icon={<FlaskConical size={22} />} title={emptyTitle(preview.is)}>
        {preview.message ??
          'The draft runs here on a sample of its topics while you edit; nothing is written to a sink.'}
      </EmptyState>
    )
  return (
    <div className={styles.split}>
      <nav aria-label="Outputs of the preview">
        {choices.map((choice) => (
          <button
            key={`${choice.node}.${choice.port}`}
            type="button"
            aria-current={choice === shown || undefined}
            onClick={() => setChosen(`${choice.node}.${choice.port}`)}
          >
            <span style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{choice.label}</span>
            <small>{formatCount(choice.count)}</small>
          </button>
        ))}
      </nav>
      <div className={styles.column}>
        <div className={styles.hint}>
          {preview.is === 'failed' ? (
            <Status tone="bad">
              {preview.failedNode ? `${nodeById(doc, preview.failedNode)?.name}: ` : ''}
              {preview.message}
            </Status>
          ) : (
            <>
              {preview.sample?.replace(/\.$/, '') ?? 'Made by the generator'}
              {preview.tookMs !== null &&
                `; ran in ${formatDuration(preview.tookMs)} in this browser`}
              {found.count > rows.length &&
                `; the first ${formatCount(rows.length)} rows of ${formatCount(found.count)}`}
            </>
          )}
        </div>
        <RowTable label={`Preview of ${shown.label}`} fields={found.fields} rows={rows} />
      </div>
    </div>
  )
}

function emptyTitle(is: string): string {
  if (is === 'running') return 'The preview is running'
  return is === 'failed' ? 'The preview failed' : 'No preview yet'
}
