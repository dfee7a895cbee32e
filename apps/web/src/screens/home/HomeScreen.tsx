/** Pipelines, the home of the studio: troubled first, with the cause in words. */
import type { PipelineSummary } from '@millrace/server'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { type ReactNode, useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { blockingError, trpc } from '../../api/client.ts'
import { useConnection } from '../../api/connection.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import {
  Button,
  buttonClass,
  EmptyState,
  ErrorState,
  Input,
  Loading,
  Segmented,
  Table,
  toast,
} from '../../ui/index.ts'
import { FirstRun } from './FirstRun.tsx'
import styles from './HomeScreen.module.css'
import { ImportDialog } from './ImportDialog.tsx'
import { OldRows } from './OldRows.tsx'
import { oldPipelineColumns, pipelineColumns } from './pipeline-columns.tsx'
import {
  compareForHome,
  type HomeFilter,
  inTrouble,
  isRunning,
  matchesSearch,
} from './pipeline-state.ts'

export function HomeScreen() {
  const [, navigate] = useLocation()
  const [imports, setImports] = useState(false)
  const list = useQuery(trpc.pipelines.list.queryOptions())
  const live = useSubscription(trpc.pipelines.live.subscriptionOptions())
  const create = useMutation(
    trpc.pipelines.create.mutationOptions({
      onSuccess: (made) => navigate(paths.pipeline(made.id)),
      onError: (error) => toast.failed('The pipeline could not be made', error),
    }),
  )
  const { lostAt } = useConnection()
  // While the line is down only what was asked for since then is new.
  const asked = lostAt !== null && list.dataUpdatedAt > lostAt
  const pipelines = asked ? list.data : (live.data ?? list.data)
  const failure = pipelines ? null : blockingError(list)
  const blank = () => create.mutate({ name: 'New pipeline' })
  const actions = (
    <>
      <Button onClick={() => setImports(true)}>Import…</Button>
      <Link href={paths.templates()} className={buttonClass('plain')}>
        From a template
      </Link>
      <Button variant="primary" disabled={create.isPending} onClick={blank}>
        New pipeline
      </Button>
    </>
  )
  return (
    <Screen crumbs={[{ label: 'Pipelines' }]} actions={actions}>
      {!pipelines && !failure && <Loading what="Reading the pipelines" />}
      {failure && (
        <ErrorState
          title="Could not read the pipelines"
          error={failure}
          onRetry={() => list.refetch()}
        />
      )}
      {pipelines?.length === 0 && <FirstRun onBlank={blank} onImport={() => setImports(true)} />}
      {pipelines && pipelines.length > 0 && (
        <PipelineList pipelines={pipelines} old={lostAt !== null && !asked}>
          {lostAt !== null && !asked && (
            <OldRows since={lostAt} asking={list.isFetching} onRetry={() => list.refetch()} />
          )}
        </PipelineList>
      )}
      {imports && <ImportDialog onClose={() => setImports(false)} />}
    </Screen>
  )
}

interface PipelineListProps {
  pipelines: readonly PipelineSummary[]
  /** Nothing of the rows is known to be so any more. */
  old: boolean
  /** Between the bar and the rows. */
  children: ReactNode
}

function PipelineList({ pipelines, old, children }: PipelineListProps) {
  const [, navigate] = useLocation()
  const [search, setSearch] = useState('')
  const [filter, setFilter] = useState<HomeFilter>('all')
  const info = useQuery(trpc.system.info.queryOptions())
  const rows = useMemo(() => shown(pipelines, filter, search), [pipelines, filter, search])
  const options: readonly { value: HomeFilter; label: string }[] = [
    { value: 'all', label: `All ${pipelines.length}` },
    { value: 'trouble', label: `In trouble ${pipelines.filter(inTrouble).length}` },
    { value: 'running', label: `Running ${pipelines.filter(isRunning).length}` },
  ]
  return (
    <>
      <div className={styles.bar}>
        <Input
          className={styles.search}
          type="search"
          aria-label="Filter pipelines"
          placeholder="Filter by name, state, cause"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <Segmented
          label="Which pipelines"
          value={filter}
          options={options}
          onChange={(next) => setFilter(next)}
        />
        <span className={styles.space} />
        {info.data && (
          <span className={styles.addresses}>
            Kafka {info.data.kafka} · Registry {info.data.registry} ·{' '}
            <Link href={paths.settings('connect')}>Connect a client…</Link>
          </span>
        )}
      </div>
      {children}
      <Table
        label="Pipelines"
        columns={old ? oldPipelineColumns : pipelineColumns}
        rows={rows}
        rowKey={(row) => row.id}
        rowHeight={44}
        onOpen={(row) => navigate(paths.pipeline(row.id))}
        empty={
          <EmptyState
            title="No pipeline matches"
            actions={
              <Button
                onClick={() => {
                  setSearch('')
                  setFilter('all')
                }}
              >
                Show all {pipelines.length}
              </Button>
            }
          />
        }
      />
    </>
  )
}

function shown(
  pipelines: readonly PipelineSummary[],
  filter: HomeFilter,
  search: string,
): PipelineSummary[] {
  const kept = pipelines.filter(
    (row) =>
      matchesSearch(row, search.trim()) &&
      (filter === 'all' || (filter === 'trouble' ? inTrouble(row) : isRunning(row))),
  )
  return kept.sort(compareForHome)
}
