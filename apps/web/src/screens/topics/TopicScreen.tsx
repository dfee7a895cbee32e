/** One topic: its partitions. */
import { useQuery } from '@tanstack/react-query'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { formatBytes, formatCount } from '../../format/index.ts'
import { type Column, ErrorState, Loading, Table } from '../../ui/index.ts'

interface PartitionRow {
  partition: number
  start: number
  end: number
  records: number
  bytes: number
}

const columns: readonly Column<PartitionRow>[] = [
  {
    id: 'partition',
    title: 'partition',
    width: '100px',
    numeric: true,
    render: (row) => row.partition,
  },
  {
    id: 'start',
    title: 'first offset',
    width: '140px',
    numeric: true,
    render: (row) => formatCount(row.start),
  },
  {
    id: 'end',
    title: 'next offset',
    width: '140px',
    numeric: true,
    render: (row) => formatCount(row.end),
  },
  {
    id: 'bytes',
    title: 'size',
    width: '140px',
    numeric: true,
    render: (row) => formatBytes(row.bytes),
  },
]

export function TopicScreen({ name }: { name: string }) {
  const topic = useQuery(trpc.topics.describe.queryOptions({ name }))
  return (
    <Screen crumbs={[{ label: 'Topics', path: paths.topics() }, { label: name }]}>
      {topic.isPending && <Loading what={`Reading ${name}`} />}
      {topic.error && (
        <ErrorState
          title={`Could not read ${name}`}
          error={topic.error}
          onRetry={() => topic.refetch()}
        />
      )}
      {topic.data && (
        <Table
          label="Partitions"
          columns={columns}
          rows={topic.data.partitions}
          rowKey={(row) => row.partition}
        />
      )}
    </Screen>
  )
}
