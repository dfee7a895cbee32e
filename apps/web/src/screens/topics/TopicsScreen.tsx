/** The list of topics. */
import type { TopicSummary } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { List } from 'lucide-react'
import { useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { formatBytes, formatCompact, formatRate } from '../../format/index.ts'
import { type Column, EmptyState, ErrorState, Loading, Table } from '../../ui/index.ts'

const columns: readonly Column<TopicSummary>[] = [
  { id: 'name', title: 'topic', width: 'minmax(220px, 1fr)', render: (row) => row.name },
  {
    id: 'rate',
    title: 'rows/s',
    width: '110px',
    numeric: true,
    render: (row) => formatRate(row.rowsPerSecond),
  },
  {
    id: 'records',
    title: 'rows kept',
    width: '110px',
    numeric: true,
    render: (row) => formatCompact(row.records),
  },
  {
    id: 'size',
    title: 'size',
    width: '110px',
    numeric: true,
    render: (row) => formatBytes(row.bytes),
  },
  {
    id: 'partitions',
    title: 'partitions',
    width: '110px',
    numeric: true,
    render: (row) => row.partitions,
  },
]

export function TopicsScreen() {
  const [, navigate] = useLocation()
  const list = useQuery(trpc.topics.list.queryOptions({ internal: false }))
  return (
    <Screen crumbs={[{ label: 'Topics' }]}>
      {list.isPending && <Loading what="Reading the topics" />}
      {list.error && (
        <ErrorState
          title="Could not read the topics"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {list.data && (
        <Table
          label="Topics"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.name}
          onOpen={(row) => navigate(paths.topic(row.name))}
          empty={<EmptyState icon={<List size={28} />} title="No topics yet" />}
        />
      )}
    </Screen>
  )
}
