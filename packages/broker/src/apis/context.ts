/** What every API handler may use: the log, the coordinator, time and settings of the broker, and facts of the connection. */
import type { Cancel, Clock, Scheduler } from '@millrace/base'
import type { GroupCoordinator } from '../groups/api.ts'
import type { LogManager } from '../log/api.ts'

export interface BrokerSettings {
  /** This node's id in Metadata; it leads every partition and coordinates every group. */
  nodeId: number
  /** `auto.create.topics.enable` */
  autoCreateTopics: boolean
  /** `num.partitions`, for topics created without a count. */
  defaultPartitions: number
  /** `advertised.listeners`: what clients are told to connect to, when that is not the address that they dialled. */
  advertised?: { host: string; port: number }
  /** The most bytes of records in one Fetch response, whatever the client asks for. */
  fetchBytesMax: number
  /** A client that asks to wait longer waits this long. */
  fetchWaitMsMax: number
  /** The most partitions that one CreateTopics or Metadata request may create for a topic. */
  partitionsPerTopicMax: number
}

export const defaultSettings: BrokerSettings = {
  nodeId: 1,
  autoCreateTopics: true,
  defaultPartitions: 1,
  fetchBytesMax: 55 * 1024 * 1024,
  fetchWaitMsMax: 60_000,
  partitionsPerTopicMax: 10_000,
}

/** One fixed leader epoch everywhere: a single node never hands over leadership. */
export const leaderEpoch = 0

export interface BrokerServices {
  logs: LogManager
  groups: GroupCoordinator
  clock: Clock
  scheduler: Scheduler
  settings: BrokerSettings
  /** For the operator: what was refused or went wrong, in one sentence. */
  log(message: string, details?: Record<string, unknown>): void
}

/** The connection as the handlers see it. */
export interface Peer {
  /** The client's address, without its port. */
  remoteHost: string
  /** The address that the client dialled: what Metadata and FindCoordinator advertise. */
  host: string
  port: number
  /** How many bytes of records an answer may have now: less while others do not read what they asked for. */
  answerRoom(): number
  /** Runs once when the connection is gone; the returned function takes the listener back. */
  onClose(listener: () => void): Cancel
}

/** Where the client finds this broker. */
export function endpointFor({ settings, peer }: { settings: BrokerSettings; peer: Peer }): {
  host: string
  port: number
} {
  return settings.advertised ?? { host: peer.host, port: peer.port }
}

export interface RequestContext extends BrokerServices {
  peer: Peer
  clientId: string | null
}

/**
 * Answers one request. `noResponse` when the protocol wants silence (acks=0); a thrown `ProtocolError` closes the
 * connection. Handlers start all effects synchronously, so requests take effect in the order of their arrival.
 */
export type Handler<Request, Response> = (
  request: Request,
  version: number,
  context: RequestContext,
) => Response | typeof noResponse | Promise<Response | typeof noResponse>

export const noResponse: unique symbol = Symbol('no response')
