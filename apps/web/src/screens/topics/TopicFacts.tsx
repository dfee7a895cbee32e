/** What a topic is, in one line of facts. */
import type { TopicDescription } from '@millrace/server'
import { usePreferences } from '../../app/preferences.ts'
import { formatBytes, formatClock, formatCompact, formatRate, plural } from '../../format/index.ts'
import styles from './Topics.module.css'
import { readers, references } from './topic-columns.tsx'

export function TopicFacts({ topic }: { topic: TopicDescription }) {
  const { clock } = usePreferences()
  const { summary } = topic
  const skew =
    summary.skew === null || summary.partitions < 2 ? '' : `, skew ${summary.skew.toFixed(1)}×`
  const span = summary.timeSpan
  const facts: [string, string][] = [
    ['rows/s in', formatRate(summary.rowsPerSecond)],
    ['bytes/s', `${formatBytes(summary.bytesPerSecond)}/s`],
    ['rows kept', formatCompact(summary.records)],
    [
      span?.column === null ? 'record time from, to' : 'event time from, to',
      span ? `${formatClock(span.from, clock)} → ${formatClock(span.to, clock)}` : '—',
    ],
    ['on disk', `${formatBytes(summary.bytes)}, ${plural(summary.partitions, 'partition')}${skew}`],
    ['schema', summary.schema ? `${summary.schema.subject} v${summary.schema.version}` : 'none'],
    ['written by', references(summary.writtenBy)],
    ['read by', readers(summary)],
  ]
  return (
    <dl className={styles.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd title={value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
