/**
 * Fetch v4-12. Answers slices of the segments as they were produced. Waits (long poll) until `min_bytes` are there or
 * `max_wait_ms` is over, woken by the logs' advance listeners; at least one batch is returned even over the limits
 * (KIP-74); an offset inside a batch gets the whole batch. Fetch sessions are declined with session id 0 (KIP-227).
 * READ_COMMITTED reads up to the last stable offset and lists aborted transactions. Replica fetches, rack hints
 * (KIP-392) and diverging epochs (KIP-595) have no meaning with one broker and are left out.
 */
import type { Cancel } from '@millrace/base'
import type { PartitionLog } from '../log/api.ts'
import {
  errorCodes,
  type FetchRequest,
  type FetchRequestPartition,
  type FetchResponse,
  type FetchResponsePartition,
  newFetchResponse,
  newFetchResponsePartition,
} from '../protocol/index.ts'
import { type Handler, leaderEpoch, type RequestContext } from './context.ts'

interface Answer {
  response: FetchResponse
  bytes: number
  failed: boolean
}

export const handleFetch: Handler<FetchRequest, FetchResponse> = (request, version, context) => {
  // v7+ goes on with a session; we never gave one out, so the client must begin anew. Epoch 0 begins one, -1 wants none.
  if (version >= 7 && request.sessionEpoch > 0) {
    return newFetchResponse({ errorCode: errorCodes.FETCH_SESSION_ID_NOT_FOUND })
  }
  const answer = read(request, context)
  if (isReady(answer, request)) return answer.response
  return waitAndRead(request, context, answer.bytes)
}

function isReady(answer: Answer, request: FetchRequest): boolean {
  return answer.failed || answer.bytes >= request.minBytes || request.maxWaitMs <= 0
}

function read(request: FetchRequest, context: RequestContext): Answer {
  const most = Math.min(context.settings.fetchBytesMax, context.peer.answerRoom())
  let left = Math.min(Math.max(0, request.maxBytes), most)
  let bytes = 0
  let failed = false
  const responses = request.topics.map(({ topic, partitions }) => ({
    topic,
    partitions: partitions.map((partition) => {
      const limit = Math.max(0, Math.min(left, partition.partitionMaxBytes))
      const response = readPartition(topic, partition, {
        limit,
        atLeastOneBatch: bytes === 0,
        committed: request.isolationLevel === 1,
        context,
      })
      const size = response.records?.length ?? 0
      bytes += size
      left -= size
      if (response.errorCode !== 0) failed = true
      return response
    }),
  }))
  return { response: newFetchResponse({ responses }), bytes, failed }
}

interface ReadPlan {
  limit: number
  atLeastOneBatch: boolean
  committed: boolean
  context: RequestContext
}

function readPartition(
  topic: string,
  wanted: FetchRequestPartition,
  { limit, atLeastOneBatch, committed, context }: ReadPlan,
): FetchResponsePartition {
  const partitionIndex = wanted.partition
  const refuse = (errorCode: number) =>
    newFetchResponsePartition({ partitionIndex, errorCode, highWatermark: -1 })
  const log = context.logs.partition(topic, partitionIndex)
  if (!log) return refuse(errorCodes.UNKNOWN_TOPIC_OR_PARTITION)
  if (wanted.currentLeaderEpoch > leaderEpoch) return refuse(errorCodes.UNKNOWN_LEADER_EPOCH)
  const result = log.read(wanted.fetchOffset, {
    maxBytes: limit,
    isolation: committed ? 'read-committed' : 'read-uncommitted',
    atLeastOneBatch,
  })
  return newFetchResponsePartition({
    partitionIndex,
    errorCode: errorCodes[result.error],
    highWatermark: result.highWatermark,
    lastStableOffset: result.lastStableOffset,
    logStartOffset: result.logStart,
    abortedTransactions: committed && result.error === 'NONE' ? result.aborted : null,
    records: result.error === 'NONE' ? result.bytes : new Uint8Array(0),
  })
}

/** The logs that a request waits on, each once. */
function logsOf(request: FetchRequest, context: RequestContext): Set<PartitionLog> {
  const logs = new Set<PartitionLog>()
  for (const { topic, partitions } of request.topics) {
    for (const { partition } of partitions) {
      const log = context.logs.partition(topic, partition)
      if (log) logs.add(log)
    }
  }
  return logs
}

/** Bytes in the logs now: how far they grew tells whether another read can be enough. */
function sizeOf(logs: Set<PartitionLog>): number {
  let size = 0
  for (const log of logs) size += log.sizeBytes()
  return size
}

function waitAndRead(
  request: FetchRequest,
  context: RequestContext,
  bytesThere: number,
): Promise<FetchResponse> {
  const logs = logsOf(request, context)
  const sizeAtStart = sizeOf(logs)
  const cancels: Cancel[] = []
  return new Promise((resolve, reject) => {
    let done = false
    let queued = false
    const finish = (answer: Answer) => {
      done = true
      for (const cancel of cancels) cancel()
      resolve(answer.response)
    }
    const attempt = (overdue: boolean) => {
      queued = false
      if (done) return
      try {
        const answer = read(request, context)
        if (overdue || isReady(answer, request)) finish(answer)
      } catch (error) {
        done = true
        for (const cancel of cancels) cancel()
        reject(error)
      }
    }
    const onAdvance = () => {
      if (queued || done) return
      if (request.minBytes > 1) {
        const grown = sizeOf(logs) - sizeAtStart
        const stopped = [...logs].some((log) => log.failure !== undefined)
        if (!stopped && bytesThere + grown < request.minBytes) return
      }
      queued = true
      // After the append at hand, which may be one of several in the same request.
      void Promise.resolve().then(() => attempt(false))
    }
    for (const log of logs) cancels.push(log.onAdvance(onAdvance))
    const waitMs = Math.min(request.maxWaitMs, context.settings.fetchWaitMsMax)
    cancels.push(context.scheduler.after(waitMs, () => attempt(true)))
    cancels.push(context.logs.onTopicsChanged(() => attempt(false)))
    cancels.push(
      context.peer.onClose(() => finish({ response: newFetchResponse(), bytes: 0, failed: true })),
    )
  })
}
