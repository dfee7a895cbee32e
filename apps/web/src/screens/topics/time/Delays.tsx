/** The delays that would have admitted the judged rows, and what pipelines that read the topic wait. */
import type { TopicTime } from '@millrace/server'
import { Link } from 'wouter'
import { paths } from '../../../app/navigation.ts'
import { formatDuration, plural } from '../../../format/index.ts'
import { shareText } from './Disorder.tsx'
import styles from './TopicTime.module.css'

export function Delays({ time }: { time: TopicTime }) {
  return (
    <section aria-label="Delay">
      <h3>The delay that would have admitted them</h3>
      <dl className={styles.delays}>
        {time.delays.map(({ share, delayMs, later }) => (
          <div key={share}>
            <dt>admits {shareText(share)}</dt>
            <dd>{formatDuration(delayMs)}</dd>
            <dd className={styles.hint}>
              {later === 0 ? 'none comes later' : `${plural(later, 'row')} later still`}
            </dd>
          </div>
        ))}
      </dl>
      {time.waits.map(({ pipeline, node, name, waitMs, admitted }) => (
        <p key={`${pipeline} ${node}`} className={styles.wait}>
          <Link href={paths.pipeline(pipeline)}>{name}</Link> waits {formatDuration(waitMs)}
          {admitted === null ? '.' : `: that admits ${shareText(admitted)} of these rows.`}
        </p>
      ))}
      <p className={styles.hint}>
        With a delay the watermark follows the newest event time by so much; a row no further behind
        than that is in time.
      </p>
    </section>
  )
}
