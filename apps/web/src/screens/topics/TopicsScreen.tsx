/** Topics: what lies in the broker, who writes it, who reads it. */
import type { TopicSummary } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { List } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useLocation } from 'wouter'
import { trpc } from '../../api/client.ts'
import { paths } from '../../app/navigation.ts'
import { Screen } from '../../app/Screen.tsx'
import { Button, Checkbox, EmptyState, ErrorState, Input, Loading, Table } from '../../ui/index.ts'
import { CreateTopicDialog } from './CreateTopicDialog.tsx'
import styles from './Topics.module.css'
import { topicColumns } from './topic-columns.tsx'

export function TopicsScreen() {
  const [, navigate] = useLocation()
  const [search, setSearch] = useState('')
  const [internal, setInternal] = useState(false)
  const [creates, setCreates] = useState(false)
  const list = useQuery(trpc.topics.list.queryOptions({ internal }))
  const live = useSubscription(trpc.topics.live.subscriptionOptions({ internal }))
  const topics: readonly TopicSummary[] | undefined = live.data ?? list.data
  const rows = useMemo(() => matching(topics ?? [], search), [topics, search])
  const create = (
    <Button variant="primary" onClick={() => setCreates(true)}>
      New topic
    </Button>
  )
  return (
    <Screen crumbs={[{ label: topics ? `Topics ${topics.length}` : 'Topics' }]} actions={create}>
      {!topics && !list.error && <Loading what="Reading the topics" />}
      {!topics && list.error && (
        <ErrorState
          title="Could not read the topics"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      )}
      {topics && (
        <>
          <div className={styles.bar}>
            <Input
              className={styles.search}
              type="search"
              aria-label="Filter topics"
              placeholder="Filter by name"
              value={search}
              onChange={(event) => setSearch(event.target.value)}
            />
            <Checkbox label="Internal topics too" checked={internal} onChange={setInternal} />
          </div>
          <Table
            label="Topics"
            columns={topicColumns}
            rows={rows}
            rowKey={(row) => row.name}
            onOpen={(row) => navigate(paths.topic(row.name))}
            empty={<NoTopics searching={search !== ''} create={create} />}
          />
        </>
      )}
      <CreateTopicDialog open={creates} onClose={() => setCreates(false)} />
    </Screen>
  )
}

function NoTopics({ searching, create }: { searching: boolean; create: React.ReactNode }) {
  if (searching)
    return <EmptyState title="No topic matches">Clear the filter to see all topics.</EmptyState>
  return (
    <EmptyState icon={<List size={28} />} title="No topics yet" actions={create}>
      A topic is a log of records in partitions. Make one here, or send to one from any Kafka
      client: it is made at the first record.
    </EmptyState>
  )
}

function matching(topics: readonly TopicSummary[], search: string): readonly TopicSummary[] {
  const wanted = search.trim().toLowerCase()
  return topics
    .filter((topic) => topic.name.toLowerCase().includes(wanted))
    .sort((a, b) => Number(a.internal) - Number(b.internal) || a.name.localeCompare(b.name))
}
