/** Partitions, consumers and config of a topic. */
import type { GroupSummary, TopicDescription } from '@millrace/server'
import { Link } from 'wouter'
import { paths } from '../../app/navigation.ts'
import { formatBytes, formatCount, formatRate, plural } from '../../format/index.ts'
import { type Column, EmptyState, Table } from '../../ui/index.ts'
import styles from './Topics.module.css'

type Partition = TopicDescription['partitions'][number]
type Config = TopicDescription['config'][number]
type Committed = GroupSummary['partitions'][number]

const partitionColumns: readonly Column<Partition>[] = [
  {
    id: 'partition',
    title: 'partition',
    width: '96px',
    numeric: true,
    render: (row) => row.partition,
  },
  {
    id: 'start',
    title: 'first offset',
    width: '130px',
    numeric: true,
    render: (row) => formatCount(row.start),
  },
  {
    id: 'end',
    title: 'next offset',
    width: '130px',
    numeric: true,
    render: (row) => formatCount(row.end),
  },
  {
    id: 'records',
    title: 'rows kept',
    width: '130px',
    numeric: true,
    render: (row) => formatCount(row.records),
  },
  {
    id: 'bytes',
    title: 'size',
    width: '110px',
    numeric: true,
    render: (row) => formatBytes(row.bytes),
  },
  {
    id: 'rate',
    title: 'rows/s',
    width: '110px',
    numeric: true,
    render: (row) => formatRate(row.rowsPerSecond),
  },
]

export function PartitionsTab({ topic }: { topic: TopicDescription }) {
  return (
    <Table
      label="Partitions"
      columns={partitionColumns}
      rows={topic.partitions}
      rowKey={(row) => row.partition}
    />
  )
}

const configColumns: readonly Column<Config>[] = [
  {
    id: 'name',
    title: 'setting',
    width: 'minmax(220px, 340px)',
    mono: true,
    render: (row) => row.name,
  },
  {
    id: 'value',
    title: 'value',
    width: 'minmax(160px, 1fr)',
    mono: true,
    render: (row) => row.value ?? '—',
  },
  {
    id: 'source',
    title: 'set by',
    width: '140px',
    render: (row) => (
      <span className={styles.muted}>{row.isDefault ? 'default' : 'this topic'}</span>
    ),
  },
]

export function ConfigTab({ topic }: { topic: TopicDescription }) {
  return (
    <Table label="Config" columns={configColumns} rows={topic.config} rowKey={(row) => row.name} />
  )
}

const committedColumns: readonly Column<Committed>[] = [
  {
    id: 'partition',
    title: 'partition',
    width: '96px',
    numeric: true,
    render: (row) => row.partition,
  },
  {
    id: 'committed',
    title: 'committed',
    width: '130px',
    numeric: true,
    render: (row) => formatCount(row.committed),
  },
  { id: 'end', title: 'end', width: '130px', numeric: true, render: (row) => formatCount(row.end) },
  {
    id: 'behind',
    title: 'behind',
    width: '130px',
    numeric: true,
    render: (row) => (row.behind === null ? '—' : plural(row.behind, 'row')),
  },
]

export function ConsumersTab({ topic }: { topic: TopicDescription }) {
  if (topic.groups.length === 0) {
    return (
      <EmptyState title="No consumer group reads this topic">
        Groups show here once they commit or join.
      </EmptyState>
    )
  }
  return (
    <div className={styles.panel}>
      {topic.groups.map((group) => (
        <section key={group.group}>
          <h3>
            {group.pipeline ? (
              <Link href={paths.pipeline(group.pipeline)}>{group.group}</Link>
            ) : (
              group.group
            )}
          </h3>
          <p className={styles.hint}>
            {group.pipeline
              ? 'a source of a pipeline'
              : `${group.state || 'no members'}, ${plural(group.members.length, 'member')}`}{' '}
            · {plural(group.behind, 'row')} behind
          </p>
          <div style={{ height: Math.min(360, 32 * group.partitions.length + 30) }}>
            <Table
              label={`Offsets of ${group.group}`}
              columns={committedColumns}
              rows={group.partitions}
              rowKey={(row) => row.partition}
            />
          </div>
        </section>
      ))}
    </div>
  )
}
