/** Columns of the list of topics. */
import type { PipelineReference, TopicSummary } from '@millrace/server'
import {
  formatBytes,
  formatCompact,
  formatDuration,
  formatRate,
  plural,
} from '../../format/index.ts'
import type { Column } from '../../ui/index.ts'
import styles from './Topics.module.css'

const sparkWidth = 60
const sparkHeight = 16

/** Rows a second over the last minute. */
export function Sparkline({ values }: { values: readonly number[] }) {
  const top = Math.max(...values, 0)
  if (values.length < 2 || top === 0)
    return <svg width={sparkWidth} height={sparkHeight} aria-hidden="true" />
  const step = sparkWidth / (values.length - 1)
  const points = values.map(
    (value, i) =>
      `${(i * step).toFixed(1)},${(sparkHeight - 1 - (value / top) * (sparkHeight - 2)).toFixed(1)}`,
  )
  return (
    <svg width={sparkWidth} height={sparkHeight} aria-hidden="true">
      <polyline points={points.join(' ')} fill="none" stroke="var(--accent)" strokeWidth="1.4" />
    </svg>
  )
}

export function references(list: readonly PipelineReference[]): string {
  const names = [...new Set(list.map((item) => item.name))]
  return names.length === 0 ? '—' : names.join(', ')
}

/** Pipelines by name, and how many consumer groups besides. */
export function readers({ readBy, groups }: TopicSummary): string {
  if (groups.length === 0) return references(readBy)
  const words = plural(groups.length, 'group')
  return readBy.length === 0 ? words : `${references(readBy)}, ${words}`
}

/** What becomes of old records: the policy as people say it. */
export function cleanupWords({ cleanup, retentionMs }: TopicSummary): string {
  if (cleanup === null) return '—'
  const after = retentionMs === null ? 'keeps all' : `after ${formatDuration(retentionMs)}`
  return cleanup === 'delete' ? after : cleanup
}

export const topicColumns: readonly Column<TopicSummary>[] = [
  {
    id: 'name',
    title: 'topic',
    width: 'minmax(180px, 1.4fr)',
    render: (row) => <b className={styles.name}>{row.name}</b>,
  },
  {
    id: 'rate',
    title: 'rows/s, last minute',
    width: '146px',
    numeric: true,
    render: (row) => (
      <span className={styles.rate}>
        <Sparkline values={row.sparkline} />
        {formatRate(row.rowsPerSecond)}
      </span>
    ),
  },
  {
    id: 'bytes-rate',
    title: 'bytes/s',
    width: '90px',
    numeric: true,
    render: (row) => `${formatBytes(row.bytesPerSecond)}/s`,
  },
  {
    id: 'records',
    title: 'rows kept',
    width: '80px',
    numeric: true,
    render: (row) => formatCompact(row.records),
  },
  {
    id: 'span',
    title: 'spanning',
    width: '92px',
    numeric: true,
    render: ({ timeSpan }) =>
      timeSpan ? (
        <span
          title={timeSpan.column ? `event time, by ${timeSpan.column}` : 'by record timestamps'}
        >
          {formatDuration(timeSpan.to - timeSpan.from)}
        </span>
      ) : (
        '—'
      ),
  },
  {
    id: 'size',
    title: 'size',
    width: '78px',
    numeric: true,
    render: (row) => formatBytes(row.bytes),
  },
  {
    id: 'partitions',
    title: 'partitions',
    width: '112px',
    numeric: true,
    render: (row) =>
      row.skew !== null && row.partitions > 1
        ? `${row.partitions}, skew ${row.skew.toFixed(1)}×`
        : row.partitions,
  },
  {
    id: 'schema',
    title: 'schema',
    width: '84px',
    render: (row) => (
      <span className={styles.muted}>
        {row.schema
          ? `${row.schema.type} v${row.schema.version}`
          : (row.format?.toUpperCase() ?? '—')}
      </span>
    ),
  },
  {
    id: 'cleanup',
    title: 'cleanup',
    width: '86px',
    render: (row) => (
      <span
        className={styles.muted}
        title={`cleanup.policy ${row.cleanup ?? 'unknown'}, retention ${row.retentionMs === null ? 'unlimited' : formatDuration(row.retentionMs)}`}
      >
        {cleanupWords(row)}
      </span>
    ),
  },
  {
    id: 'written',
    title: 'written by',
    width: 'minmax(90px, 1fr)',
    render: (row) => (
      <span className={styles.muted} title={references(row.writtenBy)}>
        {references(row.writtenBy)}
      </span>
    ),
  },
  {
    id: 'read',
    title: 'read by',
    width: 'minmax(90px, 1fr)',
    render: (row) => (
      <span className={styles.muted} title={[readers(row), ...row.groups].join(', ')}>
        {readers(row)}
      </span>
    ),
  },
]
