/** A Kafka cluster as our client sees it: who leads which partition, who coordinates which group, one connection to each. */
import { AppError, delay, type Scheduler, type Transport } from '@millrace/base'
import {
  type Api,
  apis,
  errorCodes,
  type MetadataResponse,
  type MetadataResponseTopic,
  newFindCoordinatorRequest,
  newMetadataRequest,
  newMetadataRequestTopic,
} from '../protocol/index.ts'
import { BrokerConnection } from './connection.ts'
import { check, kafkaError } from './kafka-error.ts'

export interface Address {
  host: string
  port: number
}

export interface ClusterOptions {
  transport: Transport
  scheduler: Scheduler
  /** Brokers to ask first. */
  bootstrap: readonly Address[]
  clientId?: string
  /** Of one request; the connection ends when it is over. */
  requestTimeoutMs?: number
  /** How often a request that failed for a passing reason is tried again. */
  retriesMax?: number
  /** Before the first of them; doubled each time. */
  retryBackoffMs?: number
}

const defaults = {
  clientId: 'millrace',
  requestTimeoutMs: 30_000,
  retriesMax: 8,
  retryBackoffMs: 50,
}
const backoffMsMax = 1_000
/** A topic that is not there is most likely never made; a new one may take a moment to be known by every broker. */
export const unknownTopicRetriesMax = 5

/** Has a call that failed with `error` for the `failures`th time in a row reason to be tried again? */
export function mayRetry(error: unknown, failures: number, retriesMax: number): boolean {
  if (!(error instanceof AppError) || !error.retriable) return false
  const unknown = error.details.errorCode === errorCodes.UNKNOWN_TOPIC_OR_PARTITION
  return failures <= (unknown ? Math.min(unknownTopicRetriesMax, retriesMax) : retriesMax)
}

export class Cluster {
  readonly scheduler: Scheduler
  private readonly options: ClusterOptions & typeof defaults
  private readonly connections = new Map<string, Promise<BrokerConnection>>()
  private readonly brokers = new Map<number, Address>()
  /** Leaders by topic, as last heard; index = partition. */
  private readonly leaders = new Map<string, number[]>()
  private controllerId = -1
  private closed = false

  constructor(options: ClusterOptions) {
    this.options = { ...defaults, ...options }
    this.scheduler = options.scheduler
  }

  /** A connection of its own, for a caller that waits long on it (Fetch). */
  openConnection(address: Address): Promise<BrokerConnection> {
    const { transport, scheduler, clientId, requestTimeoutMs } = this.options
    return BrokerConnection.open({ transport, scheduler, clientId, requestTimeoutMs, ...address })
  }

  /** The shared connection to a broker. */
  async connectionTo(address: Address): Promise<BrokerConnection> {
    if (this.closed) {
      throw new AppError('This Kafka client is closed.', {
        code: 'kafka-closed',
        origin: 'internal',
      })
    }
    const key = `${address.host}:${address.port}`
    const pending = this.connections.get(key)
    if (pending) {
      const known = await pending.catch(() => undefined)
      if (known?.isOpen()) return known
      // Somebody else may have opened another one meanwhile; two would leak the first.
      if (this.connections.get(key) !== pending && !this.closed) return this.connectionTo(address)
    }
    const opening = this.openConnection(address)
    this.connections.set(key, opening)
    opening.catch(() => {
      if (this.connections.get(key) === opening) this.connections.delete(key)
    })
    const opened = await opening
    if (this.closed) opened.close()
    return opened
  }

