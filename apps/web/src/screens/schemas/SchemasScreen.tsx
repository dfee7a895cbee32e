/** Schemas: the subjects of the registry, their versions, what changed in words, and how to go on. */
import type { SubjectSummary } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { Braces } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { Button, type Column, EmptyState, ErrorState, Loading, Table } from '../../ui/index.ts'
import { RegisterDialog } from './RegisterDialog.tsx'
import styles from './Schemas.module.css'
import { SubjectDetail } from './SubjectDetail.tsx'

const columns: readonly Column<SubjectSummary>[] = [
  {
    id: 'subject',
    title: 'subject',
    width: 'minmax(180px, 1fr)',
    render: (row) => <b className={styles.name}>{row.subject}</b>,
  },
  { id: 'type', title: 'type', width: '72px', render: (row) => row.type },
  {
    id: 'versions',
    title: 'versions',
    width: '76px',
    numeric: true,
    render: (row) => row.versions.length,
  },
  {
    id: 'level',
    title: 'compatibility',
    width: '170px',
    render: (row) => (
      <span className={styles.muted}>
        {row.compatibility}
        {row.compatibilityInherited ? ', inherited' : ''}
      </span>
    ),
  },
  {
    id: 'used',
    title: 'used by',
    width: 'minmax(90px, 0.6fr)',
    render: (row) => (
      <span className={styles.muted}>
        {[...row.topics, ...row.usedBy.map((user) => user.name)].join(', ') || '—'}
      </span>
    ),
  },
]

export function SchemasScreen({ subject }: { subject: string | null }) {
  const [, navigate] = useLocation()
  const [registers, setRegisters] = useState(false)
  const list = useQuery(trpc.schemas.subjects.queryOptions())
  const info = useQuery(trpc.system.info.queryOptions())
  const chosen = list.data?.find((item) => item.subject === subject)
  const register = (
    <Button variant="primary" onClick={() => setRegisters(true)}>
      Register a schema
    </Button>
  )
  return (
    <Screen
      crumbs={[{ label: list.data ? `Schemas ${list.data.length}` : 'Schemas' }]}
      actions={register}
    >
      {list.isPending && <Loading what="Reading the schemas" />}
      {list.error && (
        <ErrorState
          title="Could not read the schemas"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {list.data && (
        <div className={styles.split}>
          <Table
            label="Subjects"
            columns={columns}
            rows={list.data}
            rowKey={(row) => row.subject}
            selected={subject}
            onOpen={(row) => navigate(paths.subject(row.subject))}
            empty={
              <EmptyState icon={<Braces size={28} />} title="No schemas yet" actions={register}>
                Avro serializers register here by themselves: set schema.registry.url to{' '}
                {info.data?.registry ?? 'the registry address'}.
              </EmptyState>
            }
          />
          {chosen && <SubjectDetail key={chosen.subject} subject={chosen} />}
        </div>
      )}
      <RegisterDialog
        open={registers}
        onClose={() => setRegisters(false)}
        subject={null}
        initial=""
      />
    </Screen>
  )
}
