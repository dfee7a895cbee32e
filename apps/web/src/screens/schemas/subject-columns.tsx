/** Columns of the list of subjects. */
import type { SubjectSummary } from '@millrace/server'
import type { Column } from '../../ui/index.ts'
import styles from './Schemas.module.css'

function userNames({ topics, usedBy }: SubjectSummary): string {
  return [...new Set([...topics, ...usedBy.map(({ name }) => name)])].join(', ') || '—'
}

export const subjectColumns: readonly Column<SubjectSummary>[] = [
  {
    id: 'subject',
    title: 'subject',
    width: 'minmax(180px, 1fr)',
    render: (row) => (
      <b className={styles.name} title={row.subject}>
        {row.subject}
      </b>
    ),
  },
  { id: 'type', title: 'type', width: '64px', render: (row) => row.type },
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
    width: '200px',
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
    width: 'minmax(90px, 0.8fr)',
    render: (row) => (
      <span className={styles.muted} title={userNames(row)}>
        {userNames(row)}
      </span>
    ),
  },
]
