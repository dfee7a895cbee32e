/** Columns and event-time candidates of a topic, inferred from its last records. */
import type { Inference, InferredColumn, TimeCandidate } from '@millrace/server'
import {
  formatCount,
  formatDuration,
  formatInstant,
  formatShare,
  plural,
} from '../../format/index.ts'
import { Button, type Column, Table } from '../../ui/index.ts'
import styles from './Topics.module.css'

/** The units of event-time columns, in words. */
export const unitWords: Record<TimeCandidate['unit'], string> = {
  ms: 'ms since 1970',
  s: 's since 1970',
  us: 'µs since 1970',
  iso8601: 'timestamp',
}

/** Wider records scroll in their own table. */
const columnsAtOnce = 14

export function InferredColumns({ inference, onOpen }: { inference: Inference; onOpen(): void }) {
  const { columns, time, sampled, undecodable, problem } = inference
  return (
    <>
      <section className={styles.section} aria-label="Event time">
        <div className={styles.sectionHead}>
          <h3>Event time</h3>
          <span className={styles.hint}>columns that may say when a record happened</span>
        </div>
        {time.length === 0 ? (
          <p className={styles.hint}>
            None does. Windows need one: a timestamp, or a number of seconds, milliseconds or
            microseconds since 1970, in most records.
          </p>
        ) : (
          <div style={{ height: 32 * time.length + 30 }}>
            <Table
              label="Event-time candidates"
              columns={candidateColumns(columns)}
              rows={time}
              rowKey={(candidate) => candidate.column}
            />
          </div>
        )}
      </section>
      <section className={styles.section} aria-label="Columns">
        <div className={styles.sectionHead}>
          <h3>{plural(columns.length, 'column')}</h3>
          <span className={styles.hint}>
            as a pipeline reads them, from the last {plural(sampled, 'row')}
          </span>
          {columns.length > 0 && (
            <Button size="small" onClick={onOpen}>
              Open as pipeline with these columns
            </Button>
          )}
        </div>
        {undecodable > 0 && (
          <p className={styles.bad}>
            ✕ {formatCount(undecodable)} of them {undecodable === 1 ? 'does' : 'do'} not decode
            {problem ? `: ${problem}` : ''}. A pipeline sends such rows to its dead letters.
          </p>
        )}
        {columns.length > 0 && (
          <div style={{ height: 32 * Math.min(columns.length, columnsAtOnce) + 30 }}>
            <Table
              label="Columns"
              columns={inferredColumns}
              rows={columns}
              rowKey={(column) => column.name}
            />
          </div>
        )}
      </section>
    </>
  )
}

const inferredColumns: readonly Column<InferredColumn>[] = [
  {
    id: 'name',
    title: 'column',
    width: 'minmax(160px, 1fr)',
    mono: true,
    render: (column) => <b className={styles.name}>{column.name}</b>,
  },
  {
    id: 'type',
    title: 'type',
    width: '150px',
    mono: true,
    render: (column) => column.type,
  },
  {
    id: 'presence',
    title: 'present in',
    width: '150px',
    numeric: true,
    render: (column) => (
      <span className={styles.presence}>
        <i aria-hidden>
          <b style={{ width: `${column.presence * 100}%` }} />
        </i>
        {formatShare(column.presence)}
      </span>
    ),
  },
  {
    id: 'example',
    title: 'for example',
    width: 'minmax(160px, 1.6fr)',
    mono: true,
    render: (column) => <span className={styles.clipped}>{exampleText(column)}</span>,
  },
  {
    id: 'path',
    title: 'path in the value',
    width: 'minmax(120px, 0.8fr)',
    mono: true,
    render: (column) => <span className={styles.muted}>{column.path ?? column.name}</span>,
  },
]

/** A value seen; instants are numbers where they come from Avro. */
function exampleText({ type, examples }: InferredColumn): string {
  const isInstant = type.startsWith('TIMESTAMP')
  const texts = examples.map((text) =>
    isInstant && /^\d+$/.test(text) ? `${formatInstant(Number(text), 'utc')} UTC` : text,
  )
  return texts.join(', ') || '—'
}

function candidateColumns(columns: readonly InferredColumn[]): readonly Column<TimeCandidate>[] {
  return [
    {
      id: 'column',
      title: 'column',
      width: 'minmax(140px, 0.8fr)',
      mono: true,
      render: (candidate) => <b className={styles.name}>{candidate.column}</b>,
    },
    { id: 'unit', title: 'unit', width: '110px', render: ({ unit }) => unitWords[unit] },
    {
      id: 'sample',
      title: 'for example',
      width: 'minmax(130px, 0.8fr)',
      mono: true,
      render: (candidate) => {
        const column = columns.find(({ name }) => name === candidate.column)
        return <span className={styles.clipped}>{column ? exampleText(column) : '—'}</span>
      },
    },
    {
      id: 'disorder',
      title: 'out of order by up to',
      width: '150px',
      numeric: true,
      render: (candidate) => formatDuration(candidate.disorderMs),
    },
    {
      id: 'words',
      title: 'why',
      width: 'minmax(180px, 1.8fr)',
      render: (candidate) => (
        <span className={styles.muted} title={candidate.words}>
          {candidate.words}
        </span>
      ),
    },
  ]
}
