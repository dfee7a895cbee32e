/** Time: who holds it, which windows are open, and what became of rows that came late. */
import type { RecentDrop, RunView, TapBatch } from '@millrace/server'
import { Clock } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { EmptyState, Select } from '../../../../ui/index.ts'
import { nodeById } from '../../editor/graph.ts'
import { useEditor, useLive, useModel } from '../../model.ts'
import { ArrivalPicture } from './ArrivalPicture.tsx'
import { type Arrival, addArrivals } from './arrivals.ts'
import { sourcesOf, type TimeFacts, timeFactsOf } from './facts.ts'
import { staircase, type WatermarkStep } from './fates.ts'
import { Ruler } from './Ruler.tsx'
import styles from './Time.module.css'

const noDrops: readonly RecentDrop[] = []

export function TimeTab() {
  const view = useLive((state) => state.view)
  const document = useEditor((state) => state.deployed?.document ?? null)
  const sources = useMemo(() => sourcesOf(view), [view])
  const selected = useEditor((state) => state.view.nodes.find((id) => sources.includes(id)) ?? null)
  const [chosen, setChosen] = useState<string | null>(null)
  const source =
    selected ??
    (chosen && sources.includes(chosen) ? chosen : (view?.facts?.cause?.node ?? sources[0] ?? null))
  const facts = useMemo(
    () => (view && document && source ? timeFactsOf(view, document, source) : null),
    [view, document, source],
  )
  if (!facts || !source || !view || !document)
    return (
      <EmptyState icon={<Clock size={22} />} title="No time to show yet">
        Deploy the pipeline: the ruler then shows how far each partition has come in event time, who
        holds the watermark back, and which windows are open.
      </EmptyState>
    )
  return (
    <div className={styles.time}>
      <div style={{ position: 'relative', minWidth: 0, overflow: 'auto' }}>
        {sources.length > 1 && (
          <span className={styles.pick} style={{ display: 'block', padding: '6px 10px 0' }}>
            <Select
              aria-label="Source"
              value={source}
              options={sources.map((id) => ({
                value: id,
                label: nodeById(document, id)?.name ?? id,
              }))}
              onChange={setChosen}
            />
          </span>
        )}
        <Ruler facts={facts} />
      </div>
      <Arrivals key={source} facts={facts} view={view} />
    </div>
  )
}

function Arrivals({ facts, view }: { facts: TimeFacts; view: RunView }) {
  const model = useModel()
  const history = useLive((state) => state.history)
  const steps = useMemo(
    () =>
      staircase(
        history.map((point) => ({
          at: point.at,
          watermark: point.watermarks[facts.source] ?? null,
        })),
      ),
    [history, facts.source],
  )
  const arrivals = useArrivals(model.id, facts, steps)
  const drops = useMemo(() => dropsOf(view, facts.rule?.node), [view, facts.rule])
  return (
    <ArrivalPicture
      arrivals={arrivals}
      steps={steps}
      rule={facts.rule}
      drops={drops}
      now={facts.now}
    />
  )
}

/** Follows the source's rows while the picture is open. */
function useArrivals(
  pipeline: string,
  facts: TimeFacts,
  steps: readonly WatermarkStep[],
): readonly Arrival[] {
  const [batch, setBatch] = useState<TapBatch | null>(null)
  const [arrivals, setArrivals] = useState<readonly Arrival[]>([])
  const { source, rule } = facts
  useEffect(() => {
    const subscription = client.runs.tap.subscribe(
      { pipeline, node: source, port: 'rows', after: null },
      { onData: (next) => setBatch(next as TapBatch), onError: () => undefined },
    )
    return () => subscription.unsubscribe()
  }, [pipeline, source])
  const [taken, setTaken] = useState<TapBatch | null>(null)
  if (batch && batch !== taken) {
    setTaken(batch)
    setArrivals(addArrivals(arrivals, batch, steps, rule))
  }
  return arrivals
}

function dropsOf(view: RunView, node: string | undefined): readonly RecentDrop[] {
  if (!node) return noDrops
  return (view.status?.operators ?? [])
    .filter((operator) => operator.node === node)
    .flatMap((operator) => operator.subtasks.flatMap((subtask) => subtask.recentDrops))
}

/** The holder of time in words, beside the tabs. */
export function TimeCause() {
  const words = useLive((state) => state.view?.facts?.cause?.words ?? null)
  return words ? (
    <span className={styles.cause} title={words} role="status">
      ▲ {words}
    </span>
  ) : null
}
