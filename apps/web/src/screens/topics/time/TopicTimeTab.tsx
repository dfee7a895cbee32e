/** The event time of a topic: where each partition stands, the rate, the disorder, and the delays that admit it. */
import type { TopicDescription, TopicTime } from '@millrace/server'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Clock } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { blockingError, trpc } from '../../../api/client.ts'
import { formatCount, plural } from '../../../format/index.ts'
import { EmptyState, ErrorState, Loading, Select } from '../../../ui/index.ts'
import { unitWords } from '../InferredColumns.tsx'
import { Delays } from './Delays.tsx'
import { Disorder } from './Disorder.tsx'
import { PartitionSpans } from './PartitionSpans.tsx'
import { RateOverTime } from './RateOverTime.tsx'
import styles from './TopicTime.module.css'

/** How often it is judged anew while records come. */
const refreshMs = 5_000

export function TopicTimeTab({ topic }: { topic: TopicDescription }) {
  const { name, records } = topic.summary
  const [column, setColumn] = useState<string | null>(null)
  const time = useQuery(
    trpc.topics.time.queryOptions(
      { name, column },
      {
        enabled: records > 0,
        placeholderData: keepPreviousData,
        refetchInterval: topic.summary.rowsPerSecond > 0 ? refreshMs : false,
      },
    ),
  )
  if (records === 0)
    return (
      <EmptyState icon={<Clock size={22} />} title="No record, no time">
        Once records come, this shows when they happened, how far out of order they arrive, and how
        long a pipeline has to wait for them.
      </EmptyState>
    )
  const error = blockingError(time)
  if (error)
    return (
      <ErrorState
        title="Could not judge the time of the records"
        error={error}
        onRetry={() => time.refetch()}
      />
    )
  if (!time.data) return <Loading what="Reading the newest records" />
  if (time.data.column === null)
    return (
      <EmptyState icon={<Clock size={22} />} title="No column says when a record happened">
        Event time is looked for in the last records: a timestamp, or a number of seconds,
        milliseconds or microseconds since 1970, in most of them. Without it a pipeline can filter
        and change these rows, but not put them into windows.
      </EmptyState>
    )
  return <Judged time={time.data} onColumn={setColumn} />
}

function Judged({ time, onColumn }: { time: TopicTime; onColumn(column: string): void }) {
  const chosen = time.candidates.find(({ column }) => column === time.column)
  return (
    <div className={styles.time}>
      <div className={styles.bar}>
        <b aria-hidden>Event time</b>
        <Select
          aria-label="Event-time column"
          className={styles.pick}
          value={time.column ?? ''}
          options={time.candidates.map(({ column, unit }) => ({
            value: column,
            label: `${column}, ${unitWords[unit]}`,
          }))}
          onChange={onColumn}
        />
        <span className={styles.why} title={chosen?.words}>
          {chosen?.words}
        </span>
        <span className={styles.sample} role="status">
          {sampleWords(time)}
        </span>
      </div>
      <div className={styles.sides}>
        <Side label="Rows in event time">
          {time.rate && <RateOverTime rate={time.rate} />}
          <PartitionSpans time={time} />
        </Side>
        <Side label="Disorder and delay">
          <Disorder time={time} />
          <Delays time={time} />
        </Side>
      </div>
    </div>
  )
}

function Side({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard
    <section className={styles.side} tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}

function sampleWords({ kept, sampled, withoutTime }: TopicTime): string {
  const which =
    sampled === kept
      ? `Judged from all ${plural(kept, 'row')}`
      : `Judged from the newest ${formatCount(sampled)} of ${plural(kept, 'row')}`
  return withoutTime === 0 ? which : `${which}; ${formatCount(withoutTime)} without a time`
}
