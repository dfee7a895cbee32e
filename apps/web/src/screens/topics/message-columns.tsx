/** Columns of a topic's messages, one line a message. */
import type { TopicMessage } from '@millrace/server'
import { type ClockZone, formatClock, formatCount } from '../../format/index.ts'
import type { Column } from '../../ui/index.ts'
import { oneLine } from './decoded-text.ts'
import styles from './Topics.module.css'

export function messageColumns(
  zone: ClockZone,
  showsEventTime: boolean,
): readonly Column<TopicMessage>[] {
  const eventTime: Column<TopicMessage> = {
    id: 'event-time',
    title: 'event time',
    width: '124px',
    mono: true,
    render: (row) =>
      row.eventTime === null ? (
        <span className={styles.bad}>–</span>
      ) : (
        formatClock(row.eventTime, zone, true)
      ),
  }
  return [
    {
      id: 'partition',
      title: 'part.',
      width: '52px',
      numeric: true,
      mono: true,
      render: (row) => row.partition,
    },
    {
      id: 'offset',
      title: 'offset',
      width: '100px',
      numeric: true,
      mono: true,
      render: (row) => <span className={styles.muted}>{formatCount(row.offset)}</span>,
    },
    {
      id: 'arrived',
      title: 'record time',
      width: '124px',
      mono: true,
      render: (row) => (
        <span className={styles.muted}>{formatClock(row.timestamp, zone, true)}</span>
      ),
    },
    ...(showsEventTime ? [eventTime] : []),
    {
      id: 'key',
      title: 'key',
      width: '140px',
      mono: true,
      render: (row) => <Clipped text={oneLine(row.key)} muted={row.key.is === 'null'} />,
    },
    {
      id: 'value',
      title: 'value',
      width: 'minmax(240px, 1fr)',
      mono: true,
      render: (row) => <ValueCell row={row} />,
    },
  ]
}

function Clipped({ text, muted }: { text: string; muted?: boolean }) {
  return <span className={muted ? styles.clippedMuted : styles.clipped}>{text}</span>
}

function ValueCell({ row }: { row: TopicMessage }) {
  if (row.value.is === 'undecodable')
    return <span className={styles.undecodable}>✕ {oneLine(row.value)}</span>
  return <Clipped text={oneLine(row.value)} muted={row.value.is === 'null'} />
}
