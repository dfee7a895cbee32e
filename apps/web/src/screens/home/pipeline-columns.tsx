/** Columns of the list of pipelines. */
import type { PipelineSummary } from '@millrace/server'
import { formatAgo, formatCount, formatDuration, formatRate, plural } from '../../format/index.ts'
import { type Column, Status } from '../../ui/index.ts'
import { PipelineThumbnail } from '../shared/PipelineThumbnail.tsx'
import styles from './HomeScreen.module.css'
import { PipelineActions } from './PipelineActions.tsx'
import { isRunning, shownState } from './pipeline-state.ts'

function StateCell({ row }: { row: PipelineSummary }) {
  const { tone, sign, word } = shownState(row)
  return (
    <Status tone={tone} sign={sign}>
      {word}
    </Status>
  )
}

function NameCell({ row }: { row: PipelineSummary }) {
  const line =
    row.cause ?? (row.resumedFrom === null ? null : `Resumed from checkpoint ${row.resumedFrom}`)
  return (
    <span className={styles.name}>
      <b>{row.name}</b>
      {line && <span title={line}>{line}</span>}
    </span>
  )
}

/** Live numbers of a pipeline that does not run are missing, not zero. */
function live(row: PipelineSummary, text: () => string): string {
  return isRunning(row) ? text() : '—'
}

export function pipelineColumns(now: number): readonly Column<PipelineSummary>[] {
  return [
    { id: 'state', title: 'state', width: '108px', render: (row) => <StateCell row={row} /> },
    {
      id: 'shape',
      title: '',
      width: '96px',
      render: (row) =>
        row.thumbnail.nodes.length > 0 && (
          <PipelineThumbnail shape={row.thumbnail} width={76} height={24} />
        ),
    },
    {
      id: 'name',
      title: 'pipeline',
      width: 'minmax(220px, 1fr)',
      render: (row) => <NameCell row={row} />,
    },
    {
      id: 'rate',
      title: 'rows in → out',
      width: '130px',
      numeric: true,
      render: (row) =>
        live(row, () => `${formatRate(row.rowsInPerSecond)} → ${formatRate(row.rowsOutPerSecond)}`),
    },
    {
      id: 'rows-behind',
      title: 'behind, rows',
      width: '106px',
      numeric: true,
      render: (row) =>
        live(row, () => (row.rowsBehind === null ? '–' : plural(row.rowsBehind, 'row'))),
    },
    {
      id: 'time-behind',
      title: 'behind, time',
      width: '100px',
      numeric: true,
      render: (row) => live(row, () => formatDuration(row.timeBehindMs)),
    },
    {
      id: 'checkpoint',
      title: 'checkpoint',
      width: '100px',
      numeric: true,
      render: (row) => (
        <span className={styles.muted}>
          {row.checkpoint ? formatAgo(row.checkpoint.at, now) : '—'}
        </span>
      ),
    },
    {
      id: 'restarts',
      title: 'restarts 24 h',
      width: '90px',
      numeric: true,
      render: (row) => (
        <span className={styles.muted}>
          {row.version === null ? '—' : formatCount(row.restarts24h)}
        </span>
      ),
    },
    {
      id: 'version',
      title: 'version',
      width: '124px',
      render: (row) => (
        <span className={styles.muted}>
          {row.version === null
            ? 'never deployed'
            : `v${row.version}${row.draftDiffers ? ', draft differs' : ''}`}
        </span>
      ),
    },
    { id: 'actions', title: '', width: '44px', render: (row) => <PipelineActions row={row} /> },
  ]
}
