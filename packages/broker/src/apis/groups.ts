/**
 * JoinGroup v0-9, SyncGroup v0-5, Heartbeat v0-4, LeaveGroup v0-5, OffsetCommit v2-9, OffsetFetch v1-9,
 * DescribeGroups v0-6 and ListGroups v0-5 are answered by the group coordinator; here only the context is made.
 * Behaviour and what is left out stand in `groups/`.
 */
import type { GroupCoordinator, GroupRequestContext } from '../groups/api.ts'
import type { RequestContext } from './context.ts'

type Method<Request, Response> = (
  request: Request,
  context: GroupRequestContext,
) => Promise<Response>

/** The handler that hands a request to one method of the coordinator. */
export function toCoordinator<Request, Response>(
  pick: (groups: GroupCoordinator) => Method<Request, Response>,
): (request: Request, version: number, context: RequestContext) => Promise<Response> {
  return (request, apiVersion, context) =>
    pick(context.groups).call(context.groups, request, {
      apiVersion,
      clientId: context.clientId,
      clientHost: `/${context.peer.remoteHost}`,
    })
}
