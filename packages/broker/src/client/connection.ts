/** One connection to one broker: correlation ids, version negotiation, bounded requests in flight. Over any `Transport`. */
import {
  AppError,
  type Connection,
  concatBytes,
  messageOf,
  type Scheduler,
  type Transport,
} from '@millrace/base'
import {
  type Api,
  apiVersions,
  errorCodes,
  FrameAssembler,
  frameRequest,
  hasResponseTags,
  newApiVersionsRequest,
  Reader,
  readWhole,
} from '../protocol/index.ts'

/** Requests of one connection that may wait for their answer. */
export const requestsInFlightMax = 64

export interface ConnectionOptions {
  transport: Transport
  scheduler: Scheduler
  host: string
  port: number
  clientId: string
  requestTimeoutMs: number
}

interface Pending {
  correlationId: number
  receive(body: Reader): void
  fail(error: Error): void
}

/** Errors are `AppError`: `kafka-connection-lost`, `kafka-timeout`, `kafka-unsupported`, `kafka-protocol`, `connect-failed`. */
export class BrokerConnection {
  private readonly options: ConnectionOptions
  private readonly connection: Connection
  private readonly frames = new FrameAssembler((frame) => this.receive(frame))
  private readonly pending: Pending[] = []
  private readonly versions = new Map<number, { min: number; max: number }>()
  private nextCorrelationId = 0
  private failure: AppError | undefined

  private constructor(connection: Connection, options: ConnectionOptions) {
    this.connection = connection
    this.options = options
    connection.onData((bytes) => {
      try {
        this.frames.push(bytes)
      } catch (cause) {
        this.end(this.error('kafka-protocol', `sent bytes that are no Kafka: ${messageOf(cause)}`))
      }
    })
    connection.onClose((cause) =>
      this.end(this.error('kafka-connection-lost', `ended the connection`, cause)),
    )
  }

  /** Connects and asks which versions the broker speaks. */
  static async open(options: ConnectionOptions): Promise<BrokerConnection> {
    const connection = await options.transport.connect(options.host, options.port)
    const opened = new BrokerConnection(connection, options)
    try {
      await opened.negotiate()
    } catch (error) {
      opened.close()
      throw error
    }
    return opened
  }

  isOpen(): boolean {
    return this.failure === undefined
  }

  /** The highest version that both sides have. Throws `AppError` `kafka-unsupported`. */
  versionOf<Q, R>(api: Api<Q, R>): number {
    const theirs = this.versions.get(api.key)
    const version = Math.min(api.maxVersion, theirs?.max ?? -1)
    if (version >= api.minVersion && version >= (theirs?.min ?? 0)) return version
    throw this.error('kafka-unsupported', `does not offer ${api.name} in a version that we speak`)
  }

  /** Sends one request in the negotiated version. */
  async request<Q, R>(
    api: Api<Q, R>,
    request: Q,
    timeoutMs = this.options.requestTimeoutMs,
  ): Promise<R> {
    return this.exchange(api, request, this.versionOf(api), timeoutMs)
  }

  close(): void {
    this.end(this.error('kafka-connection-lost', 'was left: the connection is closed'))
  }

  private async negotiate(): Promise<void> {
    const request = newApiVersionsRequest({
      clientSoftwareName: 'millrace',
      clientSoftwareVersion: '0.1.0',
    })
    const timeoutMs = this.options.requestTimeoutMs
    // An old broker answers v3 with a v0 body and error 35 (KIP-511), which the v0 reader understands.
    let response = await this.exchange(apiVersions, request, 3, timeoutMs)
    if (response.errorCode === errorCodes.UNSUPPORTED_VERSION) {
      response = await this.exchange(apiVersions, request, 0, timeoutMs)
    }
    if (response.errorCode !== 0) {
      throw this.error('kafka-protocol', `refused ApiVersions with error ${response.errorCode}`)
    }
    for (const { apiKey, minVersion, maxVersion } of response.apiKeys) {
      this.versions.set(apiKey, { min: minVersion, max: maxVersion })
    }
  }

  private exchange<Q, R>(
    api: Api<Q, R>,
    request: Q,
    version: number,
    timeoutMs: number,
  ): Promise<R> {
    if (this.failure) return Promise.reject(this.failure)
    if (this.pending.length >= requestsInFlightMax) {
      return Promise.reject(
        this.error('kafka-busy', `has ${requestsInFlightMax} requests to answer`),
      )
    }
    const correlationId = this.nextCorrelationId
    this.nextCorrelationId = (correlationId + 1) & 0x7fffffff
    return new Promise<R>((resolve, reject) => {
      // A late answer would be taken for the next one's, so a timeout ends the connection.
      const cancel = this.options.scheduler.after(timeoutMs, () =>
        this.end(this.error('kafka-timeout', `did not answer ${api.name} in ${timeoutMs} ms`)),
      )
      this.pending.push({
        correlationId,
        receive: (body) => {
          cancel()
          resolve(readResponse(api, body, version))
        },
        fail: (error) => {
          cancel()
          reject(error)
        },
      })
      const header = { version, correlationId, clientId: this.options.clientId }
      const parts = frameRequest(api, header, request)
      this.connection.send(parts.length === 1 ? parts[0] : concatBytes(parts))
    })
  }

  private receive(frame: Uint8Array): void {
    const body = new Reader(frame)
    const correlationId = body.int32()
    const waiting = this.pending.shift()
    if (waiting?.correlationId !== correlationId) {
      if (waiting) this.pending.unshift(waiting)
      this.end(this.error('kafka-protocol', `answered request ${correlationId} out of order`))
      return
    }
    try {
      waiting.receive(body)
    } catch (cause) {
      const error = this.error('kafka-protocol', `sent a malformed answer: ${messageOf(cause)}`)
      waiting.fail(error)
      this.end(error)
    }
  }

  private end(error: AppError): void {
    if (this.failure) return
    this.failure = error
    this.connection.close()
    for (const waiting of this.pending.splice(0)) waiting.fail(error)
  }

  private error(code: string, what: string, cause?: unknown): AppError {
    const { host, port } = this.options
    const retriable = code === 'kafka-connection-lost' || code === 'kafka-timeout'
    return new AppError(`Kafka broker ${host}:${port} ${what}.`, {
      code,
      origin: 'external',
      retriable,
      details: { host, port },
      cause,
    })
  }
}

function readResponse<Q, R>(api: Api<Q, R>, body: Reader, version: number): R {
  if (hasResponseTags(api, version)) body.skipTags()
  if (api.key !== apiVersions.key) return readWhole(api.readResponse, body, version)
  const v0 = new Reader(body.frame, body.at)
  const isRefusal = v0.int16() === errorCodes.UNSUPPORTED_VERSION
  return api.readResponse(body, isRefusal ? 0 : version)
}
