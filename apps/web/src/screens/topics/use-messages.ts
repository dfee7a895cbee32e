/** The messages that the page shows: a live tail that pauses without dropping, or a page from somewhere. */
import type { BrowseFrom, TopicCursor, TopicMessage } from '@millrace/server'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useSubscription } from '@trpc/tanstack-react-query'
import { useRef, useState } from 'react'
import { trpc } from '../../api/client.ts'

export type MessagesMode = 'tail' | 'last' | 'offset' | 'time'

/** Messages kept while tailing; the oldest leave first. */
const tailMessagesMax = 1000
const pageMessages = 200

export interface MessagesView {
  messages: readonly TopicMessage[]
  loading: boolean
  error: { message: string } | null
  /** What is shown, in words. */
  words: string
  retry(): void
}

/** tRPC makes members of type `unknown` optional on their way; a decoded value is always there. */
function asMessages(messages: readonly unknown[]): readonly TopicMessage[] {
  return messages as readonly TopicMessage[]
}

export function useTail(
  topic: string,
  options: { active: boolean; paused: boolean; filter: string },
): MessagesView {
  const [messages, setMessages] = useState<readonly TopicMessage[]>([])
  const [notShown, setNotShown] = useState(0)
  const [perSecond, setPerSecond] = useState(0)
  const cursor = useRef<TopicCursor | null>(null)
  const enabled = options.active && !options.paused
  const tail = useSubscription(
    trpc.topics.tail.subscriptionOptions(
      { name: topic, cursor: cursor.current, filter: options.filter },
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
  const rate = `${Math.round(perSecond).toLocaleString('en-US')}/s`
  const left =
    notShown > 0 ? `; ${notShown.toLocaleString('en-US')} came faster than a screen shows` : ''
  return {
    messages,
    loading: false,
    error: tail.error ?? null,
    words: options.paused
      ? 'Paused. Nothing is dropped: it goes on from here'
      : `Tailing, ${rate}${left}`,
    retry: () => tail.reset(),
  }
}

export function useBrowse(
  topic: string,
  options: { active: boolean; from: BrowseFrom; filter: string },
): MessagesView {
  const page = useQuery(
    trpc.topics.browse.queryOptions(
      { name: topic, from: options.from, limit: pageMessages, filter: options.filter },
      { enabled: options.active, placeholderData: keepPreviousData },
    ),
  )
  const messages = asMessages(page.data?.messages ?? [])
  const looked = page.data ? `of ${page.data.scanned.toLocaleString('en-US')} looked at` : ''
  return {
    messages: options.from.is === 'last' ? messages.toReversed() : messages,
    loading: page.isPending && options.active,
    error: page.error ?? null,
    words: page.data ? `${messages.length} shown, ${looked}` : '',
    retry: () => void page.refetch(),
  }
}
