/**
 * FindCoordinator v0-4 (v4 takes several keys, KIP-699). One node coordinates everything, so it always answers itself,
 * for groups (type 0) and for transactions (type 1), although InitProducerId then refuses a transactional id by name.
 */
import {
  errorCodes,
  type FindCoordinatorRequest,
  type FindCoordinatorResponse,
  newFindCoordinatorResponse,
  newFindCoordinatorResponseCoordinator,
} from '../protocol/index.ts'
import { endpointFor, type RequestContext } from './context.ts'

const groupType = 0
const transactionType = 1

export function handleFindCoordinator(
  request: FindCoordinatorRequest,
  version: number,
  context: RequestContext,
): FindCoordinatorResponse {
  const { keyType } = request
  if (keyType !== groupType && keyType !== transactionType) {
    const errorCode = errorCodes.INVALID_REQUEST
    const errorMessage = `Coordinators of type ${keyType} are not offered by this broker.`
    const nowhere = { nodeId: -1, host: '', port: -1, errorCode, errorMessage }
    if (version < 4) return newFindCoordinatorResponse(nowhere)
    return newFindCoordinatorResponse({
      coordinators: request.coordinatorKeys.map((key) => ({ key, ...nowhere })),
    })
  }
  const { host, port } = endpointFor(context)
  const node = { nodeId: context.settings.nodeId, host, port }
  if (version < 4) return newFindCoordinatorResponse(node)
  return newFindCoordinatorResponse({
    coordinators: request.coordinatorKeys.map((key) =>
      newFindCoordinatorResponseCoordinator({ key, ...node }),
    ),
  })
}
