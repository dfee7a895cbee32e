/** The subjects of the schema registry. */
import type { SubjectSummary } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { Braces } from 'lucide-react'
import { useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { type Column, EmptyState, ErrorState, Loading, Table } from '../../ui/index.ts'

const columns: readonly Column<SubjectSummary>[] = [
  { id: 'subject', title: 'subject', width: 'minmax(220px, 1fr)', render: (row) => row.subject },
  { id: 'type', title: 'type', width: '120px', render: (row) => row.type },
  {
    id: 'versions',
    title: 'versions',
    width: '120px',
    numeric: true,
    render: (row) => row.versions.length,
  },
  { id: 'level', title: 'compatibility', width: '200px', render: (row) => row.compatibility },
]

export function SchemasScreen({ subject }: { subject: string | null }) {
  const [, navigate] = useLocation()
  const list = useQuery(trpc.schemas.subjects.queryOptions())
  return (
    <Screen crumbs={[{ label: 'Schemas' }]}>
      {list.isPending && <Loading what="Reading the schemas" />}
      {list.error && (
        <ErrorState
          title="Could not read the schemas"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {list.data && (
        <Table
          label="Subjects"
          columns={columns}
          rows={list.data}
          rowKey={(row) => row.subject}
          selected={subject}
          onOpen={(row) => navigate(paths.subject(row.subject))}
          empty={<EmptyState icon={<Braces size={28} />} title="No schemas yet" />}
        />
      )}
    </Screen>
  )
}