  /** Any broker: one that we know, else the first bootstrap address that answers. */
  async anyConnection(): Promise<BrokerConnection> {
    let failure: unknown
    for (const address of [...this.brokers.values(), ...this.options.bootstrap]) {
      try {
        return await this.connectionTo(address)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }

  /** The controller's connection (CreateTopics, DeleteTopics). */
  async controllerConnection(): Promise<BrokerConnection> {
    if (this.controllerId < 0) await this.metadata([])
    const address = this.brokers.get(this.controllerId)
    return address ? this.connectionTo(address) : this.anyConnection()
  }

  /** Asks for topics by name; undefined: all. Remembers brokers and leaders. */
  async metadata(
    names: readonly string[] | undefined,
    options: { create?: boolean } = {},
  ): Promise<MetadataResponse> {
    const connection = await this.anyConnection()
    const response = await connection.request(
      apis.metadata,
      newMetadataRequest({
        topics: names ? names.map((name) => newMetadataRequestTopic({ name })) : null,
        allowAutoTopicCreation: options.create ?? false,
      }),
    )
    this.brokers.clear()
    for (const { nodeId, host, port } of response.brokers) this.brokers.set(nodeId, { host, port })
    this.controllerId = response.controllerId
    for (const topic of response.topics) this.remember(topic)
    return response
  }

  private remember(topic: MetadataResponseTopic): void {
    if (topic.name === null) return
    if (topic.errorCode !== 0) {
      this.leaders.delete(topic.name)
      return
    }
    const leaders: number[] = []
    for (const { partitionIndex, leaderId } of topic.partitions) leaders[partitionIndex] = leaderId
    this.leaders.set(topic.name, leaders)
  }

  /** Number of partitions. Throws `AppError` `kafka-unknown-topic-or-partition`. */
  async partitionCount(topic: string): Promise<number> {
    return (await this.leadersOf(topic)).length
  }

  private async leadersOf(topic: string): Promise<number[]> {
    const known = this.leaders.get(topic)
    if (known) return known
    const response = await this.metadata([topic])
    const found = response.topics.find((one) => one.name === topic)
    check(found?.errorCode ?? 3, `Looking up topic ${topic}`, { details: { topic } })
    return this.leaders.get(topic) ?? []
  }

  /** The address of a partition's leader. */
  async leaderOf(topic: string, partition: number): Promise<Address> {
    const leaders = await this.leadersOf(topic)
    const address = this.brokers.get(leaders[partition] ?? -1)
    if (address) return address
    this.forget(topic)
    const missing = partition >= leaders.length
    throw kafkaError(missing ? 3 : 5, `Looking up ${topic}/${partition}`, {
      details: { topic, partition },
    })
  }

  /** Leaders of `topic` are asked for again next time. */
  forget(topic: string): void {
    this.leaders.delete(topic)
  }

  async coordinatorOf(groupId: string): Promise<BrokerConnection> {
    const connection = await this.anyConnection()
    const request = newFindCoordinatorRequest({ key: groupId, coordinatorKeys: [groupId] })
    const response = await connection.request(apis.findCoordinator, request)
    const found = response.coordinators[0] ?? response
    check(found.errorCode, `Looking up the coordinator of group ${groupId}`, {
      message: found.errorMessage,
    })
    return this.connectionTo({ host: found.host, port: found.port })
  }

  /** Runs `attempt`, again after a pause when it fails with a retriable `AppError`. */
  async retry<T>(attempt: () => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await attempt()
      } catch (error) {
        if (this.closed || !mayRetry(error, failures + 1, this.options.retriesMax)) throw error
        await this.pause(failures)
      }
    }
  }

  /** The pause before try number `failures` + 2. */
  pause(failures: number): Promise<void> {
    return delay(
      this.scheduler,
      Math.min(backoffMsMax, this.options.retryBackoffMs * 2 ** failures),
    )
  }

  /** One request to any broker, retried. */
  ask<Q, R>(api: Api<Q, R>, request: Q): Promise<R> {
    return this.retry(async () => (await this.anyConnection()).request(api, request))
  }

  /** Every broker in turn: for what each knows only of itself (ListGroups). */
  async brokerConnections(): Promise<BrokerConnection[]> {
    if (this.brokers.size === 0) await this.metadata([])
    return Promise.all([...this.brokers.values()].map((address) => this.connectionTo(address)))
  }

  close(): void {
    this.closed = true
    for (const opening of this.connections.values()) {
      opening.then((connection) => connection.close()).catch(() => {})
    }
    this.connections.clear()
  }
}
