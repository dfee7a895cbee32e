/** The messages that the page shows: a live tail that pauses without dropping, or a page from somewhere. */
import type { BrowseFrom, TopicCursor, TopicMessage } from '@millrace/server'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useEffect, useRef, useState } from 'react'
import { blockingError, client, isOffline, trpc } from '../../api/client.ts'
import { useConnection } from '../../api/connection.ts'
import { formatCount, plural } from '../../format/index.ts'

export type MessagesMode = 'tail' | 'last' | 'offset' | 'time'

/** Messages kept while tailing; the oldest leave first. */
const tailMessagesMax = 10_000
const pageMessages = 1000

export interface MessagesView {
  messages: readonly TopicMessage[]
  loading: boolean
  error: { message: string } | null
  /** What is shown, in words. */
  words: string
  /** Reads the next page; null: there is none. */
  more: (() => void) | null
  retry(): void
}

/** tRPC makes members of type `unknown` optional on their way; a decoded value is always there. */
function asMessages(messages: readonly unknown[]): readonly TopicMessage[] {
  return messages as readonly TopicMessage[]
}

interface TailOptions {
  active: boolean
  paused: boolean
  filter: string
  /** Next offset of each partition, as last heard. */
  ends: readonly number[]
}

/** Where the tail goes on from: changes only when it begins anew, else every batch would start another one. */
function useTailStart(enabled: boolean, filter: string) {
  const cursor = useRef<TopicCursor | null>(null)
  const begun = useRef({ enabled, filter, from: cursor.current })
  if (begun.current.enabled !== enabled || begun.current.filter !== filter)
    begun.current = { enabled, filter, from: cursor.current }
  return { cursor, from: begun.current.from }
}

export function useTail(topic: string, options: TailOptions): MessagesView {
  const { active, paused, filter } = options
  const [messages, setMessages] = useState<readonly TopicMessage[]>([])
  const [notShown, setNotShown] = useState(0)
  const [perSecond, setPerSecond] = useState(0)
  // A line that broke is a pause: it goes on from the last message, not from what came meanwhile.
  const isLost = useConnection().state === 'lost'
  const enabled = active && !paused && !isLost
  const { cursor, from } = useTailStart(enabled, filter)
  useEffect(() => {
    if (active) return
    cursor.current = null
    setMessages([])
    setNotShown(0)
  }, [active, cursor])
  const tail = useSubscription(
    trpc.topics.tail.subscriptionOptions(
      { name: topic, cursor: from, filter },
      {
        enabled,
        onData: (batch) => {
          cursor.current = batch.cursor
          setPerSecond(batch.perSecond)
          setNotShown((count) => count + batch.notShown)
          if (batch.messages.length === 0) return
          const arrived = asMessages(batch.messages).toReversed()
          setMessages((shown) => [...arrived, ...shown].slice(0, tailMessagesMax))
        },
      },
    ),
  )
  return {
    messages,
    loading: false,
    error: isOffline(tail.error) ? null : (tail.error ?? null),
    words: paused
      ? pausedWords(cursor.current, options.ends)
      : tailWords({ shown: messages.length, perSecond, notShown }),
    more: null,
    retry: () => tail.reset(),
  }
}

function pausedWords(cursor: TopicCursor | null, ends: readonly number[]): string {
  const waiting = ends.reduce(
    (sum, end, partition) => sum + Math.max(0, end - (cursor?.[String(partition)] ?? end)),
    0,
  )
  const wait = waiting === 0 ? 'none waits' : `${plural(waiting, 'row')} wait`
  return `Paused, nothing is dropped: ${waiting === 1 ? '1 row waits' : wait}`
}

function tailWords(tail: { shown: number; perSecond: number; notShown: number }): string {
  const left =
    tail.notShown > 0 ? `; ${formatCount(tail.notShown)} came faster than a screen shows` : ''
  return `${formatCount(tail.shown)} shown, ${formatCount(Math.round(tail.perSecond))}/s come${left}`
}

export function useBrowse(
  topic: string,
  options: { active: boolean; from: BrowseFrom; filter: string },
): MessagesView {
  const { active, from, filter } = options
  const isLast = from.is === 'last'
  const limit = isLast ? from.count : pageMessages
  const read = useInfiniteQuery({
    queryKey: [...trpc.topics.browse.queryKey({ name: topic, from, limit, filter }), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.topics.browse.query({ name: topic, from: pageParam, limit, filter }, { signal }),
    initialPageParam: from,
    getNextPageParam: (page): BrowseFrom | undefined =>
      page.atEnd ? undefined : { is: 'cursor', cursor: page.cursor },
    enabled: active,
    // While a filter is typed the list stays; another place begins empty.
    placeholderData: filter === '' ? undefined : keepPreviousData,
  })
  const pages = read.data?.pages ?? []
  const messages = asMessages(pages.flatMap((page) => page.messages))
  const scanned = pages.reduce((sum, page) => sum + page.scanned, 0)
  const looked = filter === '' ? '' : ` of ${formatCount(scanned)} looked at`
  return {
    messages: isLast ? messages.toReversed() : messages,
    loading: read.isPending && active,
    error: blockingError(read),
    words: read.data ? `${formatCount(messages.length)} shown${looked}` : '',
    more: read.hasNextPage && !read.isFetchingNextPage ? () => void read.fetchNextPage() : null,
    retry: () => void read.refetch(),
  }
}
