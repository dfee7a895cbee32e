/** The messages of a topic: tail, last ones, from an offset or a time; one opened at the right. */
import type { BrowseFrom, TopicDescription, TopicMessage } from '@millrace/server'
import { useMemo, useState } from 'react'
import { usePreferences } from '../../app/preferences.ts'
import { formatCount } from '../../format/index.ts'
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
import { ColumnsDialog, useShownColumns } from './ColumnsDialog.tsx'
import { fieldsOf, messageKey } from './decoded-text.ts'
import { MessageDetail } from './MessageDetail.tsx'
import { messageColumns } from './message-columns.tsx'
import { SeekOffset, SeekTime } from './Seek.tsx'
import styles from './Topics.module.css'
import { type MessagesMode, useBrowse, useTail } from './use-messages.ts'

const modes: readonly { value: MessagesMode; label: string }[] = [
  { value: 'last', label: 'Last' },
  { value: 'tail', label: 'Tail' },
  { value: 'offset', label: 'Offset' },
  { value: 'time', label: 'Time' },
]

const lastCounts = [100, 1000, 10_000]

export function MessagesTab({ topic }: { topic: TopicDescription }) {
  const { name } = topic.summary
  const { clock } = usePreferences()
  const [mode, setMode] = useState<MessagesMode>('last')
  const [paused, setPaused] = useState(false)
  const [filter, setFilter] = useState('')
  const [opened, setOpened] = useState<TopicMessage | null>(null)
  const [from, setFrom] = useState<BrowseFrom>({ is: 'earliest' })
  const [count, setCount] = useState(lastCounts[0])
  const [choosesColumns, setChoosesColumns] = useState(false)
  const [shown, setShown] = useShownColumns(name)
  const ends = topic.partitions.map(({ end }) => end)
  const tail = useTail(name, { active: mode === 'tail', paused, filter, ends })
  const browsed: BrowseFrom = mode === 'last' ? { is: 'last', count } : from
  const browse = useBrowse(name, { active: mode !== 'tail', from: browsed, filter })
  const view = mode === 'tail' ? tail : browse
  const showsEventTime = view.messages.some((message) => message.eventTime !== null)
  const columns = useMemo(
    () => messageColumns(clock, showsEventTime, shown),
    [clock, showsEventTime, shown],
  )
  return (
    <div className={styles.messages}>
      <div className={styles.list}>
        <div className={styles.bar}>
          <Segmented
            label="Which messages"
            value={mode}
            options={modes}
            onChange={(next) => {
              setMode(next)
              setPaused(false)
              setFrom({ is: 'earliest' })
            }}
          />
          {mode === 'last' && (
            <Select
              aria-label="How many"
              className={styles.count}
              options={lastCounts.map((each) => ({
                value: String(each),
                label: formatCount(each),
              }))}
              value={String(count)}
              onChange={(next) => setCount(Number(next))}
            />
          )}
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
          {view.more && <Button onClick={view.more}>Read on</Button>}
          <Button className={styles.end} onClick={() => setChoosesColumns(true)}>
            Columns
          </Button>
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
      <ColumnsDialog
        open={choosesColumns}
        fields={choosesColumns ? fieldsOf(view.messages) : []}
        shown={shown}
        onChange={setShown}
        onClose={() => setChoosesColumns(false)}
      />
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
