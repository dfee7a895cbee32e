/** Says that the rows are those of before the connection was lost, and asks again. */
import { useNow } from '../../app/clock.ts'
import { usePreferences } from '../../app/preferences.ts'
import { formatAgo, formatClock } from '../../format/index.ts'
import { Button } from '../../ui/index.ts'
import styles from './HomeScreen.module.css'

export interface OldRowsProps {
  /** Wall clock when the connection was lost. */
  since: number
  asking: boolean
  onRetry(): void
}

export function OldRows({ since, asking, onRetry }: OldRowsProps) {
  const { clock } = usePreferences()
  const now = useNow()
  return (
    <div className={styles.old}>
      <span>
        <span aria-hidden>▲</span> Last known at {formatClock(since, clock)},{' '}
        {formatAgo(since, now)}. Running pipelines go on from their last checkpoint when the server
        is back.
      </span>
      <Button size="small" busy={asking} onClick={onRetry}>
        {asking ? 'Asking…' : 'Retry'}
      </Button>
    </div>
  )
}
