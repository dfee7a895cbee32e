/** Schemas: the subjects of the registry, and one of them with its versions. */
import type { SubjectSummary } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { Braces, SearchX } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { blockingError, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { Button, EmptyState, ErrorState, Field, Input, Loading, Table } from '../../ui/index.ts'
import { LevelSelect } from './LevelSelect.tsx'
import { RegisterDialog } from './RegisterDialog.tsx'
import styles from './Schemas.module.css'
import { SubjectDetail } from './SubjectDetail.tsx'
import { subjectColumns } from './subject-columns.tsx'

export function SchemasScreen({ subject }: { subject: string | null }) {
  const [, navigate] = useLocation()
  const [registers, setRegisters] = useState(false)
  const [search, setSearch] = useState('')
  const list = useQuery(trpc.schemas.subjects.queryOptions())
  const level = useQuery(trpc.schemas.config.queryOptions({ subject: null }))
  const rows = useMemo(() => matching(list.data ?? [], search), [list.data, search])
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
      {blockingError(list) && (
        <ErrorState
          title="Could not read the schemas"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {list.data && !blockingError(list) && (
        <div className={styles.split}>
          <div className={styles.list}>
            <div className={styles.bar}>
              {list.data.length > 0 && (
                <Field label="Filter subjects" stacked>
                  {(control) => (
                    <Input
                      {...control}
                      className={styles.search}
                      type="search"
                      placeholder="Subject, topic or pipeline"
                      value={search}
                      onChange={(event) => setSearch(event.target.value)}
                    />
                  )}
                </Field>
              )}
              {level.data && <LevelSelect subject={null} level={level.data} />}
            </div>
            <Table
              label="Subjects"
              columns={subjectColumns}
              rows={rows}
              rowKey={(row) => row.subject}
              selected={chosen?.subject ?? null}
              onOpen={(row) => navigate(paths.subject(row.subject))}
              empty={<NoSubjects searching={search !== ''} register={register} />}
            />
          </div>
          {chosen && (
            <SubjectDetail
              key={chosen.subject}
              subject={chosen}
              onClose={() => navigate(paths.schemas())}
            />
          )}
          {subject !== null && !chosen && <UnknownSubject subject={subject} register={register} />}
        </div>
      )}
      {registers && (
        <RegisterDialog onClose={() => setRegisters(false)} subject={null} initial="" />
      )}
    </Screen>
  )
}

function UnknownSubject({ subject, register }: { subject: string; register: React.ReactNode }) {
  return (
    <aside className={styles.detail} aria-label={`Subject ${subject}`}>
      <EmptyState
        icon={<SearchX size={22} />}
        title={`The registry has no subject ${subject}`}
        actions={
          <>
            <Link href={paths.schemas()}>All subjects</Link>
            {register}
          </>
        }
      >
        It was deleted, or nothing was ever registered under this name.
      </EmptyState>
    </aside>
  )
}

function NoSubjects({ searching, register }: { searching: boolean; register: React.ReactNode }) {
  const info = useQuery(trpc.system.info.queryOptions())
  if (searching)
    return <EmptyState title="No subject matches">Clear the filter to see all subjects.</EmptyState>
  return (
    <EmptyState icon={<Braces size={28} />} title="No schemas yet" actions={register}>
      Avro serializers register here by themselves: set schema.registry.url to{' '}
      {info.data?.registry ?? 'the registry address'}.
    </EmptyState>
  )
}

function matching(subjects: readonly SubjectSummary[], search: string): readonly SubjectSummary[] {
  const wanted = search.trim().toLowerCase()
  return subjects.filter(({ subject, topics, usedBy }) =>
    [subject, ...topics, ...usedBy.map(({ name }) => name)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  )
}
