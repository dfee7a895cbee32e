/**
 * InitProducerId v0-5, for idempotent producers (KIP-98): a new producer id with epoch 0 each time. A transactional id
 * is refused with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, which every client reports at once and does not retry:
 * transactions are not offered. The producer id and epoch of v3+ (KIP-360) come together or not at all; they matter only to transactions.
 */
import {
  errorCodes,
  type InitProducerIdRequest,
  type InitProducerIdResponse,
  newInitProducerIdResponse,
} from '../protocol/index.ts'
import type { RequestContext } from './context.ts'

export function handleInitProducerId(
  request: InitProducerIdRequest,
  _version: number,
  context: RequestContext,
): InitProducerIdResponse {
  const { transactionalId, producerId, producerEpoch } = request
  const halfKnown = producerId < 0 !== producerEpoch < 0
  if (transactionalId === '' || halfKnown) {
    return newInitProducerIdResponse({ errorCode: errorCodes.INVALID_REQUEST, producerEpoch: -1 })
  }
  if (transactionalId !== null) {
    context.log('Refused a transactional producer: transactions are not offered.', {
      transactionalId,
      clientId: context.clientId,
    })
    return newInitProducerIdResponse({
      errorCode: errorCodes.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
      producerEpoch: -1,
    })
  }
  return newInitProducerIdResponse({
    producerId: context.logs.allocateProducerId(),
    producerEpoch: 0,
  })
}
