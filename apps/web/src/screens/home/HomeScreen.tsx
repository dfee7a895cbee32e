/** Pipelines, the home of the studio: troubled first, with the cause in words. */
import type { PipelineSummary } from '@millrace/server'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
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
import { pipelineColumns } from './pipeline-columns.tsx'
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
  const pipelines = live.data ?? list.data
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
      {!pipelines && !list.error && <Loading what="Reading the pipelines" />}
      {!pipelines && list.error && (
        <ErrorState
          title="Could not read the pipelines"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {pipelines?.length === 0 && <FirstRun onBlank={blank} onImport={() => setImports(true)} />}
      {pipelines && pipelines.length > 0 && <PipelineList pipelines={pipelines} />}
      <ImportDialog open={imports} onClose={() => setImports(false)} />
    </Screen>
  )
}

function PipelineList({ pipelines }: { pipelines: readonly PipelineSummary[] }) {
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
            <Link href={paths.settings()}>Connect a client…</Link>
          </span>
        )}
      </div>
      <Table
        label="Pipelines"
        columns={pipelineColumns(Date.now())}
        rows={rows}
        rowKey={(row) => row.id}
        rowHeight={44}
        onOpen={(row) => navigate(paths.pipeline(row.id))}
        empty={
          <EmptyState title="No pipeline matches">
            Clear the filter to see all {pipelines.length}.
          </EmptyState>
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
