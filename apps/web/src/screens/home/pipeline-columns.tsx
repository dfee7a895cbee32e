/** Columns of the list of pipelines, as it is and as it was before the connection was lost. */
import type { PipelineSummary } from '@millrace/server'
import type { ReactNode } from 'react'
import { useNow } from '../../app/clock.ts'
import { formatAgo, formatCount, formatDuration, formatRate, plural } from '../../format/index.ts'
import { type Column, Status } from '../../ui/index.ts'
import { PipelineThumbnail } from '../shared/PipelineThumbnail.tsx'
import styles from './HomeScreen.module.css'
import { PipelineActions } from './PipelineActions.tsx'
import { isRunning, shownState } from './pipeline-state.ts'

function StateCell({ row, old }: { row: PipelineSummary; old: boolean }) {
  const { tone, sign, word } = shownState(row)
  return (
    <Status tone={old ? 'plain' : tone} sign={old ? '?' : sign}>
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

function Ago({ at }: { at: number }) {
  return formatAgo(at, useNow())
}

/** `old`: nothing of it is known to be so any more. */
function columnsOf(old: boolean): readonly Column<PipelineSummary>[] {
  /** Live numbers of a pipeline that does not run are missing, not zero. */
  const live = (row: PipelineSummary, text: () => string): ReactNode => {
    const running = isRunning(row)
    const shown = running ? text() : '—'
    return running && !old ? shown : <span className={styles.muted}>{shown}</span>
  }
  return [
    {
      id: 'state',
      title: old ? 'last known' : 'state',
      width: '100px',
      render: (row) => <StateCell row={row} old={old} />,
    },
    {
      id: 'shape',
      title: '',
      width: '92px',
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
      width: '124px',
      numeric: true,
      render: (row) =>
        live(row, () => `${formatRate(row.rowsInPerSecond)} → ${formatRate(row.rowsOutPerSecond)}`),
    },
    {
      id: 'rows-behind',
      title: 'behind, rows',
      width: '98px',
      numeric: true,
      render: (row) =>
        live(row, () => (row.rowsBehind === null ? '–' : plural(row.rowsBehind, 'row'))),
    },
    {
      id: 'time-behind',
      title: 'behind, time',
      width: '94px',
      numeric: true,
      render: (row) => live(row, () => formatDuration(row.timeBehindMs)),
    },
    {
      id: 'checkpoint',
      title: 'checkpoint',
      width: '88px',
      numeric: true,
      render: (row) => (
        <span className={styles.muted}>
          {row.checkpoint ? <Ago at={row.checkpoint.at} /> : '—'}
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
      width: '116px',
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

export const pipelineColumns = columnsOf(false)
export const oldPipelineColumns = columnsOf(true)
