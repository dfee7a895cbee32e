/** Every run of the pipeline: version, where it began, how it ended and why. */
import type { RunRecord } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { History } from 'lucide-react'
import { useMemo, useState } from 'react'
import { client, trpc } from '../../../../api/client.ts'
import { usePreferences } from '../../../../app/preferences.ts'
import {
  formatClock,
  formatCompact,
  formatDuration,
  formatInstant,
} from '../../../../format/index.ts'
import {
  type Column,
  Drawer,
  EmptyState,
  ErrorState,
  Loading,
  Status,
  Table,
} from '../../../../ui/index.ts'
import { useModel } from '../../model.ts'
import { lanesOf, spanMaxMs } from './lanes.ts'
import { RunLanes } from './RunLanes.tsx'
import styles from './Runs.module.css'

const refreshMs = 5_000

export function RunsTab() {
  const model = useModel()
  const { clock } = usePreferences()
  const runs = useQuery({
    ...trpc.runs.history.queryOptions({ pipeline: model.id }),
    refetchInterval: refreshMs,
  })
  const metrics = useQuery({
    queryKey: ['run-minutes', model.id],
    queryFn: () => {
      const to = Date.now()
      return client.runs.metrics.query({ pipeline: model.id, from: to - spanMaxMs, to })
    },
    refetchInterval: refreshMs,
  })
  const [open, setOpen] = useState<RunRecord | null>(null)
  const columns = useMemo(() => columnsOf(clock), [clock])
  const rows = useMemo(() => [...(runs.data ?? [])].sort((a, b) => b.run - a.run), [runs.data])
  if (runs.isPending) return <Loading what="Reading the run history" />
  if (runs.error)
    return (
      <ErrorState
        title="Could not read the run history"
        error={runs.error}
        onRetry={() => runs.refetch()}
      />
    )
  if (rows.length === 0)
    return (
      <EmptyState icon={<History size={22} />} title="It has not run yet">
        Every deploy, start and restart becomes a row here, with the reason why it ended.
      </EmptyState>
    )
  return (
    <div className={styles.runs}>
      <RunLanes
        lanes={lanesOf(rows, metrics.data ?? [], metrics.dataUpdatedAt || runs.dataUpdatedAt)}
      />
      <Table
        label="Runs"
        columns={columns}
        rows={rows}
        rowKey={(row) => row.run}
        selected={open?.run ?? null}
        onOpen={(row) => setOpen(row)}
      />
      {open && <RunDrawer run={open} clock={clock} onClose={() => setOpen(null)} />}
    </div>
  )
}

const ends: Record<
  NonNullable<RunRecord['end']>,
  { tone: 'plain' | 'bad' | 'warn' | 'ok'; words: string }
> = {
  stopped: { tone: 'plain', words: 'Stopped' },
  failed: { tone: 'bad', words: 'Failed' },
  finished: { tone: 'ok', words: 'Finished' },
  interrupted: { tone: 'warn', words: 'Interrupted' },
  'shut-down': { tone: 'plain', words: 'Server ended' },
}

function endOf(run: RunRecord) {
  return run.end === null ? { tone: 'ok' as const, words: 'Running' } : ends[run.end]
}

function columnsOf(clock: 'local' | 'utc'): Column<RunRecord>[] {
  return [
    { id: 'run', title: 'run', width: '60px', numeric: true, render: (row) => row.run },
    {
      id: 'end',
      title: 'end',
      width: '132px',
      render: (row) => <Status tone={endOf(row).tone}>{endOf(row).words}</Status>,
    },
    {
      id: 'cause',
      title: 'restarts and cause',
      width: 'minmax(240px, 1fr)',
      render: (row) => {
        const failure = row.failures.at(-1)
        const restarts =
          row.restarts > 0 ? `${row.restarts} ${row.restarts === 1 ? 'restart' : 'restarts'}` : ''
        return [restarts, failure && causeWords(failure)].filter(Boolean).join(': ')
      },
    },
    { id: 'version', title: 'version', width: '76px', render: (row) => `v${row.version}` },
    {
      id: 'started',
      title: 'started',
      width: '166px',
      render: (row) => formatInstant(row.startedAt, clock).slice(0, 19),
    },
    {
      id: 'took',
      title: 'ran for',
      width: '110px',
      numeric: true,
      render: (row) => (row.endedAt === null ? '' : formatDuration(row.endedAt - row.startedAt)),
    },
    {
      id: 'from',
      title: 'from',
      width: '120px',
      render: (row) =>
        row.restoredFrom === null ? 'the beginning' : `checkpoint ${row.restoredFrom}`,
    },
    {
      id: 'in',
      title: 'rows in → out',
      width: '140px',
      numeric: true,
      render: (row) => `${formatCompact(row.rowsIn)} → ${formatCompact(row.rowsOut)}`,
    },
    {
      id: 'behind',
      title: 'most behind',
      width: '120px',
      numeric: true,
      render: (row) => `${formatCompact(row.maxRowsBehind)} rows`,
    },
    {
      id: 'ledger',
      title: 'ledger',
      width: '100px',
      render: (row) => (
        <Status tone={row.ledgerBalanced ? 'ok' : 'bad'} sign={row.ledgerBalanced ? '✓' : '✕'}>
          {row.ledgerBalanced ? 'balanced' : 'off'}
        </Status>
      ),
    },
  ]
}

function causeWords({ node, line, record, message }: RunRecord['failures'][number]): string {
  const place = [
    node,
    line !== null && `line ${line}`,
    record && `${record.topic} ${record.partition}/${record.offset}`,
  ].filter(Boolean)
  return place.length > 0 ? `${place.join(', ')}: ${message}` : message
}

function RunDrawer({
  run,
  clock,
  onClose,
}: {
  run: RunRecord
  clock: 'local' | 'utc'
  onClose(): void
}) {
  return (
    <Drawer
      open
      onClose={onClose}
      title={`Run ${run.run}, version ${run.version}`}
      description={`${endOf(run).words}. ${run.failures.length === 0 ? 'It never failed.' : 'What went wrong, newest last:'}`}
    >
      {run.failures.map((failure) => (
        <p
          key={`${failure.at} ${failure.message}`}
          style={{ padding: '6px 0', borderBottom: '1px solid var(--line)' }}
        >
          <span className="mono">{formatClock(failure.at, clock)}</span>{' '}
          <Status tone="bad">
            {failure.node ?? 'pipeline'}
            {failure.line === null ? '' : `, line ${failure.line}`}
          </Status>{' '}
          {failure.record && (
            <span className="mono">
              {failure.record.topic} {failure.record.partition}/{failure.record.offset}
            </span>
          )}{' '}
          {failure.message}
        </p>
      ))}
    </Drawer>
  )
}
