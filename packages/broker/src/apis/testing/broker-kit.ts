/** For tests: a whole broker without sockets, on memory files and virtual time, asked through its bytes. */
import { concatBytes, type Fs, MemoryFs } from '@millrace/base'
import { createGroupCoordinator } from '../../groups/index.ts'
import { testLogs } from '../../log/testing/log-kit.ts'
import { type Api, frameRequest, hasResponseTags, Reader } from '../../protocol/index.ts'
import {
  type BrokerServices,
  type BrokerSettings,
  defaultSettings,
  dispatch,
  type Peer,
} from '../index.ts'

export class TestPeer implements Peer {
  readonly remoteHost = '127.0.0.1'
  readonly host = '127.0.0.1'
  readonly port = 9092
  private readonly listeners = new Set<() => void>()

  answerRoom(): number {
    return Number.POSITIVE_INFINITY
  }

  onClose(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  close(): void {
    for (const listener of [...this.listeners]) listener()
  }

  /** Waiting requests of this connection. */
  get waiting(): number {
    return this.listeners.size
  }
}

export async function brokerKit(options: { fs?: Fs; settings?: Partial<BrokerSettings> } = {}) {
  const { logs, environment, time, fs } = testLogs(options.fs ?? new MemoryFs())
  const { clock, scheduler, random } = environment
  const groups = createGroupCoordinator({ logs, clock, scheduler, random })
  await groups.start()
  const said: string[] = []
  const services: BrokerServices = {
    logs,
    groups,
    clock,
    scheduler,
    settings: { ...defaultSettings, ...options.settings },
    log: (message) => said.push(message),
  }
  const peer = new TestPeer()
  /** One request through its bytes; undefined when the broker keeps silent. */
  const ask = async <Q, R>(api: Api<Q, R>, request: Q, version = api.maxVersion) => {
    const header = { version, correlationId: 7, clientId: 'kit' }
    const frame = concatBytes(frameRequest(api, header, request)).subarray(4)
    return readAnswer(api, concatBytes(await dispatch(frame, services, peer)), version)
  }
  return { logs, groups, services, time, fs, peer, said, ask }
}

function readAnswer<Q, R>(api: Api<Q, R>, bytes: Uint8Array, version: number): R | undefined {
  if (bytes.length === 0) return undefined
  const reader = new Reader(bytes)
  if (reader.int32() !== bytes.length - 4) throw new Error('The size of the answer is wrong')
  if (reader.int32() !== 7) throw new Error('The correlation id of the answer is wrong')
  if (hasResponseTags(api, version)) reader.skipTags()
  const response = api.readResponse(reader, version)
  reader.expectEnd()
  return response
}

/** As `expect(value).toBeDefined()`, for the type as well. */
export function present<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('A value was expected')
  return value
}
