/** What uses a subject: its topic, and the nodes of pipelines that read or write it. */
import type { SubjectSummary } from '@millrace/server'
import { Link } from 'wouter'
import { paths } from '../../app/navigation.ts'
import styles from './Schemas.module.css'

export function UsedBy({ subject }: { subject: SubjectSummary }) {
  const { topics, usedBy } = subject
  if (topics.length + usedBy.length === 0)
    return <p className={styles.muted}>No topic or pipeline of this server uses it.</p>
  return (
    <ul className={styles.uses} aria-label={`What uses ${subject.subject}`}>
      {topics.map((topic) => (
        <li key={topic}>
          <span className={styles.muted}>topic</span> <Link href={paths.topic(topic)}>{topic}</Link>
        </li>
      ))}
      {usedBy.map(({ pipeline, name, node, running }) => (
        <li key={`${pipeline} ${node}`}>
          <span className={styles.muted}>{running ? 'running pipeline' : 'pipeline'}</span>{' '}
          <Link href={`${paths.pipeline(pipeline)}?node=${encodeURIComponent(node)}`}>
            {name}, {node}
          </Link>
        </li>
      ))}
    </ul>
  )
}
