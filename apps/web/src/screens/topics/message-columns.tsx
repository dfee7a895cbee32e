/** Columns of a topic's messages, one line a message. */
import type { TopicMessage } from '@millrace/server'
import { type ClockZone, formatClock, formatCount } from '../../format/index.ts'
import type { Column } from '../../ui/index.ts'
import { fieldText, keyLine, oneLine } from './decoded-text.ts'
import styles from './Topics.module.css'

export interface ShownColumns {
  /** Ids of columns that are left out. */
  hidden: readonly string[]
  /** Fields of the values that have a column of their own. */
  fields: readonly string[]
}

/** The columns that can be left out, in the order of the table. */
export const columnTitles = {
  partition: 'partition',
  offset: 'offset',
  arrived: 'record time',
  'event-time': 'event time',
  key: 'key',
  headers: 'headers',
  value: 'value',
}

export function messageColumns(
  zone: ClockZone,
  showsEventTime: boolean,
  shown: ShownColumns,
): readonly Column<TopicMessage>[] {
  const fields = shown.fields.map(fieldColumn)
  const all = [...fixedColumns(zone, showsEventTime), ...fields, headersColumn, valueColumn]
  return all.filter(({ id }) => !shown.hidden.includes(id))
}

function fieldColumn(field: string): Column<TopicMessage> {
  return {
    id: `field ${field}`,
    title: field,
    width: 'minmax(120px, 1fr)',
    mono: true,
    render: (row) => {
      const text = fieldText(row, field)
      return <Clipped text={text ?? '–'} muted={text === undefined} />
    },
  }
}

const headersColumn: Column<TopicMessage> = {
  id: 'headers',
  title: 'headers',
  width: 'minmax(140px, 0.6fr)',
  mono: true,
  render: ({ headers }) => (
    <Clipped text={headers.map(({ name, value }) => `${name}: ${value ?? 'null'}`).join(', ')} />
  ),
}

const valueColumn: Column<TopicMessage> = {
  id: 'value',
  title: 'value',
  width: 'minmax(240px, 1fr)',
  mono: true,
  render: (row) => <ValueCell row={row} />,
}

function fixedColumns(zone: ClockZone, showsEventTime: boolean): readonly Column<TopicMessage>[] {
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
      render: (row) => <Clipped text={keyLine(row.key)} muted={row.key.is === 'null'} />,
    },
  ]
}

function Clipped({ text, muted }: { text: string; muted?: boolean }) {
  return <span className={muted ? styles.clippedMuted : styles.clipped}>{text}</span>
}

function ValueCell({ row }: { row: TopicMessage }) {
  if (row.value.is === 'undecodable')
    return <span className={styles.undecodable}>✕ {oneLine(row.value)}</span>
  if (row.value.is === 'null') return <Clipped muted text="null, a tombstone" />
  const text = oneLine(row.value)
  return text === '' ? <Clipped muted text="empty text" /> : <Clipped text={text} />
}
