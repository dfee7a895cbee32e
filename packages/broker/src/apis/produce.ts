/**
 * Produce v3-11. Batches are checked and appended by the log exactly as they came; offsets are set in place. acks 0, 1
 * and all; with one replica 1 and all are the same: the answer waits until the log is safe up to the batch (durability
 * profile), at most `timeout_ms`. acks=0 gets no answer; an error then closes the connection, as Kafka does.
 * Idempotent repeats are answered with the first append's offset. Transactional producers are refused
 * (TRANSACTIONAL_ID_AUTHORIZATION_FAILED). Per-record errors (KIP-467) are in place but empty: a batch is taken or
 * refused whole, the reason stands in error_message.
 */

import type { PartitionLog } from '../log/api.ts'
import {
  errorCodes,
  newProduceResponse,
  newProduceResponsePartition,
  type ProduceRequest,
  type ProduceRequestPartition,
  type ProduceResponse,
  type ProduceResponsePartition,
  ProtocolError,
} from '../protocol/index.ts'
import { type Handler, noResponse, type RequestContext } from './context.ts'

interface Pending {
  log: PartitionLog
  nextOffset: number
  response: ProduceResponsePartition
}

export const handleProduce: Handler<ProduceRequest, ProduceResponse> = (
  request,
  _version,
  context,
) => {
  const pending: Pending[] = []
  let failed: ProduceResponsePartition | undefined
  const responses = request.topicData.map((topic) => ({
    name: topic.name,
    partitionResponses: topic.partitionData.map((partition) => {
      const response = appendTo(topic.name, partition, request, context, pending)
      if (response.errorCode !== 0) failed = response
      return response
    }),
  }))
  if (request.acks === 0) {
    if (failed) throw new ProtocolError(`Produce with acks=0 failed: ${failed.errorMessage}`)
    return noResponse
  }
  const response = newProduceResponse({ responses })
  if (pending.length === 0) return response
  return settle(pending, request.timeoutMs, context).then(() => response)
}

function appendTo(
  topic: string,
  { index, records }: ProduceRequestPartition,
  request: ProduceRequest,
  context: RequestContext,
  pending: Pending[],
): ProduceResponsePartition {
  const refuse = (errorCode: number, errorMessage: string, logStartOffset = -1) =>
    newProduceResponsePartition({ index, errorCode, errorMessage, baseOffset: -1, logStartOffset })
  if (request.acks < -1 || request.acks > 1) {
    return refuse(errorCodes.INVALID_REQUIRED_ACKS, `acks must be -1, 0 or 1, not ${request.acks}`)
  }
  if (request.transactionalId !== null) {
    const message = 'Transactions are not offered by this broker.'
    return refuse(errorCodes.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, message)
  }
  const log = context.logs.partition(topic, index)
  if (!log) return refuse(errorCodes.UNKNOWN_TOPIC_OR_PARTITION, `There is no ${topic}/${index}.`)
  if (records === null) return refuse(errorCodes.INVALID_RECORD, 'There is no record batch.')
  const result = log.append(records)
  if (result.error !== 'NONE') {
    if (result.error === 'KAFKA_STORAGE_ERROR') tellOnce(log, context)
    return refuse(errorCodes[result.error], result.message, result.logStart)
  }
  const response = newProduceResponsePartition({
    index,
    baseOffset: result.baseOffset,
    logAppendTimeMs: result.logAppendTime,
    logStartOffset: result.logStart,
  })
  if (!log.isSafe(result.nextOffset)) pending.push({ log, nextOffset: result.nextOffset, response })
  return response
}

/** Logs whose failure the operator knows of. */
const told = new WeakSet<PartitionLog>()

function tellOnce(log: PartitionLog, context: RequestContext): void {
  if (told.has(log)) return
  told.add(log)
  const place = `${log.topic}/${log.partition}`
  context.log(`The log of ${place} stopped: ${log.failure?.message}. Restart to recover it.`)
}

/** Waits for all; what is not safe in time or never will be becomes an error of its partition. */
async function settle(
  pending: readonly Pending[],
  timeoutMs: number,
  context: RequestContext,
): Promise<void> {
  const all = Promise.all(pending.map((entry) => settleOne(entry, context)))
  let cancel = () => {}
  const timeout = new Promise<'late'>((resolve) => {
    cancel = context.scheduler.after(Math.max(0, timeoutMs), () => resolve('late'))
  })
  const outcome = await Promise.race([all, timeout])
  cancel()
  if (outcome !== 'late') return
  for (const { log, nextOffset, response } of pending) {
    if (log.isSafe(nextOffset) || response.errorCode !== 0) continue
    fail(response, errorCodes.REQUEST_TIMED_OUT, 'The log was not safe in time.')
  }
}

async function settleOne(
  { log, nextOffset, response }: Pending,
  context: RequestContext,
): Promise<void> {
  try {
    await log.whenSafe(nextOffset)
  } catch {
    if (response.errorCode !== 0) return
    tellOnce(log, context)
    fail(response, errorCodes.KAFKA_STORAGE_ERROR, `The log stopped: ${log.failure?.message}`)
  }
}

function fail(response: ProduceResponsePartition, errorCode: number, message: string): void {
  response.errorCode = errorCode
  response.errorMessage = message
  response.baseOffset = -1
}
