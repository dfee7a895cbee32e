/** What a node has done with its rows, how hard it works, and where its time stands. */
import { lazy, Suspense, useMemo } from 'react'
import { usePreferences } from '../../../app/preferences.ts'
import {
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatRate,
  formatShare,
} from '../../../format/index.ts'
import { EmptyState } from '../../../ui/index.ts'
import { useLive } from '../model.ts'
import styles from './Inspector.module.css'

const Chart = lazy(() =>
  import('../../../ui/Chart.tsx').then((module) => ({ default: module.Chart })),
)

export function MetricsTab({ node }: { node: string }) {
  const facts = useLive((state) => state.view?.facts?.nodes[node])
  const { clock } = usePreferences()
  if (!facts)
    return (
      <EmptyState title="No numbers yet">They begin when the node is deployed and runs.</EmptyState>
    )
  const { ledger } = facts
  const passed = Object.entries(ledger.out).filter(([port]) => port !== 'dead-letters')
  return (
    <>
      <h3 className={styles.section}>Now</h3>
      <dl className={styles.facts}>
        <Fact term="Rows in" value={formatRate(facts.rates.inPerSecond)} />
        <Fact term="Rows out" value={formatRate(facts.rates.outPerSecond)} />
        {facts.rowsBehind !== null && (
          <Fact term="Rows behind, in the topic" value={formatCount(facts.rowsBehind)} />
        )}
        <Fact term="Watermark (event time)" value={formatClock(facts.watermark, clock, true)} />
        <Fact term="Event time behind" value={formatDuration(facts.timeBehindMs)} />
        <Fact term="Busy" value={formatShare(facts.busy)} />
        <Fact
          term="Waiting for room behind"
          value={formatShare(facts.blocked)}
          tone={facts.blocked > 0.5 ? 'warn' : undefined}
        />
        <Fact term="Input queue full" value={formatShare(facts.queueFill)} />
        <Fact term="State" value={formatBytes(facts.stateBytes)} />
        {facts.openWindows !== null && (
          <Fact term="Open windows" value={formatCount(facts.openWindows)} />
        )}
      </dl>
      <h3 className={styles.section}>Pipeline, last ten minutes</h3>
      <Suspense fallback={null}>
        <RateChart />
      </Suspense>
      <h3 className={styles.section}>Ledger: where every row went</h3>
      <dl className={styles.facts}>
        <Fact term="In" value={formatCount(ledger.in)} />
        {passed.map(([port, count]) => (
          <Fact key={port} term={`Out: ${port}`} value={formatCount(count)} />
        ))}
        <Fact term="Filtered" value={formatCount(ledger.filtered)} />
        <Fact term="In results" value={formatCount(ledger.absorbed)} />
        <Fact term="Late, counted again" value={formatCount(ledger.lateAccepted)} />
        <Fact
          term="Too late"
          value={formatCount(ledger.late)}
          tone={ledger.late > 0 ? 'warn' : undefined}
        />
        <Fact
          term="Dead letters"
          value={formatCount(ledger.deadLetters)}
          tone={ledger.deadLetters > 0 ? 'warn' : undefined}
        />
        <Fact term="Held in state" value={formatCount(ledger.held)} />
        <Fact
          term="Not accounted for"
          value={formatCount(ledger.difference)}
          tone={ledger.difference !== 0 ? 'bad' : undefined}
        />
      </dl>
    </>
  )
}

function Fact({ term, value, tone }: { term: string; value: string; tone?: 'warn' | 'bad' }) {
  return (
    <>
      <dt>{term}</dt>
      <dd data-tone={tone}>{value}</dd>
    </>
  )
}

function RateChart() {
  const history = useLive((state) => state.history)
  const { clock } = usePreferences()
  const times = useMemo(() => history.map((point) => point.at), [history])
  const series = useMemo(
    () => [
      {
        label: 'rows in',
        colour: '--src',
        values: history.map((point) => point.in),
        format: formatRate,
      },
      {
        label: 'rows out',
        colour: '--sink',
        values: history.map((point) => point.out),
        format: formatRate,
      },
    ],
    [history],
  )
  return (
    <div className={styles.chart}>
      <Chart
        label="Rows in and out per second, by wall clock"
        times={times}
        series={series}
        height={130}
        formatTime={(ms) => formatClock(ms, clock)}
      />
    </div>
  )
}
