/** The messages of a topic: tail, last ones, from an offset or a time; one opened at the right. */
import type { BrowseFrom, TopicDescription, TopicMessage } from '@millrace/server'
import { useMemo, useState } from 'react'
import { usePreferences } from '../../app/preferences.ts'
import {
  Button,
  EmptyState,
  ErrorState,
  Input,
  Loading,
  Segmented,
  Select,
  Table,
} from '../../ui/index.ts'
import { messageKey } from './decoded-text.ts'
import { MessageDetail } from './MessageDetail.tsx'
import { messageColumns } from './message-columns.tsx'
import styles from './Topics.module.css'
import { type MessagesMode, useBrowse, useTail } from './use-messages.ts'

const modes: readonly { value: MessagesMode; label: string }[] = [
  { value: 'last', label: 'Last 100' },
  { value: 'tail', label: 'Tail' },
  { value: 'offset', label: 'Offset' },
  { value: 'time', label: 'Time' },
]

export function MessagesTab({ topic }: { topic: TopicDescription }) {
  const { name } = topic.summary
  const { clock } = usePreferences()
  const [mode, setMode] = useState<MessagesMode>('last')
  const [paused, setPaused] = useState(false)
  const [filter, setFilter] = useState('')
  const [opened, setOpened] = useState<TopicMessage | null>(null)
  const [from, setFrom] = useState<BrowseFrom>({ is: 'earliest' })
  const tail = useTail(name, { active: mode === 'tail', paused, filter })
  const browsed: BrowseFrom = mode === 'last' ? { is: 'last', count: 100 } : from
  const browse = useBrowse(name, { active: mode !== 'tail', from: browsed, filter })
  const view = mode === 'tail' ? tail : browse
  const showsEventTime = view.messages.some((message) => message.eventTime !== null)
  const columns = useMemo(() => messageColumns(clock, showsEventTime), [clock, showsEventTime])
  return (
    <div className={styles.messages}>
      <div className={styles.list}>
        <div className={styles.bar}>
          <Segmented
            label="Which messages"
            value={mode}
            options={modes}
            onChange={(next) => setMode(next)}
          />
          {mode === 'tail' && (
            <Button onClick={() => setPaused(!paused)}>{paused ? 'Go on' : 'Pause'}</Button>
          )}
          {mode === 'offset' && (
            <SeekOffset partitions={topic.partitions.length} onSeek={setFrom} />
          )}
          {mode === 'time' && <SeekTime onSeek={setFrom} />}
          {mode !== 'tail' && <Button onClick={view.retry}>Refresh</Button>}
          <Input
            mono
            className={styles.search}
            type="search"
            aria-label="Filter messages"
            placeholder="Text in key or value"
            value={filter}
            onChange={(event) => setFilter(event.target.value)}
          />
          <span className={styles.words} role="status">
            {view.words}
          </span>
        </div>
        {view.error && (
          <ErrorState title="Could not read the messages" error={view.error} onRetry={view.retry} />
        )}
        {view.loading && <Loading what="Reading messages" />}
        {!view.error && !view.loading && (
          <Table
            label="Messages"
            columns={columns}
            rows={view.messages}
            rowKey={messageKey}
            selected={opened && messageKey(opened)}
            onOpen={setOpened}
            empty={
              <EmptyState
                title={mode === 'tail' ? 'Waiting for the next message' : 'No message here'}
              />
            }
          />
        )}
      </div>
      {opened && (
        <MessageDetail
          key={messageKey(opened)}
          topic={name}
          message={opened}
          onFollow={setFilter}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  )
}

function SeekOffset({
  partitions,
  onSeek,
}: {
  partitions: number
  onSeek(from: BrowseFrom): void
}) {
  const [partition, setPartition] = useState('0')
  const [offset, setOffset] = useState('0')
  const options = Array.from({ length: partitions }, (_, index) => ({
    value: String(index),
    label: `partition ${index}`,
  }))
  return (
    <form
      className={styles.seek}
      onSubmit={(event) => {
        event.preventDefault()
        onSeek({ is: 'offset', partition: Number(partition), offset: Number(offset) })
      }}
    >
      <Select aria-label="Partition" options={options} value={partition} onChange={setPartition} />
      <Input
        type="number"
        min={0}
        aria-label="Offset"
        value={offset}
        onChange={(event) => setOffset(event.target.value)}
      />
      <Button type="submit">Go</Button>
    </form>
  )
}

function SeekTime({ onSeek }: { onSeek(from: BrowseFrom): void }) {
  const [at, setAt] = useState('')
  return (
    <form
      className={styles.seek}
      onSubmit={(event) => {
        event.preventDefault()
        const time = new Date(at).getTime()
        if (Number.isFinite(time)) onSeek({ is: 'time', at: time })
      }}
    >
      <Input
        type="datetime-local"
        step={1}
        aria-label="From record time"
        value={at}
        onChange={(event) => setAt(event.target.value)}
      />
      <Button type="submit">Go</Button>
    </form>
  )
}
