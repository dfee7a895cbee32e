/** From the bytes of one request to the bytes of its response: header, version check, codec, handler. Isomorphic. */
import {
  type Api,
  apis,
  apiVersions,
  frameResponse,
  ProtocolError,
  Reader,
  readRequestHeader,
  readWhole,
  skipHeaderTags,
} from '../protocol/index.ts'
import { handleApiVersions, unsupportedApiVersions } from './api-versions.ts'
import { type BrokerServices, type Handler, noResponse, type Peer } from './context.ts'
import { handleCreateTopics } from './create-topics.ts'
import { handleDeleteTopics } from './delete-topics.ts'
import { handleDescribeConfigs } from './describe-configs.ts'
import { handleFetch } from './fetch.ts'
import { handleFindCoordinator } from './find-coordinator.ts'
import { toCoordinator } from './groups.ts'
import { handleInitProducerId } from './init-producer-id.ts'
import { handleListOffsets } from './list-offsets.ts'
import { handleMetadata } from './metadata.ts'
import { handleProduce } from './produce.ts'

/** The parts of a response in order, size included; empty when the protocol wants silence. */
export type ResponseParts = readonly Uint8Array[]

interface Route {
  api: Api<unknown, unknown>
  handle: Handler<unknown, unknown>
}

/** Erases the types of one API, which agree inside `route` and nowhere else have to. */
function route<Request, Response>(
  api: Api<Request, Response>,
  handle: Handler<Request, Response>,
): [number, Route] {
  return [api.key, { api: api as Api<unknown, unknown>, handle: handle as Route['handle'] }]
}

const routes: ReadonlyMap<number, Route> = new Map([
  route(apis.produce, handleProduce),
  route(apis.fetch, handleFetch),
  route(apis.listOffsets, handleListOffsets),
  route(apis.metadata, handleMetadata),
  route(
    apis.offsetCommit,
    toCoordinator((groups) => groups.offsetCommit),
  ),
  route(
    apis.offsetFetch,
    toCoordinator((groups) => groups.offsetFetch),
  ),
  route(apis.findCoordinator, handleFindCoordinator),
  route(
    apis.joinGroup,
    toCoordinator((groups) => groups.joinGroup),
  ),
  route(
    apis.heartbeat,
    toCoordinator((groups) => groups.heartbeat),
  ),
  route(
    apis.leaveGroup,
    toCoordinator((groups) => groups.leaveGroup),
  ),
  route(
    apis.syncGroup,
    toCoordinator((groups) => groups.syncGroup),
  ),
  route(
    apis.describeGroups,
    toCoordinator((groups) => groups.describeGroups),
  ),
  route(
    apis.listGroups,
    toCoordinator((groups) => groups.listGroups),
  ),
  route(apis.apiVersions, handleApiVersions),
  route(apis.createTopics, handleCreateTopics),
  route(apis.deleteTopics, handleDeleteTopics),
  route(apis.initProducerId, handleInitProducerId),
  route(apis.describeConfigs, handleDescribeConfigs),
])

/** Does `frame` hold a Produce request? Several of one connection may wait for the disk together. */
export function isProduce(frame: Uint8Array): boolean {
  return frame.length > 1 && frame[0] === 0 && frame[1] === apis.produce.key
}

/**
 * Answers one request: `frame` is a message without its size and is given away. Throws or rejects with `ProtocolError`
 * when the connection must be closed (malformed bytes, an API or version that we do not have).
 */
export function dispatch(
  frame: Uint8Array,
  services: BrokerServices,
  peer: Peer,
): ResponseParts | Promise<ResponseParts> {
  const reader = new Reader(frame)
  const { apiKey, apiVersion: version, correlationId, clientId } = readRequestHeader(reader)
  const found = routes.get(apiKey)
  if (!found) throw new ProtocolError(`API key ${apiKey} is not offered`)
  const { api, handle } = found
  if (version < api.minVersion || version > api.maxVersion) {
    if (apiKey === apiVersions.key) {
      return frameResponse(apiVersions, { version: 0, correlationId }, unsupportedApiVersions)
    }
    throw new ProtocolError(`${api.name} v${version} is not offered`)
  }
  skipHeaderTags(reader, api.flexibleFrom, version)
  const request = readWhole(api.readRequest, reader, version)
  const print = (response: unknown): ResponseParts =>
    response === noResponse ? [] : frameResponse(api, { version, correlationId }, response)
  const response = handle(request, version, { ...services, peer, clientId })
  return response instanceof Promise ? response.then(print) : print(response)
}
