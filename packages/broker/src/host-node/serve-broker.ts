/** The whole broker in the calling thread: files, log, coordinator, TCP. The worker runs this; so may a test. */

import type { MessagePort } from 'node:worker_threads'
import { nodeFs } from '@millrace/base/node'
import { systemEnvironment } from '@millrace/base/platform'
import { type BrokerServices, defaultSettings } from '../apis/index.ts'
import { loadNodeCodecs } from '../compression/node/codecs.ts'
import { crc32cNative } from '../compression/node/crc32c.ts'
import { createGroupCoordinator } from '../groups/index.ts'
import { openLogManager } from '../log/index.ts'
import { startTcpServer } from '../tcp/index.ts'
import type { ServeOptions } from './messages.ts'
import { serveReaderPort } from './reader-port.ts'

export interface RunningBroker {
  readonly port: number
  readonly addresses: readonly string[]
  /** Serves an in-process reader that holds the other end of `port`. */
  serveReader(port: MessagePort): void
  /** Ends connections and timers, syncs the log, leaves the clean shutdown marker. */
  close(): Promise<void>
}

/** Throws `AppError` `fs-…`, `port-in-use` or `listen-failed`. */
export async function serveBroker(
  options: ServeOptions,
  log: BrokerServices['log'],
): Promise<RunningBroker> {
  const { clock, scheduler, random } = systemEnvironment
  const codecs = await loadNodeCodecs()
  const environment = { fs: nodeFs, clock, scheduler, random, codecs, crc32c: crc32cNative }
  const { dataDir: directory, durability = 'os', host = '127.0.0.1', port = 9092 } = options
  const logs = openLogManager({ environment, directory, durability })
  const groups = createGroupCoordinator({ logs, clock, scheduler, random })
  const closeLogs = async () => {
    groups.close()
    await logs.close()
  }
  await groups.start()
  const settings = { ...defaultSettings, ...options.settings }
  const services: BrokerServices = { logs, groups, clock, scheduler, settings, log }
  const server = await startTcpServer({ services, host, port }).catch(async (error) => {
    // The next attempt, on another port, opens the same directory.
    await closeLogs()
    throw error
  })
  return {
    port: server.port,
    addresses: server.addresses,
    serveReader: (readerPort) => serveReaderPort(logs.door, readerPort),
    close: async () => {
      await server.close()
      await closeLogs()
    },
  }
}
