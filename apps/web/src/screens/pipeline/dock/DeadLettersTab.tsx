/** Records that could not be read or computed: where they lie, why, and their bytes. */
import type { BrowsePage, DecodedBytes, TopicMessage } from '@millrace/server'
import { useQuery } from '@tanstack/react-query'
import { MailCheck } from 'lucide-react'
import { useMemo } from 'react'
import { Link } from 'wouter'
import { errorData, trpc } from '../../../api/client.ts'
import { paths } from '../../../app/navigation.ts'
import { usePreferences } from '../../../app/preferences.ts'
import { formatClock, formatCount } from '../../../format/index.ts'
import {
  buttonClass,
  type Column,
  EmptyState,
  ErrorState,
  Loading,
  Table,
} from '../../../ui/index.ts'
import { useLive, useModel } from '../model.ts'
import styles from './Dock.module.css'

/** Letters shown: the newest. */
const shownMax = 200
const refreshMs = 3_000

/** All dead letters that the running job has counted. */
export function useDeadLetters(): number {
  return useLive((state) =>
    Object.values(state.view?.facts?.nodes ?? {}).reduce(
      (sum, node) => sum + node.ledger.deadLetters,
      0,
    ),
  )
}

export function DeadLettersTab() {
  const model = useModel()
  const { clock } = usePreferences()
  const topic = `${model.id}.dead-letters`
  const counted = useDeadLetters()
  const letters = useQuery({
    ...trpc.topics.browse.queryOptions({
      name: topic,
      from: { is: 'last', count: shownMax },
      partition: null,
      limit: shownMax,
      filter: '',
    }),
    refetchInterval: refreshMs,
    retry: false,
  })
  const columns = useMemo(() => columnsOf(clock), [clock])
  const rows = useMemo(
    () => [...((letters.data as BrowsePage | undefined)?.messages ?? [])].reverse(),
    [letters.data],
  )
  if (letters.isPending) return <Loading what="Reading the dead letters" />
  if (letters.error && !isMissing(letters.error))
    return (
      <ErrorState
        title="Could not read the dead letters"
        error={letters.error}
        onRetry={() => letters.refetch()}
      />
    )
  if (rows.length === 0)
    return (
      <EmptyState icon={<MailCheck size={22} />} title="No dead letters">
        Every record could be read. One that cannot never stops the pipeline: it goes to the topic{' '}
        <code>{topic}</code>, its bytes untouched.
      </EmptyState>
    )
  return (
    <div className={styles.column}>
      <div className={styles.hint}>
        {formatCount(counted)} counted by this job; the newest {formatCount(rows.length)} of{' '}
        <Link className={buttonClass('link', 'small')} href={paths.topic(topic)}>
          {topic}
        </Link>
      </div>
      <Table
        label="Dead letters"
        columns={columns}
        rows={rows}
        rowKey={(row) => `${row.partition}/${row.offset}`}
        rowHeight={28}
      />
    </div>
  )
}

function isMissing(error: unknown): boolean {
  return /not-found|unknown-topic/.test(errorData(error)?.code ?? '')
}

function header(row: TopicMessage, name: string): string {
  return row.headers.find((item) => item.name === `millrace.${name}`)?.value ?? ''
}

function columnsOf(clock: 'local' | 'utc'): Column<TopicMessage>[] {
  return [
    {
      id: 'at',
      title: 'arrived',
      width: '110px',
      mono: true,
      render: (row) => formatClock(row.timestamp, clock, true),
    },
    { id: 'node', title: 'node', width: '130px', render: (row) => header(row, 'node') },
    {
      id: 'place',
      title: 'record',
      width: '190px',
      mono: true,
      render: (row) =>
        header(row, 'topic')
          ? `${header(row, 'topic')} ${header(row, 'partition')}/${header(row, 'offset')}`
          : `${row.partition}/${row.offset}`,
    },
    {
      id: 'error',
      title: 'why',
      width: 'minmax(220px, 1.2fr)',
      render: (row) => <span style={{ color: 'var(--bad)' }}>{header(row, 'error')}</span>,
    },
    {
      id: 'value',
      title: 'value',
      width: 'minmax(160px, 1fr)',
      mono: true,
      render: (row) => <span title={bytesWords(row.value)}>{bytesWords(row.value)}</span>,
    },
  ]
}

function bytesWords(value: DecodedBytes): string {
  switch (value.is) {
    case 'null':
      return 'null'
    case 'text':
      return value.text
    case 'undecodable':
      return readable(value.hex)
    case 'json':
    case 'avro':
      return JSON.stringify(value.value ?? null)
  }
}

/** Broken JSON is best read as text; bytes that are none stay hex. */
function readable(hex: string): string {
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return /\p{Cc}/u.test(text.replace(/\s/g, ' ')) ? hex : text
  } catch {
    return hex
  }
}
