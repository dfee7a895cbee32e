/** Pages of decoded records, seeking by offset, time or from the end, with a text filter. */
import type { KafkaRecord } from '@millrace/broker/client'
import type { BrowseFrom, BrowsePage, TopicCursor, TopicMessage } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { decodeMessage, type MessageDecoder, messageMatches } from './decode-message.ts'
import { isSpent, newScanBudget, type ScanBudget, scan } from './partition-scan.ts'

export interface BrowseRequest {
  name: string
  from: BrowseFrom
  partition: number | null
  limit: number
  filter: string
}

interface Bounds {
  starts: readonly number[]
  ends: readonly number[]
}

interface Browsing {
  kafka: KafkaAccess
  request: BrowseRequest
  decoder: MessageDecoder
  budget: ScanBudget
  bounds: Bounds
}

export async function browse(
  kafka: KafkaAccess,
  request: BrowseRequest,
  decoder: MessageDecoder,
): Promise<BrowsePage> {
  const bounds = {
    starts: await kafka.admin.listOffsets(request.name, 'earliest'),
    ends: await kafka.admin.listOffsets(request.name, 'latest'),
  }
  const budget = newScanBudget(Date.now())
  const browsing = { kafka, request, decoder, budget, bounds }
  const page =
    request.from.is === 'last'
      ? await newest(browsing, request.from.count)
      : await onward(browsing, await firstOffsets(browsing))
  return {
    ...page,
    scanned: newScanBudget(0).records - budget.records,
    timeColumn: decoder.time?.column ?? null,
  }
}

type FoundPage = Pick<BrowsePage, 'messages' | 'cursor' | 'atEnd'>

/** Where each partition that is asked for begins. */
async function firstOffsets({ kafka, request, bounds }: Browsing): Promise<Map<number, number>> {
  const { from } = request
  const offsets = new Map<number, number>()
  const wanted = (partition: number) =>
    request.partition === null || request.partition === partition
  const atTime = from.is === 'time' ? await kafka.admin.listOffsets(request.name, from.at) : []
  for (let partition = 0; partition < bounds.ends.length; partition++) {
    if (!wanted(partition)) continue
    const start = bounds.starts[partition]
    switch (from.is) {
      case 'earliest':
      case 'last':
        offsets.set(partition, start)
        break
      case 'time':
        offsets.set(partition, Math.max(start, atTime[partition]))
        break
      case 'offset':
        if (partition === from.partition) offsets.set(partition, Math.max(start, from.offset))
        break
      case 'cursor': {
        const next = from.cursor[String(partition)]
        if (next !== undefined) offsets.set(partition, Math.max(start, next))
        break
      }
    }
  }
  return offsets
}

interface Lane {
  partition: number
  messages: TopicMessage[]
  /** Where scanning stopped. */
  position: number
}

/** The first matching records from the given offsets on, merged by timestamp. */
async function onward(browsing: Browsing, from: ReadonlyMap<number, number>): Promise<FoundPage> {
  const { request, bounds } = browsing
  const lanes: Lane[] = []
  for (const [partition, offset] of from) {
    lanes.push(
      await readLane(browsing, {
        partition,
        from: offset,
        to: bounds.ends[partition],
        limit: request.limit,
      }),
    )
  }
  const { messages, taken } = firstOf(lanes, request.limit)
  const cursor: TopicCursor = {}
  let atEnd = true
  lanes.forEach((lane, index) => {
    const left: TopicMessage | undefined = lane.messages[taken[index]]
    const next = left ? left.offset : lane.position
    cursor[String(lane.partition)] = next
    if (next < bounds.ends[lane.partition]) atEnd = false
  })
  return { messages, cursor, atEnd }
}

/**
 * Merges the lanes by timestamp without leaving the order of offsets: timestamps may go back within a partition, and a
 * cursor is one offset for each. Says how many were taken of each lane.
 */
function firstOf(lanes: readonly Lane[], limit: number) {
  const taken = lanes.map(() => 0)
  const messages: TopicMessage[] = []
  while (messages.length < limit) {
    let best = -1
    lanes.forEach((lane, index) => {
      const head: TopicMessage | undefined = lane.messages[taken[index]]
      if (!head) return
      if (best < 0 || head.timestamp < lanes[best].messages[taken[best]].timestamp) best = index
    })
    if (best < 0) break
    messages.push(lanes[best].messages[taken[best]++])
  }
  return { messages, taken }
}

/** The last `count`, chosen from the ends of the lanes, oldest first. */
function lastOf(lanes: readonly Lane[], count: number): TopicMessage[] {
  const surplus = lanes.reduce((sum, lane) => sum + lane.messages.length, 0) - count
  // Dropped from the front in the order in which pages would show them: what is left are the last ones.
  const { taken } = firstOf(lanes, Math.max(0, surplus))
  const rest = lanes.map((lane, index) => ({
    ...lane,
    messages: lane.messages.slice(taken[index]),
  }))
  return firstOf(rest, count).messages
}

/** A lane that is read backwards; `position` is where reading began so far. */
interface BackLane extends Lane {
  start: number
  /** Timestamp of the oldest record read, whether it matches or not. */
  oldest: number
}

/** Records of a partition that the first step back reads at least. */
const backRecordsMin = 16

/** The last `count` matching records: reads back in growing steps, where older records could still be among them. */
async function newest(browsing: Browsing, count: number): Promise<FoundPage> {
  const { request, bounds, budget } = browsing
  const lanes = bounds.ends.flatMap((end, partition): BackLane[] => {
    if (request.partition !== null && request.partition !== partition) return []
    const start = bounds.starts[partition]
    return [{ partition, messages: [], position: end, start, oldest: Number.POSITIVE_INFINITY }]
  })
  const filled = lanes.filter(({ start, position }) => position > start).length
  let back = Math.max(backRecordsMin, Math.ceil(count / Math.max(1, filled)))
  for (;;) {
    const found = lastOf(lanes, count)
    const cutoff = found.length < count ? Number.NEGATIVE_INFINITY : found[0].timestamp
    const open = lanes.filter(({ position, start, oldest }) => position > start && oldest > cutoff)
    if (open.length === 0 || isSpent(budget)) break
    for (const lane of open) await readBack(browsing, lane, back)
    back *= 4
  }
  const cursor: TopicCursor = {}
  for (const { partition } of lanes) cursor[String(partition)] = bounds.ends[partition]
  return { messages: lastOf(lanes, count), cursor, atEnd: true }
}

async function readBack(browsing: Browsing, lane: BackLane, back: number): Promise<void> {
  const { partition, position: to, start } = lane
  const from = Math.max(start, to - back)
  const limit = Number.POSITIVE_INFINITY
  const read = await readLane(browsing, { partition, from, to, limit })
  lane.messages = [...read.messages, ...lane.messages]
  lane.position = from
  lane.oldest = Math.min(lane.oldest, read.oldest)
}

async function readLane(
  { kafka, request, decoder, budget }: Browsing,
  stretch: { partition: number; from: number; to: number; limit: number },
): Promise<Lane & { oldest: number }> {
  const { partition, from, to, limit } = stretch
  const messages: TopicMessage[] = []
  let oldest = Number.POSITIVE_INFINITY
  const take = (record: KafkaRecord) => {
    const message = decodeMessage(partition, record, decoder)
    oldest = Math.min(oldest, message.timestamp)
    if (messageMatches(message, request.filter)) messages.push(message)
    return messages.length < limit
  }
  const position = await scan(kafka, { topic: request.name, partition, from, to }, { budget, take })
  return { partition, messages, position, oldest }
}
