/** What the values of a topic are: the registered schema with its versions, the columns seen, the event-time candidates. */
import { describeFields, type SchemaField } from '@millrace/schemas/registry'
import type { Inference, TopicDescription } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { Braces } from 'lucide-react'
import { Link } from 'wouter'
import { blockingError, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { plural } from '../../format/index.ts'
import { type Column, EmptyState, ErrorState, Loading, Table } from '../../ui/index.ts'
import { versionWords } from '../schemas/schema-text.ts'
import { InferredColumns } from './InferredColumns.tsx'
import styles from './Topics.module.css'

export function SchemaTab({ topic, onOpen }: { topic: TopicDescription; onOpen(): void }) {
  const { name, records, schema } = topic.summary
  const inference = useQuery(
    trpc.topics.infer.queryOptions({ name }, { enabled: records > 0, staleTime: 10_000 }),
  )
  if (records === 0 && !schema)
    return (
      <EmptyState icon={<Braces size={22} />} title="Nothing says yet what the values are">
        Columns are inferred from the first records that come. An Avro schema registered as{' '}
        <code>{name}-value</code> shows here, too.
      </EmptyState>
    )
  return (
    <div className={styles.panel}>
      {schema ? (
        <Registered subject={schema.subject} />
      ) : (
        <p>{unregistered(name, inference.data)}</p>
      )}
      {inference.isPending && records > 0 && <Loading what="Looking at the last records" />}
      {blockingError(inference) && (
        <ErrorState
          title="Could not look at the last records"
          error={inference.error}
          onRetry={() => inference.refetch()}
        />
      )}
      {inference.data && <InferredColumns inference={inference.data} onOpen={onOpen} />}
    </div>
  )
}

function unregistered(topic: string, inference: Inference | undefined): React.ReactNode {
  const format = inference?.format === 'avro' ? 'Avro' : 'JSON'
  return (
    <span className={styles.hint}>
      The values are read as {format}. The registry has no subject <code>{topic}-value</code>, so
      nothing but the records themselves says which fields there are.{' '}
      <Link href={paths.schemas()}>Register a schema</Link>
    </span>
  )
}

function Registered({ subject }: { subject: string }) {
  const subjects = useQuery(trpc.schemas.subjects.queryOptions())
  const versions = useQuery(trpc.schemas.versions.queryOptions({ subject }))
  const summary = subjects.data?.find((each) => each.subject === subject)
  const sorted = versions.data?.toSorted((a, b) => b.version - a.version) ?? []
  if (blockingError(versions))
    return (
      <ErrorState
        title={`Could not read the versions of ${subject}`}
        error={versions.error}
        onRetry={() => versions.refetch()}
      />
    )
  if (sorted.length === 0) return <Loading what={`Reading ${subject}`} />
  const fields = describeFields(sorted[0].schema)
  return (
    <section className={styles.section} aria-label="Registered schema">
      <div className={styles.sectionHead}>
        <h3>{subject}</h3>
        <span className={styles.hint}>
          Avro, {plural(sorted.length, 'version')}
          {summary &&
            ` · compatibility ${summary.compatibility}${summary.compatibilityInherited ? ', inherited' : ''}`}
        </span>
        <Link href={paths.subject(subject)}>Open in Schemas</Link>
      </div>
      <ol className={styles.versions}>
        {sorted.map((version, index) => (
          <li key={version.version}>
            <b>v{version.version}</b> <span className={styles.hint}>id {version.id}</span>{' '}
            {versionWords(sorted[index + 1], version)}
          </li>
        ))}
      </ol>
      <div style={{ height: 32 * fields.length + 30 }}>
        <Table
          label={`Fields of ${subject} v${sorted[0].version}`}
          columns={fieldColumns}
          rows={fields}
          rowKey={(field) => field.name}
        />
      </div>
    </section>
  )
}

const fieldColumns: readonly Column<SchemaField>[] = [
  {
    id: 'name',
    title: 'field',
    width: 'minmax(160px, 1fr)',
    mono: true,
    render: (field) => <b className={styles.name}>{field.name}</b>,
  },
  {
    id: 'type',
    title: 'Avro type',
    width: 'minmax(180px, 1fr)',
    mono: true,
    render: (field) => <span className={styles.clipped}>{field.type}</span>,
  },
  {
    id: 'optional',
    title: 'null',
    width: '120px',
    render: (field) => (
      <span className={styles.muted}>{field.optional ? 'may be null' : 'never null'}</span>
    ),
  },
  {
    id: 'default',
    title: 'default',
    width: 'minmax(90px, 1fr)',
    mono: true,
    render: (field) => <span className={styles.clipped}>{field.default ?? '—'}</span>,
  },
]
