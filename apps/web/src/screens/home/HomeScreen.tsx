/** The list of pipelines. */
import type { PipelineSummary } from '@millrace/server'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Workflow } from 'lucide-react'
import { useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { formatRate } from '../../format/index.ts'
import {
  Button,
  type Column,
  EmptyState,
  ErrorState,
  Loading,
  Status,
  Table,
  toast,
} from '../../ui/index.ts'

const columns: readonly Column<PipelineSummary>[] = [
  {
    id: 'state',
    title: 'state',
    width: '120px',
    render: (row) => (
      <Status
        tone={
          row.trouble === 'failing'
            ? 'bad'
            : row.trouble
              ? 'warn'
              : row.state === 'running'
                ? 'ok'
                : 'plain'
        }
      >
        {row.state}
      </Status>
    ),
  },
  {
    id: 'name',
    title: 'pipeline',
    width: 'minmax(220px, 1fr)',
    render: (row) => <b style={{ fontWeight: 600 }}>{row.name}</b>,
  },
  {
    id: 'rate',
    title: 'rows/s in → out',
    width: '160px',
    numeric: true,
    render: (row) => `${formatRate(row.rowsInPerSecond)} → ${formatRate(row.rowsOutPerSecond)}`,
  },
  {
    id: 'version',
    title: 'version',
    width: '160px',
    render: (row) =>
      row.version === null
        ? 'never deployed'
        : `v${row.version}${row.draftDiffers ? ', draft differs' : ''}`,
  },
]

export function HomeScreen() {
  const [, navigate] = useLocation()
  const list = useQuery(trpc.pipelines.list.queryOptions())
  const create = useMutation(
    trpc.pipelines.create.mutationOptions({
      onSuccess: (made) => navigate(paths.pipeline(made.id)),
      onError: (error) => toast.failed('The pipeline could not be made', error),
    }),
  )
  const make = (
    <Button
      variant="primary"
      disabled={create.isPending}
      onClick={() => create.mutate({ name: 'New pipeline' })}
    >
      New pipeline
    </Button>
  )
  return (
    <Screen crumbs={[{ label: 'Pipelines' }]} actions={make}>
      {list.isPending && <Loading what="Reading the pipelines" />}
      {list.error && (
        <ErrorState
          title="Could not read the pipelines"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {list.data && (
        <Table
          label="Pipelines"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.id}
          rowHeight={44}
          onOpen={(row) => navigate(paths.pipeline(row.id))}
          empty={
            <EmptyState icon={<Workflow size={28} />} title="No pipelines yet" actions={make}>
              A pipeline reads topics, works on the rows, and writes topics and views.
            </EmptyState>
          }
        />
      )}
    </Screen>
  )
}
