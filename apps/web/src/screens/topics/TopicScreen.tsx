/** One topic: facts, messages, partitions, consumers, config; an empty one says how to fill it. */
import type { TopicDescription, TopicSummary } from '@millrace/server'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
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
import { SchemaTab } from './SchemaTab.tsx'
import styles from './Topics.module.css'
import { TopicTimeTab } from './time/TopicTimeTab.tsx'
import { readers, references } from './topic-columns.tsx'
import { useOpenAsPipeline } from './use-open-as-pipeline.ts'

/** How often the facts are read again. */
const refreshMs = 2_000

export function TopicScreen({ name }: { name: string }) {
  const [search, setSearch] = useSearchParams()
  const setTab = (tab: string) => setSearch({ tab }, { replace: true })
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
          <Tabs
            label={`Topic ${name}`}
            value={search.get('tab') ?? 'messages'}
            onChange={setTab}
            items={tabsOf(topic.data, open.mutate)}
          />
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

function tabsOf(topic: TopicDescription, onOpen: () => void) {
  const isEmpty = topic.summary.records === 0
  return [
    {
      id: 'messages',
      label: 'Messages',
      content: isEmpty ? <EmptyTopic name={topic.summary.name} /> : <MessagesTab topic={topic} />,
    },
    { id: 'partitions', label: 'Partitions', content: <PartitionsTab topic={topic} /> },
    {
      id: 'schema',
      label: 'Schema',
      content: <SchemaTab topic={topic} onOpen={onOpen} />,
    },
    {
      id: 'consumers',
      label: 'Consumers',
      count: topic.groups.length,
      content: <ConsumersTab topic={topic} />,
    },
    { id: 'config', label: 'Config', content: <ConfigTab topic={topic} /> },
    { id: 'time', label: 'Time', content: <TopicTimeTab topic={topic} /> },
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
      span?.column === null ? 'record time from, to' : 'event time from, to',
      span ? `${formatClock(span.from, clock)} → ${formatClock(span.to, clock)}` : '—',
    ],
    ['on disk', `${formatBytes(summary.bytes)}, ${plural(summary.partitions, 'partition')}${skew}`],
    ['schema', summary.schema ? `${summary.schema.subject} v${summary.schema.version}` : 'none'],
    ['written by', references(summary.writtenBy)],
    ['read by', readers(summary)],
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
  const used = usageWords(topic)
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
            onClick={() => remove.mutate({ name, force: used !== '' })}
          >
            Delete with its records
          </Button>
        </>
      }
    />
  )
}

/** " It is read by 2 running pipelines (A, B) and by 1 consumer group." */
function usageWords({ summary, groups }: TopicDescription): string {
  const readBy = summary.readBy.filter((reader) => reader.running)
  const writtenBy = summary.writtenBy.filter((writer) => writer.running)
  const active = groups.filter(({ pipeline, members }) => pipeline === null && members.length > 0)
  const uses = [
    readBy.length > 0 && `read by ${running(readBy)}`,
    writtenBy.length > 0 && `written by ${running(writtenBy)}`,
    active.length > 0 && `read by ${plural(active.length, 'consumer group')} with members`,
  ].filter((use) => use !== false)
  return uses.length === 0 ? '' : ` It is ${uses.join(' and ')}.`
}

function running(list: TopicSummary['readBy']): string {
  const names = new Set(list.map(({ name }) => name))
  return `${plural(names.size, 'running pipeline')} (${references(list)})`
}
