/** New records as they come, thinned to what a screen can follow, with a cursor to go on from. */
import type { TailBatch, TopicCursor, TopicMessage } from '../api-types.ts'
import type { KafkaAccess } from '../kafka/kafka-access.ts'
import { pause } from '../store/broadcast.ts'
import { decodeMessage, type MessageDecoder, messageMatches } from './decode-message.ts'
import { newScanBudget, scan } from './partition-scan.ts'

const tailIntervalMs = 250
/** Records of one partition that one tick shows at most; the newest of them. */
const tailRecordsMax = 100
/** From an older cursor on, records are shown in order and none is left out until they catch up. */
const catchUpRecordsMax = 1000

export interface TailRequest {
  name: string
  cursor: TopicCursor | null
  filter: string
}

export async function* tail(
  kafka: KafkaAccess,
  request: TailRequest,
  { decoder, signal }: { decoder: () => Promise<MessageDecoder>; signal: AbortSignal },
): AsyncGenerator<TailBatch> {
  const { name, filter } = request
  const positions = await startPositions(kafka, request)
  let catchingUp = request.cursor !== null
  let before = Date.now()
  yield { messages: [], cursor: cursorOf(positions), notShown: 0, perSecond: 0 }
  while (!signal.aborted) {
    await pause(catchingUp ? 0 : tailIntervalMs, signal)
    if (signal.aborted) return
    const ends = await kafka.admin.listOffsets(name, 'latest')
    const decode = await decoder()
    const messages: TopicMessage[] = []
    let notShown = 0
    let arrived = 0
    let behind = false
    for (let partition = 0; partition < ends.length; partition++) {
      const position = positions[partition] ?? 0
      const to = ends[partition]
      if (to <= position) continue
      arrived += to - position
      const room = catchingUp ? catchUpRecordsMax : tailRecordsMax
      const from = catchingUp ? position : Math.max(position, to - room)
      const until = Math.min(to, from + room)
      notShown += from - position
      behind ||= until < to
      positions[partition] = await scan(
        kafka,
        { topic: name, partition, from, to: until },
        {
          budget: newScanBudget(Date.now()),
          take: (record) => {
            const message = decodeMessage(partition, record, decode)
            if (messageMatches(message, filter)) messages.push(message)
            return true
          },
        },
      )
    }
    const now = Date.now()
    const perSecond = catchingUp ? 0 : (arrived * 1000) / Math.max(1, now - before)
    before = now
    catchingUp &&= behind
    if (arrived === 0) continue
    messages.sort((a, b) => a.timestamp - b.timestamp)
    yield { messages, cursor: cursorOf(positions), notShown, perSecond }
  }
}

async function startPositions(kafka: KafkaAccess, request: TailRequest): Promise<number[]> {
  const ends = await kafka.admin.listOffsets(request.name, 'latest')
  const { cursor } = request
  if (!cursor) return ends
  const starts = await kafka.admin.listOffsets(request.name, 'earliest')
  return ends.map((end, partition) =>
    Math.min(end, Math.max(starts[partition], cursor[String(partition)] ?? end)),
  )
}

function cursorOf(positions: readonly number[]): TopicCursor {
  return Object.fromEntries(positions.map((offset, partition) => [String(partition), offset]))
}
