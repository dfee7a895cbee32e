/** One topic: facts, messages, partitions, consumers, config; an empty one says how to fill it. */
import type { TopicDescription } from '@millrace/server'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { queryClient, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { usePreferences } from '../../app/preferences.ts'
import { Screen } from '../../app/Screen.tsx'
import { formatBytes, formatClock, formatCompact, formatRate, plural } from '../../format/index.ts'
import { Button, Dialog, ErrorState, Loading, Tabs, toast } from '../../ui/index.ts'
import { ConfigTab, ConsumersTab, PartitionsTab } from './DescriptionTabs.tsx'
import { EmptyTopic } from './EmptyTopic.tsx'
import { MessagesTab } from './MessagesTab.tsx'
import { ProduceDialog } from './ProduceDialog.tsx'
import styles from './Topics.module.css'
import { references } from './topic-columns.tsx'
import { useOpenAsPipeline } from './use-open-as-pipeline.ts'

/** How often the facts are read again. */
const refreshMs = 2_000

export function TopicScreen({ name }: { name: string }) {
  const [tab, setTab] = useState('messages')
  const [dialog, setDialog] = useState<'produce' | 'delete' | null>(null)
  const topic = useQuery(
    trpc.topics.describe.queryOptions({ name }, { refetchInterval: refreshMs }),
  )
  const open = useOpenAsPipeline(name)
  const crumbs = [{ label: 'Topics', path: paths.topics() }, { label: name }]
  const actions = topic.data && (
    <>
      <Button variant="danger" onClick={() => setDialog('delete')}>
        Delete…
      </Button>
      <Button onClick={() => setDialog('produce')}>Produce…</Button>
      <Button variant="primary" disabled={open.isPending} onClick={() => open.mutate()}>
        Open as pipeline
      </Button>
    </>
  )
  return (
    <Screen crumbs={crumbs} actions={actions}>
      {topic.isPending && <Loading what={`Reading ${name}`} />}
      {topic.error && (
        <ErrorState
          title={`Could not read ${name}`}
          error={topic.error}
          onRetry={() => topic.refetch()}
        />
      )}
      {topic.data && (
        <div className={styles.page}>
          <Facts topic={topic.data} />
          <Tabs label={`Topic ${name}`} value={tab} onChange={setTab} items={tabsOf(topic.data)} />
        </div>
      )}
      {topic.data && (
        <DeleteDialog
          topic={topic.data}
          open={dialog === 'delete'}
          onClose={() => setDialog(null)}
        />
      )}
      <ProduceDialog topic={name} open={dialog === 'produce'} onClose={() => setDialog(null)} />
    </Screen>
  )
}

function tabsOf(topic: TopicDescription) {
  const isEmpty = topic.summary.records === 0
  return [
    {
      id: 'messages',
      label: 'Messages',
      content: isEmpty ? <EmptyTopic name={topic.summary.name} /> : <MessagesTab topic={topic} />,
    },
    { id: 'partitions', label: 'Partitions', content: <PartitionsTab topic={topic} /> },
    {
      id: 'consumers',
      label: 'Consumers',
      count: topic.groups.length,
      content: <ConsumersTab topic={topic} />,
    },
    { id: 'config', label: 'Config', content: <ConfigTab topic={topic} /> },
  ]
}

function Facts({ topic }: { topic: TopicDescription }) {
  const { clock } = usePreferences()
  const { summary } = topic
  const skew =
    summary.skew === null || summary.partitions < 2 ? '' : `, skew ${summary.skew.toFixed(1)}×`
  const span = summary.timeSpan
  const facts: [string, string][] = [
    ['rows/s in', formatRate(summary.rowsPerSecond)],
    ['bytes/s', `${formatBytes(summary.bytesPerSecond)}/s`],
    ['rows kept', formatCompact(summary.records)],
    [
      'record time from, to',
      span ? `${formatClock(span.from, clock)} → ${formatClock(span.to, clock)}` : '—',
    ],
    ['on disk', `${formatBytes(summary.bytes)}, ${plural(summary.partitions, 'partition')}${skew}`],
    ['schema', summary.schema ? `${summary.schema.subject} v${summary.schema.version}` : 'none'],
    ['written by', references(summary.writtenBy)],
    ['read by', references(summary.readBy)],
  ]
  return (
    <dl className={styles.facts}>
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd title={value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function DeleteDialog({
  topic,
  open,
  onClose,
}: {
  topic: TopicDescription
  open: boolean
  onClose(): void
}) {
  const [, navigate] = useLocation()
  const { name, records } = topic.summary
  const readers = topic.summary.readBy.filter((reader) => reader.running)
  const remove = useMutation(
    trpc.topics.delete.mutationOptions({
      onSuccess: () => {
        void queryClient.invalidateQueries(trpc.topics.pathFilter())
        toast.done(`${name} was deleted`)
        navigate(paths.topics())
      },
      onError: (error) => toast.failed(`${name} could not be deleted`, error),
    }),
  )
  const used =
    readers.length > 0
      ? ` It is read by ${plural(readers.length, 'running pipeline')}: ${references(readers)}.`
      : ''
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Delete ${name}?`}
      description={`${plural(records, 'record')} will be gone for good.${used}`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button
            variant="danger"
            disabled={remove.isPending}
            onClick={() => remove.mutate({ name, force: readers.length > 0 })}
          >
            Delete with its records
          </Button>
        </>
      }
    />
  )
}
