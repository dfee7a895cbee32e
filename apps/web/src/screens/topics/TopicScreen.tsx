/** One topic: facts, messages, partitions, consumers, config; an empty one says how to fill it. */
import type { TopicDescription } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useSearchParams } from 'wouter'
import { blockingError, errorData, trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { Button, buttonClass, EmptyState, ErrorState, Loading, Tabs } from '../../ui/index.ts'
import { DeleteTopicDialog } from './DeleteTopicDialog.tsx'
import { ConfigTab, ConsumersTab, PartitionsTab } from './DescriptionTabs.tsx'
import { EmptyTopic } from './EmptyTopic.tsx'
import { MessagesTab } from './MessagesTab.tsx'
import { ProduceDialog } from './ProduceDialog.tsx'
import { SchemaTab } from './SchemaTab.tsx'
import { TopicFacts } from './TopicFacts.tsx'
import styles from './Topics.module.css'
import { TopicTimeTab } from './time/TopicTimeTab.tsx'
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
  // While the server is away, what was read stays; the banner says so.
  const data = blockingError(topic) ? undefined : topic.data
  const isGone = errorData(topic.error)?.code === 'topic-not-found'
  const actions = data && (
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
      {isGone && <Gone name={name} wasOpen={topic.data !== undefined} />}
      {topic.error && !isGone && !data && (
        <ErrorState
          title={`Could not read ${name}`}
          error={topic.error}
          onRetry={() => topic.refetch()}
        />
      )}
      {data && (
        <div className={styles.page}>
          <TopicFacts topic={data} />
          <Tabs
            label={`Topic ${name}`}
            value={search.get('tab') ?? 'messages'}
            onChange={setTab}
            items={tabsOf(data, open.mutate)}
          />
        </div>
      )}
      {data && (
        <DeleteTopicDialog
          topic={data}
          open={dialog === 'delete'}
          onClose={() => setDialog(null)}
        />
      )}
      {data && (
        <ProduceDialog
          topic={name}
          partitions={data.partitions.length}
          open={dialog === 'produce'}
          onClose={() => setDialog(null)}
        />
      )}
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

function Gone({ name, wasOpen }: { name: string; wasOpen: boolean }) {
  return (
    <EmptyState
      title={`There is no topic ${name}`}
      actions={
        <Link href={paths.topics()} className={buttonClass('primary')}>
          All topics
        </Link>
      }
    >
      {wasOpen ? 'It was deleted while this page was open.' : 'It may have been deleted.'} A record
      sent to it makes it anew.
    </EmptyState>
  )
}
