/** The template's own pipeline, run in this browser on rows of its own generators: read-only, before any start. */
import type { TemplateInfo } from '@millrace/server'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { formatCount, formatDuration } from '../../format/index.ts'
import {
  absentPreview,
  createPreviewStore,
  type PreviewPort,
  type PreviewState,
} from '../../preview/preview.ts'
import { startPreviewRunner } from '../../preview/preview-runner.ts'
import { ErrorState, Loading } from '../../ui/index.ts'
import { fateWords } from '../pipeline/canvas/PortExtras.tsx'
import { outputsOf } from '../pipeline/catalogue.ts'
import { RowTable } from '../pipeline/inspector/RowTable.tsx'
import { inOrder } from '../pipeline/Outline.tsx'
import styles from './Templates.module.css'

export function TemplateRows({ template }: { template: TemplateInfo }) {
  const { title, document } = template
  const [state, runAgain] = useTemplatePreview(document)
  const outputs = useMemo(() => outputsWithRows(document, state), [document, state])
  const [chosen, setChosen] = useState<string | null>(null)
  const shown =
    outputs.find(({ key }) => key === chosen) ?? outputs.findLast(({ isMain }) => isMain)
  return (
    <section className={styles.rows} aria-label={`Rows of ${title} before the start`}>
      <h2>
        Rows before the start <small>{wordsOf(state, shown?.found)}</small>
      </h2>
      {state.is === 'running' && <Loading what="Running it in this browser" />}
      {state.is !== 'running' && !shown && (
        <ErrorState
          title="It could not be run in this browser"
          error={new Error(state.message ?? 'No output had rows.')}
          onRetry={runAgain}
        />
      )}
      {shown && (
        <>
          <nav aria-label={`Outputs of ${title}`}>
            {outputs.map(({ key, label, found }) => (
              <button
                key={key}
                type="button"
                aria-current={key === shown.key || undefined}
                onClick={() => setChosen(key)}
              >
                {label} <small>{formatCount(found.count)}</small>
              </button>
            ))}
          </nav>
          <div className={styles.table}>
            <RowTable
              label={`Rows of ${shown.label}`}
              fields={shown.found.fields}
              rows={shown.found.rows.map((row, key) => ({ ...row, key }))}
            />
          </div>
        </>
      )}
    </section>
  )
}

/** Templates read generators, so that no sample is asked of the server. */
function useTemplatePreview(document: TemplateInfo['document']): [PreviewState, () => void] {
  const [store] = useState(createPreviewStore)
  const [runner, setRunner] = useState<ReturnType<typeof startPreviewRunner> | null>(null)
  useEffect(() => {
    const started = startPreviewRunner({
      store,
      topics: () => new Map(),
      fetchSample: () => Promise.reject(new Error('A template is not run on samples of topics.')),
    })
    setRunner(started)
    return started.close
  }, [store])
  const run = () => {
    store.setState({ ...absentPreview, is: 'running' })
    runner?.update(document)
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: `run` is these two.
  useEffect(run, [runner, document])
  return [useStore(store), run]
}

interface Output {
  key: string
  label: string
  isMain: boolean
  found: PreviewPort
}

function outputsWithRows(document: TemplateInfo['document'], { nodes }: PreviewState): Output[] {
  return inOrder(document).flatMap((node) =>
    outputsOf(node).flatMap((port) => {
      const found = nodes[node.id]?.ports[port.name]
      if (!found || found.count === 0) return []
      const isMain = port.role === 'main'
      const label = isMain ? node.name : `${node.name}: ${fateWords(port)}`
      return [{ key: `${node.id}.${port.name}`, label, isMain, found }]
    }),
  )
}

function wordsOf({ tookMs, is }: PreviewState, shown: PreviewPort | undefined): string {
  if (is !== 'done' || tookMs === null || !shown) return ''
  const part =
    shown.count > shown.rows.length
      ? ` · the first ${formatCount(shown.rows.length)} of ${formatCount(shown.count)}`
      : ''
  return `made and run in this browser in ${formatDuration(tookMs)}; nothing is written${part}`
}
